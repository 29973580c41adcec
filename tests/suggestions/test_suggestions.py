"""Candidates, their scores, and the services that are asked for them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.federation.endpoints import scripted, sends

from kg.cli import main
from kg.errors import EndpointError, InputError
from kg.federation.endpoints import endpoints
from kg.links.authorities import AUTHORITIES
from kg.links.sssom import read
from kg.resources import data_dir
from kg.suggestions.kept import Kept
from kg.suggestions.review import accepted, candidate, write
from kg.suggestions.scoring import CERTAIN, OPEN, suggestions
from kg.suggestions.service import Service
from kg.suggestions.things import Other, Thing

WIKIDATA = AUTHORITIES["wikidata"]
TBILISI = Thing("place:tbilisi", ("Tbilisi",), (41.69, 44.83))
THERE = Other("Q994", "Tbilisi", ("Tbilisi", "Тбилиси"), ("Q515",), (41.7, 44.8))


def service(iri: str, folder: Path, pauses: list[float]) -> Service:
    endpoint = endpoints([f"{iri} allow-private"])[0]
    return Service(endpoint, WIKIDATA, Kept(folder), "mail@x.org", 1.0, sleep=pauses.append)


def http(status: str, body: bytes, *more: bytes) -> bytes:
    kind = b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 " + status.encode() + b"\r\n" + kind + b"".join(more) + b"\r\n" + body


def test_name_type_and_place_together_are_certain():
    (found,) = suggestions(TBILISI, [THERE])
    assert (found.verdict, found.agreeing) == (CERTAIN, ("type", "coordinates"))


@pytest.mark.parametrize(
    "other",
    [
        Other("Q1", "Tbilisi", ("Tbilisi",), ("Q515",), (34.0, -84.0)),
        Other("Q1", "Tbilisi", ("Tbilisi",), ("Q6256",), (41.7, 44.8)),
        Other("Q1", "Tbilisi", ("Tbilisi",), ("Q515",)),
        Other("Q1", "Tbilisi", ("Tbilisi",), (), (41.7, 44.8)),
    ],
    ids=["namesake", "country", "no evidence", "no type"],
)
def test_a_name_alone_or_against_evidence_is_never_certain(other: Other):
    assert [s.verdict for s in suggestions(TBILISI, [other]) if s.verdict != OPEN] == []


def test_two_that_fit_alike_are_both_open():
    twin = Other("Q995", "Tbilisi", ("Tbilisi",), ("Q515",), (41.7, 44.8))
    assert {s.verdict for s in suggestions(TBILISI, [THERE, twin])} == {OPEN}


@pytest.mark.parametrize(
    "body",
    [b"[]", b"nonsense", b"[" * 100_000],
    ids=["a list", "no JSON", "deep"],
)
def test_an_answer_of_another_form_is_an_error(body: bytes, tmp_path: Path):
    with scripted(sends(http("200 OK", body))) as there, pytest.raises(EndpointError):
        service(there.iri, tmp_path, []).ask([TBILISI])
    assert list(tmp_path.iterdir()) == []


def test_identifiers_that_are_none_are_left_out(tmp_path: Path):
    told = {"q0": {"result": [{"id": "javascript:1", "name": "Tbilisi"}, {"id": 4}, 7, None]}}
    with scripted(sends(http("200 OK", json.dumps(told).encode()))) as there:
        asked = service(there.iri, tmp_path, [])
        assert asked.ask([TBILISI]) == [[]]
        assert asked.ask([TBILISI]) == [[]]
        assert len(there.heard) == 1  # the second answer was kept
        assert b"; mail@x.org)" in there.heard[0]


def test_the_pause_that_a_service_asks_for_is_made(tmp_path: Path):
    pauses: list[float] = []
    busy = http("429 Too Many Requests", b"", b"Retry-After: 7\r\n")
    with scripted(sends(busy)) as there, pytest.raises(EndpointError):
        service(there.iri, tmp_path, pauses).ask([TBILISI])
    assert pauses == [7, 7]


def test_nobody_is_no_reviewer():
    (found,) = suggestions(TBILISI, [THERE])
    with pytest.raises(InputError):
        accepted(candidate(found, WIKIDATA, "2026-01-01"), " ", "2026-01-02")


@pytest.mark.parametrize(("answer", "more"), [("a", 1), ("r", 0), ("s", 0)])
def test_only_what_a_person_accepts_becomes_a_link(answer: str, more: int, tmp_path: Path):
    links = tmp_path / "links"
    shutil.copytree(data_dir() / "links", links)
    before = read(links / "wikidata.sssom.tsv").rows
    (found,) = suggestions(TBILISI, [THERE])
    file = tmp_path / "wikidata.candidates.sssom.tsv"
    write(file, [candidate(found, WIKIDATA, "2026-01-01")])
    arguments = ["link", "review", str(file), "--reviewer", "Ann", "--links", str(links)]
    result = CliRunner().invoke(main, arguments, input=f"{answer}\n")
    assert result.exit_code == 0, result.output
    assert "km apart" in result.output
    after = read(links / "wikidata.sssom.tsv").rows
    assert len(after) == len(before) + more
    assert len(read(file).rows) == (answer == "s")
    assert all(row.reviewer_label for row in after)
