"""BNODE(text) gives one blank node for one text in one solution, and another in the next.

So says SPARQL 1.1 Query, section 17.4.2.9; the engine names the node after the text, over all
solutions. Each solution is given a word of its own, which is put behind the text:

    SELECT (BNODE(?x) AS ?b) { … }
    SELECT (BNODE(IF(DATATYPE(?x) = xsd:string, CONCAT(?x, ?u), ?x)) AS ?b)
    { { … } BIND(STRUUID() AS ?u) }

Two pairs of text and word are equal where both are, since all words have one length. What is not a
simple literal is handed on, and is an error as before. This is done where all calls stand in one
SELECT clause without groups; elsewhere they stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kg.namespaces import PREFIXES
from kg.sparql.changes import Change, unused, with_changes
from kg.sparql.grammar import AGGREGATES
from kg.sparql.lexer import Token, word
from kg.sparql.tree import Part, tree

_OTHERWISE_EACH_TIME: Final = frozenset({"RAND", "UUID", "STRUUID", "BNODE", "EXISTS"})
_STRING: Final = f"<{PREFIXES['xsd']}string>"


def with_solution_nodes(text: str, found: Sequence[Token]) -> str:
    """The text where such calls, if it may be, are given a word for each solution."""
    root = tree(found)
    if root is None:
        return text
    calls = [call for call in root.all("BuiltInCall") if _is_with_text(call, found)]
    select = _their_select(root, calls, found)
    where = select.child("WhereClause") if select is not None else None
    if where is None:
        return text
    fresh = unused(text, "kg")
    group = where.parts[0]
    opening, closing = found[group.start], found[group.end - 1]
    changes: list[Change] = [
        (opening.start, opening.start, "{ "),
        (closing.start + 1, closing.start + 1, f" BIND(STRUUID() AS ?{fresh}) }}"),
    ]
    changes += (change for call in calls for change in _call(text, call, found, fresh))
    return with_changes(text, changes)


def _is_with_text(call: Part, found: Sequence[Token]) -> bool:
    """Whether this is BNODE with an argument."""
    return word(found[call.start]) == "BNODE" and found[call.start + 1].kind != "nil"


def _their_select(root: Part, calls: Sequence[Part], found: Sequence[Token]) -> Part | None:
    """The SELECT whose clause has all these calls; None where there is none that serves."""
    for select in root.all("SelectQuery", "SubSelect"):
        clause = select.child("SelectClause")
        if clause is None or not calls or not all(_is_in(call, clause) for call in calls):
            continue
        words = {word(token) for token in found[clause.start : clause.end]}
        modifier = select.child("SolutionModifier")
        grouped = modifier is not None and (
            modifier.child("GroupClause") or modifier.child("HavingClause")
        )
        values = (select if select.name == "SubSelect" else root).child("ValuesClause")
        arguments = {word(t) for c in calls for t in found[c.start + 1 : c.end]}
        plain = not words & AGGREGATES and not arguments & _OTHERWISE_EACH_TIME
        return select if plain and not grouped and values is None else None
    return None


def _is_in(part: Part, whole: Part) -> bool:
    return whole.start <= part.start and part.end <= whole.end


def _call(text: str, call: Part, found: Sequence[Token], fresh: str) -> Iterator[Change]:
    opening, closing = found[call.start + 1], found[call.end - 1]
    argument = text[opening.start + 1 : closing.start]
    put = f"IF(DATATYPE({argument}) = {_STRING}, CONCAT({argument}, ?{fresh}), {argument})"
    yield opening.start + 1, closing.start, put
