"""Property paths: read from a graph of shapes, followed in a graph of data, written as SPARQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.errors import ShaclFailure
from kg.shacl.graph import Graph
from kg.shacl.lists import members_of
from kg.shacl.terms import FIRST, Term, sh


@dataclass(frozen=True, slots=True)
class Step:
    """One property, followed from subject to object or, if inverse, from object to subject."""

    predicate: ox.NamedNode
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Sequenced:
    """Paths one after the other."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any of several paths."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A path again and again: `least` times or more, at most once if not `endless`."""

    part: Path
    least: int
    endless: bool


Path: TypeAlias = Step | Sequenced | Alternative | Repeated

_REPEATED: Final = {
    sh("zeroOrMorePath"): (0, True),
    sh("oneOrMorePath"): (1, True),
    sh("zeroOrOnePath"): (0, False),
}
_INVERSE: Final = sh("inversePath")
_ALTERNATIVE: Final = sh("alternativePath")


def read_path(shapes: Graph, node: Term, above: frozenset[Term] = frozenset()) -> Path:
    """The path that a node of a graph of shapes is; raises `ShaclFailure` if it is none."""
    if isinstance(node, ox.NamedNode):
        return Step(node)
    if node in above or not isinstance(node, ox.BlankNode):
        raise ShaclFailure(f"{node} is no property path")
    inside = above | {node}
    if shapes.objects(node, FIRST):
        parts = tuple(read_path(shapes, part, inside) for part in members_of(shapes, node))
        if len(parts) < 2:
            raise ShaclFailure("a sequence path has at least two members")
        return Sequenced(parts)
    found = [(p, o) for p, o in shapes.about(node) if p in _OPERATORS]
    if len(found) != 1:
        raise ShaclFailure(f"{node} is no property path")
    ((operator, operand),) = found
    return _OPERATORS[operator](shapes, operand, inside, operator)


def _read_inverse(shapes: Graph, node: Term, above: frozenset[Term], _: ox.NamedNode) -> Path:
    return reverse(read_path(shapes, node, above))


def _read_alternative(shapes: Graph, node: Term, above: frozenset[Term], _: ox.NamedNode) -> Path:
    parts = tuple(read_path(shapes, part, above) for part in members_of(shapes, node))
    if len(parts) < 2:
        raise ShaclFailure("an alternative path has at least two members")
    return Alternative(parts)


def _read_repeated(
    shapes: Graph, node: Term, above: frozenset[Term], operator: ox.NamedNode
) -> Path:
    return Repeated(read_path(shapes, node, above), *_REPEATED[operator])


_Reader: TypeAlias = Callable[[Graph, Term, frozenset[Term], ox.NamedNode], Path]
_OPERATORS: Final[dict[ox.NamedNode, _Reader]] = {
    _INVERSE: _read_inverse,
    _ALTERNATIVE: _read_alternative,
    **dict.fromkeys(_REPEATED, _read_repeated),
}


def reverse(path: Path) -> Path:
    """The path that leads back."""
    match path:
        case Step(predicate, inverse):
            return Step(predicate, not inverse)
        case Sequenced(parts):
            return Sequenced(tuple(reverse(part) for part in reversed(parts)))
        case Alternative(parts):
            return Alternative(tuple(reverse(part) for part in parts))
        case Repeated(part, least, endless):
            return Repeated(reverse(part), least, endless)


def follow(graph: Graph, path: Path, nodes: Iterable[Term]) -> Sequence[Term]:
    """The nodes that a path leads to from any of these, each once."""
    match path:
        case Step(predicate, inverse):
            near = [_neighbours(graph, node, predicate, inverse) for node in nodes]
            if len(near) == 1:
                return near[0]
            return list(dict.fromkeys(found for some in near for found in some))
        case Sequenced(parts):
            for part in parts:
                nodes = follow(graph, part, nodes)
            return list(nodes)
        case Alternative(parts):
            start = list(nodes)
            return list(dict.fromkeys(n for part in parts for n in follow(graph, part, start)))
        case Repeated(part, least, endless):
            return _repeat(graph, part, list(nodes), least == 0, endless)


def _neighbours(graph: Graph, node: Term, predicate: ox.NamedNode, inverse: bool) -> Sequence[Term]:
    return graph.subjects(predicate, node) if inverse else graph.objects(node, predicate)


def _repeat(
    graph: Graph, part: Path, start: list[Term], itself: bool, endless: bool
) -> Sequence[Term]:
    found = dict.fromkeys(start) if itself else {}
    edge: Sequence[Term] = start
    while edge:
        reached = follow(graph, part, edge)
        edge = [node for node in reached if node not in found]
        found.update(dict.fromkeys(edge))
        if not endless:
            break
    return list(found)


def sequence(*paths: Path) -> Path:
    """These paths one after the other; without any, a path that stays where it is."""
    parts = [
        part for path in paths for part in (path.parts if isinstance(path, Sequenced) else (path,))
    ]
    return parts[0] if len(parts) == 1 else Sequenced(tuple(parts))


def to_sparql(path: Path) -> str:
    """The path in SPARQL's syntax, in parentheses where it is more than a property."""
    match path:
        case Step(predicate, inverse):
            return f"(^{predicate})" if inverse else str(predicate)
        case Sequenced(parts):
            return "(" + "/".join(map(to_sparql, parts)) + ")"
        case Alternative(parts):
            return "(" + "|".join(map(to_sparql, parts)) + ")"
        case Repeated(part, least, endless):
            return f"({to_sparql(part)}{'?' if not endless else '*' if least == 0 else '+'})"
