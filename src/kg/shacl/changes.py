"""Which focus nodes a change touches, known from the paths that the shapes read.

When the shapes are compiled, every triple that a shape can read is described once: by its
predicate, and by the path that leads from the triple back to the focus node. A change is then
followed backwards, in what holds and what held before, so nothing that it can alter is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.shacl import constraints as c
from kg.shacl import nested as n
from kg.shacl.graph import Graph, WithRemoved
from kg.shacl.paths import Alternative, Path, Repeated, Sequenced, Step, follow, reverse, sequence
from kg.shacl.reading import subclasses
from kg.shacl.shapes import Plan, Shape, TargetClass, TargetEnds
from kg.shacl.sparql import AskConstraint, SparqlConstraint
from kg.shacl.terms import SUBCLASS_OF, TYPE, Term

Way: TypeAlias = tuple[Path, ...]
"""Paths one after the other, from a focus node."""

_KIND: Final = (Step(TYPE), Repeated(Step(SUBCLASS_OF), 0, endless=True))


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


class Dependencies:
    """What the shapes of a plan read, by predicate; made once for a plan."""

    def __init__(self, plan: Plan) -> None:
        self._reads: defaultdict[ox.NamedNode | None, dict[Read, list[Shape]]] = defaultdict(dict)
        self._of_everything = any(
            isinstance(constraint, SparqlConstraint | AskConstraint)
            for shape in shapes_below(plan.shapes)
            for constraint in shape.constraints
        )
        for shape in plan.shapes:
            for read in dict.fromkeys((*_of_targets(shape), *_of_shape(shape, ()))):
                self._reads[read.predicate].setdefault(read, []).append(shape)

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
            for predicate in (triple.predicate, None):
                for read, shapes in self._reads.get(predicate, {}).items():
                    for node in backwards.focus_nodes(read, triple):
                        for shape in shapes:
                            found[shape][node] = None
        return dict(found)


class _Backwards:
    """Follows ways backwards, each from each node once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._found: dict[tuple[Way, Term], tuple[Term, ...]] = {}
        self._classes: dict[Term, dict[Term, None]] = {}

    def focus_nodes(self, read: Read, triple: ox.Triple) -> Iterable[Term]:
        if read.of is not None and triple.object not in self._below(read.of):
            return ()
        start = triple.object if read.inverse else triple.subject
        if not read.way:
            return (start,)
        key = (read.way, start)
        if key not in self._found:
            back = reverse(sequence(*read.way))
            self._found[key] = tuple(follow(self._graph, back, (start,)))
        return self._found[key]

    def _below(self, of: Term) -> dict[Term, None]:
        if of not in self._classes:
            self._classes[of] = subclasses(self._graph, of)
        return self._classes[of]


def _of_targets(shape: Shape) -> Iterator[Read]:
    for target in shape.targets:
        if isinstance(target, TargetClass):
            yield from _of_kind(target.of, ())
        elif isinstance(target, TargetEnds):
            yield Read((), target.predicate, inverse=target.objects)


def _of_kind(of: Term, way: Way) -> Iterator[Read]:
    yield Read(way, TYPE, of=of)
    yield Read((*way, *_KIND), SUBCLASS_OF, of=of)


def _of_shape(shape: Shape, way: Way) -> Iterator[Read]:
    """What validating the nodes at the end of a way against a shape reads."""
    if shape.deactivated:
        return
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
            yield from _of_shape(other, values)


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


def shapes_below(shapes: Iterable[Shape]) -> Iterator[Shape]:
    """These shapes, and those that they rest on; one that several rest on comes each time."""
    for shape in shapes:
        yield shape
        for constraint in shape.constraints:
            yield from shapes_below(shapes_in(constraint))
