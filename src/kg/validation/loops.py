"""Contents that contain themselves: SPARQL has no path along whatever is a role."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from typing import Final, TypeAlias

import pyoxigraph as ox
from rdflib import RDF

from kg.namespaces import CKG
from kg.validation.solutions import Entities, Found, solutions_of

TYPE: Final = ox.NamedNode(str(RDF.type))
ROLE: Final = ox.NamedNode(str(CKG.Role))
SITUATION: Final = ox.NamedNode(str(CKG.Situation))
CONTENTS: Final = (
    SITUATION,
    *(ox.NamedNode(str(kind)) for kind in (CKG.Proposition, CKG.Claim)),
)
STEPS: Final = frozenset(
    ox.NamedNode(str(predicate)) for predicate in (RDF.subject, RDF.object, CKG.content)
)


def situations_in_themselves(store: ox.Store, entities: Entities = None) -> Found:
    """Situations that stand in a role of their own, at any depth; loops of claims are a query."""
    parts = _parts_of(store, _steps(store))
    for entity in _situations(store, entities):
        if entity in _inside(entity, parts):
            yield (
                entity.value,
                "A situation stands in none of its own roles, such as ckg:roleTheme, at any depth.",
            )


def in_new_loops(store: ox.Store, added: Iterable[ox.Triple]) -> Entities:
    """What may be in a loop that triples close: all that their subjects are made of.

    A triple that makes its subject a content closes one too. A new role may close any.
    """
    steps = _steps(store)
    parts = _parts_of(store, steps)
    found: set[ox.NamedNode] = set()
    for triple in added:
        if triple.predicate == TYPE and triple.object == ROLE:
            return None
        if isinstance(triple.subject, ox.NamedNode) and (
            triple.predicate in steps or triple.object in CONTENTS
        ):
            found |= {triple.subject, *_inside(triple.subject, parts)}
    return frozenset(found)


Parts: TypeAlias = Callable[[ox.NamedNode], Iterable[ox.NamedNode]]


def _parts_of(store: ox.Store, predicates: Collection[object]) -> Parts:
    """The parts of contents, looked up once each as they are asked for: few are in situations."""

    @cache
    def parts(whole: ox.NamedNode) -> frozenset[ox.NamedNode]:
        return frozenset(
            quad.object
            for quad in store.quads_for_pattern(whole, None, None)
            if quad.predicate in predicates
            and isinstance(quad.object, ox.NamedNode)
            and any(_has_type(store, quad.object, kind) for kind in CONTENTS)
        )

    return parts


def _steps(store: ox.Store) -> frozenset[object]:
    """The predicates that lead from a content to what it is made of."""
    roles = store.quads_for_pattern(None, TYPE, ROLE)
    return frozenset((*STEPS, *(quad.subject for quad in roles)))


def _situations(store: ox.Store, entities: Entities) -> Iterator[ox.NamedNode]:
    if entities is not None:
        yield from (e for e in sorted(entities, key=str) if _has_type(store, e, SITUATION))
        return
    for row in solutions_of(store, "SELECT DISTINCT ?entity WHERE { ?entity a ckg:Situation }"):
        if isinstance(entity := row["entity"], ox.NamedNode):
            yield entity


def _has_type(store: ox.Store, node: ox.NamedNode, kind: ox.NamedNode) -> bool:
    """Whether any graph says that a node has a class."""
    return any(True for _ in store.quads_for_pattern(node, TYPE, kind))


def _inside(whole: ox.NamedNode, parts: Parts) -> set[ox.NamedNode]:
    found: set[ox.NamedNode] = set()
    waiting = list(parts(whole))
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.add(part)
            waiting.extend(parts(part))
    return found
