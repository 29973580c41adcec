"""Which statements count, and what they say."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from tests.enrichment.world import CRATER, NORTHLAND, WAR, WD, extract, turtle

from kg.enrichment.statements import best, by_subject

SAID = by_subject(extract())
DIRECT = "http://www.wikidata.org/prop/direct/"


@pytest.mark.parametrize(
    ("identifier", "prop"),
    [(NORTHLAND, "P625"), (WAR, "P580"), (CRATER, "P625"), (CRATER, "P582"), (CRATER, "P585")],
)
def test_the_best_statements_have_the_values_of_truthy_triples(identifier, prop):
    truthy = {t.object for t in SAID[ox.NamedNode(WD + identifier)]
              if t.predicate.value == DIRECT + prop}  # fmt: skip
    assert truthy == {statement.value for statement in best(SAID, identifier, prop)} != set()


def test_without_a_preferred_one_those_of_normal_rank_count_and_deprecated_ones_never():
    head = "PREFIX p: <http://www.wikidata.org/prop/> PREFIX ps: <http://www.wikidata.org/prop/statement/>"
    rows = "".join(
        f"wd:Q900000001 p:P585 wds:{n} . wds:{n} ps:P585 '{n}' ; wikibase:rank wikibase:{rank} ."
        for n, rank in enumerate(["NormalRank", "NormalRank", "DeprecatedRank"])
    )
    text = f"{head} PREFIX wikibase: <http://wikiba.se/ontology#> {rows}"
    assert [str(s) for s in best(by_subject(turtle(text)), NORTHLAND, "P585")] == ["0", "1"]
    only = text.replace("NormalRank", "DeprecatedRank")
    assert best(by_subject(turtle(only)), NORTHLAND, "P585") == []


def test_a_statement_says_its_value_as_precisely_as_it_is():
    assert [str(s) for s in best(SAID, WAR, "P580")] == ["2031-02-03"]
    assert [str(s) for s in best(SAID, WAR, "P582")] == ["no value"]
    assert [str(s) for s in best(SAID, CRATER, "P582")] == ["-0043-03 (Julian calendar)"]
    assert [s.is_unknown for s in best(SAID, CRATER, "P580")].count(True) >= 1
    assert [s.point for s in best(SAID, CRATER, "P625")] == [None], "it is not on Earth"
    assert [s.point for s in best(SAID, NORTHLAND, "P625")] == [(61.0, 11.0)]
