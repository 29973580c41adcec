"""Terms that do not exist: in our ontology and vocabularies, and in those of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox
from rdflib import RDF

from kg.namespaces import BASE, CKG, PREFIXES, SCHEMES, compact
from kg.rdf.spelling import near
from kg.rdf.vocabularies import has_term, in_parts, meant_namespace, terms_by_namespace
from kg.validation.beyond.around import TYPE, Around, node
from kg.validation.beyond.telling import warning
from kg.validation.report import Finding, Kind

UNKNOWN: Final = "unknown-term-warning"
NAMESPACE: Final = "wrong-namespace-warning"

_NAMES_TERM: Final = frozenset((TYPE, node(RDF.predicate)))
_OWN: Final = frozenset((str(CKG), *(PREFIXES[scheme] for scheme in SCHEMES)))


def unknown_terms(around: Around, added: Iterable[ox.Triple]) -> Iterator[Finding]:
    """Terms that are used and that their vocabulary does not have, with the nearest it has."""
    for triple in added:
        for term in _terms(triple):
            finding = _finding(around, triple, term)
            if finding is not None:
                yield finding


def _terms(triple: ox.Triple) -> Iterator[ox.NamedNode]:
    """The predicate; the object where it is a class or a property, or in a namespace of ours."""
    yield triple.predicate
    value = triple.object
    if isinstance(value, ox.NamedNode):
        own = value.value.startswith(BASE) and in_parts(value.value)[0] in _OWN
        if triple.predicate in _NAMES_TERM or own:
            yield value


def _finding(around: Around, triple: ox.Triple, term: ox.NamedNode) -> Finding | None:
    namespace, local = in_parts(term.value)
    meant = meant_namespace(namespace)
    if meant is not None:
        said = f"The namespace is <{meant}>: write {compact(meant + local)} for <{term.value}>."
        return _told(triple, term, NAMESPACE, said, (meant + local,))
    if around.describes(term) if namespace in _OWN else has_term(namespace, local):
        return None
    known = around.terms(namespace) if namespace in _OWN else terms_by_namespace()[namespace]
    found = [namespace + name for name in near(local, known)]
    ask = f": did you mean {' or '.join(map(compact, found))}?" if found else "."
    return _told(triple, term, UNKNOWN, f"There is no {compact(term.value)}{ask}", tuple(found))


def _told(
    triple: ox.Triple, term: ox.NamedNode, name: str, message: str, related: tuple[str, ...]
) -> Finding:
    return warning(triple, message, name=name, kind=Kind.TERM, value=term.value, related=related)
