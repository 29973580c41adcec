"""A thousand contributions are listed a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.contributions.speakers import Http, person

from kg.contributions import record
from kg.contributions.model import Contribution, State
from kg.contributions.reading import PAGE
from kg.contributions.service import Contributions
from kg.store.interface import CommitMeta, Guarded, Patch

MANY = 1000
STATES = tuple(State)
META = CommitMeta("many", "a thousand contributions", datetime(2031, 5, 2, tzinfo=UTC))


def quads() -> Iterator[ox.Quad]:
    for number in range(1, MANY + 1):
        state = STATES[number % len(STATES)]
        yield from record.quads_of(Contribution(number, f"Title {number}", "r", (), "a", state, 0))


@pytest.fixture(scope="module")
def many(served_home: Path) -> Http:
    http = Http(served_home)
    http.store.commit(Guarded(Patch(tuple(quads()))), META, commit_id="many")
    return http


def pages(http: Http, path: str) -> Iterator[list[int]]:
    """The numbers on each page, from one to the next."""
    while path:
        found = http.client.get(path, headers={"Accept": "application/json"}).json
        yield [each["number"] for each in found["contributions"]]
        path = found["older"]


def test_pages_have_all_once_and_the_newest_first(many: Http) -> None:
    found = list(pages(many, "/contributions"))
    assert {len(page) for page in found} == {PAGE}
    assert [number for page in found for number in page] == list(range(MANY, 0, -1))
    rejected = [n for page in pages(many, "/contributions?state=rejected") for n in page]
    assert rejected == [n for n in range(MANY, 0, -1) if STATES[n % 6] is State.REJECTED]
    listed = Contributions(many.store).all(State.REJECTED)
    assert [each.number for each in listed] == rejected


def test_a_page_is_one_query_for_a_page(many: Http) -> None:
    asked: list[int] = []

    class Counted:
        def __getattr__(self, name: str):  # type: ignore[no-untyped-def]
            return getattr(many.store, name)

        def query(self, *given, **named):  # type: ignore[no-untyped-def]
            stream = many.store.query(*given, **named)
            asked.append(1)
            return stream

        def examine(self, *given, **named):  # type: ignore[no-untyped-def]
            return many.store.examine(*given, **named)

    listed = Contributions(Counted()).all()  # type: ignore[arg-type]
    assert [each.number for each in islice(listed, 3)] == [MANY, MANY - 1, MANY - 2]
    assert len(asked) == 1


def test_a_browser_is_led_from_page_to_page(many: Http) -> None:
    first = many.client.get("/contributions", headers={"Accept": "text/html"}).text
    assert f"{MANY} contributions" in first
    assert f"before={MANY - PAGE + 1}" in first
    last = many.client.get("/contributions?before=3", headers={"Accept": "text/html"}).text
    assert ("Title 2" in last, "Title 3" in last, "older ones" in last) == (True, False, False)


@pytest.mark.parametrize("query", ["state=nothing", "before=x", "before=-1"])
def test_a_list_that_cannot_be_is_refused_with_a_hint(many: Http, query: str) -> None:
    answer = many.client.get(f"/contributions?{query}", headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json["hint"]


def test_the_next_proposal_has_the_next_number(many: Http) -> None:
    assert many.propose(person("next")).number == MANY + 1
