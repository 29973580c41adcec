"""Shapes, run by pySHACL.

Shapes that cannot be run raise `ShaclFailure`: a failure is no verdict on the data, and must never
look like "conforms".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.term import Node

from kg.errors import ShaclFailure
from kg.validation.report import Finding, Report, Severity

SEVERITIES: Final[dict[Node | None, Severity]] = {
    SH.Violation: Severity.VIOLATION,
    SH.Warning: Severity.WARNING,
    SH.Info: Severity.INFO,
}

TARGETS: Final = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)


def validate(data: Graph, shapes: Graph, *, focus_nodes: Sequence[URIRef] | None = None) -> Report:
    """Validate data against shapes, or only some nodes of it.

    The data holds the ontology too, since subclasses and concepts are taken from it. Neither graph
    is changed. Raises `ShaclFailure` if the shapes cannot be run, or if there are none.
    """
    import pyshacl  # it takes as long as all the rest, and those who only ask need no shapes

    if not any((None, target, None) in shapes for target in TARGETS):
        raise ShaclFailure("no shape has a target", hint="is this the graph of shapes?")
    own_copy = Graph() + shapes  # pySHACL adds triples of its own to the graph of shapes
    try:
        conforms, results, _ = pyshacl.validate(
            data,
            shacl_graph=own_copy,
            inference="none",
            advanced=False,
            focus_nodes=None if focus_nodes is None else [_Focus(node) for node in focus_nodes],
        )
    except (RuntimeError, ValueError, re.error) as error:
        raise ShaclFailure(f"the shapes could not be run: {_one_line(error)}") from error
    if not isinstance(results, Graph):
        raise ShaclFailure(f"the shapes could not be run: {_one_line(results)}")
    report = _report(results)
    if conforms == bool(report.results):
        raise ShaclFailure("the SHACL engine contradicts itself: its verdict is not its results")
    return report


class _Focus(URIRef):
    """An IRI that pySHACL does not take for a CURIE, as it does with those of other schemes."""

    def lower(self) -> str:
        """What it looks at to tell."""
        return f"urn:{super().lower()}"


def _report(results: Graph) -> Report:
    return Report.of(_finding(results, node) for node in results.objects(None, SH.result))


def _finding(results: Graph, node: Node) -> Finding:
    messages = sorted(str(message) for message in results.objects(node, SH.resultMessage))
    path = results.value(node, SH.resultPath)
    value = results.value(node, SH.value)
    severity = SEVERITIES.get(results.value(node, SH.resultSeverity))
    if severity is None:
        raise ShaclFailure("a shape has a severity that is none of SHACL's")
    return Finding(
        focus_node=str(results.value(node, SH.focusNode)),
        message=" ".join(messages),
        severity=severity,
        source_shape=str(results.value(node, SH.sourceShape)),
        path=str(path) if isinstance(path, URIRef) else None,
        value=None if value is None else _shown(value),
    )


def _shown(value: Node) -> str:
    return value.n3() if isinstance(value, Literal) else str(value)


def _one_line(error: object) -> str:
    return " ".join(str(error).split()) or type(error).__name__


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
