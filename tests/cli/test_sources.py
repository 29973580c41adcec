import json

import pytest
from click.testing import CliRunner
from rdflib import Graph
from tests.documents.harbour import (
    FILE,
    LARK,
    NOTE,
    SLUG,
    TEXT,
    clause,
    harbour,
    sentence,
    write_harbour,
)

from kg.cli import main
from kg.documents.passages import passage_triples
from kg.documents.text import Span
from kg.namespaces import CKG, concept


@pytest.fixture
def world(tmp_path):
    return write_harbour(tmp_path)


def kg(*arguments, **environment):
    blank = {"KG_TEXTS": None, "KG_SHARED": None}
    return CliRunner().invoke(main, ["sources", *map(str, arguments)], env=blank | environment)


def incomplete(tmp_path):
    graph = harbour()
    graph.add((clause("2-2"), CKG.holder, LARK))
    return write_harbour(tmp_path / "incomplete", graph)[0]


def test_coverage_as_json_has_the_five_fields(world):
    result = kg("coverage", "--format", "json", "--data", world[0])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == [
        {
            "document": str(NOTE),
            "sentences": 3,
            "with_claims": 2,
            "without_proposition": [
                {"sentence": str(sentence(3)), "reason": "reason:rhetorical"},
            ],
            "uncovered": [],
        }
    ]


def test_coverage_as_a_table_has_a_row_for_each_document(world):
    result = kg("coverage", "--data", world[0])
    assert result.exit_code == 0
    head, row, *rest = result.stdout.splitlines()
    assert head.split("  ")[0] == "document"
    assert row.split() == [SLUG, "3", "2", "1", "0"]
    assert rest == ["", "Without proposition:", "  sentence:quay-note-3  reason:rhetorical"]


@pytest.mark.parametrize("form", ["table", "json"])
def test_coverage_exits_with_1_when_anything_is_uncovered(tmp_path, form):
    result = kg("coverage", "-f", form, "--data", incomplete(tmp_path))
    assert result.exit_code == 1
    assert "has neither claim nor reason for person:ada-lark" in " ".join(result.stdout.split())


def test_coverage_fits_into_80_columns(tmp_path):
    lines = kg("coverage", "--data", incomplete(tmp_path)).stdout.splitlines()
    assert max(map(len, lines)) <= 80


def test_coverage_of_data_without_texts_is_not_a_success(tmp_path):
    result = kg("coverage", "--data", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no document" in result.stderr


def test_a_malformed_data_file_is_named_with_its_line(world):
    (world[0] / "broken.ttl").write_text("<http://example.org/a> a\n")
    result = kg("coverage", "--data", world[0])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "broken.ttl:" in result.stderr


def test_verify_confirms_data_that_the_texts_bear_out(world):
    result = kg("verify", "--data", world[0], "--texts", world[1])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[1].split() == [SLUG, "3", "4", "3", "0"]
    assert result.stderr == ""


@pytest.mark.parametrize("variable", ["KG_TEXTS", "KG_SHARED"])
def test_verify_finds_the_texts_through_the_environment(world, variable):
    shared = world[1].parent
    (shared / "sources").symlink_to(world[1])
    value = world[1] if variable == "KG_TEXTS" else shared
    assert kg("verify", "--data", world[0], **{variable: str(value)}).exit_code == 0


def test_verify_prefers_kg_texts_to_kg_shared(world, tmp_path):
    result = kg("verify", "--data", world[0], KG_TEXTS=str(world[1]), KG_SHARED=str(tmp_path))
    assert result.exit_code == 0


def test_verify_without_texts_names_the_documents_that_it_could_not_check(world, tmp_path):
    nowhere = tmp_path / "nowhere"
    result = kg("verify", "--data", world[0], "--texts", nowhere)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"there is no folder of texts at {nowhere}" in result.stderr
    assert f"not checked: document:{SLUG}: " in result.stderr
    assert FILE in result.stderr


def test_verify_exits_with_1_and_says_what_differs(world):
    (world[1] / FILE).write_bytes(TEXT.replace("fog", "hog").encode())
    result = kg("verify", "--data", world[0], "--texts", world[1])
    assert result.exit_code == 1
    assert f"its ckg:sha256 is not that of {FILE}" in " ".join(result.stdout.split())


def test_verify_shows_twenty_problems_of_a_document_and_counts_the_rest(world, tmp_path):
    graph = harbour()
    for start in range(12):  # each has a wrong name, and a digest of other words
        for triple in passage_triples(SLUG, "#" * 40, Span(start, start + 14)):
            graph.add(triple)
    data = write_harbour(tmp_path / "shifted", graph)[0]
    result = kg("verify", "--data", data, "--texts", world[1])
    problems = int(result.stdout.splitlines()[1].split()[-1])
    assert problems > 20
    assert f"and {problems - 20} more problems" in result.stdout


def test_verify_as_json_holds_problems_and_unchecked_documents(world, tmp_path):
    result = kg("verify", "-f", "json", "--data", world[0], "--texts", tmp_path / "nowhere")
    found = json.loads(result.stdout)
    assert found["checked"] == []
    assert [each["document"] for each in found["unchecked"]] == [str(NOTE)]


def test_sentences_are_listed_with_numbers_offsets_and_roles(world):
    result = kg("sentences", world[1] / FILE)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["1", "0-13", "heading"]
    assert lines[1].strip() == "Ferry returns"
    assert max(map(len, lines)) <= 80


def test_sentences_of_a_missing_file_are_an_unreadable_input(tmp_path):
    result = kg("sentences", tmp_path / "none.txt")
    assert result.exit_code == 2
    assert "none.txt" in result.stderr


def passage_of(world, *arguments):
    return kg("passage", SLUG, *arguments, "--data", world[0], "--texts", world[1])


def test_a_passage_is_printed_as_turtle_with_its_sentence(world):
    result = passage_of(world, "--words", "blamed fog")
    assert result.exit_code == 0
    start = TEXT.index("blamed fog")
    expected = Graph()
    places = [(sentence(2), Span(start, start + 10))]
    for triple in passage_triples(SLUG, TEXT, Span(start, start + 10), places):
        expected.add(triple)
    assert set(Graph().parse(data=result.stdout, format="turtle")) == set(expected)


@pytest.mark.parametrize("name", [f"document:{SLUG}", str(NOTE)])
def test_a_document_may_be_named_by_its_iri(world, name):
    result = kg("passage", name, "--words", "fog", "--data", world[0], "--texts", world[1])
    assert result.exit_code == 0


def test_words_that_occur_twice_need_their_sentence_or_more_words(world):
    result = passage_of(world, "--words", "the")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "occurs 3 times" in result.stderr
    assert "(give more words, or the sentence" in result.stderr


def test_the_sentence_narrows_where_words_are_looked_for(world):
    assert passage_of(world, "--words", "fog", "--sentence", "2").exit_code == 0
    assert passage_of(world, "--words", "fog", "--sentence", "3").exit_code == 2


def test_an_unknown_document_or_sentence_is_not_found(world):
    unknown = kg("passage", "quay-letter", "--words", "fog", "--data", world[0])
    assert unknown.exit_code == 1
    assert f"there are: {SLUG}" in unknown.stderr
    assert passage_of(world, "--words", "fog", "--sentence", "9").exit_code == 1


def test_no_passage_is_made_from_a_text_that_is_not_that_of_the_document(world):
    (world[1] / FILE).write_bytes(b"Another text with fog.")
    result = passage_of(world, "--words", "fog")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "this is not the text of document:quay-note" in result.stderr


def test_reasons_of_several_clauses_are_each_told_once(tmp_path):
    graph = harbour()
    for name, reason in (("2-1", "connective"), ("2-2", "connective")):
        graph.remove((clause(name), CKG.encodedAs, None))
        graph.add((clause(name), CKG.notEncoded, concept("reason", reason)))
    data = write_harbour(tmp_path / "quiet", graph)[0]
    result = kg("coverage", "--data", data)
    assert "  sentence:quay-note-2  reason:connective\n" in result.stdout
