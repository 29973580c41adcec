"""Nodes as people read and write them: prefixed names and labels."""

from __future__ import annotations

import pyoxigraph as ox
from rdflib.namespace import RDFS, SKOS

from kg.errors import InputError
from kg.namespaces import PREFIXES

LABELS = (ox.NamedNode(str(RDFS.label)), ox.NamedNode(str(SKOS.prefLabel)))


def node(text: str) -> ox.NamedNode:
    """The node that a prefixed name or an IRI names, with or without angle brackets."""
    bare = text.removeprefix("<").removesuffix(">")
    prefix, colon, local = bare.partition(":")
    if colon and prefix in PREFIXES:
        bare = f"{PREFIXES[prefix]}{local}"
    elif not bare.startswith(("http://", "https://")):
        raise InputError(
            f"neither a prefixed name nor an IRI: {text!r}",
            hint="write event:tegh-firefight, ckg:initiatedBy, or an IRI that starts with https://",
        )
    try:
        return ox.NamedNode(bare)
    except ValueError as error:
        raise InputError(f"not an IRI: {text!r}", hint=str(error)) from error


def prefixed(term: object) -> str:
    """`claim:000-12-2` for its IRI; the term in Turtle's form where no prefix fits."""
    if not isinstance(term, ox.NamedNode):
        return str(term)
    fitting = [(len(ns), prefix) for prefix, ns in PREFIXES.items() if term.value.startswith(ns)]
    if not fitting:
        return str(term)
    length, prefix = max(fitting)
    return f"{prefix}:{term.value[length:]}"


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
