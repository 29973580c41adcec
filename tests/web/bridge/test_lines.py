"""Threads and the lines before them, over connections that are used again."""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.web.bridge.served import SOON, ask, connect, get, one_answer, serving

from kg.errors import CancelledError
from kg.web.bridge import Bridge
from kg.web.lanes import Lane


def test_a_connection_is_used_again_after_every_kind_of_answer(app, place):
    with connect(place) as client:
        for _ in range(3):
            client.sendall(get("/text"))
            assert one_answer(client) == b"hello"
            client.sendall(get("/text", method="HEAD"))
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                head += client.recv(1)
            client.sendall(get("/pieces"))
            streamed = b""
            while not streamed.endswith(b"0\r\n\r\n"):
                streamed += client.recv(1000)
            client.sendall(get("/echo", "Content-Length: 5", method="POST") + b"hello")
            echoed = b""
            while not echoed.endswith(b"0\r\n\r\n"):
                echoed += client.recv(1000)
    assert app.calls == 12


def test_requests_sent_together_are_answered_in_their_order(place):
    with connect(place, b"".join(get(f"/text?{n}") for n in range(10))) as client:
        assert [one_answer(client) for _ in range(10)] == [b"%d" % n for n in range(10)]


def test_many_at_once_get_their_own_answers(app):
    with serving(Bridge(app, threads=8, max_body=0, waiting=200)) as place:

        def many(number):
            with connect(place) as client:
                for turn in range(20):
                    client.sendall(get(f"/text?{number}-{turn}"))
                    assert one_answer(client) == b"%d-%d" % (number, turn)

        with ThreadPoolExecutor(40) as pool:
            list(pool.map(many, range(40)))
    assert app.calls == 800


def busy(app, place, count, path="/waits"):
    clients = [connect(place, get(path)) for _ in range(count)]
    for _ in clients:
        assert app.entered.acquire(timeout=5)
    return clients


def test_when_the_line_is_full_the_next_is_told_when_to_come_again(app, place):
    clients = busy(app, place, 4)
    waiting = [connect(place, get("/text")) for _ in range(2)]
    time.sleep(0.1)
    status, head, body = ask(place, "/text")
    assert status == 503
    assert b"retry-after: 5" in head
    assert b"x-ours: yes" in head
    assert json.loads(body)["limit"] == "threads"
    app.let_go.set()
    assert [one_answer(client) for client in clients + waiting] == [b"hello"] * 6
    for client in clients + waiting:
        client.close()


def test_who_leaves_the_line_is_never_asked_for(app, place):
    clients = busy(app, place, 4)
    calls = app.calls
    for _ in range(5):  # more than fit into the line, one after the other
        left = [connect(place, get("/text")) for _ in range(2)]
        time.sleep(0.05)
        for client in left:
            client.close()
        time.sleep(0.05)
    app.let_go.set()
    assert [one_answer(client) for client in clients] == [b"hello"] * 4
    for client in clients:
        client.close()
    assert app.calls == calls
    app.let_go.clear()
    for client in busy(app, place, 4):  # no thread was kept for them
        client.close()


def test_a_thread_whose_client_left_is_not_given_away_before_it_is_free(app):
    with serving(Bridge(app, threads=1, max_body=0)) as place:
        busy(app, place, 1, "/deaf")[0].close()
        with connect(place, get("/text")) as client:
            client.settimeout(0.3)
            with pytest.raises(TimeoutError):
                client.recv(1)
            app.let_go.set()
            client.settimeout(5)
            assert one_answer(client) == b"hello"


def test_who_gets_a_thread_while_leaving_passes_it_on():
    async def both_at_once():
        lane = Lane(threads=1, waiting=1)
        stays, leaves = asyncio.Event(), asyncio.Event()
        here, gone = (asyncio.create_task(event.wait()) for event in (stays, leaves))
        await lane.enter(here)
        waiting = asyncio.create_task(lane.enter(gone))
        await asyncio.sleep(0)
        leaves.set()
        lane.leave()
        with pytest.raises(CancelledError):
            await waiting
        await asyncio.wait_for(lane.enter(here), SOON)
        here.cancel()

    asyncio.run(both_at_once())


def test_a_full_lane_leaves_the_others_alone(app):
    bridge = Bridge(
        app,
        threads=1,
        max_body=0,
        waiting=1,
        lanes={"heavy": 2},
        lane_of=lambda path: "heavy" if path == "/waits" else "light",
    )
    with serving(bridge) as place:
        clients = busy(app, place, 2)
        clients.append(connect(place, get("/waits")))
        time.sleep(0.1)
        assert ask(place, "/waits")[0] == 503
        assert ask(place, "/text")[0] == 200
        app.let_go.set()
        for client in clients:
            assert one_answer(client) == b"hello"
            client.close()


def test_a_server_that_stops_tells_those_it_does_not_wait_for(app):
    with serving(Bridge(app, threads=1, max_body=0), timeout_graceful_shutdown=1) as place:
        client = busy(app, place, 1)[0]
    assert app.cancelled.is_set()
    client.close()
