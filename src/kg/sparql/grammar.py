"""Where a text stops being a SPARQL query or update, and what could have stood there.

The engine's own words name a place up to fourteen characters off, so a text that it has refused is
read once more here, with the grammar in `sparql.ebnf`. It is LL(1): one token decides, and no stack
but a list is needed. What this accepts and the engine does not is left to the engine's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, TypeAlias

from kg.sparql.lexer import Token, word

AGGREGATES: Final = frozenset("COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT".split())
BUILTINS: Final = frozenset(
    """ABS BNODE BOUND CEIL COALESCE CONCAT CONTAINS DATATYPE DAY ENCODE_FOR_URI FLOOR HASLANG
    HASLANGDIR HOURS IF IRI ISBLANK ISIRI ISLITERAL ISNUMERIC ISTRIPLE ISURI LANG LANGDIR
    LANGMATCHES LCASE MD5 MINUTES MONTH NOW OBJECT PREDICATE RAND REGEX REPLACE ROUND SAMETERM
    SECONDS SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLANGDIR STRLEN
    STRSTARTS STRUUID SUBJECT SUBSTR TIMEZONE TRIPLE TZ UCASE URI UUID YEAR""".split()
)

CLASSES: Final = {
    "IRIREF": "an IRI in <…>",
    "PNAME_NS": "a prefix with its colon",
    "PNAME": "prefix:name",
    "VAR": "a variable",
    "NUMBER": "a number",
    "INTEGER": "a number",
    "STRING": "a string",
    "LANG": "a language tag",
    "BLANK": "a blank node",
    "NIL": "()",
    "ANON": "[]",
    "BUILTIN": "a function",
    "AGGREGATE": "an aggregate such as COUNT",
    "END": "the end",
}
"""Terminals that stand for many tokens, and how messages call them."""


@dataclass(frozen=True)
class Terminal:
    """One token: a class of `CLASSES`, a keyword or a sign."""

    name: str


@dataclass(frozen=True)
class Rule:
    """What the rule of this name stands for."""

    name: str


@dataclass(frozen=True, eq=False)
class Many:
    """Parts one after the other, one of them, or one of them repeated (`*` or `?`)."""

    how: str
    parts: tuple[Node, ...]


Node: TypeAlias = Terminal | Rule | Many


@dataclass(frozen=True, slots=True)
class Stop:
    """The first token that cannot stand where it does (None: the text ends), and what could."""

    token: Token | None
    previous: Token | None
    expected: tuple[str, ...]


def stop(tokens: Iterable[Token], rule: str = "Query") -> Stop | None:
    """Where these tokens stop being a query, or an `Update`; None if they are one."""
    todo: list[Node] = [Rule(rule)]
    expected: list[str] = []
    following = iter(tokens)
    previous, token = None, next(following, None)
    names = terminals(token)
    while todo:
        node = todo.pop()
        if isinstance(node, Terminal) and node.name in names:
            previous, token = token, next(following, None)
            names = terminals(token)
            expected.clear()
            continue
        if not names & first(node):
            expected.extend(labels(node))
            if not nullable(node):
                return Stop(token, previous, tuple(dict.fromkeys(expected)))
        else:
            todo.extend(expanded(node, names))
    return None


def rule_body(name: str) -> Node:
    """What a rule stands for."""
    return _rules()[name]


def expanded(node: Node, names: frozenset[str]) -> Iterable[Node]:
    """The nodes to go on with where a token has these names, the next one last."""
    if isinstance(node, Rule):
        return (_rules()[node.name],)
    if not isinstance(node, Many):
        return (node,)
    if node.how == "|":
        return (next(part for part in node.parts if names & first(part)),)
    if node.how == " ":
        return reversed(node.parts)
    return (node, *node.parts) if node.how == "*" else node.parts


def terminals(token: Token | None) -> frozenset[str]:
    """The names of terminals that a token is an instance of."""
    if token is None:
        return frozenset({"END"})
    if keyword := word(token):
        kinds = {"BUILTIN": BUILTINS, "AGGREGATE": AGGREGATES}
        return frozenset({keyword} | {name for name, words in kinds.items() if keyword in words})
    match token.kind:
        case "punct":
            return frozenset({token.text})
        case "pname":
            return frozenset({"PNAME_NS" if token.text.endswith(":") else "PNAME"})
        case "number":
            return frozenset({"INTEGER" if token.text.isdecimal() else "NUMBER"})
        case kind:
            return frozenset({{"iri": "IRIREF", "bnode": "BLANK"}.get(kind, kind.upper())})


@cache
def nullable(node: Node) -> bool:
    """Whether a node can stand for nothing."""
    match node:
        case Terminal():
            return False
        case Rule(name):
            return nullable(_rules()[name])
        case Many("?" | "*"):
            return True
        case Many("|", parts):
            return any(nullable(part) for part in parts)
        case Many(_, parts):
            return all(nullable(part) for part in parts)


@cache
def first(node: Node) -> frozenset[str]:
    """The terminals that a node can begin with."""
    match node:
        case Terminal(name):
            return frozenset({name})
        case Rule(name):
            return first(_rules()[name])
        case Many(_):
            return frozenset().union(*(first(part) for part in _beginning(node)))


@cache
def labels(node: Node) -> tuple[str, ...]:
    """How messages call what a node can begin with."""
    match node:
        case Terminal(name):
            return (CLASSES.get(name, name),)
        case Rule(name) if name in _labels():
            return (_labels()[name],)
        case Rule(name):
            return labels(_rules()[name])
        case Many(_):
            return tuple(label for part in _beginning(node) for label in labels(part))


def _beginning(node: Many) -> Iterator[Node]:
    """The parts that can come first."""
    for part in node.parts:
        yield part
        if node.how == " " and not nullable(part):
            return


_RULE = re.compile(r"(?m)^(\w+)( [^=\n]*?)? = (.+)$")
_WORD = re.compile(r"'([^']+)'|(\w+)|([()|*+?])")


@cache
def _read() -> tuple[dict[str, Node], dict[str, str]]:
    text = files("kg.sparql").joinpath("sparql.ebnf").read_text(encoding="utf-8")
    rules: dict[str, Node] = {}
    called: dict[str, str] = {}
    for name, label, body in _RULE.findall(text):
        rules[name] = _parse(body)
        if label.strip():
            called[name] = label.strip()
    return rules, called


def _rules() -> dict[str, Node]:
    return _read()[0]


def _labels() -> dict[str, str]:
    return _read()[1]


def _parse(body: str) -> Node:
    """A rule's body: alternatives of sequences, nested in brackets."""
    stack: list[list[list[Node]]] = [[[]]]
    for match in _WORD.finditer(body):
        literal, name, sign = match.groups()
        sequence = stack[-1][-1]
        if literal:
            sequence.append(Terminal(literal))
        elif name:
            sequence.append(Terminal(name) if name.isupper() else Rule(name))
        elif sign == "(":
            stack.append([[]])
        elif sign == ")":
            closed = _alternatives(stack.pop())
            stack[-1][-1].append(closed)
        elif sign == "|":
            stack[-1].append([])
        elif sign == "+":
            sequence.append(Many("*", (sequence[-1],)))
        else:
            sequence.append(Many(sign, (sequence.pop(),)))
    return _alternatives(stack[0])


def _alternatives(sequences: list[list[Node]]) -> Node:
    parts = tuple(s[0] if len(s) == 1 else Many(" ", tuple(s)) for s in sequences)
    return parts[0] if len(parts) == 1 else Many("|", parts)
