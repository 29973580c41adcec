import pytest
from rdflib import RDF, Literal
from tests.documents.harbour import (
    KEEPER,
    LARK,
    NOTE,
    TEXT,
    claim,
    clause,
    harbour,
    passage,
    place,
    sentence,
)

from kg.documents.coverage import Uncovered, WithoutProposition, coverage
from kg.namespaces import CKG, OA, concept, iri


@pytest.fixture
def graph():
    return harbour()


def uncovered(graph):
    (found,) = coverage(graph)
    return [(each.sentence, each.explanation) for each in found.uncovered]


def test_a_document_that_is_encoded_whole_has_nothing_uncovered(graph):
    (found,) = coverage(graph)
    assert (found.document, found.sentences, found.with_claims) == (str(NOTE), 3, 2)
    assert found.without_proposition == [WithoutProposition(str(sentence(3)), "reason:rhetorical")]
    assert found.uncovered == []


def test_a_document_without_text_file_is_not_part_of_coverage(graph):
    other = iri("document", "quay-letter")
    graph.add((other, RDF.type, CKG.Document))
    assert [each.document for each in coverage(graph)] == [str(NOTE)]


def test_a_clause_without_claim_or_reason_is_uncovered_for_its_holder(graph):
    graph.remove((clause("2-2"), CKG.encodedAs, None))
    assert uncovered(graph) == [
        (
            str(sentence(2)),
            "clause:quay-note-2-2 has neither claim nor reason for person:the-keeper",
        )
    ]


def test_a_second_holder_needs_a_claim_of_its_own(graph):
    graph.add((clause("2-2"), CKG.holder, LARK))
    (problem,) = uncovered(graph)
    assert problem[1] == "clause:quay-note-2-2 has neither claim nor reason for person:ada-lark"


def test_a_sentence_with_claims_in_one_clause_only_is_both_with_claims_and_uncovered(graph):
    graph.remove((clause("2-2"), CKG.encodedAs, None))
    (found,) = coverage(graph)
    assert found.with_claims == 2
    assert found.uncovered != []


def test_a_sentence_is_not_without_proposition_while_a_clause_lacks_its_reason(graph):
    graph.remove((clause("3-1"), CKG.notEncoded, None))
    (found,) = coverage(graph)
    assert found.without_proposition == []
    assert found.uncovered == [
        Uncovered(
            str(sentence(3)),
            "clause:quay-note-3-1 has neither claim nor reason for document:quay-note",
        )
    ]


def test_a_claim_that_does_not_exist_covers_nothing(graph):
    graph.remove((claim("1-1"), RDF.type, None))
    (found,) = coverage(graph)
    assert found.with_claims == 1
    assert (
        str(sentence(1)),
        "clause:quay-note-1-1 names claim:quay-note-1-1, which does not exist",
    ) in uncovered(graph)


def test_a_claim_of_somebody_who_is_no_holder_is_told_with_its_claimant(graph):
    graph.set((claim("2-1"), CKG.claimant, KEEPER))
    assert [words for _, words in uncovered(graph)] == [
        "clause:quay-note-2-1 has neither claim nor reason for person:ada-lark",
        "clause:quay-note-2-1 names claim:quay-note-2-1, whose claimant person:the-keeper"
        " is none of its holders",
    ]


def test_a_claim_without_claimant_is_told(graph):
    graph.remove((claim("2-1"), CKG.claimant, None))
    assert any("whose claimant nobody is none" in words for _, words in uncovered(graph))


def test_a_claim_that_rests_on_words_elsewhere_is_told(graph):
    graph.set((claim("2-1"), CKG.evidence, passage("2-2")))
    assert [words for _, words in uncovered(graph)] == [
        "clause:quay-note-2-1 names claim:quay-note-2-1, none of whose passages overlaps it"
    ]


def test_one_of_several_passages_in_the_clause_is_enough(graph):
    graph.add((claim("2-1"), CKG.evidence, passage("1-1")))
    assert uncovered(graph) == []


def test_the_same_place_in_another_document_is_not_in_the_clause(graph):
    graph.set((passage("2-1"), OA.hasSource, iri("document", "quay-letter")))
    assert any("none of whose passages" in words for _, words in uncovered(graph))


def test_a_clause_outside_its_sentence_is_told(graph):
    end = int(graph.value(sentence(2), OA.end))
    place(graph, clause("2-2"), end - 20, end + 1)
    assert any("is outside its sentence at" in words for _, words in uncovered(graph))


def test_a_clause_without_holder_or_position_is_told(graph):
    graph.remove((clause("3-1"), CKG.holder, None))
    graph.remove((clause("3-1"), OA.start, None))
    assert [words for _, words in uncovered(graph)] == [
        "clause:quay-note-3-1 has no usable oa:start and oa:end",
        "clause:quay-note-3-1 names no ckg:holder",
        f"no clause covers {TEXT.index('Well')}-{len(TEXT) - 1}",
    ]


def test_a_reason_of_another_scheme_is_told(graph):
    graph.set((clause("3-1"), CKG.notEncoded, concept("mode", "fact")))
    assert [words for _, words in uncovered(graph)] == [
        "clause:quay-note-3-1 has a reason that is not of the scheme reason: mode:fact"
    ]


@pytest.mark.parametrize(("shift", "told"), [(1, False), (2, True)])
def test_more_than_three_code_points_between_clauses_are_too_many(graph, shift, told):
    start = int(graph.value(clause("2-2"), OA.start)) + shift  # two stand between them already
    place(graph, clause("2-2"), start, int(graph.value(clause("2-2"), OA.end)))
    expected = [(str(sentence(2)), f"no clause covers {start - 4}-{start}")] if told else []
    assert uncovered(graph) == expected


def test_a_sentence_without_clauses_is_uncovered(graph):
    graph.remove((clause("3-1"), CKG.inSentence, None))
    assert uncovered(graph) == [(str(sentence(3)), "it has no clause")]


def test_a_sentence_without_position_is_uncovered(graph):
    graph.set((sentence(3), OA.end, Literal("far away")))
    assert (str(sentence(3)), "it has no usable oa:start and oa:end") in uncovered(graph)


def test_sentences_that_overlap_are_told(graph):
    place(graph, sentence(1), 0, TEXT.index("Lark"))
    assert any("overlaps the sentence at 0-" in words for _, words in uncovered(graph))


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_sentence_missing_from_the_list_is_noticed_without_the_text(graph, number):
    start, end = (int(graph.value(sentence(number), side)) for side in (OA.start, OA.end))
    graph.remove((sentence(number), None, None))
    (problem,) = uncovered(graph)
    assert problem[0] == str(NOTE)
    left_out = problem[1].removeprefix("no sentence covers ").split("-")
    assert int(left_out[0]) <= start < end <= int(left_out[1])


def test_a_document_without_sentences_is_uncovered(graph):
    graph.remove((None, CKG.inDocument, NOTE))
    assert uncovered(graph) == [(str(NOTE), "no sentence of this document is listed")]


def test_a_document_of_unknown_length_is_told(graph):
    graph.remove((NOTE, CKG.textLength, None))
    assert [words for _, words in uncovered(graph)] == [
        "the document has no ckg:textLength, so its end cannot be checked"
    ]
