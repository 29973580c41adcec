"""Queries as another engine is sent them: with our base and prefixes, and with values.

Only the words are looked at, as the grammar of SPARQL cuts them; the engine reads the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kg.namespaces import BASE, PREFIXES
from kg.store.interface import Term

FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")

_TOKEN: Final = re.compile(
    r'''(?P<other>"""(?:[^"\\]|\\.|"(?!""))*+"""|"(?:[^"\\\n]|\\.)*+"'''
    r"""|'''(?:[^'\\]|\\.|'(?!''))*+'''|'(?:[^'\\\n]|\\.)*+'"""
    r"""|<[^<>"{}|^`\\\s]*+>|\#[^\n]*+)"""
    r"|[?$](?P<variable>\w++)"
    r"|(?P<prefix>(?:[^\W\d_][\w.-]*)?):(?:[\w.%:-]|\\.)*+"
    r"|(?P<word>\w++)|(?P<brace>[{}])",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, variable, prefix or brace, and where it begins and ends."""

    kind: str
    text: str
    start: int
    end: int


def pieces(text: str) -> Iterator[Piece]:
    """What matters here of a text: nothing inside strings, IRIs and comments."""
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind != "other":
            yield Piece(kind, found[kind], found.start(), found.end())


def form_of(text: str) -> str:
    """The form of a query, in upper case; empty where the text is none."""
    words = (piece.text.upper() for piece in pieces(text) if piece.kind == "word")
    return next((word for word in words if word in FORMS), "")


def has_from(text: str) -> bool:
    """Whether a query chooses its graphs itself."""
    return any(piece.kind == "word" and piece.text.upper() == "FROM" for piece in pieces(text))


def with_prologue(text: str) -> str:
    """The same text after our base and those of our prefixes that it uses."""
    used = {piece.text for piece in pieces(text) if piece.kind == "prefix"}
    lines = [f"PREFIX {name}: <{PREFIXES[name]}>" for name in sorted(used & set(PREFIXES))]
    return "\n".join([f"BASE <{BASE}>", *lines, text])


def with_bindings(text: str, bindings: Mapping[str, Term]) -> str:
    """The same text with values of variables, in each group that names them.

    Groups are evaluated by themselves before they are joined: a value at the top alone would not
    reach a filter in a group below, and would let an engine evaluate that group without it.
    """
    if not bindings:
        return text
    made, last = [], 0
    for at, names in sorted(_places(list(pieces(text)), bindings)):
        made.append(text[last:at])
        made += (f" VALUES ?{name} {{ {bindings[name]} }} " for name in sorted(names))
        last = at
    return "".join([*made, text[last:]])


def _places(found: Sequence[Piece], names: Iterable[str]) -> Iterator[tuple[int, frozenset[str]]]:
    """After which braces values belong, and of which variables; all of them in the outermost."""
    wanted = frozenset(names)
    groups: list[tuple[int, set[str]]] = []
    for number, piece in enumerate(found):
        if piece.text == "{":
            groups.append((number, set() if groups else set(wanted)))
        elif piece.text == "}" and groups:
            start, named = groups.pop()
            if named and _is_group(found, start):
                yield found[start].end, frozenset(named)
        elif piece.kind == "variable" and piece.text in wanted and groups:
            groups[-1][1].add(piece.text)


def _is_group(found: Sequence[Piece], number: int) -> bool:
    """Whether a brace opens a group of patterns: no data, no template, no subquery."""
    at = number - 1
    while at >= 0 and found[at].kind == "variable":
        at -= 1
    before = found[at].text.upper() if at >= 0 else ""
    follows = found[number + 1].text.upper() if number + 1 < len(found) else ""
    return before not in ("CONSTRUCT", "VALUES") and follows != "SELECT"
