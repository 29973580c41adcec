"""What many clients are told at once, one store can have told, one commit after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.resilience.history import Event, Record, contradictions, now
from tests.resilience.server import CURATED, Client, Server, rows

EX = "http://example.org/"
ALL = f"SELECT ?key {{ ?s <{EX}key> ?key }}"
COUNTER = f"<{EX}counter> <{EX}value>"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("history") / "home"
    server = Server(home, ("client_queries=8", "queries=8", "client_waiting=50")).start()
    yield server
    server.end()


def together(server: Server, count: int, work: Callable[[int, Client], None]) -> None:
    """Do the same as many clients at once; what goes wrong in one is raised here."""
    failed: list[BaseException] = []

    def run(client: int) -> None:
        try:
            with closing(server.client()) as speaker:
                work(client, speaker)
        except BaseException as error:  # noqa: BLE001 - raised again below
            failed.append(error)

    threads = [threading.Thread(target=run, args=(client,)) for client in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
        assert not thread.is_alive()
    if failed:
        raise failed[0]


def appended(record: Record, speaker: Client, client: int, number: int) -> int:
    key, began = f"{client}-{number}", now()
    text = f'INSERT DATA {{ GRAPH <{CURATED}> {{ <{EX}{key}> <{EX}key> "{key}" }} }}'
    answer = speaker.update(text, key)
    assert answer.status == 200, answer.body
    record.add(Event(client, "write", began, now(), answer.json()["generation"], key=key))
    return answer.json()["generation"]


def read(record: Record, speaker: Client, client: int, asked: int) -> Event:
    began = now()
    answer = speaker.select(ALL, asked)
    assert answer.status == 200, answer.body
    saw = frozenset(row["key"] for row in rows(answer))
    event = Event(client, "read", began, now(), answer.generation, saw=saw, asked=asked)
    record.add(event)
    return event


def mix(server: Server, clients: int, each: int) -> tuple[Record, list[str]]:
    """Clients that append and read in turn; what they were told, and what is there at the end."""
    record = Record()

    def work(client: int, speaker: Client) -> None:
        newest = 0
        for number in range(each):
            newest = max(newest, appended(record, speaker, client, number))
            seen = read(record, speaker, client, newest)
            assert f"{client}-{number}" in seen.saw, "a client does not see what it wrote"
            newest = seen.generation

    together(server, clients, work)
    with closing(server.client()) as speaker:
        newest = max(event.generation for event in record.events)
        return record, [row["key"] for row in rows(speaker.select(ALL, newest))]


def increments(server: Server, clients: int, each: int) -> tuple[int, list[int]]:
    """Clients that count up one number; its value at the end, and the generations of receipts."""
    generations: list[int] = []
    step = (
        f"DELETE {{ GRAPH <{CURATED}> {{ {COUNTER} ?old }} }}"
        f" INSERT {{ GRAPH <{CURATED}> {{ {COUNTER} ?new }} }}"
        f" WHERE {{ GRAPH <{CURATED}> {{ {COUNTER} ?old }} BIND (?old + 1 AS ?new) }}"
    )
    with closing(server.client()) as speaker:
        start = f"INSERT DATA {{ GRAPH <{CURATED}> {{ {COUNTER} 0 }} }}"
        assert speaker.update(start, "counter").status == 200

    def work(client: int, speaker: Client) -> None:
        for number in range(each):
            answer = speaker.update(step, f"step-{client}-{number}")
            assert answer.status == 200, answer.body
            assert (answer.json()["added"], answer.json()["removed"]) == (1, 1)
            generations.append(answer.json()["generation"])

    together(server, clients, work)
    with closing(server.client()) as speaker:
        found = rows(speaker.select(f"SELECT ?v {{ {COUNTER} ?v }}", max(generations)))
    [row] = found
    return int(row["v"]), generations


def test_concurrent_increments_are_all_counted(server):
    value, generations = increments(server, 4, 5)
    assert value == len(generations) == len(set(generations)) == 20


def test_what_clients_are_told_while_all_write_and_read_fits_one_order(server):
    record, final = mix(server, 8, 3)
    assert len(record.of("write")) == 24
    assert contradictions(record, final) == []


def test_the_same_key_from_many_clients_at_once_is_one_commit(server):
    receipts = []
    text = f"INSERT DATA {{ GRAPH <{CURATED}> {{ <{EX}one> <{EX}p> <{EX}two> }} }}"
    together(server, 8, lambda c, speaker: receipts.append(speaker.update(text, "one-key")))
    assert {answer.status for answer in receipts} == {200}
    assert len({answer.json()["generation"] for answer in receipts}) == 1
    assert [answer.json()["repeated"] for answer in receipts].count(False) == 1


@pytest.mark.long
def test_many_increments_and_many_writers(tmp_path: Path):
    server = Server(tmp_path / "home", ("client_queries=8", "queries=8", "client_waiting=50"))
    server.start()
    try:
        value, generations = increments(server, 8, 100)
        assert value == len(set(generations)) == 800
        record, final = mix(server, 8, 40)
        assert contradictions(record, final) == []
    finally:
        server.end()


def write(key: str, began: float, ended: float, generation: int) -> Event:
    return Event(0, "write", began, ended, generation, key=key)


@pytest.mark.parametrize(
    ("events", "final"),
    [
        ([write("a", 0, 1, 1)], []),
        ([write("a", 0, 1, 1)], ["a", "a"]),
        ([write("a", 0, 1, 1), write("b", 0, 1, 1)], ["a", "b"]),
        ([write("a", 0, 1, 2), write("b", 2, 3, 1)], ["a", "b"]),
        ([write("a", 0, 1, 1), Event(1, "read", 2, 3, 1)], ["a"]),
        ([write("a", 0, 1, 2), Event(1, "read", 2, 3, 1, saw=frozenset("a"))], ["a"]),
        ([Event(1, "read", 0, 1, 2), Event(1, "read", 2, 3, 1)], []),
        ([Event(1, "read", 0, 1, 2, asked=3)], []),
    ],
    ids=[
        "a write is lost",
        "a write is there twice",
        "two writes are one generation",
        "a later write comes first",
        "a read lacks a write",
        "a read sees the future",
        "a client goes back",
        "a client gets older than it asked for",
    ],
)
def test_the_checker_finds_each_kind_of_contradiction(events, final):
    assert len(contradictions(Record(list(events)), final)) == 1


def test_the_checker_accepts_writes_at_the_same_time_in_any_order():
    events = [write("a", 0, 5, 2), write("b", 1, 4, 1)]
    assert contradictions(Record(events), ["a", "b"]) == []
