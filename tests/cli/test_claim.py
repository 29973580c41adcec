"""A fictional report becomes a document, and ten of its sentences become claims."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import RDF, Graph, Literal
from rdflib.namespace import DCTERMS

from kg.cli import main
from kg.documents.text import sha256
from kg.namespaces import CKG, OA, concept, iri
from kg.rdf.turtle import canonical_file, read_turtle

REPORT = Path(__file__).parents[1] / "documents" / "report"
TEXT = (REPORT / "larkhaven.txt").read_text(encoding="utf-8")
TITLE = "Talks in Larkhaven end without a date"
TALKS, DISPUTE = "event:larkhaven-talks", "conflict:ferry-dispute"
BOTH = "Northmark and Southmark took part in the talks"
CLAIMS = [
    ("2", TALKS, "happenedOn", "2031-05-03", "The talks in Larkhaven took place on 3 May 2031"),
    ("3", TALKS, "participant", "state:northmark", "Northmark took part in the talks", BOTH),
    ("3", TALKS, "participant", "state:southmark", "Southmark took part in the talks", BOTH),
    (
        *("3", TALKS, "hostedBy", "organisation:skerry-forum"),
        *("The Skerry Forum hosted the talks in Larkhaven", "which the Skerry Forum hosted"),
    ),
    (
        *("5", DISPUTE, "startedOn", "2029", "The ferry dispute began in 2029, says Mira Holt"),
        *("the ferry dispute began in 2029", "--claimant", "person:mira-holt"),
    ),
    (
        *("6", DISPUTE, "overTerritory", "place:gull-sound"),
        *("The ferry dispute is about Gull Sound", "The ferry dispute is about Gull Sound"),
    ),
    (
        *("6", "place:gull-sound", "near", "place:larkhaven"),
        *("Gull Sound lies near Larkhaven", "Gull Sound lies near Larkhaven"),
    ),
    (
        *("7", DISPUTE, "initiatedBy", "state:northmark"),
        "Northmark did not start the ferry dispute, says its envoy",
        *("Northmark did not start the ferry dispute", "--claimant", "state:northmark"),
        *("--polarity", "negative"),
    ),
    ("8", TALKS, "partOf", DISPUTE, "The talks in Larkhaven were part of the ferry dispute"),
    (
        *("9", TALKS, "initiatedBy", "state:southmark"),
        "Southmark probably asked for the talks in Larkhaven",
        *("Southmark probably asked for the talks", "--certainty", "probable"),
    ),
]
"""Sentence, subject, predicate, object, gloss, and what else is given."""


def kg(*arguments, code=0):
    result = CliRunner().invoke(main, [*map(str, arguments)], env={"KG_TEXTS": str(REPORT)})
    assert result.exit_code == code, result.stderr
    return result


def add(*arguments, code=0):
    file = REPORT / "larkhaven.txt"
    given = ("--title", TITLE, "--slug", "larkhaven-report", *arguments)
    return kg("sources", "add", file, *given, code=code)


def claim(sentence, subject, predicate, value, gloss=None, words=None, *rest, code=0, to, data):
    parts = ["--subject", subject, "--predicate", predicate, "--object", value]
    parts += [] if gloss is None else ["--gloss", gloss]
    parts += [] if words is None else ["--words", words]
    where = ["--to", to, "--data", data]
    return kg("claim", "larkhaven-report", sentence, *parts, *rest, *where, code=code)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A folder with the entities and, in a draft beside them, the registered report."""
    folder = tmp_path_factory.mktemp("data")
    shutil.copy(REPORT / "entities.ttl", folder)
    result = add(
        *("--publisher", "Skerry Gazette", "--published", "2031-05-04"),
        *("--to", folder / "larkhaven.ttl", "--data", folder),
    )
    assert "organisation:skerry-gazette is new" in result.stderr
    return folder


@pytest.fixture
def draft(data, tmp_path):
    """A draft of one's own beside the report."""
    return {"to": tmp_path / "draft.ttl", "data": data}


def test_a_registered_text_has_its_digest_and_the_places_of_its_sentences(data):
    graph = read_turtle(data / "larkhaven.ttl")
    document = iri("document", "larkhaven-report")
    assert graph.value(document, CKG.sha256) == Literal(sha256(TEXT))
    assert graph.value(document, CKG.textFile) == Literal("larkhaven.txt")
    assert graph.value(document, DCTERMS.publisher) == iri("organisation", "skerry-gazette")
    assert str(graph.value(document, DCTERMS.issued)) == "2031-05-04"
    sentence = iri("sentence", "larkhaven-report-3")
    start, end = (int(str(graph.value(sentence, p))) for p in (OA.start, OA.end))
    assert TEXT[start:end].startswith("Northmark and Southmark took part")
    assert TEXT[start:end] not in (data / "larkhaven.ttl").read_text(encoding="utf-8")
    assert len(list(graph.subjects(RDF.type, CKG.Sentence))) == 10


@pytest.mark.long
def test_ten_claims_on_a_report_conform_and_agree_with_its_text(data, tmp_path):
    target = tmp_path / "data" / "report.ttl"
    target.parent.mkdir()
    for row in CLAIMS:
        claim(*row, to=target, data=data)
    assert target.read_text(encoding="utf-8") == canonical_file(target)
    files = [data / "entities.ttl", data / "larkhaven.ttl", target]
    assert kg("validate", "--fail-on", "warning", *files).stdout.startswith("conforms")
    shutil.copy(data / "larkhaven.ttl", target.parent)
    told = kg("sources", "verify", "-f", "json", "--data", target.parent, code=1).stdout
    (verified,) = json.loads(told)["checked"]
    assert (verified["sentences"], verified["clauses"], verified["passages"]) == (10, 9, 9)
    problems = [each["explanation"] for each in verified["problems"]]
    assert [words for words in problems if not words.startswith("no clause covers")] == []


def test_two_claims_on_the_same_words_share_passage_and_clause(draft):
    for row in CLAIMS[1:3]:
        claim(*row, **draft)
    graph = read_turtle(draft["to"])
    clause = iri("clause", "larkhaven-report-3-1")
    claims = [iri("claim", f"larkhaven-report-3-{number}") for number in (1, 2)]
    assert sorted(graph.objects(clause, CKG.encodedAs)) == claims
    assert len({graph.value(each, CKG.evidence) for each in claims}) == 1


def test_a_content_that_is_there_is_used_again(draft):
    claim(*CLAIMS[7], **draft)
    node = read_turtle(draft["to"]).value(iri("claim", "larkhaven-report-7-1"), CKG.content)
    again = ("--content", node, "--claimant", "state:southmark", "--disputes")
    where = ("--to", draft["to"], "--data", draft["data"])
    kg("claim", "larkhaven-report", "7", *again, "claim:larkhaven-report-7-1", *where)
    graph = read_turtle(draft["to"])
    assert len(set(graph.objects(None, CKG.content))) == 1
    second = iri("claim", "larkhaven-report-7-2")
    assert graph.value(second, CKG.disputes) == iri("claim", "larkhaven-report-7-1")
    assert graph.value(second, CKG.mode) == concept("mode", "fact")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("3", TALKS, "participants", "state:northmark"), "did you mean participant"),
        (("3", TALKS, "participant", "state:westmark"), "nothing is known of state:westmark"),
        (("30", TALKS, "participant", "state:northmark"), "its sentences are numbered to 10"),
        (("3", TALKS, "participant", "the north"), "neither a prefixed name nor an IRI"),
        (("3", TALKS, "participant", "state:northmark", None, "the"), "occurs 2 times"),
    ],
)
def test_what_cannot_be_meant_is_told_and_writes_nothing(draft, row, words):
    result = claim(*row, **draft, code=2 if "occurs" in words or "neither" in words else 1)
    assert words in result.stderr
    assert not draft["to"].exists()


def test_a_text_is_registered_once(data):
    twice = add("--to", data / "other.ttl", "--data", data, code=2)
    assert "this text is document:larkhaven-report already" in twice.stderr
    renamed = add("--slug", "other-name", "--to", data / "other.ttl", "--data", data, code=2)
    assert "this text is document:larkhaven-report already" in renamed.stderr
    assert not (data / "other.ttl").exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--published", "May 2031"), "write 2031, 2031-05 or 2031-05-02"),
        (("--published", "2031-02-30"), "not a date"),
        (("--language", "hy"), "needs an English label"),
        (("--slug", "Not A Slug"), "not a slug"),
        (("--publisher", "organisation:nobody"), "give the name instead"),
    ],
)
def test_what_describes_a_document_is_looked_at(tmp_path, given, words):
    code = 1 if "organisation:nobody" in given else 2
    assert words in add(*given, "--data", tmp_path, code=code).stderr


def test_what_the_store_holds_is_known_to_a_new_claim(small_seed, kg_home, tmp_path):
    small_seed.copy_to(kg_home)
    kg("load", REPORT / "entities.ttl")
    document = tmp_path / "document.ttl"
    add("--to", document)
    kg("load", document)
    assert "already" in add("--slug", "again", code=2).stderr
    parts = ("--subject", TALKS, "--predicate", "partOf", "--object", DISPUTE)
    printed = kg("claim", "larkhaven-report", "8", *parts).stdout
    graph = Graph().parse(data=printed)
    claims = list(graph.subjects(RDF.type, CKG.Claim))
    assert claims == [iri("claim", "larkhaven-report-8-1")]
    claimed = tmp_path / "claim.ttl"
    claimed.write_text(printed, encoding="utf-8")
    kg("load", claimed)
    assert "claim:larkhaven-report-8-2" in kg("claim", "larkhaven-report", "8", *parts).stderr
