"""Shapes, run by `kg.shacl`; the outcome is a report of findings.

Shapes that cannot be run raise `ShaclFailure`: a failure is no verdict on the data, and must never
look like "conforms".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import pyoxigraph as ox
from rdflib import RDF, SH, Graph, URIRef

from kg.errors import ShaclFailure
from kg.shacl import (
    Dependencies,
    Plan,
    Result,
    Shape,
    StoreGraph,
    Term,
    compile_shapes,
    shapes_below,
    validate_nodes,
)
from kg.shacl import validate as validate_graph
from kg.shacl.paths import Step
from kg.validation.report import Finding, Kind, Report, Severity

SEVERITIES: Final = {
    ox.NamedNode(str(SH.Violation)): Severity.VIOLATION,
    ox.NamedNode(str(SH.Warning)): Severity.WARNING,
    ox.NamedNode(str(SH.Info)): Severity.INFO,
}

TARGETS: Final = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)

Focus: TypeAlias = Mapping[Shape, Iterable[Term]]
"""The nodes to validate against each shape."""


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """A graph of shapes, ready to be run, and what it reads."""

    plan: Plan
    dependencies: Dependencies

    def validate(self, graph: StoreGraph, focus: Focus | None = None) -> Report:
        """What the shapes say of a graph, or of some nodes of it.

        The graph holds the ontology too, since subclasses and concepts are taken from it.
        """
        if focus is None:
            report = validate_graph(self.plan, graph)
        else:
            report = validate_nodes(self.plan, graph, focus)
        return Report.of(map(_finding, report.results))


def rules_of(shapes: Iterable[ox.Triple]) -> Rules:
    """The rules that a graph of shapes is, compiled once for each graph.

    Raises `ShaclFailure` if the shapes cannot be run, or if there are none.
    """
    return _compiled(frozenset(shapes))


@lru_cache(maxsize=8)
def _compiled(shapes: frozenset[ox.Triple]) -> Rules:
    store = ox.Store()
    store.bulk_extend(ox.Quad(*triple) for triple in shapes)
    plan = compile_shapes(StoreGraph(store))
    if not plan.shapes:
        raise ShaclFailure("no shape has a target", hint="is this the graph of shapes?")
    for shape in shapes_below(plan.shapes):
        if shape.severity not in SEVERITIES:
            raise ShaclFailure("a shape has a severity that is none of SHACL's")
    return Rules(plan, Dependencies(plan))


def validate(data: Graph, shapes: Graph, *, focus_nodes: Sequence[URIRef] | None = None) -> Report:
    """Validate a graph of rdflib's against shapes, or only some nodes of it.

    Neither graph is changed. Raises `ShaclFailure` if the shapes cannot be run, or if there are
    none.
    """
    rules = rules_of(triples_of(shapes))
    graph = StoreGraph(stored(data))
    if focus_nodes is None:
        return rules.validate(graph)
    nodes = [ox.NamedNode(str(node)) for node in focus_nodes]
    return rules.validate(graph, dict.fromkeys(rules.plan.shapes, nodes))


def triples_of(graph: Graph) -> Iterator[ox.Triple]:
    """The triples of a graph of rdflib's, whose blank nodes keep their labels: the same each time.

    A store would name them anew, and shapes would be compiled again.
    """
    data = graph.serialize(format="nt", encoding="utf-8")
    return (quad.triple for quad in ox.parse(data, format=ox.RdfFormat.N_TRIPLES))


def stored(graph: Graph) -> ox.Store:
    """A store with the triples of a graph of rdflib's in its unnamed graph."""
    store = ox.Store()
    load(store, ox.DefaultGraph(), graph)
    return store


def load(store: ox.Store, name: URIRef | ox.DefaultGraph, graph: Graph) -> None:
    """Add a graph to a store, under its name."""
    triples = graph.serialize(format="nt", encoding="utf-8")
    to_graph = name if isinstance(name, ox.DefaultGraph) else ox.NamedNode(str(name))
    store.load(triples, format=ox.RdfFormat.N_TRIPLES, to_graph=to_graph)


def view_of(store: ox.Store, names: Iterable[URIRef]) -> StoreGraph:
    """Some graphs of a store as one; those that are empty now are left out."""
    graphs = [ox.NamedNode(str(name)) for name in names]
    filled = [name for name in graphs if any(_quads(store, name))]
    return StoreGraph(store, filled or graphs[:1])


def _quads(store: ox.Store, name: ox.NamedNode) -> Iterator[ox.Quad]:
    return store.quads_for_pattern(None, None, None, name)


def _finding(result: Result) -> Finding:
    path = result.path
    return Finding(
        focus_node=_text(result.focus_node),
        message=" ".join(sorted(message.value for message in result.messages)),
        severity=SEVERITIES[result.severity],
        source_shape=_text(result.source_shape),
        path=path.predicate.value if isinstance(path, Step) and not path.inverse else None,
        value=None if result.value is None else _shown(result.value),
        component=result.component.value,
        kind=Kind.SHAPE,
    )


def _text(term: Term) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value


def _shown(term: Term) -> str:
    return str(term) if isinstance(term, ox.Literal) else _text(term)


def named_shapes(shapes: Graph) -> set[URIRef]:
    """The shapes that results can name: node shapes with a target, and their property shapes."""
    targeted = {s for target in TARGETS for s in shapes.subjects(target, None)}
    properties = {o for s in targeted for o in shapes.objects(s, SH.property)}
    own = {s for s in targeted if set(shapes.predicates(s)) & CONSTRAINTS}
    return {node for node in own | properties if isinstance(node, URIRef)}


CONSTRAINTS: Final = frozenset(
    {
        SH["class"],
        SH.datatype,
        SH.hasValue,
        SH["in"],
        SH.languageIn,
        SH.maxCount,
        SH.maxInclusive,
        SH.minCount,
        SH.minInclusive,
        SH.node,
        SH.nodeKind,
        SH["not"],
        SH["or"],
        SH.pattern,
        SH.uniqueLang,
    }
)
"""The constraint components that our shapes use; a misspelt one would be ignored in silence."""

VOCABULARY: Final = (
    CONSTRAINTS
    | frozenset(TARGETS)
    | {
        RDF.type,
        RDF.first,
        RDF.rest,
        SH.message,
        SH.path,
        SH.property,
        SH.severity,
    }
)
"""All that may stand as a predicate in a graph of shapes."""
