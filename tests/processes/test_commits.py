"""Commits through a real server: once, in groups, refused with reasons, seen by who asks for it."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from urllib.parse import urlencode

import pytest
from tests.processes.running import events, in_background, once, running, status
from tests.resilience.server import Server, rows, told, wait_until

from kg.namespaces import PREFIXES
from kg.store.folder import Folder
from kg.store.log import CommitLog
from kg.tokens import Scope, Tokens

UPDATE = "application/sparql-update"
TURTLE = "text/turtle"
PEOPLE = """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX ckg: <https://w3id.org/conflict-kg/ns#>
PREFIX person: <https://w3id.org/conflict-kg/id/person/>
PREFIX graph: <https://w3id.org/conflict-kg/graph/>
"""
TURTLE_PEOPLE = """@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
@prefix person: <https://w3id.org/conflict-kg/id/person/> .
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A plain dataset that nobody judges."""
    with running(tmp_path_factory.mktemp("commits") / "home") as server:
        yield server


@pytest.fixture(scope="module")
def ours(tmp_path_factory, small_seeded):
    """Data of kg behind its gate."""
    home = tmp_path_factory.mktemp("gated") / "home"
    small_seeded.copy_to(home)
    with running(home, "validate_seconds=60", setup="kg.processes.opening:OURS") as server:
        yield server


def send(server: Server, text: str, token: str | None = None, **headers: str):
    given = server.token if token is None else token
    if given:
        headers["Authorization"] = f"Bearer {given}"
    return once(server, "POST", "/sparql", text.encode(), Content_Type=UPDATE, **headers)


def insert(subject: str) -> str:
    return f"INSERT DATA {{ <http://e/{subject}> <http://e/p> 1 }}"


def count(server: Server, subject: str, at_least: int) -> int:
    with closing(server.client()) as client:
        query = f"SELECT ?o {{ <http://e/{subject}> <http://e/p> ?o }}"
        return len(rows(client.select(query, at_least=at_least)))


def test_a_receipt_tells_what_changed_and_who_asks_for_its_generation_sees_it(plain):
    answer = send(plain, insert("seen"), X_KG_Message="a reason")
    assert answer.status == 200
    receipt = answer.json()
    assert (receipt["added"], receipt["removed"], receipt["repeated"]) == (1, 0, False)
    assert count(plain, "seen", receipt["generation"]) == 1
    assert send(plain, "DELETE WHERE { <http://e/seen> ?p ?o }").json()["removed"] == 1


def test_a_generation_that_does_not_come_is_not_waited_for_for_ever(tmp_path):
    with running(tmp_path / "home", "generation_seconds=0.3") as server:
        answer = once(server, "GET", "/sparql?query=ASK{}&at-least=99", Accept="application/json")
        assert answer.status == 503
        assert "generation 99 is not here yet" in answer.json()["detail"]


def test_the_same_key_makes_one_commit_also_when_all_send_it_at_once(plain):
    answers = []

    def post() -> None:
        answers.append(send(plain, insert("once"), Idempotency_Key="the-same").json())

    threads = [in_background(post) for _ in range(12)]
    for thread in threads:
        thread.join(60)
    assert len({answer["generation"] for answer in answers}) == 1
    assert sorted(answer["repeated"] for answer in answers) == [False, *[True] * 11]
    again = send(plain, insert("something-else"), Idempotency_Key="the-same").json()
    assert (again["repeated"], again["generation"]) == (True, answers[0]["generation"])
    assert count(plain, "something-else", again["generation"]) == 0


def test_keys_of_different_tokens_are_different(plain):
    _, other = Tokens(plain.home / "tokens.json").create("other", [Scope.WRITE])
    first = send(plain, insert("mine"), Idempotency_Key="shared").json()
    second = send(plain, insert("theirs"), token=other, Idempotency_Key="shared").json()
    assert not second["repeated"]
    assert second["generation"] == first["generation"] + 1


def test_many_writers_share_the_way_to_the_disk_and_none_is_lost(plain):
    before = status(plain)
    start = threading.Barrier(16)
    generations: list[int] = []

    def write(writer: int) -> None:
        start.wait()
        with closing(plain.client()) as client:
            for number in range(6):
                text = insert(f"w{writer}-{number}")
                answer = client.update(text, key=f"w{writer}-{number}")
                assert answer.status == 200, answer.body
                generations.append(answer.json()["generation"])

    threads = [in_background(lambda w=writer: write(w)) for writer in range(16)]
    for thread in threads:
        thread.join(120)
    assert len(set(generations)) == 16 * 6
    after = status(plain)
    groups = after["kg_commit_group_count"] - before["kg_commit_group_count"]
    told(f"96 commits of 16 writers went to disk in {groups:.0f} groups")
    assert groups < 96
    with closing(plain.client()) as client:
        query = "SELECT ?s { ?s <http://e/p> 1 FILTER(CONTAINS(STR(?s), '/w')) }"
        assert len(rows(client.select(query, at_least=max(generations)))) == 96


def test_increments_of_all_writers_are_counted(plain):
    """Each is evaluated on the state that it changes."""
    send(plain, "INSERT DATA { <http://e/counter> <http://e/n> 0 }")
    increment = """DELETE { ?c <http://e/n> ?n } INSERT { ?c <http://e/n> ?m }
      WHERE { BIND(<http://e/counter> AS ?c) ?c <http://e/n> ?n BIND(?n + 1 AS ?m) }"""
    last: list[int] = []

    def write() -> None:
        for _ in range(4):
            last.append(send(plain, increment).json()["generation"])

    threads = [in_background(write) for _ in range(5)]
    for thread in threads:
        thread.join(120)
    with closing(plain.client()) as client:
        query = "SELECT ?n { <http://e/counter> <http://e/n> ?n }"
        assert rows(client.select(query, at_least=max(last))) == [{"n": "20"}]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("INSERT DATA {\n <http://e/a> }", 2, 15), ("INSERT DATA { ?s ?p ?o }", 1, 15)],
)
def test_an_update_that_cannot_be_read_is_told_with_its_place(plain, text, line, column):
    before = status(plain)["kg_committed_generation"]
    answer = send(plain, text)
    assert answer.status == 400
    found = answer.json()
    assert (found["line"], found["column"]) == (line, column)
    assert status(plain)["kg_committed_generation"] == before


def test_nobody_writes_without_a_token_that_may(plain):
    tokens = Tokens(plain.home / "tokens.json")
    _, reader = tokens.create("reader", [Scope.READ])
    revoked, gone = tokens.create("gone", [Scope.WRITE])
    tokens.revoke(revoked.id)
    assert send(plain, insert("x"), token="").status == 401
    assert send(plain, insert("x"), token="kg_abcdefgh_" + "x" * 43).status == 401
    assert send(plain, insert("x"), token=gone).status == 401
    answer = send(plain, insert("x"), token=reader)
    assert answer.status == 403
    assert "reader" in answer.json()["detail"]


def test_what_the_gate_refuses_is_told_with_its_findings(ours):
    before = status(ours)["kg_committed_generation"]
    answer = send(
        ours,
        PEOPLE + "INSERT DATA { GRAPH graph:curated { person:ada-host a ckg:Person } }",
    )
    assert answer.status == 422
    found = answer.json()
    assert "https://w3id.org/conflict-kg/id/person/ada-host" in json.dumps(found["violations"])
    assert found["warnings"] == []
    assert status(ours)["kg_committed_generation"] == before
    label = 'INSERT DATA { GRAPH graph:curated { person:al a ckg:Person ; rdfs:label "A"@en } }'
    assert send(ours, PEOPLE + label).status == 200


@pytest.mark.parametrize(
    ("said", "conforms", "kind"),
    [
        ('rdfs:label "putin VLADIMIR"@en', True, "likeness"),
        ('rdfs:label "Somebody"@en ; rdfs:lable "Somebody"@en', False, "term"),
    ],
)
def test_an_upload_is_compared_with_what_is_known(ours, said, conforms, kind):
    body = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("person", "ckg", "rdfs"))
    body += f"person:somebody a ckg:Person ; {said} ."
    answer = once(ours, "POST", "/validate", body.encode(), Content_Type=TURTLE).json()
    assert answer["conforms"] is conforms
    assert {finding["kind"] for finding in answer["warnings"]} == {kind}


def test_what_a_commit_looks_like_is_in_its_receipt(ours):
    text = 'INSERT DATA { GRAPH graph:curated { person:vp a ckg:Person ; rdfs:label "PUTIN"@en ; '
    label = 'skos:altLabel "Putin, Vladimir"@en } }'
    answer = send(ours, PEOPLE + text + label)
    assert answer.status == 200
    [finding] = answer.json()["warnings"]
    assert finding["related"] == ["https://w3id.org/conflict-kg/id/person/vladimir-putin"]


EVE = "https://w3id.org/conflict-kg/id/person/eve"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
PERSON = "https://w3id.org/conflict-kg/ns#Person"
GRAPH = "https://w3id.org/conflict-kg/graph/"
NAMELESS = f"<{EVE}> <{TYPE}> <{PERSON}> ."
UPLOADS = [
    (TURTLE, NAMELESS),
    ("application/n-triples", NAMELESS),
    ("application/n-quads", f"<{EVE}> <{TYPE}> <{PERSON}> <{GRAPH}imported> ."),
    ("application/n-quads", NAMELESS),
    ("application/trig", f"<{GRAPH}links> {{ {NAMELESS} }}"),
    ("application/ld+json", json.dumps({"@id": EVE, "@type": PERSON})),
    ("text/csv", "person;label@en\neve;\n"),
    ("text/csv; template=person", "id,label@en\neve,\n"),
]


@pytest.mark.parametrize(("media_type", "body"), UPLOADS)
def test_uploads_of_every_form_are_judged(ours, media_type, body):
    answer = once(ours, "POST", "/validate", body.encode(), Content_Type=media_type)
    assert answer.status == 200
    assert not answer.json()["conforms"]
    [violation] = answer.json()["violations"]
    assert violation["focus_node"] == EVE
    assert violation["line"] == (2 if "csv" in media_type else 1)


def test_an_editor_is_told_of_text_that_cannot_be_read_as_of_any_other_finding(ours):
    broken = f"{TURTLE_PEOPLE}\nperson:a a ckg:Person".encode()
    told = once(ours, "POST", "/validate?fault=told", broken, Content_Type=TURTLE)
    refused = once(ours, "POST", "/validate", broken, Content_Type=TURTLE)
    assert (told.status, refused.status) == (200, 400)
    assert not told.json()["conforms"]
    fault, problem = told.json()["fault"], refused.json()
    assert fault["line"] == broken.count(b"\n") + 1
    assert fault == {name: problem[name] for name in fault}
    once_read = once(ours, "POST", "/validate?fault=told", b"", Content_Type=TURTLE)
    assert (once_read.status, once_read.json()["fault"]) == (200, None)
    shapes = f"<{EVE}> <{TYPE}> <{PERSON}> <{GRAPH}shapes> .".encode()
    other = once(ours, "POST", "/validate?fault=told", shapes, Content_Type="application/n-quads")
    assert other.status == 409


def test_a_table_is_judged_by_the_template_that_the_address_names(ours):
    table = "id,label@en\neve,\xc9ve\n".encode("windows-1252")
    kind = "text/csv; charset=windows-1252"
    answer = once(ours, "POST", "/validate?template=person", table, Content_Type=kind)
    assert (answer.status, answer.json()["conforms"]) == (200, True)
    answer = once(ours, "POST", "/validate?template=person", table, Content_Type="text/csv")
    assert answer.status == 400
    assert (answer.json()["line"], answer.json()["column"]) == (2, 5)
    answer = once(ours, "POST", "/validate", b"person,label@en\na b,x\n", Content_Type="text/csv")
    assert answer.json()["detail"].startswith('row 2, column person: "a b"')


def test_uploads_that_are_no_data_or_too_large_are_refused(ours):
    shapes = f"<{EVE}> <{TYPE}> <{PERSON}> <{GRAPH}shapes> .".encode()
    quads = once(ours, "POST", "/validate", shapes, Content_Type="application/n-quads")
    assert quads.status == 409
    large = once(
        ours, "POST", "/validate", b"person", Content_Type="text/csv", Content_Length="10000001"
    )
    assert large.status == 413


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/data/imported", NAMELESS),
        ("POST", "/data/imported", NAMELESS),
        ("POST", "/data?default", NAMELESS),
        ("DELETE", "/data/curated", ""),
    ],
)
def test_the_gate_stands_before_whole_graphs(ours, method, path, body):
    if method == "DELETE":  # something that is only right while the curated graph is there
        held = """INSERT DATA { GRAPH graph:imported {
          claim:gate-1-1 a ckg:Claim ; ckg:claimant state:armenia } }"""
        prefixes = "".join(f"PREFIX {n}: <{GRAPH[:-6]}id/{n}/>\n" for n in ("claim", "state"))
        admin = admin_of(ours)
        assert send(ours, PEOPLE + prefixes + held, admin, X_KG_Validate="no").status == 200
    before = status(ours)["kg_committed_generation"]
    answer = once(
        ours, method, path, body.encode(), Content_Type=TURTLE,
        Authorization=f"Bearer {ours.token}",
    )  # fmt: skip
    assert answer.status == (409 if "default" in path else 422)
    assert "default" in path or answer.json()["violations"]
    assert status(ours)["kg_committed_generation"] == before


def admin_of(server: Server) -> str:
    return Tokens(server.home / "tokens.json").create("root", [Scope.ADMIN])[1]


def test_only_an_administrator_commits_without_validation_and_the_log_says_so(ours):
    nameless = PEOPLE + "INSERT DATA { GRAPH graph:curated { person:una a ckg:Person } }"
    tokens = Tokens(ours.home / "tokens.json")
    for scope in (Scope.PROPOSE, Scope.REVIEW, Scope.WRITE):
        _, secret = tokens.create("somebody", [scope])
        assert send(ours, nameless, secret, X_KG_Validate="no").status == 403
    assert send(ours, nameless, "", X_KG_Validate="no").status == 401
    admin = admin_of(ours)
    assert send(ours, nameless, admin).status == 422
    assert send(ours, nameless, admin, X_KG_Validate="perhaps").status == 400
    receipt = send(ours, nameless, admin, X_KG_Validate="no").json()
    entry = CommitLog(Folder(ours.home)).entry(receipt["generation"])
    assert (entry.author, entry.validated) == ("root", False)
    shapes = "INSERT DATA { GRAPH graph:shapes { person:una a ckg:Person } }"
    assert send(ours, PEOPLE + shapes, admin, X_KG_Validate="no").status == 409
    label = 'INSERT DATA { GRAPH graph:curated { person:una rdfs:label "Una"@en } }'
    receipt = send(ours, PEOPLE + label).json()
    assert CommitLog(Folder(ours.home)).entry(receipt["generation"]).validated


@pytest.mark.long
def test_validation_of_uploads_does_not_keep_commits_waiting(ours):
    body = b"""@prefix ckg: <https://w3id.org/conflict-kg/ns#> .
      <https://w3id.org/conflict-kg/id/person/eve> a ckg:Person ."""
    answer = once(ours, "POST", "/validate", body, Content_Type=TURTLE)
    assert (answer.status, answer.json()["conforms"]) == (200, False)
    done: list[int] = []
    many = b"@prefix ckg: <https://w3id.org/conflict-kg/ns#> .\n" + b"".join(
        b"<https://w3id.org/conflict-kg/id/person/p%d> a ckg:Person .\n" % n for n in range(6000)
    )

    def validate() -> None:
        done.append(once(ours, "POST", "/validate", many, Content_Type=TURTLE).status)

    validating = in_background(validate)
    label = 'INSERT DATA { GRAPH graph:curated { person:bo a ckg:Person ; rdfs:label "B"@en } }'
    assert send(ours, PEOPLE + label).status == 200
    assert done == [], "the upload was validated too quickly to tell"
    validating.join(120)
    assert done[0] in (200, 503)


def test_what_takes_too_long_to_prepare_is_ended_and_the_next_commit_works(tmp_path):
    with running(tmp_path / "home", "commit_seconds=2") as server:
        endless = " ".join(f"VALUES ?{n} {{ 0 1 2 3 4 5 6 7 8 9 }}" for n in "abcdefghijkl")
        answers = []
        slow = f"INSERT {{ <http://e/a> <http://e/p> ?n }} WHERE {{ {endless} BIND(?a AS ?n) }}"
        waiting = in_background(lambda: answers.append(send(server, slow)))
        waiting.join(60)
        [answer] = answers
        assert (answer.status, answer.json()["limit"]) == (503, "commit_seconds")
        assert send(server, insert("after")).json()["generation"] == 1
        wait_until(lambda: any(e["event"] == "commit" for e in events(server)), 10, "no log")
        outcomes = [e["outcome"] for e in events(server) if e["event"] == "commit"]
        assert outcomes == ["commit_seconds", "committed"]


def test_a_report_on_an_upload_has_its_lines_in_the_form_that_is_asked_for(ours):
    body = f"{TURTLE_PEOPLE}\nperson:nameless a ckg:Person .\n".encode()
    told = once(ours, "POST", "/validate", body, Content_Type=TURTLE, Accept="text/plain")
    lines = told.body.decode().splitlines()
    assert told.status == 200
    assert "  line 4, column 1" in lines
    assert "    person:nameless has no rdfs:label." in lines
    assert "    4 | person:nameless a ckg:Person ." in lines


def test_what_a_browser_sends_in_a_form_is_validated_and_kept_in_the_form(ours):
    form = "application/x-www-form-urlencoded"
    broken = urlencode({"format": TURTLE, "text": f"{TURTLE_PEOPLE}\nperson:a a ckg:Person"})
    told = once(ours, "POST", "/validate", broken.encode(), Content_Type=form, Accept="text/html")
    page = told.body.decode()
    assert told.status == 400
    assert "the last statement needs its closing" in page
    assert "person:a a ckg:Person</textarea>" in page
