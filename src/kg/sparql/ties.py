"""ORDER BY with LIMIT or OFFSET chooses the same solutions each time.

SPARQL leaves open in which order solutions come that are equal by all keys, and so which of them a
page has. Here they are ordered by the variables that are selected, from the first to the last;
those of `SELECT *` by their names:

    SELECT ?conflict ?n { … } ORDER BY DESC(?n) LIMIT 10
    SELECT ?conflict ?n { … } ORDER BY DESC(?n) ?conflict LIMIT 10

So two pages never have the same solution, unless it is there twice. Subqueries stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.sparql.changes import with_changes
from kg.sparql.lexer import Token, word
from kg.sparql.tree import Part, tree


def may_tie(found: Sequence[Token]) -> bool:
    """Whether the words are there without which there is nothing to do."""
    words = {word(token) for token in found if token.kind == "word"}
    return {"SELECT", "ORDER"} <= words and bool(words & {"LIMIT", "OFFSET"})


def with_ties_ordered(text: str, found: Sequence[Token]) -> str:
    """The text with more keys; the same one where the grammar does not take it."""
    root = tree(found)
    select = next(root.all("SelectQuery"), None) if root is not None else None
    modifier = select.child("SolutionModifier") if select is not None else None
    order = modifier.child("OrderClause") if modifier is not None else None
    if select is None or modifier is None or order is None or not modifier.child("LimitOffset"):
        return text
    keys = {_key(found[part.start : part.end]) for part in order.parts}
    more = [name for name in dict.fromkeys(_selected(select, found)) if name not in keys]
    last = found[order.end - 1]
    end = last.start + len(last.text)
    return with_changes(text, [(end, end, "".join(f" ?{name}" for name in more))])


def _key(condition: Sequence[Token]) -> str:
    """The name of the variable that a condition is; empty where it is more than that."""
    rest = [token for token in condition if word(token) not in ("ASC", "DESC")]
    names = [token.text[1:] for token in rest if token.text not in ("(", ")")]
    return names[0] if len(names) == 1 and any(token.kind == "var" for token in rest) else ""


def _selected(select: Part, found: Sequence[Token]) -> Iterator[str]:
    """The names that a query selects; of `*` all that it has, since others are bound nowhere."""
    clause = select.parts[0]
    for item in clause.parts:
        yield found[item.end - 2 if item.parts else item.start].text[1:]
    if not clause.parts:
        names = found[select.start : select.end]
        yield from sorted({token.text[1:] for token in names if token.kind == "var"})
