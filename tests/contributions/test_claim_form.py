"""A form writes one well-formed claim on a sentence whose text is not on the server."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.contributions.speakers import ALICE, BOB, Http

from kg.documents.text import sha256

BROWSER = {"Accept": "text/html"}
SENTENCE = "The zz-talks took place on 3 May 2031."
WORLD = f"""
@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix document: <https://w3id.org/conflict-kg/id/document/> .
@prefix event: <https://w3id.org/conflict-kg/id/event/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sentence: <https://w3id.org/conflict-kg/id/sentence/> .
event:zz-talks a ckg:Event ; rdfs:label "talks in Zz"@en .
document:zz-report a ckg:Document ; rdfs:label "report on Zz"@en ;
    ckg:sha256 "{"0" * 64}" ; ckg:textFile "zz.txt" ; ckg:textLength 400 ;
    <http://purl.org/dc/terms/language> "en" .
sentence:zz-report-1 a ckg:Sentence ; rdfs:label "Sentence 1 of zz-report"@en ;
    ckg:inDocument document:zz-report ; ckg:number 1 ; ckg:sha256 "{sha256(SENTENCE)}" ;
    ckg:sentenceRole <https://w3id.org/conflict-kg/vocab/sentence-role/body> ;
    oa:start 100 ; oa:end {100 + len(SENTENCE)} .
"""
CLAIM = {
    "document": "document:zz-report",
    "sentence": "1",
    "text": SENTENCE,
    "subject": "event:zz-talks",
    "predicate": "ckg:happenedOn",
    "value": "2031-05-03",
    "certainty": "probable",
    "gloss": "The talks in Zz were on 3 May 2031",
}


@pytest.fixture(scope="module")
def http(served_home: Path) -> Http:
    http = Http(served_home)
    made = http.propose(WORLD, who=ALICE)
    assert made.state == "in-review", made.words
    assert http.step(made.number, "accept", who=BOB).taken
    return http


def test_a_filled_in_form_becomes_triples_with_their_meaning(http: Http) -> None:
    assert "happened on</option>" in http.client.get("/contribute/claim").text
    answer = http.client.post("/contribute/claim", data=CLAIM, headers=BROWSER)
    assert answer.status_code == 200, answer.text
    assert "This conforms." in answer.text
    assert "The talks in Zz were on 3 May 2031" in answer.text
    turtle = answer.text.partition('name="added"')[2].partition("</textarea>")[0]
    assert "passage:zz-report-100-138" in turtle
    assert "certainty:probable" in turtle
    assert SENTENCE not in answer.text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"text": "Another sentence."}, "this is not sentence 1 of document:zz-report"),
        ({"sentence": "7"}, "has no sentence 7"),
        ({"value": ""}, "Object: this is needed"),
        ({"subject": "event:zz-nowhere"}, "nothing is known of event:zz-nowhere"),
        ({"mode": "rumour"}, "is none of fact"),
        ({"words": "not in it"}, "does not occur"),
    ],
)
def test_what_is_no_claim_is_told_above_the_form_which_keeps_it(
    http: Http, changed: dict[str, str], told: str
) -> None:
    answer = http.client.post("/contribute/claim", data=CLAIM | changed, headers=BROWSER)
    assert answer.status_code == 400
    assert told in answer.text
    assert 'value="The talks in Zz were on 3 May 2031"' in answer.text
