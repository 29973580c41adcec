"""Pre-binding: variables of a query that already have a value in every scope.

The engine's substitution reaches triple patterns only. So a query is rewritten token by token:
inside expressions a variable becomes its value, in patterns an IRI stands for itself, and what
cannot be written there (a blank node, a literal as a subject) is substituted by the engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from kg.errors import ShaclFailure
from kg.shacl.terms import Term

_TOKEN: Final = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<string>\"{3}(?:[^\\\"]|\\.|\"(?!\"\"))*\"{3}|'{3}(?:[^\\']|\\.|'(?!''))*'{3}
        |\"(?:[^\\\"\n]|\\.)*\"|'(?:[^\\'\n]|\\.)*')
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<variable>[?$]\w+)
    |(?P<word>[A-Za-z_][\w.-]*(?::[\w.-]*)?|:[\w.-]+)
    |(?P<space>\s+)
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)

_FORBIDDEN: Final = frozenset({"MINUS", "VALUES", "SERVICE"})
_OPTIONAL_IN_SUBQUERIES: Final = frozenset({"shapesGraph", "currentShape"})


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str

    @property
    def name(self) -> str | None:
        """The name of a variable."""
        return self.text[1:] if self.kind == "variable" else None

    @property
    def keyword(self) -> str:
        """A word as keywords are compared."""
        return self.text.upper() if self.kind == "word" else self.text


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query with its variables bound, as the engine takes it."""

    text: str
    options: Mapping[str, Any]


class BindableQuery:
    """A query whose pre-bound variables get their values when it is asked.

    Raises `ShaclFailure` for what SHACL does not allow in such a query: MINUS, VALUES, SERVICE,
    giving a pre-bound variable another value, and subqueries that do not return all of them.
    """

    def __init__(self, text: str, names: frozenset[str]) -> None:
        self._names = names
        self._tokens = [
            _Token(str(found.lastgroup), found.group())
            for found in _TOKEN.finditer(text)
            if found.lastgroup != "comment"
        ]
        self._refuse()

    def mentions(self, name: str) -> bool:
        """Whether a variable of this name occurs."""
        return any(token.name == name for token in self._tokens)

    def bind(self, values: Mapping[str, Term]) -> Prepared:
        """The query with these values; a name without a value stays an ordinary variable."""
        substituted: dict[ox.Variable, Term] = {}
        functions: dict[ox.NamedNode, Callable[[], Term]] = {}
        parts: list[str] = []
        for place, token in _placed(self._tokens):
            value = values.get(token.name) if token.name else None
            if place == "bound":
                parts.append(f"BOUND({token.text})" if value is None else "(true)")
            elif value is None or place == "projection":
                parts.append(token.text)
            elif isinstance(value, ox.NamedNode) or (
                place == "expression" and isinstance(value, ox.Literal)
            ):
                parts.append(str(value))
            elif place == "expression":
                function = ox.NamedNode(f"urn:x-kg-prebound:{token.name}")
                functions[function] = lambda value=value: value  # type: ignore[misc]
                parts.append(f"{function}()")
            else:
                substituted[ox.Variable(token.text[1:])] = value
                parts.append(token.text)
        options = {"substitutions": substituted or None, "custom_functions": functions or None}
        return Prepared("".join(parts), {k: v for k, v in options.items() if v})

    def _refuse(self) -> None:
        tokens = [token for token in self._tokens if token.kind != "space"]
        for token, after in zip(tokens, [*tokens[1:], _Token("mark", "")], strict=True):
            if token.keyword in _FORBIDDEN:
                raise ShaclFailure(f"a query with pre-bound variables has no {token.keyword}")
            if token.keyword == "AS" and after.name in self._names:
                raise ShaclFailure(f"a query gives no other value to {after.text}")
        selects = [i for i, token in enumerate(tokens) if token.keyword == "SELECT"]
        for start in selects[1:] if tokens and selects else ():
            projected = set()
            for token in tokens[start:]:
                if token.keyword in ("WHERE", "{"):
                    break
                projected.add(token.name)
            if missing := self._names - _OPTIONAL_IN_SUBQUERIES - projected:
                raise ShaclFailure(f"a subquery returns {', '.join(sorted(missing))} as well")


def _placed(tokens: list[_Token]) -> Iterator[tuple[str, _Token]]:
    """Each token with where it stands: in a projection, an expression, BOUND, or a pattern."""
    stack = ["pattern"]
    projecting = False
    skipped = 0
    for index, token in enumerate(tokens):
        if skipped:
            skipped -= 1
            continue
        if token.keyword == "BOUND" and (found := _bound(tokens, index)):
            skipped, variable = found
            yield "bound", variable
            continue
        if token.keyword in ("SELECT", "BY"):
            projecting = True
        elif token.text == "{":
            projecting = False
            stack.append("pattern")
        elif token.text == "(":
            stack.append("expression")
        elif token.text in ")}" and len(stack) > 1:
            stack.pop()
        place = stack[-1]
        yield ("projection" if projecting and place == "pattern" else place), token


def _bound(tokens: list[_Token], index: int) -> tuple[int, _Token] | None:
    """The variable in `BOUND ( ?x )`, and how many tokens come after the word."""
    inside = tokens[index + 1 : index + 9]
    marks = [token for token in inside if token.kind != "space"][:3]
    if len(marks) == 3 and marks[1].name and (marks[0].text, marks[2].text) == ("(", ")"):
        return inside.index(marks[2]) + 1, marks[1]
    return None
