"""The pages of contributions, their feeds, and what bad requests get."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from io import BytesIO
from pathlib import Path

import pytest
from tests import pseudo
from tests.contributions.speakers import ALICE, BOB, Http, person
from tests.web.bridge.served import connect, get, serving

from kg.publication.dumps import DUMPS, Dump
from kg.tokens import Scope, Tokens
from kg.web.app import HEADERS
from kg.web.bridge import Bridge

BROWSER = {"Accept": "text/html"}
MARKUP = "<script>alert(1)</script><b onload=x>"


@pytest.fixture(scope="module")
def http(served_home: Path) -> Http:
    return Http(served_home)


def test_no_page_of_a_contribution_in_another_language_says_anything_in_english(
    http: Http,
) -> None:
    bad = person("spoken").replace("@en", "@de")
    number = http.propose(bad, draft=True).number
    asking = {"added": bad, "format": "text/turtle", "token": http.tokens[BOB]}
    place = f"/contributions/{number}"
    answers = [
        http.in_another_language.get(place, headers=BROWSER),
        http.in_another_language.post(place, data=asking, headers=BROWSER),
        http.in_another_language.post("/contribute/preview", data=asking, headers=BROWSER),
        http.in_another_language.post(f"{place}/accept", data=asking, headers=BROWSER),
        http.in_another_language.get("/contributions", headers=BROWSER),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 409, 200]
    assert [pseudo.plain_words(answer.text) for answer in answers] == [[]] * len(answers)


def test_turtle_json_ld_and_tables_are_read(http: Http) -> None:
    json_ld = {
        "@context": {"ckg": "https://w3id.org/conflict-kg/ns#"},
        "@id": "https://w3id.org/conflict-kg/id/person/zz-json",
        "@type": "ckg:Person",
        "http://www.w3.org/2000/01/rdf-schema#label": {"@value": "Zz Json", "@language": "en"},
    }
    head = http.client.get("/templates/person.csv").text.splitlines()[0]
    table = f"{head}\nperson:zz-table" + "," * head.count(",")
    sent = (
        ("text/turtle", person("turtle")),
        ("application/ld+json", json.dumps(json_ld)),
        ("text/csv", table),
    )
    for media_type, body in sent:
        answer = http.client.post(
            "/contributions?title=A+title&reason=a+reason&draft=yes",
            data=body.encode(),
            content_type=media_type,
            headers=http.headers(ALICE),
        )
        assert answer.status_code == 201, answer.text
        assert "problem" not in answer.json, answer.json["problem"]
        assert "ns#Person" in answer.json["diff"]
        assert answer.headers["Location"].endswith(f"/contributions/{answer.json['number']}")


def test_a_page_leads_from_the_form_to_the_contribution_and_on(http: Http) -> None:
    form = {
        "title": "By hand",
        "reason": "A trial",
        "added": person("by-hand"),
        "format": "text/turtle",
    }
    answer = http.client.post(
        "/contributions", data={**form, "token": http.tokens[ALICE]}, headers=BROWSER
    )
    assert answer.status_code == 303
    place = answer.headers["Location"]
    page = http.client.get(place, headers=BROWSER).text
    assert "zz-by-hand" not in page  # drafts are for those with a token
    page = http.client.post(place, data={"token": http.tokens[BOB]}, headers=BROWSER).text
    assert "Nothing changes in what is uncontested." in page
    assert "zz-by-hand" in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    step = {"token": http.tokens[BOB], "version": version[1], "note": ""}
    assert http.client.post(f"{place}/accept", data=step, headers=BROWSER).status_code == 303
    assert "state-accepted" in http.client.get(place, headers=BROWSER).text
    assert "By hand" in http.client.get("/contributions?state=accepted", headers=BROWSER).text


def test_markup_in_titles_reasons_and_comments_is_inert(http: Http) -> None:
    data = {"title": MARKUP, "reason": MARKUP, "added": person("markup")}
    number = http.client.post("/contributions", data=data, headers=http.headers(ALICE)).json[
        "number"
    ]
    http.step(number, "comment", MARKUP, who=BOB)
    http.step(number, "accept", MARKUP, who=BOB)
    for path in (f"/contributions/{number}", "/contributions", "/doc/person/zz-markup"):
        answer = http.client.get(path, headers=BROWSER)
        assert "<script>alert" not in answer.text
        assert "<b onload" not in answer.text
        assert "&lt;script&gt;" in answer.text
        policy = answer.headers["Content-Security-Policy"]
        assert policy == HEADERS["Content-Security-Policy"]
    feed = ET.fromstring(http.client.get("/feeds/changes.atom").data)
    assert any(
        MARKUP in (title.text or "") for title in feed.iter("{http://www.w3.org/2005/Atom}title")
    )


def test_a_thing_shows_who_added_it_on_what_evidence_and_when(http: Http) -> None:
    data = {"title": "Evidence", "reason": "A trial", "added": person("evidence")}
    number = http.client.post("/contributions", data=data, headers=http.headers(ALICE)).json[
        "number"
    ]
    http.step(number, "accept", who=BOB)
    page = http.client.get("/doc/person/zz-evidence", headers=BROWSER).text
    history = page.partition('id="history"')[2]
    assert f'href="/contributions/{number}"' in history
    assert "by bob" in history
    assert re.search(r'<time datetime="20', history)
    feed = http.client.get("/feeds/person/zz-evidence.atom")
    assert feed.mimetype == "application/atom+xml"
    [entry] = ET.fromstring(feed.data).iter("{http://www.w3.org/2005/Atom}entry")
    assert f"contribution {number}, accept: Evidence" in [each.text for each in entry]
    assert http.client.get("/feeds/person/zz-nobody.atom").status_code == 404


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"reason": "r", "added": "x"}, "the title is missing"),
        ({"title": "t", "added": "x"}, "the reason is missing"),
        ({"title": "t", "reason": "r"}, "nothing in this contribution"),
        ({"title": "t" * 201, "reason": "r", "added": "x"}, "the title has 201 characters"),
        ({"title": "t\u202e", "reason": "r", "added": "x"}, "nobody can see"),
        ({"title": "t", "reason": "r", "added": "x", "base": "99999"}, "no generation 99999"),
        ({"title": "t", "reason": "r", "added": "x", "base": "-1"}, "the base is the number"),
        ({"title": "t", "reason": "r", "added": "x", "document": "person:a"}, "not a document"),
    ],
)
def test_words_that_cannot_be_kept_are_refused_with_a_hint(
    http: Http, data: dict[str, str], words: str
) -> None:
    before = len(http.store.log())
    answer = http.client.post("/contributions", data=data, headers=http.headers(ALICE))
    assert answer.status_code == 400
    assert words in answer.json["detail"]
    assert answer.json["hint"]
    assert len(http.store.log()) == before


def test_a_key_that_was_used_for_another_step_is_refused(http: Http) -> None:
    one, two = (http.propose(person(f"key-{each}")).number for each in ("one", "two"))
    headers = http.headers(BOB, "one-key")
    accept = f"/contributions/{one}/accept"
    assert [http.client.post(accept, headers=headers).status_code for _ in range(2)] == [200, 200]
    for path in (f"/contributions/{two}/accept", f"/contributions/{one}/comment?note=x"):
        answer = http.client.post(path, headers=headers)
        assert answer.status_code == 400
        assert "this key was used for something else" in answer.json["detail"]
    assert http.show(two).state == "in-review"


def test_an_unknown_document_keeps_it_a_draft(http: Http) -> None:
    data = {"title": "t", "reason": "r", "added": person("doc"), "document": "document:zz-none"}
    found = http.client.post("/contributions", data=data, headers=http.headers(ALICE)).json
    assert found["state"] == "draft"
    assert found["problem"]["message"] == "nothing is known of document:zz-none"


@pytest.mark.parametrize("media_type", ["text/turtle", "application/x-www-form-urlencoded"])
def test_too_large_a_body_is_cut_off(http: Http, media_type: str) -> None:
    number = http.propose(person(f"large-{media_type[:4]}")).number
    before = len(http.store.log())
    for path in ("/contributions?title=t&reason=r", f"/contributions/{number}/comment?note=x"):
        answer = http.client.post(
            path,
            data=b"#" * 2_000_001,
            content_type=media_type,
            headers=http.headers(ALICE),
        )
        assert answer.status_code == 413, path
        assert "contribution_bytes" in answer.text
    assert len(http.store.log()) == before


def test_a_body_that_stops_coming_changes_nothing(http: Http) -> None:
    number = http.propose(person("slow")).number
    before = len(http.store.log())
    bridge = Bridge(http.client.application, threads=1, max_body=2_000_000, stall=0.2)
    lines = ["Content-Length: 100", f"Authorization: Bearer {http.tokens[ALICE]}"]
    lines.append("Content-Type: application/x-www-form-urlencoded")
    with serving(bridge) as place:
        for path in ("/contributions", f"/contributions/{number}/comment"):
            with connect(place, get(path, *lines, method="POST") + b"title=t&note=n") as client:
                assert client.recv(100).startswith(b"HTTP/1.1 408")
    assert len(http.store.log()) == before


def test_without_a_token_nothing_is_proposed_and_no_draft_is_seen(http: Http) -> None:
    assert http.client.post("/contributions", data={"title": "t"}).status_code == 401
    number = http.propose(person("hidden")).number
    graph = f"https://w3id.org/conflict-kg/graph/contribution/{number}/added/curated"
    ask = {"query": "SELECT * WHERE { ?s ?p ?o }", "default-graph-uri": graph}
    paths = (f"/contributions/{number}/diff", f"/data/contribution/{number}/added/curated")
    assert [http.client.get(path).status_code for path in paths] == [401, 401]
    assert http.client.get("/sparql", query_string=ask).status_code == 401
    assert "zz-hidden" not in http.client.get(f"/contributions/{number}", headers=BROWSER).text
    everything = {
        "query": "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?s), 'zz-hidden')) }"
    }
    rows = http.client.get("/sparql", query_string={**everything, "format": "csv"}).text
    assert len(rows.splitlines()) == 1
    seen = http.client.get(
        "/sparql",
        query_string={**ask, "format": "csv"},
        headers={**http.headers(ALICE), "Accept": "text/csv"},
    )
    assert "zz-hidden" in seen.text


@pytest.mark.parametrize("dump", DUMPS.values(), ids=DUMPS)
def test_no_dump_has_a_draft(http: Http, dump: Dump) -> None:
    http.propose(person("undumped"))
    file = BytesIO()
    dump.write(http.store.snapshot(), file)
    assert b"nikol-pashinyan" in file.getvalue() or b"arvonia" in file.getvalue()
    assert b"zz-undumped" not in file.getvalue()


def test_nobody_writes_the_graphs_of_contributions_by_hand(http: Http) -> None:
    _, secret = Tokens(http.store.folder.tokens).create("writer", [Scope.WRITE])
    headers = {"Authorization": f"Bearer {secret}"}
    for name in ("contributions", "contribution/1"):
        graph = f"https://w3id.org/conflict-kg/graph/{name}"
        text = f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:b> 1 }} }}"
        answer = http.client.post("/sparql", data={"update": text}, headers=headers)
        assert answer.status_code == 409
        answer = http.client.put(
            f"/data/{name}", data="<urn:a> <urn:b> 1 .", content_type="text/turtle", headers=headers
        )
        assert answer.status_code == 409


def test_the_history_is_told_in_prov(http: Http) -> None:
    number = http.propose(person("prov")).number
    http.step(number, "accept", "Fine.", who=BOB)
    query = f"""SELECT ?action ?time ?note WHERE {{ GRAPH graph:contributions {{
      ?step a prov:Activity ; prov:used <https://w3id.org/conflict-kg/contribution/{number}> ;
        prov:endedAtTime ?time ; prov:wasAssociatedWith ?agent ;
        <https://w3id.org/conflict-kg/graph/contributions#action> ?action .
      OPTIONAL {{ ?step rdfs:comment ?note }} }} }} ORDER BY ?step"""
    rows = http.client.get("/sparql", query_string={"query": query, "format": "csv"}).text
    actions = [row.split(",")[0] for row in rows.splitlines()[1:]]
    assert actions == ["propose", "check", "submit", "accept"]
    assert rows.splitlines()[-1].endswith("Fine.")
    assert (
        "alice"
        not in b"".join(
            http.store.query(
                "SELECT * WHERE { GRAPH graph:contributions { ?s ?p ?o } }", accept="text/csv"
            )
        ).decode()
    )


def test_the_terms_of_the_history_are_explained_where_the_ontology_is(http: Http) -> None:
    page = http.client.get("/ns", headers=BROWSER).text
    assert '<section class="term" id="contribution-state">' in page
    assert "graph:contributions#state" in page
    turtle = http.client.get("/ns.ttl").text
    assert "How many steps were taken on a contribution." in turtle
