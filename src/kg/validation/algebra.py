"""Reads the triple patterns out of the algebra of a query.

It brings a parser of SPARQL that takes longer to import than all the rest: only what reads queries
imports it, when it does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Final

import pyoxigraph as ox
from rdflib import URIRef, Variable
from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath
from rdflib.plugins.sparql.algebra import translateGroupGraphPattern, translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from kg.namespaces import PREFIXES
from kg.validation.patterns import ENTITY, Group, Hop, Pattern, Place

_PROLOGUE: Final = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
_TOGETHER: Final = frozenset(
    "SelectQuery Distinct OrderBy Join Filter Extend Group AggregateJoin ToMultiSet Graph".split()
)
"""Parts of an algebra whose own parts all have to have solutions."""

_EXISTENCE: Final = ("Builtin_EXISTS", "Builtin_NOTEXISTS")


def groups_of(query: str) -> list[Group] | None:
    """The groups of patterns in a SELECT; None if it has anything that is not understood here.

    Our prefixes are known to it.
    """
    algebra = translateQuery(parseQuery(_PROLOGUE + query)).algebra
    reading = _Reading()
    whole = reading.opened(None)
    reading.take(algebra, whole)
    return reading.groups if reading.clear and all(map(_is_anchored, reading.groups)) else None


def _is_anchored(group: Group) -> bool:
    """Whether each chain that may be empty begins or ends at a node that something else names.

    Otherwise it has a solution for every node of the data.
    """
    named = {place for other in group.patterns() if not other.empty for place in other.places}
    return all(
        any(isinstance(end, ox.NamedNode) or end in named for end in (chain.subject, chain.object))
        for chain in group.own
        if chain.empty
    )


def _binds_entity(parts: Mapping[str, object]) -> bool:
    """Whether BIND gives ?entity its value, so that no pattern has it; grouping by it is none."""
    return str(parts.get("var")) == ENTITY and not str(parts["expr"]).startswith("__agg_")


class _Reading:
    """One pass over an algebra; `clear` as long as everything in it is understood."""

    def __init__(self) -> None:
        self.clear = True
        self.groups: list[Group] = []
        self._numbers = count(1)

    def opened(self, around: Group | None, projected: frozenset[str] | None = None) -> Group:
        """A new group inside another."""
        group = Group(around, projected, len(self.groups))
        self.groups.append(group)
        return group

    def take(self, node: CompValue, group: Group) -> None:
        """Note the patterns in a part of an algebra."""
        parts = dict(node)
        match node.name:
            case "BGP":
                for triple in parts["triples"]:
                    self._pattern(triple, group)
            case "values":
                self._values(parts["res"], group)
            case "Project":
                projected = frozenset(map(str, parts["PV"]))
                self.take(parts["p"], self.opened(group, projected))
            case "LeftJoin":
                self.take(parts["p1"], group)
                optional = self.opened(group)
                self.take(parts["p2"], optional)
                self._expression(parts["expr"], optional)
            case "Union":
                self.take(parts["p1"], self.opened(group))
                self.take(parts["p2"], self.opened(group))
            case name if name in _TOGETHER:
                for part in ("p", "p1", "p2"):
                    if part in parts:
                        self.take(parts[part], group)
                self._expression([parts.get(part) for part in ("expr", "A")], group)
                self.clear &= not _binds_entity(parts)
            case _:
                self.clear = False

    def _expression(self, expression: object, group: Group) -> None:
        """Note the patterns of all EXISTS in an expression."""
        if isinstance(expression, CompValue) and expression.name in _EXISTENCE:
            inside = dict(expression)["graph"]
            if inside.name == "GroupGraphPatternSub":
                inside = translateGroupGraphPattern(inside)
            self.take(inside, self.opened(group))
        elif isinstance(expression, CompValue):
            for name, part in dict(expression).items():
                if name != "_vars":
                    self._expression(part, group)
        elif isinstance(expression, list):
            for part in expression:
                self._expression(part, group)

    def _values(self, rows: Iterable[dict[object, object]], group: Group) -> None:
        found: dict[str, set[ox.NamedNode] | None] = {}
        for row in rows:
            for variable, term in row.items():
                known = found.setdefault(group.name(str(variable)), set())
                if not isinstance(term, URIRef):
                    found[group.name(str(variable))] = None  # UNDEF, or a literal: may be anything
                elif known is not None:
                    known.add(ox.NamedNode(str(term)))
        for name, iris in found.items():
            if iris is not None:
                group.values[name] = frozenset(iris)

    def _pattern(self, triple: tuple[object, object, object], group: Group) -> None:
        subject, predicate, end = triple
        start, last = self._place(subject, group), self._place(end, group)
        if isinstance(predicate, Variable):
            group.own.append(Pattern(start, last, predicate=group.name(str(predicate))))
            return
        steps = list(self._steps(predicate))
        places = [start, *(f"/{next(self._numbers)}" for _ in steps[1:]), last]
        for (hops, endless, empty), here, there in zip(steps, places, places[1:], strict=False):
            group.own.append(Pattern(here, there, hops, endless=endless, empty=empty))

    def _place(self, term: object, group: Group) -> Place:
        """A literal is taken for a variable, since the engine compares some by value."""
        if isinstance(term, URIRef):
            return ox.NamedNode(str(term))
        return group.name(str(term)) if isinstance(term, Variable) else f"/{next(self._numbers)}"

    def _steps(self, path: object) -> Iterator[tuple[tuple[Hop, ...], bool, bool]]:
        """The steps of a path one after the other: hops, whether endless, whether empty fits."""
        match path:
            case SequencePath():
                for part in path.args:
                    yield from self._steps(part)
            case MulPath():
                yield self._hops(path.path), True, path.mod in "*?"
            case _:
                yield self._hops(path), False, False

    def _hops(self, path: object) -> tuple[Hop, ...]:
        match path:
            case URIRef():
                return (Hop(ox.NamedNode(str(path))),)
            case InvPath(arg=URIRef() as predicate):
                return (Hop(ox.NamedNode(str(predicate)), inverse=True),)
            case AlternativePath():
                return tuple(hop for part in path.args for hop in self._hops(part))
        self.clear = False
        return ()
