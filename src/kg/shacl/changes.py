"""Which focus nodes a change touches, known from the paths that the shapes read.

When the shapes are compiled, every triple that a shape can read is described once: by its
predicate, and by the path that leads from the triple back to the focus node. A change is then
followed backwards, in what holds and what held before, so nothing that it can alter is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.shacl import constraints as c
from kg.shacl import nested as n
from kg.shacl.graph import Graph, WithRemoved
from kg.shacl.paths import Alternative, Path, Repeated, Sequenced, Step, follow, reverse, sequence
from kg.shacl.shapes import Plan, Shape, TargetClass, TargetEnds
from kg.shacl.sparql import AskConstraint, SparqlConstraint
from kg.shacl.terms import SUBCLASS_OF, TYPE, Term

Way: TypeAlias = tuple[Path, ...]
"""Paths one after the other, from a focus node."""

_SUPERCLASSES: Final = Repeated(Step(SUBCLASS_OF), 0, endless=True)
_KIND: Final = (Step(TYPE), _SUPERCLASSES)


@dataclass(frozen=True, slots=True)
class Read:
    """Triples that a shape reads: their predicate (None is any), and the way to them.

    The way ends at the subject or, if `inverse`, at the object. With `of` only triples whose
    object is this class or a subclass of it matter.
    """

    way: Way
    predicate: ox.NamedNode | None
    inverse: bool = False
    of: Term | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Trail:
    """A read as it is followed: the way back, which is the same for equal numbers."""

    number: int
    back: Path | None
    inverse: bool
    shapes: list[Shape]


class Dependencies:
    """What the shapes of a plan read, by predicate and class; made once for a plan."""

    def __init__(self, plan: Plan) -> None:
        self._trails: defaultdict[tuple[Term | None, Term | None], list[_Trail]]
        self._trails = defaultdict(list)
        self._of_everything = any(
            isinstance(constraint, SparqlConstraint | AskConstraint)
            for shape in shapes_below(plan.shapes)
            for constraint in shape.constraints
        )
        numbers: dict[Way, int] = {}
        for read, shapes in _reads(plan).items():
            number = numbers.setdefault(read.way, len(numbers))
            back = reverse(sequence(*read.way)) if read.way else None
            trail = _Trail(number, back, read.inverse, shapes)
            self._trails[read.predicate, read.of].append(trail)

    def touched(
        self, graph: Graph, added: Iterable[ox.Triple], removed: Iterable[ox.Triple]
    ) -> dict[Shape, dict[Term, None]] | None:
        """The nodes whose results a change can alter, for each shape; `graph` is after the change.

        Some may be no targets. None is all nodes: a shape has a query, which can read anything.
        """
        gone = tuple(removed)
        changed = dict.fromkeys((*added, *gone))
        if self._of_everything and changed:
            return None
        backwards = _Backwards(WithRemoved(graph, gone))
        found: defaultdict[Shape, dict[Term, None]] = defaultdict(dict)
        for triple in changed:
            for trail in self._trails_to(triple, backwards):
                nodes = dict.fromkeys(backwards.focus_nodes(trail, triple))
                for shape in trail.shapes if nodes else ():
                    found[shape].update(nodes)
        return dict(found)

    def _trails_to(self, triple: ox.Triple, backwards: _Backwards) -> Iterator[_Trail]:
        predicate = triple.predicate
        yield from self._trails.get((None, None), ())
        yield from self._trails.get((predicate, None), ())
        if predicate in (TYPE, SUBCLASS_OF):
            for of in backwards.superclasses(triple.object):
                yield from self._trails.get((predicate, of), ())


class _Backwards:
    """Follows ways backwards, each from each node once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._found: dict[tuple[int, Term], Sequence[Term]] = {}
        self._above: dict[Term, Sequence[Term]] = {}

    def focus_nodes(self, trail: _Trail, triple: ox.Triple) -> Sequence[Term]:
        """The nodes from which a way leads to a triple."""
        start = triple.object if trail.inverse else triple.subject
        if trail.back is None:
            return (start,)
        key = (trail.number, start)
        if key not in self._found:
            self._found[key] = follow(self._graph, trail.back, (start,))
        return self._found[key]

    def superclasses(self, of: Term) -> Sequence[Term]:
        """A class and all that it is a subclass of."""
        if of not in self._above:
            self._above[of] = follow(self._graph, _SUPERCLASSES, (of,))
        return self._above[of]


def _reads(plan: Plan) -> dict[Read, list[Shape]]:
    """What is read, and the shapes that read it."""
    found: defaultdict[Read, list[Shape]] = defaultdict(list)
    for shape in plan.shapes:
        for read in dict.fromkeys((*_of_targets(shape), *_of_shape(shape, (), set()))):
            found[read].append(shape)
    return found


def _of_targets(shape: Shape) -> Iterator[Read]:
    for target in shape.targets:
        if isinstance(target, TargetClass):
            yield from _of_kind(target.of, ())
        elif isinstance(target, TargetEnds):
            yield Read((), target.predicate, inverse=target.objects)


def _of_kind(of: Term, way: Way) -> Iterator[Read]:
    yield Read(way, TYPE, of=of)
    yield Read((*way, *_KIND), SUBCLASS_OF, of=of)


def _of_shape(shape: Shape, way: Way, seen: set[tuple[Shape, Way]]) -> Iterator[Read]:
    """What validating the nodes at the end of a way against a shape reads.

    What was `seen` is passed over: shapes may rest on one another in very many ways.
    """
    if shape.deactivated or (shape, way) in seen:
        return
    seen.add((shape, way))
    values = way
    if shape.path is not None:
        for before, step in _steps(shape.path):
            yield Read((*way, *before), step.predicate, inverse=step.inverse)
        values = (*way, shape.path)
    for constraint in shape.constraints:
        if isinstance(constraint, c.OfClass):
            yield from _of_kind(constraint.of, values)
        elif isinstance(constraint, c.Closed):
            yield Read(values, None)
        elif isinstance(constraint, n.Equals | n.Disjoint | n.LessThan):
            yield Read(way, constraint.predicate)
        for other in shapes_in(constraint):
            yield from _of_shape(other, values, seen)


def _steps(path: Path) -> Iterator[tuple[Way, Step]]:
    """Each step in a path, with what is gone before it."""
    match path:
        case Step():
            yield (), path
        case Sequenced(parts):
            for index, part in enumerate(parts):
                for before, step in _steps(part):
                    yield (*parts[:index], *before), step
        case Alternative(parts):
            for part in parts:
                yield from _steps(part)
        case Repeated(part, _, endless):
            for before, step in _steps(part):
                yield ((Repeated(part, 0, endless=True), *before) if endless else before), step


def shapes_in(constraint: object) -> tuple[Shape, ...]:
    """The shapes that a constraint rests on."""
    if isinstance(constraint, n.Property | n.Node | n.Not):
        return (constraint.shape,)
    if isinstance(constraint, n.And | n.Or | n.Xone):
        return constraint.shapes
    if isinstance(constraint, n.Qualified):
        return (constraint.shape, *constraint.siblings)
    return ()


def shapes_below(shapes: Iterable[Shape]) -> list[Shape]:
    """These shapes and all that they rest on, each once."""
    found: dict[Shape, None] = {}
    edge = list(shapes)
    while edge:
        shape = edge.pop()
        if shape not in found:
            found[shape] = None
            edge += [other for part in shape.constraints for other in shapes_in(part)]
    return list(found)
