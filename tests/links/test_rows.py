"""Rows of links, and the Turtle that is made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rdflib import RDF, SKOS, Literal, URIRef

from kg.errors import InputError
from kg.links.authorities import AUTHORITIES, authority_of
from kg.links.rows import problems
from kg.links.sssom import MappingSet, Row, read
from kg.links.turtle import graph_of_links
from kg.namespaces import CKG, SSSOM, iri
from kg.validation.links import ROWS, TURTLE, report_on_links

GOOD = Row(
    "place:baku",
    "skos:exactMatch",
    "http://www.wikidata.org/entity/Q9248",
    "Baku",
    "city",
    "semapv:ManualMappingCuration",
    "0.95",
    "somebody",
    "2024-01-31",
    "a page",
    "",
)


def of(*rows: Row) -> MappingSet:
    return MappingSet("wikidata", Path("wikidata.sssom.tsv"), rows)


def test_a_good_row_has_no_problem() -> None:
    assert list(problems(of(GOOD))) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"object_id": "http://www.wikidata.org/entity/q9248"}, "form of an identifier"),
        ({"object_id": "https://www.wikidata.org/wiki/Q9248"}, "form of an identifier"),
        ({"object_category": "person"}, "one type"),
        ({"subject_id": "claim:000-1-1"}, "Wikidata has identifiers of"),
        ({"predicate_id": "skos:relatedMatch"}, "A link is one of"),
        ({"confidence": "0"}, "confidence"),
        ({"confidence": "1.5"}, "confidence"),
        ({"mapping_date": "yesterday"}, "a day"),
        ({"evidence": " "}, "A link has evidence"),
        ({"reviewer_label": ""}, "A link has reviewer_label"),
    ],
)
def test_a_bad_row_is_told(changed: dict[str, str], words: str) -> None:
    assert any(words in message for _, message in problems(of(replace(GOOD, **changed))))


def test_a_second_exact_match_is_told_and_a_close_one_is_not() -> None:
    other = replace(GOOD, object_id="http://www.wikidata.org/entity/Q1")
    assert "one exact match" in "".join(message for _, message in problems(of(GOOD, other)))
    assert list(problems(of(GOOD, replace(other, predicate_id="skos:closeMatch")))) == []


def test_a_row_becomes_a_link_and_a_node_with_its_evidence() -> None:
    graph = graph_of_links(of(GOOD))
    baku, target = iri("place", "baku"), URIRef("http://www.wikidata.org/entity/Q9248")
    assert (baku, SKOS.exactMatch, target) in graph
    (node,) = graph.subjects(RDF.type, SSSOM.Mapping)
    assert (node, CKG.linkEvidence, Literal("a page")) in graph


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Row], Path]:
    """A folder with one row in its file."""

    def make(row: Row) -> Path:
        values = [getattr(row, name) for name in Row.__dataclass_fields__]
        lines = ["#license: x", "\t".join(Row.__dataclass_fields__), "\t".join(values)]
        (tmp_path / "wikidata.sssom.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return tmp_path

    return make


def test_turtle_that_is_not_that_of_its_rows_is_told(folder: Callable[[Row], Path]) -> None:
    place = folder(GOOD)
    assert {r.source_shape for r in report_on_links(place).results} == {TURTLE}
    bad = report_on_links(folder(replace(GOOD, evidence="")))
    assert {r.source_shape for r in bad.results} == {ROWS}


def test_a_row_that_is_too_short_is_told_with_its_line(folder: Callable[[Row], Path]) -> None:
    path = folder(GOOD) / "wikidata.sssom.tsv"
    path.write_text(path.read_text(encoding="utf-8") + "place:baku\n", encoding="utf-8")
    with pytest.raises(InputError, match="a row has 11 values, not 1") as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}:4")


@pytest.mark.parametrize("name", AUTHORITIES)
def test_an_identifier_is_found_again_in_its_iri(name: str) -> None:
    authority = AUTHORITIES[name]
    examples = {"wikidata": "Q42", "iso-3166": "AM", "lccn": "n79110308", "gnd": "1158606435"}
    identifier = examples.get(name, "42")
    assert authority_of(authority.iri(identifier)) is authority
    assert authority.identifier(authority.iri(identifier)) == identifier
    with pytest.raises(ValueError, match="no identifier"):
        authority.iri("not one")
