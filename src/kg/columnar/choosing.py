"""Whether the engine is quicker: how many triples it has to look at, by the statistics of a copy.

The engine knows no sizes. It begins with the pattern that has most constants, looks the others up
for each solution, and is done before a query is planned here where that are few.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from kg.columnar.algebra import (
    Bgp,
    Closure,
    Extend,
    Filter,
    Join,
    LeftJoin,
    Node,
    Union,
    Values,
    certain,
    inner_nodes,
    variables,
)
from kg.columnar.handing_over import HandedOver
from kg.columnar.scan import Scan, Scans
from kg.columnar.triples import TYPE

LOOK_UP: Final = 20
"""Triples that the engine passes in a scan while it looks one pattern up."""

SIZES: Final = {
    (True, True, True): 1,
    (True, False, True): 2,
    (True, True, False): 10,
    (True, False, False): 100,
    (False, True, True): 10_000,
    (False, False, True): 100_000,
    (False, True, False): 1_000_000,
    (False, False, False): 1_000_000_000,
}
"""How many triples the engine expects where subject, predicate and object are bound."""


class Work(NamedTuple):
    """What an operator takes the engine, in triples that it passes; and its solutions."""

    triples: float
    solutions: float


def refuse_look_ups(scans: Scans, node: Node, least: int) -> None:
    """Raise `HandedOver` for a query for which the engine looks at fewer triples than `least`."""
    patterns = _patterns(scans, node)
    for scan in patterns:
        s, p, o = scan.pattern
        if p not in scan.constants and (s in scan.constants or o in scan.constants):
            raise HandedOver("it looks up all predicates of a term")
    if least and _follows_a_term(node):
        raise HandedOver("it follows a path from a term, and the engine is quick there")
    matched = sum(scan.size for scan in patterns)
    if matched + LOOK_UP * len(patterns) * _given(node) < least:
        raise HandedOver(f"its patterns match {matched:,} triples, and the engine is quick there")
    work = _work(scans, node)
    if work is not None and work.triples < least:
        raise HandedOver("it looks up a few terms, and the engine is quick there")


def _patterns(scans: Scans, node: Node) -> list[Scan]:
    """All patterns of an operator, each by itself."""
    found = [scan for inner in inner_nodes(node) for scan in _patterns(scans, inner)]
    if isinstance(node, Bgp):
        found += scans.of(node)
    return found


def _given(node: Node) -> int:
    """How many rows of values are given, of which each is looked up."""
    rows = len(node.rows) if isinstance(node, Values) else 0
    return max([rows, *map(_given, inner_nodes(node))])


def _follows_a_term(node: Node) -> bool:
    """Whether a path that is repeated begins or ends at a constant."""
    if isinstance(node, Closure) and not node.path.s[:1] == node.path.o[:1] == "?":
        return True
    return any(map(_follows_a_term, inner_nodes(node)))


def _work(scans: Scans, node: Node, bound: frozenset[str] = frozenset()) -> Work | None:
    """What the engine does for an operator where `bound` is known; None where we cannot tell."""
    match node:
        case Bgp():
            return _looked_up(scans.of(node), {*bound})
        case Values(_, rows):
            return Work(0, len(rows))
        case Join(Values() as first, Bgp() as then) | Join(Bgp() as then, Values() as first):
            return _in_turn(scans, first, then, bound)
        case LeftJoin(first, Bgp() | Filter(Bgp()) as then) if variables(then) & certain(first):
            found = _in_turn(scans, first, then, bound)
            return found and found._replace(solutions=max(found.solutions, 1))
        case Filter(inner) | Extend(inner):
            return _work(scans, inner, bound)
        case Union(left, right) if not bound:
            both = _work(scans, left), _work(scans, right)
            if both[0] is None or both[1] is None:
                return None
            return Work(both[0].triples + both[1].triples, both[0].solutions + both[1].solutions)
    return None


def _in_turn(scans: Scans, first: Node, then: Node, bound: frozenset[str]) -> Work | None:
    """One operator, and another one for each of its solutions."""
    begun = _work(scans, first, bound)
    each = _work(scans, then, bound | certain(first))
    if begun is None or each is None:
        return None
    triples = begun.triples + begun.solutions * each.triples
    return Work(triples, begun.solutions * each.solutions)


def _looked_up(scans: list[Scan], bound: set[str]) -> Work:
    """Patterns in the order of the engine, for one solution that binds some variables.

    Where the engine has no reason for an order of those that it may begin with, the worst is taken.
    """
    triples, solutions, bound, left = 0.0, 1.0, {*bound}, [*scans]
    while left:
        connected = [scan for scan in left if scan.variables & bound] or left
        least = min(_expected(scan, bound) for scan in connected)
        first = (scan for scan in connected if _expected(scan, bound) == least)
        scan = max(first, key=lambda each: each.size) if len(left) == len(scans) else next(first)
        left.remove(scan)
        found = scan.estimate(1, bound) * solutions
        triples += LOOK_UP * solutions + max(found, solutions)
        solutions = found
        bound |= scan.variables
    return Work(triples, solutions)


def _expected(scan: Scan, bound: set[str]) -> int:
    """How many triples the engine expects; it leaves classes to the end among equal patterns."""
    s, p, o = (term in scan.constants or term in bound for term in scan.pattern)
    return SIZES[s, p, o] + (scan.pattern.p == TYPE)
