"""Whether the engine is quicker: how many triples it has to look at, by the statistics of a copy.

The engine knows no sizes. It begins with the pattern that has most constants, looks the others up
for each solution, and is done before a query is planned here where that are few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import inf
from typing import Final, NamedTuple, TypeAlias

from kg.columnar.algebra import (
    Bgp,
    Closure,
    Exists,
    Extend,
    Filter,
    Join,
    LeftJoin,
    Minus,
    Node,
    Pattern,
    Query,
    Select,
    Union,
    Values,
    certain,
    inner_nodes,
    operands,
    variables,
)
from kg.columnar.handing_over import LEFT_OPEN, HandedOver
from kg.columnar.scan import Scan, Scans
from kg.columnar.triples import TYPE

LOOK_UP: Final = 20
"""Triples that the engine passes in a scan while it looks one pattern up."""

STEP: Final = 200
"""Triples that the engine passes in a scan while a pattern is joined here, however small."""

ASKED: Final = 200
"""Triples that the engine passes in a scan while it evaluates one EXISTS."""

ROWS: Final = 8
"""Of so many rows of values it is looked at what they match."""

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


STEPS: Final = 4
"""So many times more terms a path that is repeated leads to than its first step, about."""

OPEN: Final = 2
"""Where so many times more solutions are expected than are wanted, they are not made."""

HARMLESS: Final = frozenset(
    """= != < > <= >= IN ! && || + - * / LANG LANGMATCHES STR STRLEN LCASE UCASE CONTAINS STRSTARTS
    STRENDS SUBSTR STRBEFORE STRAFTER ABS CEIL FLOOR ROUND BOUND SAMETERM ISIRI ISURI ISLITERAL
    ISBLANK ISNUMERIC DATATYPE YEAR MONTH DAY COALESCE IF""".split()
)
"""Functions that make nothing which is longer than what they are given."""


_Names: TypeAlias = frozenset[str]
_NONE: Final[_Names] = frozenset()


class Work(NamedTuple):
    """What an operator takes the engine, in triples that it passes; and its solutions."""

    triples: float
    solutions: float


def refuse_look_ups(scans: Scans, node: Node, least: int) -> None:
    """Raise `HandedOver` for a query for which the engine looks at fewer triples than `least`."""
    reason = _quick(scans, node, least) if least else ""
    if reason:
        raise HandedOver(f"{reason}, and the engine is quick there")


def refuse_open(scans: Scans, query: Query) -> None:
    """Raise `HandedOver` where LIMIT seems to choose among more solutions than it lets through."""
    if not isinstance(query, Select) or query.limit is None:
        return
    if query.order or query.distinct or query.grouping is not None:
        return
    work = _work(scans, query.where)
    if work is not None and work.solutions > OPEN * (query.limit + query.offset):
        raise HandedOver(*LEFT_OPEN)


def refuse_new_texts(functions: frozenset[str]) -> None:
    """Raise `HandedOver` for functions that may make texts which are longer than what they get."""
    for name in sorted(functions - HARMLESS):
        raise HandedOver(f"nobody knows how much {name} makes")


def weight(scans: Scans, node: Node) -> int:
    """How many triples the constants of a query lead to: what its shape does not tell."""
    return sum(scan.size for scan in _patterns(scans, node) if scan.has_end)


def _quick(scans: Scans, node: Node, least: int) -> str:
    """Why the engine looks at fewer triples than `least`; empty where it does not."""
    patterns = _patterns(scans, node)
    followed = [*_followed(scans, node)]
    if followed and LOOK_UP * max(followed) < least:
        return "it follows a path from a term to few others"
    least = min(least, STEP * len(patterns))
    for scan in patterns:
        s, p, o = scan.pattern
        if p not in scan.constants and (s in scan.constants or o in scan.constants):
            return "it looks up all predicates of a term"
    matched = sum(scan.size for scan in patterns)
    if matched + LOOK_UP * len(patterns) * _given(node) < least:
        return f"its patterns match {matched:,} triples"
    work = _work(scans, node)
    if work is not None and work.triples < least:
        return "it looks up a few terms"
    return ""


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


def _followed(scans: Scans, node: Node) -> Iterator[float]:
    """About how many terms each path leads to that is repeated, from or to a constant."""
    if isinstance(node, Closure) and not node.path.s[:1] == node.path.o[:1] == "?":
        yield expected(scans, node)
    for inner in inner_nodes(node):
        yield from _followed(scans, inner)


def _work(scans: Scans, node: Node, bound: _Names = _NONE, known: _Names = _NONE) -> Work | None:
    """What the engine does for an operator where `bound` has values; None where we cannot tell.

    It chooses the order of patterns by what is `known` to have some: inside of OPTIONAL it does not
    look at what is bound before.
    """
    match node:
        case Bgp():
            return _looked_up(scans.of(node), bound, known)
        case Values(_, rows):
            return Work(0, len(rows))
        case Join(Values() as first, Bgp() as then) | Join(Bgp() as then, Values() as first):
            return _of_each(scans, first, then, bound, known)
        case Exists(first, then):
            found = _work(scans, first, bound, known)
            each = _work(scans, then, bound | certain(first))
            return _in_turn(found, each and Work(ASKED + each.triples, 1))
        case LeftJoin(first, then) if variables(then) & certain(first):
            each = _work(scans, then, bound | certain(first))
            found = _in_turn(_work(scans, first, bound, known), each)
            return found and found._replace(solutions=max(found.solutions, 1))
        case Filter(inner) | Extend(inner):
            return _work(scans, inner, bound, known)
        case Union(left, right) if not bound:
            both = _work(scans, left), _work(scans, right)
            if both[0] is None or both[1] is None:
                return None
            return Work(both[0].triples + both[1].triples, both[0].solutions + both[1].solutions)
    return None


def _of_each(scans: Scans, given: Values, then: Bgp, bound: _Names, known: _Names) -> Work | None:
    """Patterns for each row of some values; these are looked up for the first few rows."""
    bound, known = bound | certain(given), known | certain(given)
    total, rows = Work(0, 0), given.rows[:ROWS]
    for row in rows:
        terms = {name: term for name, term in zip(given.variables, row, strict=True) if term}
        patterns = (Pattern(*(terms.get(each, each) for each in part)) for part in then.patterns)
        graph = then.graph and terms.get(then.graph, then.graph)
        exact = scans.of(Bgp(tuple(patterns), graph))
        each = _looked_up(scans.of(then), bound, known, exact)
        total = Work(total.triples + each.triples, total.solutions + each.solutions)
    times = len(given.rows) / max(len(rows), 1)
    return Work(total.triples * times, total.solutions * times)


def expected(scans: Scans, node: Node) -> float:
    """About how many solutions an operator has; without end where we cannot tell."""
    match node:
        case Bgp():
            return _looked_up(scans.of(node), _NONE, _NONE).solutions
        case Values(_, rows):
            return len(rows)
        case Closure(path, inner) if not path.s[:1] == path.o[:1] == "?":
            known = {path.start: path.s, path.end: path.o}
            ends = {name: term for name, term in known.items() if term[:1] != "?"}
            return STEPS * expected(scans, _with_ends(inner, ends))
        case Union(left, right):
            return expected(scans, left) + expected(scans, right)
        case LeftJoin(inner) | Minus(inner) | Filter(inner) | Exists(inner) | Extend(inner):
            return expected(scans, inner)
        case Select(where, limit=limit):
            return min(expected(scans, where), inf if limit is None else limit)
        case Join():
            return min(expected(scans, each) for each in operands(node))
    return inf


def _with_ends(step: Node, ends: Mapping[str, str]) -> Node:
    """A step of a path with terms in the place of variables, where it is nothing but patterns."""
    if not isinstance(step, Bgp):
        return step
    patterns = (Pattern(*(ends.get(term, term) for term in part)) for part in step.patterns)
    return replace(step, patterns=tuple(patterns))


def _in_turn(begun: Work | None, each: Work | None) -> Work | None:
    """One operator, and another one for each of its solutions."""
    if begun is None or each is None:
        return None
    triples = begun.triples + begun.solutions * each.triples
    return Work(triples, begun.solutions * each.solutions)


def _looked_up(
    scans: list[Scan], bound: _Names, known: _Names, exact: list[Scan] | None = None
) -> Work:
    """Patterns in the order of the engine, for one solution that binds some variables.

    Where the engine has no reason for an order of those that it may begin with, the worst is taken.
    `exact` are the same patterns with what the solution binds, where that is known.
    """
    triples, solutions, left = 0.0, 1.0, [*scans]
    measured = dict(zip(scans, exact or scans, strict=True))
    while left:
        connected = [scan for scan in left if scan.variables & known] or left
        sizes = [_expected(scan, known) for scan in connected]
        least = min(sizes)
        first = [scan for scan, size in zip(connected, sizes, strict=True) if size == least]
        scan = first[0]
        if len(first) > 1 and len(left) == len(scans):
            scan = max(first, key=lambda each: measured[each].size)
        left.remove(scan)
        found = measured[scan].estimate(1, bound) * solutions
        triples += LOOK_UP * solutions + max(found, solutions)
        solutions = found
        bound, known = bound | scan.variables, known | scan.variables
    return Work(triples, solutions)


def _expected(scan: Scan, bound: _Names) -> int:
    """How many triples the engine expects; it leaves classes to the end among equal patterns."""
    s, p, o = scan.pattern
    given = scan.constants.keys() | bound if bound else scan.constants.keys()
    return SIZES[s in given, p in given, o in given] + (p == TYPE)
