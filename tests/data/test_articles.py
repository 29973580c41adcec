"""The two articles are in the graph whole, and their sentences are nowhere in the repository.

What compares with the texts needs them: it looks in `KG_TEXTS`, in `sources` under `KG_SHARED`, and
in `../shared/sources` beside the checkout, and says so where they are not there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import RDF, RDFS, Graph, Literal, URIRef

from kg.documents.coverage import coverage
from kg.documents.verification import verify
from kg.namespaces import BASE, CKG, PREFIXES, SKOSXL
from kg.resources import data_dir, root
from kg.store.interface import Store
from kg.store.values import solutions, truth
from kg.validation import read_files, seed_files

FOLDERS = ("data", "docs", "ontology", "queries", "src", "tests")
LANGUAGES = {"hy", "az", "ru"}
NAMED_KINDS = ("Person", "Place", "State", "Conflict")
MINTED = PREFIXES["conflict"] + "ucdp-"
"""What conflicts of a dataset begin with that have only its number as a name."""
RUN = 9
"""So many words in a row are a piece of a sentence, and no longer a name or a title."""


@pytest.fixture(scope="module")
def data() -> Graph:
    graph = Graph()
    for path, part in read_files(seed_files()).items():
        if data_dir() in path.parents:
            graph += part
    return graph


@pytest.fixture(scope="module")
def texts() -> Path:
    shared = Path(os.environ.get("KG_SHARED") or root().parent / "shared")
    folder = Path(os.environ.get("KG_TEXTS") or shared / "sources")
    if not folder.is_dir():
        pytest.skip(f"the texts of the articles are not at {folder}: set KG_TEXTS or KG_SHARED")
    return folder


def test_every_clause_of_both_articles_has_its_claims_or_a_reason_for_none(data: Graph):
    found = {each.document.rpartition("/")[2]: each for each in coverage(data)}
    assert {name: each.sentences for name, each in found.items()} == {
        "article-000": 18,
        "article-004": 36,
    }
    assert [each.uncovered for each in found.values()] == [[], []]
    assert sum(len(each.without_proposition) for each in found.values()) < 10


def test_every_offset_and_digest_agrees_with_the_texts(data: Graph, texts: Path):
    result = verify(data, texts)
    assert result.unchecked == []
    assert result.confirmed


def test_no_sentence_of_the_articles_is_in_the_repository(texts: Path):
    runs = {run for path in texts.glob("*.txt") for run in _runs(path)}
    assert runs
    files = [path for folder in FOLDERS for path in (root() / folder).rglob("*") if path.is_file()]
    copied = {path.name: found for path in files if (found := runs.intersection(_runs(path)))}
    assert copied == {}


def test_every_thing_has_an_english_label(data: Graph):
    things = {
        subject for subject in data.subjects(RDF.type) if str(subject).startswith(f"{BASE}id/")
    }
    unlabelled = {thing for thing in things if not _in_language(data, thing, "en")}
    assert len(things) > 1000
    assert unlabelled == set()


def test_people_places_states_and_conflicts_have_names_in_three_more_languages(data: Graph):
    for kind in NAMED_KINDS:
        things = set(data.subjects(RDF.type, CKG[kind]))
        things = {thing for thing in things if not str(thing).startswith(MINTED)}
        assert things, kind
        assert {thing for thing in things if not _languages(data, thing) >= LANGUAGES} == set()


def test_what_is_contested_hedged_counted_or_left_open_is_no_plain_triple(seed_store: Store):
    """One side's order of events, any death toll, an open term of office, a reported place."""
    for pattern in (
        "event:putin-pashinyan-call-2023 ckg:before event:tegh-firefight",
        "?anything ckg:casualties ?toll",
        "person:vladimir-putin ckg:heldPosition ?post",
        "event:tegh-firefight ckg:beganAt ?place",
        "event:tegh-firefight ckg:initiatedBy ?anybody",
        "reference:washington-treaty ckg:possiblyRefersTo ?anything",
    ):
        assert not truth(seed_store, f"ASK {{ {pattern} }}"), pattern


def test_every_plain_triple_leads_back_to_claims_in_a_sources_own_voice(seed_store: Store):
    rows = solutions(
        seed_store,
        """SELECT ?s ?p ?o (COUNT(?claim) AS ?claims) WHERE {
             GRAPH graph:consensus { ?s ?p ?o }
             OPTIONAL { ?claim ckg:content [ rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ] ;
                               ckg:voice voice:own ; ckg:evidence ?passage }
           } GROUP BY ?s ?p ?o""",
    )
    counts = [int(row["claims"].value) for row in rows]
    assert len(counts) > 50
    assert min(counts) > 0


def _runs(path: Path) -> Iterator[str]:
    try:
        words = re.findall(r"\w+", path.read_text(encoding="utf-8").lower())
    except UnicodeDecodeError:
        return
    for start in range(len(words) - RUN + 1):
        yield " ".join(words[start : start + RUN])


def _languages(data: Graph, thing: object) -> set[str | None]:
    assert isinstance(thing, URIRef)
    names = [*data.objects(thing, SKOSXL.prefLabel), *data.objects(thing, SKOSXL.altLabel)]
    forms = [form for name in names for form in data.objects(name, SKOSXL.literalForm)]
    return {form.language for form in forms if isinstance(form, Literal)}


def _in_language(data: Graph, thing: object, language: str) -> bool:
    assert isinstance(thing, URIRef)
    labels = data.objects(thing, RDFS.label)
    return any(isinstance(label, Literal) and label.language == language for label in labels)
