"""`GRAPH ?g { … }` asked of each graph by its name.

SPARQL evaluates the pattern in each named graph and joins the solutions with the name (SPARQL 1.1
Query, section 18.6); the engine binds ?g in each triple pattern instead. That is the same where
patterns bind ?g in every solution and nothing else looks at it. Elsewhere the definition is
written out, for the names of the graphs that the query can reach:

    { GRAPH <a> { … } VALUES ?g { <a> } } UNION { GRAPH <b> { … } VALUES ?g { <b> } }
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from kg.errors import QueryError
from kg.sparql.changes import with_changes
from kg.sparql.empty_paths import is_empty_path
from kg.sparql.lexer import Token, place, tokens, word
from kg.sparql.tree import Part, tree

_NOTHING: Final = "urn:kg:nothing"
"""A graph that is not there."""

_EACH_ALONE: Final = frozenset({"MINUS", "LATERAL", "SERVICE"})


def is_asked(found: Sequence[Token]) -> bool:
    """Whether there is a `GRAPH` with a variable that has to be written out."""
    return _first(found) is not None


def for_each_graph(text: str, names: Sequence[str], limit: int) -> str:
    """The text for graphs of these IRIs; raises `QueryError` where it has more than `limit` bytes.

    The place of that error is the first such GRAPH.
    """
    where = None
    while (graph := _first(found := tuple(tokens(text)))) is not None:
        where = where or place(text, found[graph.start].start)
        variable, opening, closing = (
            found[at] for at in (graph.start + 1, graph.start + 2, graph.end - 1)
        )
        start, end = found[graph.start].start, closing.start + 1
        pattern = text[opening.start : end]
        if len(pattern.encode()) * len(names) > limit:
            raise _too_long(*where, len(names))
        text = f"{text[:start]}{{ {_union(variable.text, pattern, names)} }}{text[end:]}"
    return text


def _union(variable: str, pattern: str, names: Sequence[str]) -> str:
    if not names:
        return f"GRAPH <{_NOTHING}> {pattern} VALUES {variable} {{ }}"
    return " UNION ".join(
        f"{{ GRAPH <{name}> {_labelled(pattern, number)} VALUES {variable} {{ <{name}> }} }}"
        for number, name in enumerate(names)
    )


def _too_long(line: int, column: int, graphs: int) -> QueryError:
    return QueryError(
        f"what stands in this GRAPH has to be asked of each of {graphs} graphs, and is too long",
        hint="name the graph, or move subqueries, MINUS and EXISTS out of the brackets",
        line=line,
        column=column,
    )


def _labelled(pattern: str, number: int) -> str:
    """A copy with blank node labels of its own: one label stands in one block of triples only."""
    found = (token for token in tokens(pattern) if token.kind == "bnode")
    return with_changes(
        pattern,
        ((t.start, t.start + len(t.text), f"{t.text}_kg{number}") for t in found),
    )


def _first(found: Sequence[Token]) -> Part | None:
    """The first `GRAPH` that has to be written out."""
    if not _has_variable_graph(found):
        return None
    root = tree(found)
    parts = root.all("NotTriples") if root is not None else ()
    return next((part for part in parts if _is_taken_otherwise(part, found)), None)


def asked_of_themselves(found: Sequence[Token]) -> Iterator[Token]:
    """Variables that stand in an expression of their own GRAPH, where they have no value yet."""
    if not _has_variable_graph(found):
        return
    root = tree(found)
    for part in root.all("NotTriples") if root is not None else ():
        name = _variable(part, found)
        expressions = list(part.all("Constraint", "Bind"))
        inside = [t for e in expressions for t in found[e.start : e.end] if _is(t, name)]
        all_inside = [t for t in found[part.start + 2 : part.end] if _is(t, name)]
        if name and inside and len(inside) == len(all_inside):
            yield inside[0]


def _is(token: Token, name: str) -> bool:
    return token.kind == "var" and token.text[1:] == name


def _variable(part: Part, found: Sequence[Token]) -> str:
    """The variable of a GRAPH, without its sign; empty for anything else."""
    is_one = word(found[part.start]) == "GRAPH" and found[part.start + 1].kind == "var"
    return found[part.start + 1].text[1:] if is_one else ""


def _has_variable_graph(found: Sequence[Token]) -> bool:
    return any(word(a) == "GRAPH" and b.kind == "var" for a, b in pairwise(found))


def _is_taken_otherwise(part: Part, found: Sequence[Token]) -> bool:
    """Whether this is `GRAPH ?g` with something in it that is not the same for the engine."""
    name = _variable(part, found)
    if not name:
        return False
    group = part.parts[1]
    return not (_Look(found, name).is_harmless(group) and _binds(group, found))


class _Look:
    """Looks for what the engine evaluates otherwise under `GRAPH` with a variable."""

    def __init__(self, found: Sequence[Token], variable: str) -> None:
        self._found = found
        self._variable = variable

    def is_harmless(self, group: Part) -> bool:
        """Whether nothing in a group looks at the variable, or takes it for one of its own."""
        inside = self._found[group.start : group.end]
        if any(_is(token, self._variable) for token in inside):
            return False
        return not any(self._is_apart(part) for part in group.all())

    def _is_apart(self, part: Part) -> bool:
        match part.name:
            case "SubSelect":
                return True
            case "NotTriples":
                return word(self._found[part.start]) in _EACH_ALONE
            case "BuiltInCall":
                at = part.start + (word(self._found[part.start]) == "NOT")
                return word(self._found[at]) == "EXISTS"
            case _:
                return False


def _binds(group: Part, found: Sequence[Token]) -> bool:
    """Whether each solution of a group has a triple of the graph."""
    inner = group.child("Group")
    return inner is not None and any(_binds_one(part, found) for part in inner.parts)


def _binds_one(part: Part, found: Sequence[Token]) -> bool:
    if part.name == "TriplesBlock":
        return any(_has_step(each, found) for each in part.all("TriplesSameSubject"))
    either = part.child("GroupOrUnion") if part.name == "NotTriples" else None
    return either is not None and all(_binds(branch, found) for branch in either.parts)


def _has_step(triples: Part, found: Sequence[Token]) -> bool:
    """Whether all of it needs a triple; paths that may have no step are looked at no further."""
    return not any(is_empty_path(path, found) for path in triples.all("Path"))
