"""A report as Turtle, in the vocabulary of SHACL."""

from __future__ import annotations

from typing import Final

from rdflib import RDF, RDFS, SH, BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, XSD
from rdflib.term import Node

from kg.namespaces import PREFIXES
from kg.rdf.terms import Terms
from kg.validation.explained import explained
from kg.validation.render import place_of
from kg.validation.report import Finding, Report, Severity
from kg.validation.wording import literal_of

_SEVERITIES: Final = {
    Severity.VIOLATION: SH.Violation,
    Severity.WARNING: SH.Warning,
    Severity.INFO: SH.Info,
}
_SEPARATOR: Final = " ;\n    "


def to_turtle(report: Report) -> str:
    """The report as a sh:ValidationReport, which conforms only if it has no result at all.

    A check is reported as a SPARQL-based constraint, with its name as dcterms:identifier. Places
    are dcterms:source, the documentation of the term is rdfs:seeAlso.
    """
    terms = Terms()
    conforms = "false" if report.results else "true"
    said = [f"[] a {terms.iri(SH.ValidationReport)}", f"{terms.iri(SH.conforms)} {conforms}"]
    if report.results:
        results = ", ".join(_result(finding, terms) for finding in report.results)
        said.append(f"{terms.iri(SH.result)} {results}")
    prefixes = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in sorted(terms.used))
    return f"{prefixes}\n{_SEPARATOR.join(said)} .\n"


def _result(finding: Finding, terms: Terms) -> str:
    said = (f"{terms.predicate(p)} {_written(o, terms)}" for p, o in _members(finding))
    return "[\n        " + " ;\n        ".join(said) + "\n    ]"


def _written(term: Node, terms: Terms) -> str:
    if isinstance(term, BNode):
        return f"_:{term}"
    return terms.literal(term) if isinstance(term, Literal) else terms.iri(term)


def _members(finding: Finding) -> list[tuple[URIRef, Node]]:
    about = explained(finding)
    found: list[tuple[URIRef, Node]] = [
        (RDF.type, SH.ValidationResult),
        (SH.focusNode, _node(finding.focus_node)),
        (SH.resultSeverity, _SEVERITIES[finding.severity]),
        (SH.resultMessage, Literal(finding.message)),
    ]
    if about.problem != finding.message:
        found.append((SH.resultMessage, Literal(about.problem)))
    if finding.component is None:
        found.append((SH.sourceConstraintComponent, SH.SPARQLConstraintComponent))
        found.append((DCTERMS.identifier, Literal(finding.source_shape)))
    else:
        found.append((SH.sourceConstraintComponent, URIRef(finding.component)))
        found.append((SH.sourceShape, _node(finding.source_shape)))
    if finding.path is not None:
        found.append((SH.resultPath, URIRef(finding.path)))
    if finding.value is not None:
        found.append((SH.value, _value(finding.value)))
    if place := place_of(finding):
        found.append((DCTERMS.source, Literal(place)))
    if about.documentation is not None:
        found.append((RDFS.seeAlso, URIRef(about.documentation)))
    return found


def _node(text: str) -> Node:
    """An IRI, or the blank node that has this label."""
    return URIRef(text) if ":" in text else BNode(text)


def _value(text: str) -> Node:
    literal = literal_of(text)
    if literal is None:
        return _node(text)
    if literal.language:
        return Literal(literal.value, lang=literal.language)
    datatype = URIRef(literal.datatype.value)
    return Literal(literal.value, datatype=None if datatype == XSD.string else datatype)
