"""Answers as they go out: piece by piece, held back, broken off, with and without a length."""

from __future__ import annotations

import socket
import time

import pytest
from tests.web.bridge.served import (
    CHUNK,
    SMALL,
    ask,
    connect,
    everything,
    get,
    seconds_until,
    serving,
    stopped,
)

from kg.web.bridge import Bridge


def test_a_slow_reader_holds_the_producer_back(app, place):
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)  # else the kernel takes MBs
        client.settimeout(10)
        client.connect(place)
        client.sendall(get("/streams"))
        read = 0
        for goal in (1, 2_000_000, 20_000_000):
            while read < goal:
                read += len(client.recv(min(1_000_000, goal - read)))
            assert stopped(app) * len(CHUNK) < read + 1_000_000
        assert app.made * len(CHUNK) >= read - 200_000  # the framing


def test_a_reader_who_takes_nothing_for_too_long_gives_its_thread_back(app):
    bridge = Bridge(app, threads=1, max_body=0, stall=0.3)
    with serving(bridge) as place, connect(place, get("/streams")):
        assert app.closed.wait(5)
        assert ask(place, "/text")[2] == b"hello"


def test_an_answer_that_breaks_off_lacks_its_last_chunk(place):
    status, head, body = ask(place, "/breaks")
    assert status == 200
    assert b"transfer-encoding: chunked" in head
    assert body == b"6\r\nfirst \r\n6\r\nsecond\r\n"


def test_an_answer_that_breaks_off_is_shorter_than_it_said(place):
    status, head, body = ask(place, "/breaks?100")
    assert status == 200
    assert b"content-length: 100" in head
    assert body == b"first second"


def test_an_answer_shorter_than_it_said_closes_the_connection(place):
    assert everything(connect(place, get("/short"))).endswith(b"hello")


def test_an_error_before_the_first_byte_is_a_500(place):
    assert ask(place, "/breaks_at_once")[0] == 500


def test_an_old_client_is_told_the_length(app, place):
    status, head, body = ask(place, "/pieces", version="1.0")
    assert (status, body) == (200, b"one two three")
    assert b"content-length: 13" in head
    assert b"transfer-encoding" not in head


def test_an_old_client_never_sees_a_part_of_an_answer(place):
    assert ask(place, "/breaks", version="1.0")[0] == 500


def test_an_old_client_that_leaves_ends_the_answer(app, place):
    client = connect(place, get("/streams", version="1.0"))
    while not app.made:
        time.sleep(0.001)
    client.close()
    seconds_until(app.closed)


def test_chunks_go_out_one_by_one(place):
    assert ask(place, "/pieces")[2] == b"4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\n\r\n"
    assert ask(place, "/writes")[2] == b"8\r\nwritten \r\n8\r\nreturned\r\n0\r\n\r\n"


def test_an_answer_can_be_replaced_before_it_is_sent(place):
    status, _, body = ask(place, "/regrets")
    assert (status, body) == (500, b"5\r\nsorry\r\n0\r\n\r\n")


@pytest.mark.parametrize(("path", "length"), [("/text", b"5"), ("/pieces", None)])
def test_head_has_the_headers_and_no_body(place, path, length):
    status, head, body = ask(place, path, method="HEAD")
    assert (status, body) == (200, b"")
    assert length is None or b"content-length: " + length in head


def test_head_closes_the_answer_without_making_it(app, place):
    assert ask(place, "/streams", method="HEAD")[0] == 200
    assert app.closed.is_set()
    assert app.made <= 1


@pytest.mark.parametrize(("path", "status"), [("/empty", 204), ("/unchanged", 304)])
def test_answers_without_a_body_have_none(place, path, status):
    assert ask(place, path)[::2] == (status, b"")
