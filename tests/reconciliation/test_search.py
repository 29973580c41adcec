"""What the search of the site finds in the data that comes with kg, and what it shows of it."""

from __future__ import annotations

from typing import Any

import pytest

from kg.reconciliation.index import Index
from kg.reconciliation.search import SHOWN, search, snippet

PASHINYAN = "https://w3id.org/conflict-kg/id/person/nikol-pashinyan"


def found(index: Index, text: str, **more: Any) -> dict[str, Any]:
    return search(index, {"text": text, **more})


def first(index: Index, text: str) -> str:
    iri: str = found(index, text)["hits"][0]["iri"]
    return iri


@pytest.mark.parametrize(
    "text", ["pashinyan", "Пашиняну", "Փաշինյան", "ფაშინიანი", "Pashinyen", "nikol pasinyan"]
)
def test_one_name_is_found_in_four_scripts_inflected_and_misspelt(index: Index, text: str) -> None:
    assert first(index, text) == PASHINYAN


def test_misspelt_words_of_claims_are_found(index: Index) -> None:
    hits = found(index, "firefigt at teg")["hits"]
    assert hits[0]["iri"].endswith("/event/tegh-firefight")
    assert "claim" in dict(found(index, "firefigt at teg")["kinds"])


def test_definitions_and_notes_are_searched_after_names(index: Index) -> None:
    hits = found(index, "claimant")["hits"]
    fields = [hit["field"] for hit in hits]
    assert fields[0] == "name"
    assert {"definition", "example"} <= set(fields)
    assert fields.index("definition") > max(i for i, f in enumerate(fields) if f == "name")


def test_hits_are_told_apart_by_kind_and_given_page_by_page(index: Index) -> None:
    everything = found(index, "armenia")
    assert everything["count"] == sum(count for _, count in everything["kinds"]) > SHOWN
    assert len(everything["hits"]) == SHOWN
    claims = found(index, "armenia", kind="claim", limit=3, start=3)
    before = found(index, "armenia", kind="claim", limit=6)
    assert claims["count"] == dict(everything["kinds"])["claim"]
    assert claims["hits"] == before["hits"][3:]


def test_what_no_text_has_is_not_found(index: Index) -> None:
    for text in ("qqqqqqqqqq", "", " - ", "tegh qqqqqqqqqq"):
        assert found(index, text)["hits"] == [], text


def test_what_is_typed_is_never_read_as_an_expression(index: Index) -> None:
    assert found(index, '"tegh* AND (') == found(index, "tegh and")


def test_a_snippet_marks_the_words_and_leaves_out_what_is_far_away() -> None:
    text = f"{'before ' * 40}Пашинян and Pashinian {'after ' * 60}"
    parts = snippet(text, ["pashinian"])
    assert [words for words, fits in parts if fits] == ["Пашинян", "Pashinian"]
    assert (parts[0], parts[-1]) == (("…", False), ("…", False))
    assert len("".join(words for words, _ in parts)) < 300
