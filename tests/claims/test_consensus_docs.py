"""What docs/consensus.md says is so."""

from __future__ import annotations

import re

import pyoxigraph as ox
import pytest

from kg.claims.derived import inferred_quads
from kg.claims.rules import rules
from kg.namespaces import PREFIXES
from kg.resources import root
from kg.store.loading import patch_of
from kg.validation import read_files, seed_files

DOCS = root() / "docs"
TEXT = (DOCS / "consensus.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"^```sparql\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def seed() -> ox.Store:
    store = ox.Store()
    store.extend(patch_of(read_files(seed_files())).added)
    for quads in inferred_quads(store):
        store.extend(quads)
    return store


def solutions(store: ox.Store, query: str) -> list[dict[str, str]]:
    found = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    return [{name: str(row[name]) for name in names} for row in found]


def kinds(store: ox.Store, query: str) -> set[str]:
    return {row["kind"].strip("<>").rsplit("/", 1)[1] for row in solutions(store, query)}


def test_every_rule_is_described_and_every_link_leads_to_a_file() -> None:
    targets = set(re.findall(r"\]\(([^)#]+)\)", TEXT))
    linked = {(DOCS / target).resolve() for target in targets}
    assert {rule.path.resolve() for rule in [*rules("consensus"), *rules("derived")]} <= linked
    assert [path for path in linked if not path.is_file()] == []


@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_a_query_of_the_page_has_a_solution(seed: ox.Store, number: int) -> None:
    assert solutions(seed, QUERIES[number])


def test_a_role_without_its_standing_finds_what_is_only_feared(seed: ox.Store) -> None:
    """The trap: what somebody fears has an agent too."""
    trap, safe = (query for query in QUERIES if "SELECT DISTINCT ?kind" in query)
    assert "genocide" in kinds(seed, trap)
    assert "genocide" not in kinds(seed, safe)
    assert "reclaim" in kinds(seed, safe)


def test_every_triple_of_the_consensus_leads_back_to_a_claim_in_own_voice(seed: ox.Store) -> None:
    orphan = """
        SELECT ?s ?p ?o WHERE {
          GRAPH graph:consensus { ?s ?p ?o }
          FILTER NOT EXISTS {
            ?proposition rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; ckg:sourceCount ?n .
            ?claim ckg:content ?proposition ; ckg:voice voice:own ; ckg:mode mode:fact .
          }
        }"""
    everything = "SELECT * WHERE { GRAPH graph:consensus { ?s ?p ?o } }"
    assert solutions(seed, everything)
    assert solutions(seed, orphan) == []
