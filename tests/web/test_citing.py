"""Pages say how they are cited, and give it to reference managers."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.web.conftest import Get
from tests.web.test_pages import section

from kg.web.citing import AUTHORS, Citation


def test_a_page_says_how_it_is_cited_with_its_generation_and_day(get: Get) -> None:
    told = section(get("/doc/event/oster-skirmish").text, "cite")
    assert (
        "“skirmish at Oster” (event). Conflict knowledge graph, generation 1 (2024-01-02)" in told
    )
    assert "https://w3id.org/conflict-kg/id/event/oster-skirmish." in told


def test_whoever_cites_a_claim_is_told_to_cite_the_document_too(get: Get) -> None:
    assert "cite the document" in section(get("/doc/claim/lantern-2-1").text, "cite")
    assert "cite the document" not in section(get("/doc/state/arvonia").text, "cite")


def test_a_citation_is_served_as_bibtex_and_as_csl_json(get: Get) -> None:
    bibtex = get("/cite/event/oster-skirmish.bib")
    assert bibtex.mimetype == "application/x-bibtex"
    assert bibtex.text.startswith("@misc{ckg:event:oster-skirmish,\n")
    assert "title = {{skirmish at Oster}}" in bibtex.text
    assert "year = {2024}" in bibtex.text
    csl = get("/cite/event/oster-skirmish.csl.json")
    [item] = json.loads(csl.text)
    assert item["issued"] == {"date-parts": [[2024, 1, 2]]}
    assert item["URL"] == "https://w3id.org/conflict-kg/id/event/oster-skirmish"
    assert item["version"] == "generation 1"


@pytest.mark.parametrize("path", ["/cite/event/nothing.bib", "/cite/event/oster-skirmish.ris"])
def test_a_citation_of_nothing_or_in_an_unknown_form_is_not_found(get: Get, path: str) -> None:
    assert get(path).status_code == 404


def test_a_hostile_title_cannot_leave_its_field_in_bibtex() -> None:
    title = "a} , note = {b \\input{x} 50% & $1 #_^~"
    made = Citation(title, "place", "hostile", "https://example.org/", 1, date(2031, 5, 4)).bibtex()
    line = next(each for each in made.splitlines() if each.startswith("  title"))
    inside = line.removeprefix("  title = {{").removesuffix("}},")
    assert line.startswith("  title = {{")
    assert "\\}" in inside
    assert "\\textbackslash{}input" in inside
    depth = 0
    for at, sign in enumerate(inside):
        if sign in "{}" and inside[at - 1] != "\\":
            depth += 1 if sign == "{" else -1
        assert depth >= 0


def test_a_citation_of_a_store_without_history_has_no_day() -> None:
    made = Citation("x", "place", "a/b c", "https://example.org/", 7, None)
    assert "issued" not in made.csl()[0]
    assert "year" not in made.bibtex()
    assert made.key == "ckg:place:a-b-c"


def test_pages_name_the_authors_that_the_repository_names() -> None:
    written = (Path(__file__).parents[2] / "CITATION.cff").read_text(encoding="utf-8")
    assert f'- name: "{AUTHORS}"' in written
