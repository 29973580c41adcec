"""Reconciliation services that are asked for candidates: ours, and some that misbehave."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from tests.federation.endpoints import Script, scripted, sends, serving
from tests.links.cases import FIRST
from tests.web.conftest import fixture_quads

from kg.errors import EndpointError, InputError
from kg.federation.client import Client, agent_for
from kg.federation.endpoints import endpoints
from kg.links.authorities import AUTHORITIES, Authority
from kg.suggestions.kept import Kept
from kg.suggestions.service import Limits, Service
from kg.suggestions.things import Other, Thing

TEGRAD = Thing("place:tegrad", ("Tegrad", "Теград"), ("Old Tegrad",))
ID = f"Q{FIRST}"


def asked(iri: str, folder: Path, pauses: list[float], limits: Limits | None = None) -> Service:
    endpoint = endpoints([f"{iri} allow-private"])[0]
    return Service(
        endpoint,
        AUTHORITIES["wikidata"],
        Kept(folder),
        limits or Limits(seconds=2.0),
        Client(agent=agent_for("kg link suggest", "mail@example.org")),
        sleep=pauses.append,
    )


def http(status: str, body: bytes, *more: bytes) -> bytes:
    kind = b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 " + status.encode() + b"\r\n" + kind + b"".join(more) + b"\r\n" + body


def in_turn(*answers: bytes) -> Script:
    """One answer for each connection, in this order."""
    left = iter(answers)

    def script(connection: socket.socket) -> None:
        connection.sendall(next(left))

    return script


def told(*candidates: object, names: int = 3) -> bytes:
    return json.dumps({f"t0n{n}": {"result": list(candidates)} for n in range(names)}).encode()


def body_of(heard: bytes) -> dict[str, list[str]]:
    return parse_qs(heard.partition(b"\r\n\r\n")[2].decode())


@pytest.fixture
def pauses() -> list[float]:
    return []


def test_candidates_come_with_types_coordinates_and_days(
    tmp_path: Path, pauses: list[float]
) -> None:
    candidate = {"id": ID, "name": "Tegrad", "score": 97, "type": [{"id": "Q1", "name": "city"}]}
    rows = {ID: {"P625": [{"str": "41.7,44.8"}], "P580": [{"date": "1200-01-01T00:00:00Z"}]}}
    answers = http("200 OK", told(candidate)), http("200 OK", json.dumps({"rows": rows}).encode())
    with scripted(in_turn(*answers)) as there:
        service = asked(there.iri, tmp_path, pauses)
        first = service.ask([TEGRAD])
        assert service.ask([TEGRAD]) == first  # from the cache: there is no third answer
        assert [sorted(body_of(h)) for h in there.heard] == [["queries"], ["extend"]]
        names = [q["query"] for q in json.loads(body_of(there.heard[0])["queries"][0]).values()]
        agent = there.heard[0].partition(b"User-Agent: ")[2].partition(b"\r\n")[0]
    assert first == [[Other(ID, ("Tegrad",), ("city",), (41.7, 44.8), "1200", 97.0)]]
    assert names == ["Tegrad", "Теград", "Old Tegrad"]
    assert agent.startswith(b"conflict-kg/")
    assert agent.endswith(b"; mail@example.org)")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"nonsense", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no object"),
        (b'{"status": "error", "message": "busy"}', "an error"),
        (b"{}", "without an answer"),
        (b'{"t0n0": {"result": "none"}, "t0n1": {}, "t0n2": {}}', "without an answer"),
    ],
    ids=["broken", "deep", "list", "status", "empty", "no results"],
)
def test_an_answer_of_another_form_is_an_error_and_is_not_kept(
    body: bytes, words: str, tmp_path: Path, pauses: list[float]
) -> None:
    with scripted(sends(http("200 OK", body))) as there:
        with pytest.raises(EndpointError, match=words):
            asked(there.iri, tmp_path, pauses).ask([TEGRAD])
        with pytest.raises(EndpointError, match=words):
            asked(there.iri, tmp_path, pauses).ask([TEGRAD])


def test_members_that_are_none_are_passed_over(tmp_path: Path, pauses: list[float]) -> None:
    odd = ({"id": "javascript:1", "name": "Tegrad"}, {"id": 4, "name": "x"}, 7, None, {"id": ID})
    with scripted(sends(http("200 OK", told(*odd)))) as there:
        assert asked(there.iri, tmp_path, pauses).ask([TEGRAD]) == [[]]


def test_what_a_terminal_would_obey_is_taken_out_of_labels(
    tmp_path: Path, pauses: list[float]
) -> None:
    label = "Te\x1b[2Jgrad\u202e\t" + "x" * 10_000
    answers = http("200 OK", told({"id": ID, "name": label})), http("200 OK", b'{"rows": {}}')
    with scripted(in_turn(*answers)) as there:
        ((other,),) = asked(there.iri, tmp_path, pauses).ask([TEGRAD])
    assert other.label.isprintable()
    assert len(other.label) == 300


def test_the_pause_that_a_service_asks_for_is_made(tmp_path: Path, pauses: list[float]) -> None:
    busy = http("429 Too Many Requests", b"", b"Retry-After: 7\r\n")
    with scripted(in_turn(busy, busy, http("200 OK", told()))) as there:
        assert asked(there.iri, tmp_path, pauses).ask([TEGRAD]) == [[]]
    assert pauses == [7, 7]


@pytest.mark.parametrize(
    ("after", "made"), [(b"Retry-After: 7\r\n", [7, 7]), (b"Retry-After: 500\r\n", []), (b"", [])]
)
def test_a_service_that_stays_busy_is_an_error(
    after: bytes, made: list[float], tmp_path: Path, pauses: list[float]
) -> None:
    with (
        scripted(sends(http("503 Service Unavailable", b"", after))) as there,
        pytest.raises(EndpointError, match="status 503"),
    ):
        asked(there.iri, tmp_path, pauses).ask([TEGRAD])
    assert pauses == made


def slow(connection: socket.socket) -> None:
    time.sleep(1.0)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (slow, "did not answer in time"),
        (sends(http("200 OK", b"{" + b" " * 5_000 + b"}")), "more than 1000 bytes"),
        (sends(http("302 Found", b"", b"Location: http://127.0.0.1/\r\n")), "redirect"),
        (
            sends(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>"),
            "not with application/json",
        ),
    ],
    ids=["slow", "huge", "redirect", "a page"],
)
def test_a_service_that_misbehaves_is_an_error(
    script: Script, words: str, tmp_path: Path, pauses: list[float]
) -> None:
    with scripted(script) as there, pytest.raises(EndpointError, match=words):
        asked(there.iri, tmp_path, pauses, Limits(seconds=0.3, most_bytes=1_000)).ask([TEGRAD])
    assert list(tmp_path.iterdir()) == []


def test_an_old_answer_is_asked_for_again(tmp_path: Path) -> None:
    kept = Kept(tmp_path, seconds=0.0)
    kept.put("question", "answer")
    assert kept.get("question") is None
    assert Kept(tmp_path).get("question") == "answer"


def test_a_contact_cannot_add_headers() -> None:
    with pytest.raises(InputError):
        agent_for("kg link suggest", "x\r\nHost: y")


OURS = Authority("ours", "Ours", "https://example.org/{}", "[a-z/-]+", ("place",), "", "")


def test_our_own_service_answers_it(tmp_path: Path) -> None:
    with serving(tmp_path / "store", *fixture_quads()) as sparql:
        iri = sparql.replace("/sparql", "/reconcile")
        endpoint = endpoints([f"{iri} allow-private"])[0]
        service = Service(endpoint, OURS, Kept(tmp_path / "kept"), limits=Limits(seconds=20.0))
        (found,) = service.ask([Thing("place:x", ("Oster",))])
    assert "place/oster" in [o.identifier for o in found]
    assert {o.categories for o in found if o.identifier == "place/oster"} == {()}
