"""What a check can find at all: sets, where the engine would look up each term by itself.

Some queries ask of every term in a store whether something is said of it. The engine can tell with
one pass and a set, in the numbers that it has for terms. What a change can alter is told by its own
triples: a term such as `rdf:type` is in a change of anything, and in millions of triples. What is
left is given to the query, which alone decides, and words its findings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pyoxigraph as ox

from kg.namespaces import BASE
from kg.shacl.columns import column
from kg.validation.solutions import WRITTEN, Entities, solutions_of
from kg.validation.touched import Changed

MOST: Final = 1_000
"""Of more the query is asked at once: it needs about a millisecond for each by itself."""

USED: Final = """SELECT ?entity {
  { { SELECT DISTINCT ?entity { ?subject ?predicate ?entity } }
    UNION { SELECT DISTINCT ?entity { ?subject ?entity ?object } } }
  MINUS { ?entity ?any ?thing }
}"""
"""What is an object or a predicate, and no subject."""

_GRAPHS: Final = f"VALUES ?graph {{ {' '.join(f'<{graph}>' for graph in WRITTEN)} }}"

UNTYPED: Final = f"""SELECT ?entity {{
  {{ SELECT DISTINCT ?entity {{ {_GRAPHS} GRAPH ?graph {{ ?entity ?property ?value }} }} }}
  MINUS {{ ?entity a ?any }}
}}"""
"""What data describes without a type."""

CLASSES: Final = f"SELECT DISTINCT ?class {{ {_GRAPHS} GRAPH ?graph {{ ?any a ?class }} }}"

KNOWN: Final = """SELECT ?class { GRAPH graph:ontology {
  { ?class a owl:Class . FILTER(STRSTARTS(STR(?class), STR(ckg:))) }
  UNION { ?class skos:scopeNote ?known }
} }"""


def undeclared(store: ox.Store) -> set[bytes]:
    """IRIs of ours that are used, and that nothing is said of."""
    ours = b"<" + BASE.encode()
    return {key for key in column(solutions_of(store, USED)) if key.startswith(ours)}


def outside_list(store: ox.Store) -> set[bytes]:
    """What data describes without a type, or with one that is not known."""
    found = set(column(solutions_of(store, UNTYPED)))
    others = set(column(solutions_of(store, CLASSES))) - set(column(solutions_of(store, KNOWN)))
    if others:
        values = " ".join(sorted(key.decode() for key in others))
        typed = f"VALUES ?class {{ {values} }} GRAPH ?graph {{ ?entity a ?class }}"
        found |= set(column(solutions_of(store, f"SELECT ?entity {{ {_GRAPHS} {typed} }}")))
    return found


SUSPECTS: Final[Mapping[str, Callable[[ox.Store], set[bytes]]]] = {
    "undeclared-id-violation": undeclared,
    "type-outside-list-violation": outside_list,
}
"""By the names of checks; all that these find is among them."""


def suspects(store: ox.Store, name: str) -> frozenset[ox.NamedNode] | None:
    """The only entities that a check of everything can find; None where it has to look at all."""
    if name not in SUSPECTS:
        return None
    found = SUSPECTS[name](store)
    if len(found) > MOST:
        return None
    return frozenset(ox.NamedNode(key[1:-1].decode()) for key in found if key.startswith(b"<"))


def undeclared_by(store: ox.Store, changed: Changed) -> Entities:
    """Terms of ours in a change, but for those of which something was said and still is."""
    terms = {term for triple in changed.triples for term in triple}
    added = set(changed.added)
    return frozenset(
        term
        for term in terms
        if isinstance(term, ox.NamedNode)
        and term.value.startswith(BASE)
        and all(quad.triple in added for quad in store.quads_for_pattern(term, None, None))
    )


def blank_by(_: ox.Store, changed: Changed) -> Entities:
    """The predicates of blank nodes in a change, and the subjects that have them."""
    named = {
        triple.predicate if isinstance(triple.subject, ox.BlankNode) else triple.subject
        for triple in changed.triples
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode)
    }
    return frozenset(node for node in named if isinstance(node, ox.NamedNode))


ALTERED: Final[Mapping[str, Callable[[ox.Store, Changed], Entities]]] = {
    "undeclared-id-violation": undeclared_by,
    "blank-node-violation": blank_by,
}
"""What a change can alter the findings about, by the names of checks that look at every triple."""
