"""Triple patterns of a query, with names for what it does not name itself."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from kg.columnar.algebra import Either, Pattern, Repeat, Step
from kg.columnar.engine import solutions
from kg.columnar.handing_over import HandedOver
from kg.columnar.terms import XSD
from kg.namespaces import PREFIXES
from kg.sparql.lexer import Token
from kg.sparql.prologue import Prologue
from kg.sparql.shape import PLAIN_IRI
from kg.sparql.tree import Part

TYPE: Final = f"<{PREFIXES['rdf']}type>"


_PLAIN_IRI: Final = re.compile(PLAIN_IRI)
_PLAIN_INTEGER: Final = re.compile(r"[1-9][0-9]{0,17}")
_PLAIN_STRING: Final = re.compile(r"""(["'])[A-Za-z0-9 .,:/_-]*\1""")


class Names:
    """Terms and variables of a query, as operators have them."""

    def __init__(
        self, text: str, prologue: str, found: Sequence[Token], prefixes: Prologue
    ) -> None:
        self.hidden: set[str] = set()
        self.tokens = found
        self._text = text
        self._prologue = prologue
        self._prefixes = prefixes
        self._blank: dict[str, str] = {}

    def term(self, part: Part) -> str:
        """A variable, the text of a constant, or the variable that stands for a blank node."""
        found = self.tokens[part.start : part.end]
        match found[0].kind:
            case "var":
                return f"?{found[0].text[1:]}"
            case "bnode":
                return self._blank.setdefault(found[0].text, self.hide())
            case "anon":
                return self.hide()
            case "nil" | "punct" if found[0].text not in "+-":
                raise HandedOver("it has a list in its patterns")
        plain = self._plain(found[0]) if len(found) == 1 else None
        return plain or _constant(self.slice(part.start, part.end), self._prologue)

    def _plain(self, token: Token) -> str | None:
        """The text of a term that the engine keeps as it is written, where this is certain."""
        match token.kind:
            case "word" if token.text == "a":
                return TYPE
            case "iri" if _PLAIN_IRI.fullmatch(token.text):
                return token.text
            case "pname" if "/." not in self._prologue:
                iri = f"<{self._prefixes.resolve(token)}>"
                return iri if _PLAIN_IRI.fullmatch(iri) else None
            case "number" if _PLAIN_INTEGER.fullmatch(token.text):
                return f'"{token.text}"^^<{XSD}integer>'
            case "string" if _PLAIN_STRING.fullmatch(token.text):
                return f'"{token.text[1:-1]}"'
        return None

    def slice(self, start: int, end: int) -> str:
        """The text of some tokens."""
        if start >= end:
            return ""
        last = self.tokens[end - 1]
        return self._text[self.tokens[start].start : last.start + len(last.text)]

    def hide(self) -> str:
        """A new variable that the query cannot select."""
        name = f"?hidden{len(self.hidden)}"
        while name[1:] in self._text:
            name += "_"
        self.hidden.add(name)
        return name


@lru_cache(maxsize=4096)
def _constant(text: str, prologue: str) -> str:
    """The text of a term as the engine keeps it; literals are not always kept as written."""
    found = solutions(f"{prologue} SELECT ?term WHERE {{ VALUES ?term {{ {text} }} }}")
    return str(next(found)["term"])


def patterns(block: Part, names: Names) -> Iterator[Step]:
    """The patterns of a block, which may nest to the right."""
    for part in block.parts:
        if part.name == "TriplesSameSubject":
            yield from _of_subject(part, names)
        else:
            yield from patterns(part, names)


def _of_subject(part: Part, names: Names) -> Iterator[Step]:
    subject, *rest = part.parts
    if subject.name == "TriplesNode":
        term = yield from _node(subject, names)
    else:
        term = names.term(subject)
    for properties in rest:
        yield from _properties(term, properties, names)


def _node(part: Part, names: Names) -> Generator[Step, None, str]:
    """The patterns of a node in brackets; returns its variable."""
    if names.tokens[part.start].text != "[":
        raise HandedOver("it has a list in its patterns")
    term = names.hide()
    yield from _properties(term, part.parts[0], names)
    return term


def _properties(subject: str, part: Part, names: Names) -> Iterator[Step]:
    for verb, objects in zip(part.parts[::2], part.parts[1::2], strict=True):
        for each in objects.parts:
            node = each.parts[0]
            if node.parts and node.parts[0].name == "TriplesNode":
                term = yield from _node(node.parts[0], names)
            else:
                term = names.term(node)
            yield from _verb(subject, verb, term, names)


def _verb(subject: str, verb: Part, term: str, names: Names) -> Iterator[Step]:
    if verb.parts:
        yield from _path(subject, verb.parts[0], term, names)
    else:
        yield Pattern(subject, names.term(verb), term)


def _path(subject: str, path: Part, term: str, names: Names) -> Iterator[Step]:
    """The steps of a path of `/`, `^` and `|`, between variables that are hidden."""
    sequences = [path.parts[0], *(other.parts[0] for other in path.parts[1:])]
    branches = [tuple(_sequence(subject, each, term, names)) for each in sequences]
    if len(branches) == 1:
        yield from branches[0]
    else:
        yield Either(subject, term, tuple(branches))


def _sequence(subject: str, sequence: Part, term: str, names: Names) -> Iterator[Step]:
    first, *steps = sequence.parts
    elements = [first, *(step.parts[0] for step in steps)]
    ends = [subject, *(names.hide() for _ in steps), term]
    for element, (start, end) in zip(elements, pairwise(ends), strict=True):
        if names.tokens[element.start].text == "^":
            start, end = end, start
        primary, *mod = element.parts
        if mod:
            yield _repeated(start, primary, end, names, names.tokens[mod[0].start].text)
        elif primary.parts and primary.parts[0].name == "Path":
            yield from _path(start, primary.parts[0], end, names)
        else:
            yield Pattern(start, names.term(primary), end)


def _repeated(subject: str, primary: Part, term: str, names: Names, sign: str) -> Repeat:
    """A path with `+`, `*` or `?`."""
    start, end = names.hide(), names.hide()
    if primary.parts and primary.parts[0].name == "Path":
        steps = tuple(_path(start, primary.parts[0], end, names))
    else:
        steps = (Pattern(start, names.term(primary), end),)
    return Repeat(subject, term, start, end, steps, sign != "+", sign != "?")
