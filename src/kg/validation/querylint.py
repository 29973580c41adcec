"""A lint of our own queries: an IRI in GROUP_CONCAT without STR().

Engines differ there: some write the IRI, and others, Oxigraph among them, leave the whole
aggregate unbound. A variable that is a subject, or an object of anything but a property whose
values are literals, counts as an IRI.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from rdflib import OWL, RDF, RDFS, SKOS, Graph
from rdflib.namespace import DCTERMS
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node, Variable

from kg.namespaces import PREFIXES, SKOSXL
from kg.validation.report import Finding, Severity

NAME: Final = "iri-in-group-concat-violation"
MESSAGE: Final = "GROUP_CONCAT in a query of ours takes STR(?{0}), not the IRI ?{0}."
PROLOGUE: Final = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())

LITERAL_PROPERTIES: Final = frozenset(
    {
        RDFS.label,
        RDFS.comment,
        SKOS.prefLabel,
        SKOS.altLabel,
        SKOS.definition,
        SKOS.editorialNote,
        SKOSXL.literalForm,
        DCTERMS.title,
        DCTERMS.issued,
    }
)


def lint_queries(files: list[Path], ontology: Graph) -> list[Finding]:
    """Findings for the `.rq` files in which an IRI is concatenated; the focus node is the file."""
    literal = LITERAL_PROPERTIES | set(ontology.subjects(RDF.type, OWL.DatatypeProperty))
    return [
        Finding(str(path), MESSAGE.format(name), Severity.VIOLATION, NAME, file=str(path))
        for path in files
        for name in sorted(concatenated_iris(path.read_text(encoding="utf-8"), literal))
    ]


def concatenated_iris(query: str, literal_properties: Collection[Node]) -> set[str]:
    """The variables of a query that stand bare in GROUP_CONCAT and may be bound to an IRI."""
    if "GROUP_CONCAT" not in query.upper():
        return set()
    algebra = translateQuery(parseQuery(PROLOGUE + query)).algebra
    concatenated: set[Variable] = set()
    iris: set[object] = set()
    for part in _parts(algebra):
        if part.name == "Aggregate_GroupConcat" and isinstance(part.vars, Variable):
            concatenated.add(part.vars)
        for s, p, o in _triples(part):
            iris.add(s)
            if p not in literal_properties:
                iris.update((p, o))
    return {str(variable) for variable in concatenated if variable in iris}


def _triples(part: CompValue) -> Iterator[tuple[object, object, object]]:
    """The triple patterns of a part; inside FILTER they are flat lists of three terms each."""
    for terms in dict(part).get(
        "triples", ()
    ):  # `part.get` answers with the name of what is missing
        flat = list(terms)
        yield from zip(flat[::3], flat[1::3], flat[2::3], strict=True)


def _parts(value: object) -> Iterator[CompValue]:
    if isinstance(value, CompValue):
        yield value
        for inner in value.values():
            yield from _parts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _parts(inner)
