"""A real server whose processes are killed, one kind after the other, and one that is stopped."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing, suppress

import pytest
from tests.processes.running import ENDLESS, ask, events, once, opened, running, status
from tests.resilience.server import NotAnswered, Server, strays, told, wait_until

INSERT = "INSERT DATA { <http://e/%d> <http://e/p> 1 }"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("killed") / "home", "seconds=30") as server:
        yield server


def commit(server: Server, number: int) -> dict[str, object]:
    """Commit as a client does that does not give up: the key makes it happen once."""
    deadline = time.monotonic() + 60
    while True:
        with closing(server.client()) as client, suppress(*NotAnswered):
            answer = client.update(INSERT % number, key=f"n{number}")
            if answer.status == 200:
                return answer.json()
            assert answer.status == 503, answer.body
        assert time.monotonic() < deadline, "nothing can be committed"
        time.sleep(0.05)


def asked(server: Server) -> bool:
    with suppress(*NotAnswered):
        return ask(server, "ASK {}")[0] == 200
    return False


@pytest.mark.parametrize("role", ["query", "writer", "prepare", "zygote", "web"])
def test_a_server_goes_on_when_one_of_its_processes_is_killed(server, role):
    first = commit(server, 1000 + len(role))
    wait_until(lambda: server.pids(role), 20, f"there is no process for {role}")
    victims = server.pids(role)
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    began = time.monotonic()
    wait_until(lambda: asked(server), 30, "no query is answered")
    queries = time.monotonic() - began
    second = commit(server, 2000 + len(role))
    told(f"{role}: a query after {queries:.2f} s, a commit after {time.monotonic() - began:.2f} s")
    assert second["generation"] == int(first["generation"]) + 1
    at_least = {"X_KG_At_Least": str(second["generation"])}
    query = "SELECT ?s { ?s <http://e/p> 1 }"
    wait_until(lambda: ask(server, query, **at_least)[0] == 200, 20, "it cannot be read")
    assert server.process is not None
    assert server.process.poll() is None
    still = "a process that was killed is still there"  # one that is busy takes a moment to end
    wait_until(lambda: not set(victims) & set(server.pids(role)), 20, still)


def test_a_query_whose_worker_is_killed_is_told_so_and_no_other(server):
    with closing(opened(server, ENDLESS)) as connection:
        wait_until(lambda: status(server)["kg_workers_busy"] == 1, 20, "no query runs")
        time.sleep(0.5)  # until it has worked more than all others
        os.kill(max(server.pids("query"), key=_cpu), signal.SIGKILL)
        connection.settimeout(30)
        head = connection.recv(65_536).decode()
        assert head.startswith("HTTP/1.1 503")
    assert ask(server, "ASK {}")[0] == 200


@pytest.mark.parametrize("trial", range(5))
@pytest.mark.sample(1)
def test_a_query_that_meets_a_worker_that_has_just_ended_goes_to_another(server, trial):
    wait_until(lambda: status(server)["kg_workers_busy"] == 0, 20, "a worker stays busy")
    for pid in server.pids("query")[:3]:
        os.kill(pid, signal.SIGKILL)
    assert ask(server, "ASK {}")[0] == 200


def _cpu(pid: int) -> float:
    with suppress(OSError), open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
@pytest.mark.sample(1)
def test_a_server_that_ends_leaves_nothing_behind(tmp_path, number):
    home = tmp_path / "home"
    with running(home, "seconds=60", "cpu_seconds=60", "stop_seconds=1") as server:
        commit(server, 1)
        with closing(opened(server, ENDLESS)):
            wait_until(lambda: status(server)["kg_workers_busy"] == 1, 20, "no query runs")
            assert server.process is not None
            server.process.send_signal(number)
            began = time.monotonic()
            code = server.process.wait(30)
            wait_until(lambda: not strays(home), 20, "processes outlive their supervisor")
        took = time.monotonic() - began
        told(f"{signal.Signals(number).name}: no process was left after {took:.2f} s")
        assert code == (0 if number != signal.SIGKILL else -number)
        wait_until(lambda: not (home / "run" / "kg.sock").exists(), 10, "the socket is left")
        wait_until(lambda: not list((home / "work").iterdir()), 10, "private copies are left")
    if number == signal.SIGKILL:
        with running(home) as again:
            assert ask(again, "ASK { <http://e/1> <http://e/p> 1 }")[1]["boolean"] is True


def test_a_server_tells_of_itself_to_those_who_watch_it(server):
    assert once(server, "GET", "/healthz").json()["status"] == "ok"
    for path in ("/readyz", "/readyz?for=read", "/readyz?for=write"):
        assert once(server, "GET", path).status == 200
    numbers = status(server)
    assert numbers["kg_write_ready"] == 1
    assert numbers["kg_workers"] >= 1
    assert {event["level"] for event in events(server)} <= {"info", "warning"}
