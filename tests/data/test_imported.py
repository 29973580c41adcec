"""Figures of datasets stand beside those of the articles, each by its own claimant."""

from __future__ import annotations

from kg.store.interface import Store
from kg.store.values import Term, solutions, truth

NAMES = ("claimant", "of", "low", "best", "high")
IN_2020 = """
SELECT ?claimant ?of ?low ?best ?high WHERE {
  ?claim ckg:claimant ?claimant ; ckg:content ?content .
  ?content rdf:subject ?of ; rdf:predicate ckg:casualties ; rdf:object ?estimate .
  { ?estimate ckg:period time:2020 } UNION { VALUES ?of { conflict:second-nagorno-karabakh-war } }
  OPTIONAL { ?estimate ckg:low ?low } OPTIONAL { ?estimate ckg:best ?best }
  OPTIONAL { ?estimate ckg:high ?high }
} ORDER BY ?claimant ?of
"""
RELEASES = """
SELECT ?release WHERE {
  ?release a ckg:DatasetRelease ; schema:version ?version ; dcterms:license ?licence ;
           dcterms:bibliographicCitation ?citation ; schema:measurementTechnique ?method .
} ORDER BY ?release
"""


def _local(term: Term) -> str:
    return str(term.value).rpartition("/")[2]


def test_deaths_of_2020_are_there_by_article_and_by_dataset(seed_store: Store) -> None:
    """The article's number, two levels of intensity, and two sums over countries; none merged."""
    rows = [
        tuple(_local(row[name]) if name in row else None for name in NAMES)
        for row in solutions(seed_store, IN_2020)
    ]
    assert rows == [
        ("ucdp-dyadic-25-1", "nagorno-karabakh-conflict", "1000", None, None),
        ("ucdp-ged-23-1-country-years", "armenia", "9", "10", "10"),
        ("ucdp-ged-23-1-country-years", "azerbaijan", "7539", "7636", "9067"),
        ("ucdp-prio-acd-25-1", "nagorno-karabakh-conflict", "1000", None, None),
        ("article-000", "second-nagorno-karabakh-war", None, "7000", None),
    ]


def test_each_release_has_version_licence_citation_and_method(seed_store: Store) -> None:
    found = {_local(row["release"]) for row in solutions(seed_store, RELEASES)}
    assert found == {"ucdp-dyadic-25-1", "ucdp-ged-23-1-country-years", "ucdp-prio-acd-25-1"}


def test_what_datasets_say_contests_nothing_of_the_articles(seed_store: Store) -> None:
    """Conflict 388 of UCDP is only nearly ours: its first death is not when ours began."""
    assert truth(seed_store, "ASK { conflict:ucdp-396 ckg:startedOn time:1992-05-15 }")
    assert not truth(seed_store, "ASK { conflict:nagorno-karabakh-conflict ckg:startedOn ?day }")
    ours = "?claim ckg:claimant ?release . ?release a ckg:DatasetRelease ."
    assert not truth(
        seed_store, f"ASK {{ {ours} ?claim ckg:mayContradict|ckg:contradicts ?other }}"
    )
