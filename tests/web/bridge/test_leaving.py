"""Clients that go away are noticed, and what works for them ends."""

from __future__ import annotations

import socket
import sys
import time

import pytest
from tests.web.bridge.served import connect, get, one_answer, reset, seconds_until, stopped


@pytest.mark.parametrize("leave", [socket.socket.close, reset])
def test_a_client_that_leaves_before_the_first_byte_is_noticed(app, place, leave):
    client = connect(place, get("/waits"))
    assert app.entered.acquire(timeout=5)
    leave(client)
    sys.stdout.write(f"noticed after {seconds_until(app.cancelled) * 1000:.1f} ms\n")


def test_a_client_that_leaves_after_it_sent_a_body_is_noticed(app, place):
    client = connect(place, get("/waits", "Content-Length: 5", method="POST") + b"hello")
    assert app.entered.acquire(timeout=5)
    client.close()
    seconds_until(app.cancelled)


@pytest.mark.parametrize("requests", [2, 5])
def test_a_client_that_sent_several_requests_and_leaves_is_noticed(app, place, requests):
    client = connect(place, get("/waits") * requests)
    assert app.entered.acquire(timeout=5)
    client.close()
    seconds_until(app.cancelled)
    assert not app.entered.acquire(timeout=0.2)  # nobody is asked for the others


@pytest.mark.parametrize("leave", [socket.socket.close, reset])
def test_a_client_that_leaves_in_mid_answer_ends_it(app, place, leave):
    client = connect(place, get("/streams"))
    assert client.recv(1000)
    leave(client)
    sys.stdout.write(f"noticed after {seconds_until(app.cancelled) * 1000:.1f} ms\n")
    seconds_until(app.closed)
    made = app.made
    time.sleep(0.05)
    assert app.made == made


def test_a_client_that_stopped_reading_and_leaves_ends_the_answer(app, place):
    client = connect(place, get("/streams"))
    stopped(app)
    client.close()
    seconds_until(app.cancelled)
    seconds_until(app.closed)


def test_an_answer_that_was_taken_cancels_nothing(app, place):
    app.let_go.set()
    with connect(place) as client:
        for _ in range(20):
            client.sendall(get("/waits"))
            assert one_answer(client) == b"hello"
    time.sleep(0.05)
    assert not app.cancelled.is_set()
