"""The elements of a group of a query, from its tokens: what stands between two brackets.

What is read here has been read with the whole grammar before, so only that is looked at which
tells one element from the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from kg.sparql.lexer import CLOSING, OPENING, Token, word

Kind = Literal[
    "TRIPLES", "GROUP", "OPTIONAL", "MINUS", "LATERAL", "GRAPH", "SERVICE", "FILTER", "BIND",
    "VALUES",
]  # fmt: skip
Tokens: TypeAlias = Sequence[Token]

KEYWORDS: Final[dict[str, Kind]] = {
    "OPTIONAL": "OPTIONAL",
    "MINUS": "MINUS",
    "LATERAL": "LATERAL",
    "GRAPH": "GRAPH",
    "SERVICE": "SERVICE",
    "FILTER": "FILTER",
    "BIND": "BIND",
    "VALUES": "VALUES",
}


@dataclass(frozen=True, slots=True)
class Element:
    """One element with all its tokens; those of GROUP are groups, with UNION between them."""

    kind: Kind
    tokens: Tokens

    def groups(self) -> Iterator[Tokens]:
        """What stands between its outermost braces."""
        at = 0
        while at < len(self.tokens):
            if _is(self.tokens[at], "{"):
                end = after(self.tokens, at)
                yield self.tokens[at + 1 : end - 1]
                at = end
            else:
                at += 1


def elements(group: Tokens) -> Iterator[Element]:
    """The elements of a group, given what is between its braces; one SELECT is none."""
    at = 0
    while at < len(group):
        if _is(group[at], "."):
            at += 1
            continue
        kind = KEYWORDS.get(word(group[at]), "GROUP" if _is(group[at], "{") else "TRIPLES")
        end = _end(kind, group, at)
        yield Element(kind, group[at:end])
        at = end


def is_select(group: Tokens) -> bool:
    """Whether a sub-select stands between braces."""
    return bool(group) and word(group[0]) == "SELECT"


def after(found: Tokens, at: int) -> int:
    """Behind the bracket that closes the one at `at`."""
    depth = 0
    for number in range(at, len(found)):
        depth += _step(found[number])
        if depth == 0:
            return number + 1
    return len(found)


def variables(found: Iterable[Token]) -> tuple[str, ...]:
    """The names of the variables among tokens, each once, in their order."""
    return tuple(dict.fromkeys(token.text[1:] for token in found if token.kind == "var"))


def certain(group: Tokens) -> tuple[str, ...]:
    """Variables that every solution of a group binds; there may be more than are found."""
    if is_select(group):
        return ()
    return tuple(dict.fromkeys(name for each in elements(group) for name in bound(each)))


def bound(element: Element) -> tuple[str, ...]:
    """Variables that every solution of an element binds: a triple pattern binds all it has."""
    if element.kind == "TRIPLES" or is_plain_graph(element):
        return variables(element.tokens)
    if element.kind == "VALUES" and all(word(token) != "UNDEF" for token in element.tokens):
        return variables(element.tokens)
    return ()


def is_plain_graph(element: Element) -> bool:
    """Whether it is GRAPH with nothing but triple patterns."""
    return element.kind == "GRAPH" and all(is_plain(group) for group in element.groups())


def is_plain(group: Tokens) -> bool:
    """Whether a group has nothing but triple patterns."""
    return not is_select(group) and all(each.kind == "TRIPLES" for each in elements(group))


def in_scope(group: Tokens) -> tuple[str, ...]:
    """The variables that are visible outside of a group (SPARQL 1.1, 18.2.1), in their order."""
    if is_select(group):
        return tuple(dict.fromkeys(_projected(group)))
    return tuple(dict.fromkeys(name for each in elements(group) for name in _visible(each)))


def _visible(element: Element) -> Iterator[str]:
    match element.kind:
        case "TRIPLES" | "VALUES":
            yield from variables(element.tokens)
        case "BIND":
            yield element.tokens[-2].text[1:]
        case "FILTER" | "MINUS":
            return
        case _:
            if element.kind == "GRAPH":
                yield from variables(element.tokens[1:2])
            for group in element.groups():
                yield from in_scope(group)


def _projected(select: Tokens) -> Iterator[str]:
    """The variables of a SELECT: `?x`, `(… AS ?x)`, or all with `*`."""
    at = 1
    while at < len(select) and not _is(select[at], "{") and word(select[at]) != "WHERE":
        if _is(select[at], "("):
            at = after(select, at)
            yield from variables(select[at - 2 : at])
        elif _is(select[at], "*"):
            yield from in_scope(next(Element("GROUP", select).groups()))
            return
        else:
            yield from variables(select[at : at + 1])
            at += 1


def _end(kind: Kind, group: Tokens, at: int) -> int:
    """Behind the element that begins at `at`."""
    match kind:
        case "TRIPLES":
            return _end_of_triples(group, at)
        case "GROUP":
            end = after(group, at)
            while end < len(group) and word(group[end]) == "UNION":
                end = after(group, end + 1)
            return end
        case "VALUES":
            at += 1
            at = after(group, at) if _is(group[at], "(") else at + 1
            return after(group, at)
        case _:
            while not _is(group[at], "{", "(") and group[at].kind != "nil":
                at += 1
            return at + 1 if group[at].kind == "nil" else after(group, at)


def _end_of_triples(group: Tokens, at: int) -> int:
    depth = 0
    for number in range(at, len(group)):
        token = group[number]
        if depth == 0 and (_is(token, "{") or word(token) in KEYWORDS):
            return number
        depth += _step(token)
    return len(group)


def _step(token: Token) -> int:
    if token.kind != "punct":
        return 0
    return (token.text in OPENING) - (token.text in CLOSING)


def _is(token: Token, *signs: str) -> bool:
    return token.kind == "punct" and token.text in signs
