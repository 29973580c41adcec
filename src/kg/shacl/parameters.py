"""The parameters of SHACL Core, and the constraint that each makes of its values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Protocol, TypeAlias

import pyoxigraph as ox

from kg.errors import ShaclFailure
from kg.shacl import constraints as c
from kg.shacl import nested as n
from kg.shacl import reading
from kg.shacl.graph import Graph
from kg.shacl.lists import members_of
from kg.shacl.literals import check_pattern
from kg.shacl.shapes import Constraint, Shape
from kg.shacl.terms import Term, core, sh


class Compiling(Protocol):
    """A compilation that is going on."""

    graph: Graph

    def shape(self, node: Term, *, property_shape: bool = False) -> Shape:
        """The shape that a node of the graph of shapes is."""


Maker: TypeAlias = Callable[[Compiling, Term, ox.NamedNode, Term], Constraint]
"""Makes a constraint of: the compilation, the node of the shape, a parameter, a value of it."""


def _in_range(name: str, *, least: bool, inclusive: bool) -> Maker:
    return lambda _, __, p, value: c.InRange(
        core(name), reading.literal(value, p), least, inclusive
    )


def _of_length(name: str, *, least: bool) -> Maker:
    return lambda _, __, p, value: c.OfLength(core(name), reading.whole_number(value, p), least)


def _less_than(name: str, *, or_equal: bool) -> Maker:
    return lambda _, __, p, value: n.LessThan(core(name), reading.iri(value, p), or_equal)


def _of_kind(_: Compiling, __: Term, predicate: ox.NamedNode, value: Term) -> Constraint:
    kind = reading.iri(value, predicate)
    if kind not in c.NODE_KINDS:
        raise ShaclFailure(f"{kind} is none of SHACL's node kinds")
    return c.OfKind(kind)


def _matching(on: Compiling, node: Term, predicate: ox.NamedNode, value: Term) -> Constraint:
    given = reading.optional(on.graph, node, sh("flags"))
    flags = "" if given is None else reading.text(given, sh("flags"))
    pattern = reading.text(value, predicate)
    check_pattern(pattern, flags)
    return c.Matching(pattern, flags)


def _in_languages(on: Compiling, _: Term, predicate: ox.NamedNode, value: Term) -> Constraint:
    members = members_of(on.graph, value)
    return c.InLanguages(tuple(reading.text(member, predicate) for member in members))


def _closed(on: Compiling, node: Term, predicate: ox.NamedNode, value: Term) -> Constraint:
    ignored = reading.optional(on.graph, node, sh("ignoredProperties"))
    allowed = [] if ignored is None else members_of(on.graph, ignored)
    for property_ in on.graph.objects(node, sh("property")):
        allowed += on.graph.objects(property_, sh("path"))
    return c.Closed(frozenset(term for term in allowed if isinstance(term, ox.NamedNode)))


def _node_shape(on: Compiling, value: Term) -> Shape:
    shape = on.shape(value)
    if shape.path is not None:
        raise ShaclFailure(f"a value of sh:node is a node shape, not the property shape {value}")
    return shape


def _shapes(on: Compiling, head: Term) -> tuple[Shape, ...]:
    return tuple(on.shape(member) for member in members_of(on.graph, head))


REPEATABLE: Final[dict[ox.NamedNode, Maker]] = {
    sh("class"): lambda _, __, p, value: c.OfClass(reading.iri(value, p)),
    sh("hasValue"): lambda _, __, ___, value: c.HasValue(value),
    sh("equals"): lambda _, __, p, value: n.Equals(reading.iri(value, p)),
    sh("disjoint"): lambda _, __, p, value: n.Disjoint(reading.iri(value, p)),
    sh("lessThan"): _less_than("LessThan", or_equal=False),
    sh("lessThanOrEquals"): _less_than("LessThanOrEquals", or_equal=True),
    sh("property"): lambda on, _, __, value: n.Property(on.shape(value, property_shape=True)),
    sh("node"): lambda on, _, __, value: n.Node(_node_shape(on, value)),
    sh("not"): lambda on, _, __, value: n.Not(on.shape(value)),
    sh("and"): lambda on, _, __, value: n.And(_shapes(on, value)),
    sh("or"): lambda on, _, __, value: n.Or(_shapes(on, value)),
    sh("xone"): lambda on, _, __, value: n.Xone(_shapes(on, value)),
}
"""Parameters of which each value is a constraint."""

SINGLE: Final[dict[ox.NamedNode, Maker]] = {
    sh("datatype"): lambda _, __, p, value: c.OfDatatype(reading.iri(value, p)),
    sh("nodeKind"): _of_kind,
    sh("minCount"): lambda _, __, p, value: c.MinCount(reading.whole_number(value, p)),
    sh("maxCount"): lambda _, __, p, value: c.MaxCount(reading.whole_number(value, p)),
    sh("minExclusive"): _in_range("MinExclusive", least=True, inclusive=False),
    sh("minInclusive"): _in_range("MinInclusive", least=True, inclusive=True),
    sh("maxExclusive"): _in_range("MaxExclusive", least=False, inclusive=False),
    sh("maxInclusive"): _in_range("MaxInclusive", least=False, inclusive=True),
    sh("minLength"): _of_length("MinLength", least=True),
    sh("maxLength"): _of_length("MaxLength", least=False),
    sh("pattern"): _matching,
    sh("languageIn"): _in_languages,
    sh("in"): lambda on, _, __, value: c.OneOf(frozenset(members_of(on.graph, value))),
}
"""Parameters that have at most one value."""

SWITCHES: Final[dict[ox.NamedNode, Maker]] = {
    sh("uniqueLang"): lambda _, __, ___, ____: c.UniqueLang(),
    sh("closed"): _closed,
}
"""Parameters that make a constraint if they are true, of which there is at most one."""

ON_PROPERTIES: Final = frozenset(
    sh(name)
    for name in "minCount maxCount uniqueLang lessThan lessThanOrEquals qualifiedValueShape".split()
)
"""Parameters that node shapes do not have."""

SHAPES_AS_VALUES: Final = (sh("node"), sh("property"), sh("not"), sh("qualifiedValueShape"))
SHAPES_IN_LISTS: Final = (sh("and"), sh("or"), sh("xone"))

PARAMETERS: Final = frozenset(
    {*REPEATABLE, *SINGLE, *SWITCHES, sh("qualifiedValueShape"), sh("sparql")}
)
"""What makes its subject a shape."""


def core_constraints(on: Compiling, node: Term) -> Iterator[Constraint]:
    """The constraints of SHACL Core that a shape has."""
    for predicate, make in REPEATABLE.items():
        for value in sorted(on.graph.objects(node, predicate), key=str):
            yield make(on, node, predicate, value)
    for predicate, make in SINGLE.items():
        only = reading.optional(on.graph, node, predicate)
        if only is not None:
            yield make(on, node, predicate, only)
    for predicate, make in SWITCHES.items():
        given = reading.optional(on.graph, node, predicate)
        if given is not None and reading.boolean(given, predicate):
            yield make(on, node, predicate, given)
    yield from _qualified(on, node)


def _qualified(on: Compiling, node: Term) -> Iterator[Constraint]:
    own = reading.optional(on.graph, node, sh("qualifiedValueShape"))
    bounds = {
        name: reading.optional(on.graph, node, sh(f"qualified{name}"))
        for name in ("MinCount", "MaxCount")
    }
    if own is None:
        return
    disjoint = sh("qualifiedValueShapesDisjoint")
    apart = reading.boolean(reading.optional(on.graph, node, disjoint), disjoint)
    siblings = tuple(on.shape(s) for s in _siblings(on.graph, node, own)) if apart else ()
    for name, value in bounds.items():
        if value is not None:
            count = reading.whole_number(value, sh(f"qualified{name}"))
            least = name == "MinCount"
            yield n.Qualified(core(f"Qualified{name}"), on.shape(own), siblings, count, least)


def _siblings(graph: Graph, node: Term, own: Term) -> list[Term]:
    """The qualified shapes of all property shapes beside one, its own left out."""
    beside = [
        shape
        for parent in graph.subjects(sh("property"), node)
        for property_ in graph.objects(parent, sh("property"))
        for shape in graph.objects(property_, sh("qualifiedValueShape"))
    ]
    return sorted({shape for shape in beside if shape != own}, key=str)
