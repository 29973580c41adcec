"""Nodes as people read and write them: prefixed names and labels."""

from __future__ import annotations

import pyoxigraph as ox
from rdflib.namespace import RDFS, SKOS

from kg.errors import InputError
from kg.namespaces import compact, expand

LABELS = (ox.NamedNode(str(RDFS.label)), ox.NamedNode(str(SKOS.prefLabel)))


def node(text: str) -> ox.NamedNode:
    """The node that a prefixed name or an IRI names, with or without angle brackets."""
    iri = expand(text)
    if iri is None:
        raise InputError(
            f"neither a prefixed name nor an IRI: {text!r}",
            hint="write event:tegh-firefight, ckg:initiatedBy, or an IRI that starts with https://",
        )
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise InputError(f"not an IRI: {text!r}", hint=str(error)) from error


def prefixed(term: object) -> str:
    """`claim:000-12-2` for its node; a term that is no IRI in Turtle's form."""
    return compact(term.value) if isinstance(term, ox.NamedNode) else str(term)


def label(store: ox.Store, term: object) -> str | None:
    """The English label of a node in the default graph of a store, or the first of another."""
    if not isinstance(term, ox.NamedNode):
        return None
    found = [
        quad.object
        for predicate in LABELS
        for quad in store.quads_for_pattern(term, predicate, None, ox.DefaultGraph())
        if isinstance(quad.object, ox.Literal)
    ]
    found.sort(key=lambda literal: (literal.language != "en", str(literal)))
    return found[0].value if found else None
