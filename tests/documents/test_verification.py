import pytest
from rdflib import RDF, Literal, URIRef
from tests.documents.harbour import (
    FILE,
    NOTE,
    SLUG,
    TEXT,
    clause,
    harbour,
    passage,
    place,
    sentence,
    write_harbour,
)

from kg.documents.passages import passage_iri
from kg.documents.text import Span
from kg.documents.verification import verify
from kg.namespaces import CKG, OA, compact, iri


@pytest.fixture
def graph():
    return harbour()


@pytest.fixture
def texts(tmp_path):
    return write_harbour(tmp_path)[1]


def problems(graph, texts):
    (found,) = verify(graph, texts).checked
    return [(compact(each.node), each.explanation) for each in found.problems]


def test_data_that_the_text_bears_out_is_confirmed_and_counted(graph, texts):
    found = verify(graph, texts)
    (checked,) = found.checked
    assert (checked.sentences, checked.clauses, checked.passages) == (3, 4, 3)
    assert found.confirmed


def test_a_text_that_is_not_there_leaves_its_document_unchecked(graph, tmp_path):
    found = verify(graph, tmp_path / "nowhere")
    assert found.checked == []
    assert [each.document for each in found.unchecked] == [str(NOTE)]
    assert FILE in found.unchecked[0].reason
    assert not found.confirmed


def test_a_text_that_is_not_utf_8_leaves_its_document_unchecked(graph, texts):
    (texts / FILE).write_bytes(b"\xff")
    assert "is not UTF-8" in verify(graph, texts).unchecked[0].reason


def test_a_text_file_outside_the_folder_is_not_read(graph, texts):
    graph.set((NOTE, CKG.textFile, Literal(f"../texts/{FILE}")))
    assert "not a file name" in verify(graph, texts).unchecked[0].reason


def test_positions_in_a_document_without_text_file_are_unchecked(graph, texts):
    letter = iri("document", "quay-letter")
    graph.set((passage("1-1"), OA.hasSource, letter))
    found = verify(graph, texts)
    assert [(each.document, each.reason) for each in found.unchecked] == [
        (str(letter), "names no text file, but has 1 passages with a position")
    ]


def test_a_passage_with_a_locator_only_needs_no_text(graph, texts):
    row = iri("passage", "fares-2020-7")
    graph.add((row, RDF.type, CKG.Passage))
    graph.add((row, OA.hasSource, iri("dataset-release", "fares-2020")))
    graph.add((row, CKG.locator, Literal("row 7")))
    assert verify(graph, texts).confirmed


def test_a_changed_letter_is_found_by_document_sentence_and_passage(graph, texts):
    (texts / FILE).write_bytes(TEXT.replace("dawn", "dusk").encode())
    assert problems(graph, texts) == [
        ("document:quay-note", f"its ckg:sha256 is not that of {FILE}"),
        ("sentence:quay-note-2", "its ckg:sha256 is not that of the text at its position"),
        (compact(passage("2-2")), "its ckg:sha256 is not that of the text at its position"),
    ]


def test_line_ends_that_were_converted_are_found(graph, texts):
    (texts / FILE).write_bytes(TEXT.replace("\n", "\r\n").encode())
    found = dict(problems(graph, texts))
    assert {"document:quay-note", "sentence:quay-note-2", "sentence:quay-note-3"} <= set(found)
    assert "sentence:quay-note-1" not in found


def test_a_wrong_length_is_told_with_the_right_one(graph, texts):
    graph.set((NOTE, CKG.textLength, Literal(len(TEXT) + 1)))
    assert problems(graph, texts) == [
        ("document:quay-note", f"its ckg:textLength is not {len(TEXT)}")
    ]


def test_a_word_that_no_sentence_covers_is_named_with_its_place(graph, texts):
    graph.remove((sentence(3), None, None))
    start = TEXT.index("Well")
    assert problems(graph, texts) == [
        ("document:quay-note", f"no sentence covers «Well» at {start}, «then» at {start + 5}")
    ]


def test_a_word_that_no_clause_covers_is_named_even_when_half_of_it_is_covered(graph, texts):
    start = int(graph.value(clause("2-2"), OA.start))
    place(graph, clause("2-2"), start + 1, int(graph.value(clause("2-2"), OA.end)))
    assert problems(graph, texts) == [
        ("sentence:quay-note-2", f"no clause covers «and» at {start}")
    ]


def test_a_long_list_of_left_out_words_is_cut_short(graph, texts):
    graph.remove((clause("2-2"), None, None))
    ((node, words),) = problems(graph, texts)
    assert node == "sentence:quay-note-2"
    assert words.count("«") == 5
    assert words.endswith("and 7 more")


def test_a_clause_outside_its_sentence_is_told(graph, texts):
    place(graph, clause("3-1"), TEXT.index("Well"), len(TEXT))
    assert ("clause:quay-note-3-1", "it is not inside sentence:quay-note-3") in problems(
        graph, texts
    )


def test_nodes_without_a_position_are_told(graph, texts):
    for node in (sentence(1), clause("3-1"), URIRef(f"{passage('2-1')}-position")):
        graph.remove((node, OA.start, None))
    found = problems(graph, texts)
    for name in ("sentence:quay-note-1", "clause:quay-note-3-1", compact(passage("2-1"))):
        assert (name, "it has no usable oa:start and oa:end") in found


def test_offsets_beyond_the_text_are_told(graph, texts):
    place(graph, URIRef(f"{passage('1-1')}-position"), 0, len(TEXT) + 5)
    assert problems(graph, texts) == [
        (
            compact(passage("1-1")),
            f"0-{len(TEXT) + 5} is not inside the document of {len(TEXT)} code points",
        )
    ]


def test_a_passage_whose_name_gives_another_place_is_told(graph, texts):
    place(graph, URIRef(f"{passage('1-1')}-position"), 0, 5)
    found = problems(graph, texts)
    name = compact(passage_iri(SLUG, Span(0, 5)))
    assert (compact(passage("1-1")), f"its IRI would be {name}") in found


def test_a_passage_names_the_sentences_that_it_stands_in_and_no_other(graph, texts):
    graph.set((passage("2-1"), CKG.inSentence, sentence(3)))
    assert problems(graph, texts) == [
        (
            compact(passage("2-1")),
            "it stands in sentence:quay-note-2 too, which it does not name",
        ),
        (compact(passage("2-1")), "it does not stand in sentence:quay-note-3"),
    ]


def test_wrong_edge_words_of_a_long_passage_are_told_with_the_right_ones(graph, texts):
    graph.set((passage("2-2"), CKG.firstWords, Literal("And the")))
    graph.remove((passage("2-2"), CKG.lastWords, None))
    assert problems(graph, texts) == [
        (compact(passage("2-2")), "its ckg:firstWords should be «and the»"),
        (compact(passage("2-2")), "its ckg:lastWords should be «blamed fog.»"),
    ]


def test_a_short_passage_has_no_edge_words(graph, texts):
    graph.add((passage("1-1"), CKG.firstWords, Literal("Ferry returns")))
    assert problems(graph, texts) == [
        (
            compact(passage("1-1")),
            "its ckg:firstWords should be absent, since the passage has fewer than 12 words",
        )
    ]
