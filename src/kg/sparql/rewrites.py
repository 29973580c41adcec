"""What is changed in a query before the engine sees it, so that the answer is what SPARQL says.

GROUP_CONCAT gives a simple literal (SPARQL 1.1 Query, section 18.5.1.7); the engine keeps the
language of texts that all have the same. STR() of a literal is its lexical form as a simple
literal, leaves an error an error, and may stand wherever an aggregate may.

TRUE and FALSE are matched whatever their case, like all keywords (section 19.8, note 1); the engine
knows them in lower case.

Paths of length zero, BNODE with a text, GRAPH with a variable and solutions that are equal by all
keys of ORDER BY have modules of their own; what they write instead is meant for our own engine, and
other engines are spared it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kg.sparql.changes import Change, with_changes
from kg.sparql.empty_paths import may_be_there, with_empty_paths
from kg.sparql.lexer import CLOSING, OPENING, Token, tokens, word
from kg.sparql.prologue import Prologue
from kg.sparql.solution_nodes import with_solution_nodes
from kg.sparql.ties import may_tie, with_ties_ordered

_BOOLEANS: Final = frozenset({"TRUE", "FALSE"})


def rewritten(text: str, found: Sequence[Token]) -> str:
    """The text for any engine; the same object where nothing is to be changed."""
    words = {word(token) for token in found if token.kind == "word"}
    changes = _lower_case(found) if words & _BOOLEANS else []
    changes += _without_language(found) if "GROUP_CONCAT" in words else []
    return with_changes(text, changes) if changes else text


def rewritten_for_ours(text: str, found: Sequence[Token], prologue: Prologue) -> str:
    """The text for our own engine, apart from GRAPH, for which names of graphs are needed.

    It is the same object where nothing is to be changed; `found` are its tokens.
    """
    if may_be_there(found):
        text = with_empty_paths(text, found, prologue)
        found = tuple(tokens(text))
    if any(word(token) == "BNODE" for token in found):
        text = with_solution_nodes(text, found)
        found = tuple(tokens(text))
    return with_ties_ordered(text, found) if may_tie(found) else text


def _lower_case(found: Sequence[Token]) -> list[Change]:
    return [
        (token.start, token.start + len(token.text), word(token).lower())
        for token in found
        if token.kind == "word" and word(token) in _BOOLEANS and not token.text.islower()
    ]


def _without_language(found: Sequence[Token]) -> list[Change]:
    """`STR(` before each GROUP_CONCAT and `)` behind its last bracket."""
    changes: list[Change] = []
    open_at: list[int] = []
    depth = 0
    for at, token in enumerate(found):
        if token.kind == "word" and word(token) == "GROUP_CONCAT":
            if at + 1 < len(found) and found[at + 1].text == "(":
                changes.append((token.start, token.start, "STR("))
                open_at.append(depth)
        elif token.kind == "punct":
            depth += (token.text in OPENING) - (token.text in CLOSING)
            if token.text == ")" and open_at and open_at[-1] == depth:
                open_at.pop()
                changes.append((token.start + 1, token.start + 1, ")"))
    return changes
