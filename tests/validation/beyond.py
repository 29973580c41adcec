"""The good world of the bad files, and what is found beside shapes and checks about a change."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox
from tests.validation.test_touched_checks import changed, live_with
from tests.validation.worlds import base, ontology

from kg.namespaces import CURATED, ONTOLOGY, PREFIXES
from kg.store.interface import Patch
from kg.store.live import Live
from kg.validation import Finding
from kg.validation.beyond.findings import beyond
from kg.validation.beyond.names import Names, Spellings
from kg.validation.beyond.wikidata import Snapshot
from kg.validation.dataset import load

GRAPH = ox.NamedNode(str(CURATED))
HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


@cache
def world() -> Live:
    """The good world and the ontology; to be changed for a while only."""
    store = ox.Store()
    load(store, ONTOLOGY, ontology()[ONTOLOGY])
    load(store, CURATED, base())
    return live_with(Patch(tuple(store)))


def quads(turtle: str) -> tuple[ox.Quad, ...]:
    """The quads of a text with all our prefixes, in the curated graph."""
    parsed = ox.parse(HEAD + turtle, format=ox.RdfFormat.TURTLE)
    return tuple(ox.Quad(*quad.triple, GRAPH) for quad in parsed)


def found(
    turtle: str,
    names: Names | Spellings | None = None,
    snapshot: Snapshot | None = None,
    before: str = "",
) -> tuple[Finding, ...]:
    """What there is to say of triples that are added to the good world and what was `before`."""
    with changed(world(), Patch(quads(before))), changed(world(), Patch(quads(turtle))) as trial:
        added = (quad.triple for quad in trial.patch.added)
        return beyond(trial.store, added, names, snapshot).results


def named(findings: tuple[Finding, ...]) -> set[str]:
    """The names of findings."""
    return {finding.source_shape for finding in findings}


def related(findings: tuple[Finding, ...]) -> set[str]:
    """The local names of what findings tell of."""
    return {iri.rsplit("/", 1)[-1].rpartition("#")[2] for f in findings for iri in f.related}
