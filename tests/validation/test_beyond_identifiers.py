"""Wikidata's ids are written right, still there, and of the right kind of thing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.validation.beyond import found, named

from kg.errors import InputError
from kg.namespaces import expand
from kg.validation import Kind
from kg.validation.beyond.identifiers import GONE, MALFORMED, OTHER_TYPE
from kg.validation.beyond.wikidata import COLUMNS, ENTITY, Snapshot, id_of, meant, shipped

ROWS = (
    "# A file of a test.",
    "Q1\tpresent\t\tckg:Person\tAda, a person\ta test",
    "Q10\tdeleted\t\t\t\ta test",
    "Q11\tredirected\tQ1\t\t\ta test",
    "Q2\tpresent\t\tckg:State ckg:Place\tRuritania, a country\ta test",
    "Q3\tpresent\t\t\tsomething\ta test",
)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    path = tmp_path / "types.tsv"
    path.write_text("\n".join(ROWS) + "\n", encoding="utf-8")
    return Snapshot(path)


@pytest.mark.parametrize(
    "written",
    [
        "https://www.wikidata.org/entity/Q7747",
        "http://www.wikidata.org/wiki/Q7747",
        "https://m.wikidata.org/wiki/Q7747",
        "http://wikidata.org/entity/Q7747",
        "http://www.wikidata.org/entity/q7747",
        "http://www.wikidata.org/entity/Q07747",
        "http://www.wikidata.org/entity/Q%207747",
        "http://www.wikidata.org/entity/Q 7747",
        "Q7747",
        " q 7747 ",
    ],
)
def test_each_way_of_writing_an_id_leads_to_the_right_one(written: str) -> None:
    assert meant(written) == f"{ENTITY}Q7747"


@pytest.mark.parametrize("other", ["http://example.org/Q7747", "Q", "Quebec 2", "a", f"{ENTITY}L7"])
def test_what_is_no_item_of_wikidata_or_is_right_means_nothing_else(other: str) -> None:
    assert meant(other) is None


@pytest.mark.hypothesis
@given(st.integers(1, 10**9), st.sampled_from("QP"))
def test_the_right_way_is_always_right(number: int, kind: str) -> None:
    iri = f"{ENTITY}{kind}{number}"
    assert id_of(iri) == f"{kind}{number}"
    assert meant(iri) is None
    assert meant(iri.replace("http:", "https:")) == iri


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("<https://www.wikidata.org/wiki/Q1>", MALFORMED),
        ("<http://www.wikidata.org/entity/Qx>", MALFORMED),
        ('"Q 7747"', MALFORMED),
        (f"<{ENTITY}Q10>", GONE),
        (f"<{ENTITY}Q11>", GONE),
        (f"<{ENTITY}Q2>", OTHER_TYPE),
    ],
)
def test_an_id_that_is_wrong_is_told(value: str, name: str, snapshot: Snapshot) -> None:
    [finding] = found(f"person:ann skos:exactMatch {value} .", snapshot=snapshot)
    assert (finding.source_shape, finding.kind) == (name, Kind.IDENTIFIER)


@pytest.mark.parametrize(
    "turtle",
    [
        f"person:ann skos:exactMatch <{ENTITY}Q1> .",
        f"state:northland skos:exactMatch <{ENTITY}Q2> .",
        f"person:ann skos:exactMatch <{ENTITY}Q3> .",
        f"person:ann skos:exactMatch <{ENTITY}Q999> .",
        f"person:ann skos:closeMatch <{ENTITY}Q2> .",
        'person:ann rdfs:comment "Q 7747"@en .',
    ],
)
def test_an_id_that_is_right_or_unknown_is_not_told(turtle: str, snapshot: Snapshot) -> None:
    assert found(turtle, snapshot=snapshot) == ()


def test_the_successor_of_a_merged_item_is_named(snapshot: Snapshot) -> None:
    [finding] = found(f"person:ann owl:sameAs <{ENTITY}Q11> .", snapshot=snapshot)
    assert finding.related == (f"{ENTITY}Q1",)


def test_every_row_is_found_and_nothing_else(snapshot: Snapshot) -> None:
    for row in ROWS[1:]:
        item = snapshot.find(row.split("\t")[0])
        assert item is not None
        assert item.description == row.split("\t")[4]
    for missing in ("Q", "Q0", "Q100", "Q12", "Q4", "#"):
        assert snapshot.find(missing) is None


def test_a_row_that_is_none_and_a_file_that_is_none_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "types.tsv"
    with pytest.raises(InputError):
        Snapshot(path)
    path.write_text("Q1\tperhaps\t\t\t\t\n", encoding="utf-8")
    with pytest.raises(InputError):
        Snapshot(path).find("Q1")


def test_the_file_that_comes_with_kg_is_sorted_and_names_classes_of_ours() -> None:
    lines = shipped().read_bytes().rstrip(b"\n").split(b"\n")
    rows = [line.decode().split("\t") for line in lines if not line.startswith(b"#")]
    assert [row[0].encode() + b"\t" for row in rows] == sorted(r[0].encode() + b"\t" for r in rows)
    assert {len(row) for row in rows} == {COLUMNS}
    assert all(expand(name) for row in rows for name in row[3].split())
    assert all(row[5] for row in rows)
    snapshot = Snapshot(shipped())
    assert all(snapshot.find(row[0]) is not None for row in rows)


def test_a_person_is_no_country() -> None:
    assert named(found(f"person:ann skos:exactMatch <{ENTITY}Q399> .")) == {OTHER_TYPE}
    assert found(f"state:northland skos:exactMatch <{ENTITY}Q399> .") == ()
