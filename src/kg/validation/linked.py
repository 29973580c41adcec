"""Checks of links that need the table of authorities: forms of identifiers, kinds, exactness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import pyoxigraph as ox

from kg.links.authorities import AUTHORITIES, CATEGORIES, authority_of
from kg.namespaces import KINDS, compact, split
from kg.validation.solutions import Entities, Found, solutions_about

LINKED: Final = """SELECT ?entity ?target WHERE {
    VALUES ?link { skos:exactMatch skos:closeMatch skos:broadMatch owl:sameAs }
    ?entity ?link ?target .
}"""

EXACT: Final = """SELECT ?entity ?target WHERE {
    VALUES ?link { skos:exactMatch owl:sameAs } ?entity ?link ?target .
}"""

CATEGORISED: Final = """SELECT ?entity ?source ?target ?category WHERE {
    ?entity owl:annotatedSource ?source ; owl:annotatedTarget ?target ;
            sssom:object_category ?category .
}"""

HOSTS: Final = {urlsplit(a.template).hostname for a in AUTHORITIES.values()} | {"wikidata.org"}


def misformed_targets(store: ox.Store, entities: Entities = None) -> Found:
    """Links into a collection that we know, to what is no identifier of it."""
    for entity, target in _rows(store, LINKED, entities, "target"):
        host = urlsplit(target).hostname
        if kind_of(entity) and host in HOSTS and authority_of(target) is None:
            yield (
                entity,
                f"A link leads to an identifier as its publisher forms it: {target} is none.",
            )


def links_of_other_type(store: ox.Store, entities: Entities = None) -> Found:
    """Mappings between things that are not of one type."""
    for entity, source, target, category in _rows(
        store, CATEGORISED, entities, "source", "target", "category"
    ):
        kind, authority = kind_of(source), authority_of(target)
        fits = kind in CATEGORIES.get(category, ())
        if not fits or (authority is not None and kind not in authority.kinds):
            words = f"{compact(source)} is no {category} of its collection"
            yield entity, f"A link is between things of one type: {words}."


def two_exact_matches(store: ox.Store, entities: Entities = None) -> Found:
    """Things with several exact matches in one collection."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for entity, target in _rows(store, EXACT, entities, "target"):
        authority = authority_of(target)
        if kind_of(entity) and authority is not None:
            found[entity, authority.title].add(target)
    for (entity, title), targets in sorted(found.items()):
        if len(targets) > 1:
            names = " and ".join(sorted(targets))
            yield entity, f"A thing has one exact match in {title}: here are {names}."


def kind_of(iri: str) -> str:
    """The kind in an IRI of a thing of ours; empty for another."""
    kind, _ = split(iri) or ("", "")
    return kind if kind in KINDS else ""


def _rows(
    store: ox.Store, query: str, entities: Entities, *names: str
) -> Iterator[tuple[str, ...]]:
    for solutions in solutions_about(store, query, entities):
        for solution in solutions:
            terms = (solution[name] for name in ("entity", *names))
            yield tuple(str(getattr(term, "value", term)) for term in terms)
