"""Queries through a real server: what ends them, who has to wait, and what they leave behind."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.processes.running import (
    ENDLESS,
    MANY,
    ask,
    in_background,
    once,
    opened,
    rss,
    running,
    status,
    whole,
)
from tests.resilience.server import told, wait_until

from kg.processes.settings import Settings
from kg.store import wire
from kg.store.connection import connected
from kg.store.folder import Folder
from kg.store.interface import OURSELVES, WHOLE, Limits
from kg.store.served import query_message

LIMITS = (
    "seconds=1",
    "cpu_seconds=30",
    "memory_bytes=256000000",
    "result_rows=200000",
    "result_bytes=20000000",
    "queries=3",
    "client_queries=3",
    "waiting_seconds=1",
)
WORKERS = 3 + Settings().page_queries + 1
"""Those of visitors, those of pages, and one that is warm."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """With limits that are soon met."""
    with running(tmp_path_factory.mktemp("limits") / "home", *LIMITS) as server:
        yield server


@pytest.fixture(scope="module")
def roomy(tmp_path_factory):
    """With time and room for long answers."""
    home = tmp_path_factory.mktemp("roomy") / "home"
    given = ("seconds=120", "cpu_seconds=120", "result_rows=0", "result_bytes=0", "stall_seconds=2")
    with running(home, *given) as server:
        yield server


@pytest.fixture(autouse=True)
def _nobody_is_busy_afterwards(request):
    yield
    for name in ("server", "roomy"):
        if name in request.fixturenames:
            found = request.getfixturevalue(name)
            wait_until(lambda s=found: status(s)["kg_workers_busy"] == 0, 20, "a worker stays busy")


# --- limits


def test_a_query_that_takes_too_long_is_ended_and_told_by_the_name_of_the_limit(server):
    code, found, headers = ask(server, ENDLESS)
    assert (code, found["limit"]) == (503, "seconds")
    assert "1 s" in found["detail"]
    assert int(headers["retry-after"]) > 0
    assert ask(server, "ASK {}")[1]["boolean"] is True


def test_a_query_with_a_token_has_more_time(server):
    """`seconds_known` is 60."""
    began = time.monotonic()
    query = "SELECT (COUNT(*) AS ?n) { " + MANY + " }"
    code, found, _ = ask(server, query, Authorization=f"Bearer {server.token}")
    told(f"ten million solutions were counted in {time.monotonic() - began:.1f} s")
    assert code == 200, found
    assert found["results"]["bindings"][0]["n"]["value"] == "10000000"


def test_an_answer_and_an_error_say_which_query_they_are_of(server):
    with connected(Folder(server.home)) as connection:
        for number, text in ((77, "ASK {}"), (78, "ASK { ?s ?p"), (79, ENDLESS), (80, "ASK {}")):
            message = query_message("application/sparql-results+json", WHOLE, None, None, OURSELVES)
            limits = wire.limits_message(Limits(seconds=1))
            wire.send(connection, {**message, "number": number, "limits": limits}, text.encode())
            found = wire.receive(connection)
            assert found is not None
            assert found[0]["number"] == number
            assert ("error" in found[0]) == (number in (78, 79))


def test_a_worker_goes_on_as_quick_as_before_after_a_query_that_gave_way_to_others(server):
    query = (
        "SELECT (COUNT(*) AS ?n) { " + MANY.replace("VALUES ?g { 0 1 2 3 4 5 6 7 8 9 }", "") + "}"
    )
    wait_until(lambda: len(server.pids("query")) == WORKERS, 20, "a worker is missed")
    before = set(server.pids("query"))
    slowed = []
    asking = in_background(lambda: slowed.append(ask(server, query)[0]))
    wait_until(lambda: any(map(niceness, before)) or slowed, 20, "no query is long")
    asking.join()
    assert slowed == [200]
    wait_until(lambda: not any(map(niceness, server.pids("query"))), 20, "one stays slow")
    assert set(server.pids("query")) == before


def niceness(pid: int) -> int:
    """How far the slowest thread of a process gives way; 0 where there is none."""
    found = [0]
    for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
        with suppress(OSError):
            found.append(int(stat.read_text().rpartition(")")[2].split()[16]))
    return max(found)


def test_a_query_that_takes_too_much_memory_is_ended(server):
    query = f"SELECT * {{ {MANY} }} ORDER BY ?a ?b ?c ?d ?e ?f ?g"
    code, found, _ = ask(server, query, Authorization=f"Bearer {server.token}")
    assert (code, found["limit"]) == (503, "memory_bytes")
    assert ask(server, "ASK {}")[0] == 200


def test_one_big_request_for_memory_ends_the_query_alone(server):
    doubling = "BIND('0123456789' AS ?s0) " + " ".join(
        f"BIND(CONCAT({', '.join([f'?s{n}'] * 10)}) AS ?s{n + 1})" for n in range(9)
    )
    query = f"SELECT (STRLEN(?s9) AS ?n) {{ {doubling} }}"
    code, found, _ = ask(server, query, Authorization=f"Bearer {server.token}")
    assert (code, found["limit"]) == (503, "memory_bytes")
    assert ask(server, "ASK {}")[0] == 200


@pytest.mark.parametrize("accept", ["text/csv", "application/sparql-results+json"])
@pytest.mark.parametrize("wide", [False, True])
def test_an_answer_that_is_too_long_is_broken_off_and_never_looks_whole(server, accept, wide):
    """Rows are counted where they are short, bytes where they are long."""
    pad = "x" * 500
    select = f"SELECT ?a ?b ('{pad}' AS ?w)" if wide else "SELECT ?a"
    size, ended = whole(server, f"{select} {{ {MANY} }}", accept)
    assert not ended
    assert 0 < size <= 20_000_000


def test_an_answer_within_its_limits_is_whole(server):
    size, ended = whole(server, f"SELECT ?a {{ {MANY} }} LIMIT 200000")
    assert (size, ended) == (len("a\r\n") + 200_000 * len("0\r\n"), True)


# --- clients that go away or are slow


def test_a_client_that_goes_away_frees_its_worker(roomy):
    connection = opened(roomy, ENDLESS)
    wait_until(lambda: status(roomy)["kg_workers_busy"] == 1, 20, "the query does not run")
    connection.close()
    began = time.monotonic()
    wait_until(lambda: status(roomy)["kg_workers_busy"] == 0, 20, "the worker stays busy")
    took = time.monotonic() - began
    told(f"the worker of a client that has gone was free after {took:.3f} s")
    assert took < 5


def test_a_client_that_goes_away_while_it_reads_frees_its_worker(roomy):
    connection = opened(roomy, f"SELECT * {{ {MANY} }}")
    assert connection.recv(4096).startswith(b"HTTP/1.1 200")
    connection.close()
    wait_until(lambda: status(roomy)["kg_workers_busy"] == 0, 20, "the worker stays busy")


def test_a_client_that_does_not_read_makes_nothing_grow_and_is_ended(roomy):
    pids = {role: roomy.pids(role) for role in ("web", "supervisor", "query")}
    ask(roomy, "ASK {}")
    before = {pid: rss(pid) for found in pids.values() for pid in found}
    with closing(opened(roomy, f"SELECT * {{ {MANY} }}", buffer=4096)) as connection:
        wait_until(lambda: status(roomy)["kg_workers_busy"] == 1, 20, "the query does not run")
        most = dict.fromkeys(before, 0)
        deadline = time.monotonic() + 60
        while status(roomy)["kg_workers_busy"] and time.monotonic() < deadline:
            for pid, was in before.items():
                most[pid] = max(most[pid], rss(pid) - was)
            time.sleep(0.1)
        assert status(roomy)["kg_workers_busy"] == 0
        told(f"growth while nobody reads: {sorted(most.values())} bytes")
        assert max(most.values()) < 20_000_000
        connection.settimeout(20)
        with pytest.raises(ConnectionError):  # noqa: PT012 - what was on its way comes first
            while connection.recv(1 << 20):
                pass
            raise ConnectionResetError


@pytest.mark.long
def test_an_answer_of_200_megabytes_passes_through_without_being_kept(roomy):
    pids = [pid for role in ("web", "supervisor", "query") for pid in roomy.pids(role)]
    ask(roomy, "ASK {}")
    before = {pid: rss(pid) for pid in pids}
    most = dict.fromkeys(pids, 0)
    done = []
    pad = "x" * 400
    query = f"SELECT ?a ('{pad}' AS ?w) {{ {MANY} }} LIMIT 500000"
    began = time.monotonic()
    reader = in_background(lambda: done.append(whole(roomy, query)))
    while reader.is_alive():
        for pid in pids:
            most[pid] = max(most[pid], rss(pid) - before[pid])
        time.sleep(0.05)
    [(size, ended)] = done
    assert ended
    assert size > 200_000_000
    told(
        f"{size / 1e6:.0f} MB in {time.monotonic() - began:.1f} s;"
        f" most growth {max(most.values()) / 1e6:.1f} MB"
    )
    assert max(most.values()) < 20_000_000


# --- whose turn it is


def test_one_client_may_only_ask_so_much_at_once(tmp_path):
    given = ("client_queries=1", "client_waiting=1", "seconds=30", "cpu_seconds=30")
    with running(tmp_path / "home", *given) as server:
        with closing(opened(server, ENDLESS)):
            wait_until(lambda: status(server)["kg_workers_busy"] == 1, 20, "no query runs")
            with closing(opened(server, ENDLESS)):
                wait_until(lambda: status(server)["kg_queries_waiting"] == 1, 20, "no query waits")
                code, found, headers = ask(server, "ASK {}")
                assert (code, found["limit"]) == (429, "client_waiting")
                assert int(headers["retry-after"]) > 0
                assert once(server, "GET", "/healthz").status == 200
        wait_until(lambda: status(server)["kg_workers_busy"] == 0, 20, "a worker stays busy")
        assert ask(server, "ASK {}")[0] == 200


@pytest.mark.long
def test_who_waits_too_long_or_behind_too_many_is_told(tmp_path):
    given = ("queries=1", "waiting=1", "waiting_seconds=5", "seconds=60", "cpu_seconds=60")
    with running(tmp_path / "home", *given) as server, closing(opened(server, ENDLESS)):
        wait_until(lambda: status(server)["kg_workers_busy"] == 1, 20, "no query runs")
        answers = []
        waiting = in_background(lambda: answers.append(ask(server, "ASK {}")))
        wait_until(lambda: status(server)["kg_queries_waiting"] == 1, 20, "no query waits")
        code, found, _ = ask(server, "ASK {}")
        assert (code, found["limit"]) == (503, "waiting")
        waiting.join(60)
        [(code, found, headers)] = answers
        assert (code, found["limit"]) == (503, "waiting_seconds")
        assert int(headers["retry-after"]) > 0
        assert once(server, "GET", "/").status == 200


def test_a_query_that_cannot_be_read_is_told_with_its_place(server):
    code, found, _ = ask(server, "SELECT * {\n ?s ?p }")
    assert code == 400
    assert (found["line"], found.get("limit")) == (2, None)
    answer = once(server, "GET", f"/sparql?query={quote('ASK {')}", Accept="text/plain")
    assert answer.status == 400
