"""What a query reads, and the ways from there to its entity.

A change can alter the solutions for an entity only through a pattern that one of its triples
matches. The patterns that hold together with it lead from the triple to the entity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice, permutations, product
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.validation.known import groups_known
from kg.validation.patterns import ENTITY, Allowed, Group, Hop, Pattern, Place

ROUTES: Final = 6
"""How many ways from a pattern to the entity are known: where one branches another is tried too."""

LONGEST: Final = 6
"""How many legs a way has at most."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A step from one place of a pattern to another, counted as in a triple."""

    pattern: Pattern
    start: int
    end: int

    @property
    def cost(self) -> int:
        """How many nodes it may lead to, roughly: few along a predicate, many along any."""
        return 1 + 2 * (not self.pattern.hops) + self.pattern.endless


@dataclass(frozen=True, slots=True)
class Demand:
    """What holds of a node: that a predicate, or its inverse, leads from it to one of these."""

    hop: Hop
    ends: frozenset[ox.NamedNode]


Route: TypeAlias = tuple[Leg, ...]
"""Legs one after the other, the last of which ends at the entity."""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A pattern of a query, its ways to the entity, and what is known of variables beside it.

    Each way comes with the place in the pattern where it starts; without any, all entities may be
    concerned.
    """

    pattern: Pattern
    routes: tuple[tuple[int, Route], ...]
    allowed: Allowed
    demands: dict[str, tuple[Demand, ...]]


@cache
def reads_of(query: str) -> tuple[Read, ...] | None:
    """What a SELECT of ?entity reads; None is everything."""
    groups = groups_known(query)
    if groups is None:
        from kg.validation.algebra import groups_of  # its parser takes longest of all to import

        groups = groups_of(query)
    if groups is None:
        return None
    return tuple(_read(pattern, group) for group in groups for pattern in group.own)


def _read(pattern: Pattern, group: Group) -> Read:
    together, allowed = group.patterns(), group.allowed()
    demands: dict[str, tuple[Demand, ...]] = {}
    for other in together:
        for name, demand in _demands(other, allowed):
            demands[name] = (*demands.get(name, ()), demand)
    found = [
        (index, route)
        for index, place in enumerate(pattern.places)
        if isinstance(place, str) and place
        for route in _routes(place, together, frozenset((place,)))
    ]
    found.sort(key=lambda way: sum(leg.cost for leg in way[1]))
    return Read(pattern, tuple(islice(found, ROUTES)), allowed, demands)


def _routes(place: Place, together: list[Pattern], seen: frozenset[Place]) -> Iterator[Route]:
    """The ways from a variable to the entity that pass no variable twice."""
    if place == ENTITY:
        yield ()
    elif len(seen) <= LONGEST:
        for pattern, (start, end) in product(together, permutations(range(3), 2)):
            there = pattern.places[end]
            if pattern.places[start] == place and isinstance(there, str) and there not in seen:
                for rest in _routes(there, together, seen | {there}) if there else ():
                    yield (Leg(pattern, start, end), *rest)


def _demands(pattern: Pattern, allowed: Allowed) -> Iterator[tuple[str, Demand]]:
    """What a pattern with one known end says of the variable at the other."""
    if len(pattern.hops) != 1 or pattern.endless:
        return
    [hop] = pattern.hops
    ends = (
        (pattern.subject, pattern.object, hop),
        (
            pattern.object,
            pattern.subject,
            Hop(hop.predicate, not hop.inverse),
        ),
    )
    for here, there, way in ends:
        known = frozenset((there,)) if isinstance(there, ox.NamedNode) else allowed.get(there)
        if isinstance(here, str) and known is not None:
            yield here, Demand(way, known)
