import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import XSD

from kg.documents.passages import (
    find,
    passage_iri,
    passage_triples,
    text_fragment_url,
)
from kg.documents.text import Span
from kg.errors import PassageError
from kg.namespaces import CKG, OA, iri

TEXT = (
    "Ada Lark opened the quay.\n\nThe mayor’s boat left the quay “before noon”, Lark said, "
    "and the keeper of the warm warehouse saw it turn around twice."
)
WAR = "The war in the warm warehouse."


def test_words_that_occur_once_are_found_with_the_end_exclusive():
    span = find(TEXT, "boat left")
    assert span.of(TEXT) == "boat left"
    assert (span.start, span.end) == (TEXT.index("boat"), TEXT.index("boat") + 9)


def test_offsets_count_code_points_not_bytes_or_utf_16_units():
    assert find("😀 é quay", "quay") == (4, 8)


def test_white_space_around_the_words_is_ignored():
    assert find(TEXT, "  boat left\n") == find(TEXT, "boat left")


def test_words_inside_longer_words_do_not_count():
    assert find(WAR, "war") == (4, 7)


def test_words_that_stand_only_inside_longer_words_are_refused_with_that_reason():
    with pytest.raises(PassageError, match="only inside a longer word, at 20"):
        find(WAR, "ware")


def test_words_that_occur_twice_are_refused_with_places_and_longer_words_that_are_unique():
    with pytest.raises(PassageError) as caught:
        find(TEXT, "the quay")
    first, second = TEXT.index("the quay"), TEXT.rindex("the quay")
    assert caught.value.message == (
        f"«the quay» occurs 2 times: at {first}-{first + 8}, {second}-{second + 8}"
    )
    assert f"{first}: «the quay.»" in caught.value.hint
    assert f"{second}: «the quay “before»" in caught.value.hint


def test_places_that_overlap_each_other_count():
    with pytest.raises(PassageError, match="occurs 2 times"):
        find("row row row", "row row")


def test_a_long_list_of_places_is_cut_short():
    with pytest.raises(PassageError, match=r"occurs 9 times.* and 4 more"):
        find("oar " * 9, "oar")


def test_a_sentence_can_make_words_unique():
    sentence = (TEXT.index("The mayor"), len(TEXT))
    assert find(TEXT, "the quay", within=sentence).start == TEXT.rindex("the quay")


def test_words_that_stand_outside_the_sentence_are_refused_with_their_place():
    with pytest.raises(PassageError, match=r"does not occur .*outside 0-25, at 39"):
        find(TEXT, "boat left", within=(0, 25))


def test_words_cut_by_the_end_of_the_sentence_are_not_found():
    with pytest.raises(PassageError, match="does not occur"):
        find(TEXT, "opened the quay", within=(0, 20))


def test_words_typed_with_other_quotation_marks_are_answered_with_those_of_the_text():
    with pytest.raises(PassageError, match="the text has «“before noon”»"):
        find(TEXT, '"before noon"')


@pytest.mark.parametrize("words", ["", " \n "])
def test_no_words_are_refused(words):
    with pytest.raises(PassageError, match="no words"):
        find(TEXT, words)


@pytest.mark.parametrize("within", [(-1, 3), (5, 2), (0, 10_000)])
def test_a_stretch_outside_the_text_is_refused(within):
    with pytest.raises(PassageError, match="not inside the text"):
        find(TEXT, "Lark", within=within)


TOKENS = st.lists(st.sampled_from(["a", "ab", "b", " ", ",", "\n"]), max_size=30).map("".join)


@given(TOKENS, st.sampled_from(["a", "b", "a b", "ab", ",", "a,b"]))
def test_what_is_found_are_the_words_and_they_occur_only_there(text, words):
    try:
        span = find(text, words)
    except PassageError:
        return
    assert span.of(text) == words
    again = text[: span.start] + "#" * len(words) + text[span.end :]
    with pytest.raises(PassageError):
        find(again, words)


def turtle(triples):
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    return graph


def test_a_passage_has_its_source_its_position_and_the_digest_of_its_words():
    span = find(TEXT, "mayor’s boat")
    graph = turtle(passage_triples("quay-note", TEXT, span))
    passage = iri("passage", f"quay-note-{span.start}-{span.end}")
    position = URIRef(f"{passage}-position")
    assert passage == passage_iri("quay-note", span)
    assert set(graph) == {
        (passage, RDF.type, CKG.Passage),
        (passage, OA.hasSource, iri("document", "quay-note")),
        (passage, OA.hasSelector, position),
        (passage, CKG.sha256, Literal(hashlib.sha256("mayor’s boat".encode()).hexdigest())),
        (passage, RDFS.label, Literal("Code points 31 to 43 of quay-note", lang="en")),
        (position, RDFS.label, Literal("Position 31 to 43", lang="en")),
        (position, RDF.type, OA.TextPositionSelector),
        (position, OA.start, Literal(str(span.start), datatype=XSD.integer)),
        (position, OA.end, Literal(str(span.end), datatype=XSD.integer)),
    }


def test_a_passage_is_in_every_sentence_that_it_touches_and_in_no_other():
    one, two, three = (iri("sentence", f"quay-note-{n}") for n in (1, 2, 3))
    places = [(one, Span(0, 25)), (two, Span(27, 60)), (three, Span(60, len(TEXT)))]
    graph = turtle(passage_triples("quay-note", TEXT, Span(20, 60), places))
    assert set(graph.objects(None, CKG.inSentence)) == {one, two}


def test_eleven_words_are_not_quoted_and_twelve_are_by_their_edges():
    eleven, twelve = ("word " * 10 + "last"), ("first  one\n" + "word " * 9 + "last.")
    short = turtle(passage_triples("d", eleven, Span(0, len(eleven))))
    long = turtle(passage_triples("d", twelve, Span(0, len(twelve))))
    assert not list(short.objects(None, CKG.firstWords))
    assert list(long.objects(None, CKG.firstWords)) == [Literal("first one")]
    assert list(long.objects(None, CKG.lastWords)) == [Literal("word last.")]


def test_an_empty_passage_is_refused():
    with pytest.raises(PassageError, match="not inside the text"):
        passage_triples("d", TEXT, Span(4, 4))


def test_a_link_encodes_what_structures_a_text_directive():
    url = text_fragment_url("https://example.org/a?b=1", "Black-and-white, R&D", "“the end”")
    assert url == (
        "https://example.org/a?b=1#:~:text="
        "Black%2Dand%2Dwhite%2C%20R%26D,%E2%80%9Cthe%20end%E2%80%9D"
    )


def test_a_link_keeps_the_fragment_that_the_address_has():
    assert text_fragment_url("https://example.org/#top", "a", "b").endswith("/#top:~:text=a,b")
