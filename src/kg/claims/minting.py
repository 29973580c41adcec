"""IRIs that are computed from what they name, so that equal things are one node by construction.

A proposition, a membership and an estimate are named by the first twelve hexadecimal digits of the
SHA-256 of their values: the N-Triples forms, in a fixed order, one a line, an absent value as an
empty line. N-Triples forms are those of Oxigraph, which writes language tags in lower case and
leaves out `xsd:string`.
"""

from __future__ import annotations

import hashlib
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox
from rdflib import Literal, URIRef
from rdflib.term import Node

from kg.namespaces import iri

DIGITS: Final = 12
OPEN: Final = ".."


def proposition_iri(subject: Node, predicate: Node, value: Node) -> URIRef:
    """The IRI of the proposition with this `rdf:subject`, `rdf:predicate` and `rdf:object`."""
    return _hashed("proposition", (subject, predicate, value))


def membership_iri(
    member: Node, role: Node | None, organization: Node | None, during: Node | None
) -> URIRef:
    """The IRI of the `org:Membership` with these values, in the order of the arguments."""
    return _hashed("membership", (member, role, organization, during))


def estimate_iri(
    low: int | None = None,
    best: int | None = None,
    high: int | None = None,
    qualifier: Node | None = None,
    population: Node | None = None,
    scope: Node | None = None,
    unit: Node | None = None,
) -> URIRef:
    """The IRI of the estimate with these values, in the order of the arguments.

    Only a `unit` that is given counts, so that an estimate of people, which has none, is named by
    the six values before it.
    """
    numbers = [None if number is None else Literal(int(number)) for number in (low, best, high)]
    values: list[Node | None] = [*numbers, qualifier, population, scope]
    return _hashed("estimate", (*values, unit) if unit is not None else tuple(values))


def time_iri(edtf: str) -> URIRef:
    """The IRI of the time with this EDTF expression, which stands in it as it is written.

    An open end is spelled out (`../2020` is `until-2020`, `2020/..` is `since-2020`), since `..` in
    a path would climb it; `?` and `%`, which mean something else in an IRI, are percent-encoded.
    """
    start, slash, end = edtf.partition("/")
    if slash and start == OPEN:
        slug = f"until-{end}"
    elif slash and end == OPEN:
        slug = f"since-{start}"
    else:
        slug = edtf
    return iri("time", quote(slug, safe="/~"))


def _hashed(kind: str, values: tuple[Node | None, ...]) -> URIRef:
    lines = "\n".join("" if value is None else _ntriples(value) for value in values)
    return iri(kind, hashlib.sha256(lines.encode()).hexdigest()[:DIGITS])


def _ntriples(term: Node) -> str:
    if isinstance(term, URIRef):
        return str(ox.NamedNode(str(term)))
    if not isinstance(term, Literal):
        raise ValueError(f"only IRIs and literals have a name that lasts, not {term!r}")
    if term.language:
        return str(ox.Literal(str(term), language=term.language))
    datatype = ox.NamedNode(str(term.datatype)) if term.datatype else None
    return str(ox.Literal(str(term), datatype=datatype))
