"""The links that come with kg are those of the list of verified identifiers, and no others."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from kg.docs.links import is_doubtful, links_page
from kg.links.authorities import authority_of
from kg.links.sssom import Row, mapping_sets, wanted
from kg.resources import data_dir, root

FOLDER = data_dir() / "links"
SHARED = Path(os.environ.get("KG_SHARED", root().parent / "shared"))
VERIFIED = SHARED / "external" / "verified-ids.tsv"


def rows() -> list[Row]:
    return [row for found in mapping_sets(FOLDER) for row in found.rows]


def test_the_committed_page_has_every_link_and_what_is_wanted() -> None:
    page = (root() / "docs" / "links.md").read_text(encoding="utf-8")
    assert page == links_page(mapping_sets(FOLDER), wanted(FOLDER))
    plain = page.replace(r"\|", "|")
    assert all(row.object_id in plain and row.evidence in plain for row in rows())


def test_links_on_evidence_that_cannot_be_looked_up_are_on_the_list_of_review() -> None:
    doubtful = {row.subject_id for row in rows() if is_doubtful(row)}
    assert {"organisation:newsweek", "organisation:kremlin", "state:russian-empire"} <= doubtful
    assert "state:armenia" not in doubtful


def test_what_a_collection_does_not_tell_apart_has_no_exact_match() -> None:
    links = {(r.subject_id, r.object_id): r.predicate_id for r in rows()}
    for state in ("state:russia", "state:soviet-union"):
        assert links[state, "https://ucdp.uu.se/country/365"] == "skos:closeMatch"


def test_the_region_is_not_the_republic() -> None:
    assert not any(row.subject_id == "place:nagorno-karabakh" for row in rows())
    assert not any(row.object_id.endswith("/Q244165") for row in rows())


@pytest.fixture(scope="module")
def verified() -> list[dict[str, str]]:
    if not VERIFIED.is_file():
        pytest.skip(f"the list of verified identifiers is not there: {VERIFIED}")
    with VERIFIED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_every_identifier_is_in_the_verified_list(verified: list[dict[str, str]]) -> None:
    told = [" ".join(entry.values()) for entry in verified if entry["confidence"] != "not found"]
    told += [f"{e['label']} {e['other_ids']}" for e in verified]  # whose item was not found
    for row in rows():
        authority = authority_of(row.object_id)
        assert authority is not None
        identifier = authority.identifier(row.object_id) or ""
        assert any(identifier in text.replace(",", " ").split() for text in map(_words, told)), row


def test_every_item_of_the_list_that_is_ours_is_linked(verified: list[dict[str, str]]) -> None:
    linked = {row.object_id.rpartition("/")[2] for row in rows()}
    ours = {row.object_label for row in rows()}
    for entry in verified:
        if entry["qid"].startswith("Q") and entry["label"] in ours:
            assert entry["qid"] in linked


def _words(text: str) -> str:
    for sign in ";()/=|\"'":
        text = text.replace(sign, " ")
    return text
