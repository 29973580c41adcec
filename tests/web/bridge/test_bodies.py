"""Bodies of requests: whole, or refused by their length, or not waited for."""

from __future__ import annotations

import json

import pytest
from tests.web.bridge.served import CHUNK, ask, connect, get, serving

from kg.web.bridge import Bridge


@pytest.mark.parametrize("size", [0, 5, 1_500_000, 3_000_000])
def test_bodies_arrive_whole(app, place, size):
    body = b"x" * size
    _, _, answer = ask(place, "/echo", f"Content-Length: {size}", method="POST", body=body)
    assert answer.startswith(b"%x\r\n%d\r\n" % (len(str(size)), size))
    assert app.seen["CONTENT_LENGTH"] == str(size)


def test_a_body_in_chunks_arrives_whole_and_has_a_length(app, place):
    body = b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    _, _, answer = ask(place, "/echo", "Transfer-Encoding: chunked", method="POST", body=body)
    assert b"11" in answer
    assert app.seen["CONTENT_LENGTH"] == "11"
    assert "HTTP_TRANSFER_ENCODING" not in app.seen


def test_a_body_that_says_it_is_too_long_is_refused_unread(app, place):
    status, head, body = ask(place, "/echo", "Content-Length: 3000001", method="POST")
    assert status == 413
    assert b"application/problem+json" in head
    assert b"x-ours: yes" in head
    assert json.loads(body)["limit"] == "max_body"
    assert app.calls == 0


def test_a_body_that_turns_out_too_long_is_refused(app, place):
    chunk = b"10000\r\n" + CHUNK + b"\r\n"
    with connect(place, get("/echo", "Transfer-Encoding: chunked", method="POST")) as client:
        for _ in range(60):  # 3.9 MB, and no end
            client.sendall(chunk)
        assert client.recv(100).startswith(b"HTTP/1.1 413")
    assert app.calls == 0


def test_a_client_that_sends_all_before_it_reads_learns_that_its_body_is_too_long(place):
    size = 3_500_000
    body = b"x" * size
    assert ask(place, "/echo", f"Content-Length: {size}", method="POST", body=body)[0] == 413


def test_a_body_that_does_not_come_is_not_waited_for(app):
    bridge = Bridge(app, threads=1, max_body=10, stall=0.2)
    request = get("/echo", "Content-Length: 5", method="POST")
    with serving(bridge) as place, connect(place, request) as client:
        assert client.recv(100).startswith(b"HTTP/1.1 408")
    assert app.calls == 0


def test_a_client_that_asks_first_is_told_to_go_on(place):
    headers = ("Content-Length: 5", "Expect: 100-continue")
    with connect(place, get("/echo", *headers, method="POST")) as client:
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"hello")
        assert client.recv(1000).startswith(b"HTTP/1.1 200")


def test_a_client_that_asks_first_is_told_that_its_body_is_too_long(place):
    headers = ("Content-Length: 3000001", "Expect: 100-continue")
    with connect(place, get("/echo", *headers, method="POST")) as client:
        assert client.recv(1000).startswith(b"HTTP/1.1 413")
