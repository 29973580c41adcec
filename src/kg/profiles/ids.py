"""The IRI of a thing whose name is computed from its values, for rows that leave it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyoxigraph as ox
from rdflib import Literal, URIRef

from kg.claims.minting import estimate_iri, membership_iri, proposition_iri, time_iri
from kg.namespaces import CKG, EXTERNAL_PREFIXES, ORG
from kg.profiles.rdf import Term

COMPUTED: Final = ("proposition", "membership", "estimate", "time")
"""The kinds of which a row may leave the first cell empty."""

_RDF: Final = EXTERNAL_PREFIXES["rdf"]


def computed_iri(kind: str, values: Mapping[str, Term]) -> str | None:
    """The IRI of a thing with these values by predicate; None where some are missing."""
    found = {name: node for name, term in values.items() if (node := _node(term)) is not None}

    def get(name: URIRef | str) -> URIRef | Literal | None:
        return found.get(str(name))

    def number(name: str) -> int | None:
        value = get(CKG[name])
        return None if value is None else int(str(value))

    if kind == "proposition":
        parts = [get(f"{_RDF}{name}") for name in ("subject", "predicate", "object")]
        subject, predicate, value = parts
        if subject is None or predicate is None or value is None:
            return None
        return str(proposition_iri(subject, predicate, value))
    if kind == "membership":
        member = get(ORG.member)
        others = [get(ORG[name]) for name in ("role", "organization", "memberDuring")]
        return None if member is None else str(membership_iri(member, *others))
    if kind == "estimate":
        low, best, high = (number(name) for name in ("low", "best", "high"))
        names = ("qualifier", "population", "scope", "unit")
        return str(estimate_iri(low, best, high, *(get(CKG[name]) for name in names)))
    edtf = get(CKG.edtf)
    return str(time_iri(str(edtf))) if kind == "time" and edtf is not None else None


def _node(term: Term) -> URIRef | Literal | None:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if not isinstance(term, ox.Literal):
        return None
    if term.language:
        return Literal(term.value, lang=term.language)
    return Literal(term.value, datatype=URIRef(term.datatype.value))
