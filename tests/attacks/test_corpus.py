from __future__ import annotations

import re
import socket
import time
from collections import Counter

import pytest
from tests.attacks.graph_store import GRAPH_STORE
from tests.attacks.light import LIGHT
from tests.attacks.model import ANY, OUTCOMES, REFUSED, Attack, Raw, Upload, Weakness
from tests.attacks.queries import ATTACKS, QUERIES
from tests.attacks.raw import RAW
from tests.attacks.sockets import outcome
from tests.attacks.updates import UPDATES
from tests.attacks.uploads import UPLOADS

PORT = 4711
RESERVED = re.compile(rb"127\.0\.0\.1|localhost|192\.0\.2\.\d+|([a-z]+\.)*example|w3id\.org")
KNOWN = re.compile(rb"www\.w3\.org|127\.1|0|0x7f\.1|0177\.0\.0\.1|2130706433|\[::[f0-9.:]*\]")
HOST = re.compile(rb"(?:https?|ftp|gopher)://(?:[^/@\s<>\"]*@)?(\[[0-9a-f:.]+\]|[^/:<>\s\"'\\#)]+)")


@pytest.mark.parametrize(
    "attacks", [ATTACKS, UPLOADS, GRAPH_STORE, RAW], ids=["sparql", "uploads", "graphs", "raw"]
)
def test_names_are_unique(attacks):
    assert [name for name, times in Counter(a.name for a in attacks).items() if times > 1] == []


def test_there_are_enough_of_each_sort():
    assert len(QUERIES) >= 60
    assert len(UPDATES) >= 15
    assert len(UPLOADS) >= 50
    assert len(GRAPH_STORE) >= 50
    assert len(RAW) >= 8
    assert len(set(LIGHT)) >= 20


@pytest.mark.parametrize("weakness", Weakness)
def test_every_weakness_has_several_attacks(weakness):
    assert (
        sum(attack.weakness is weakness for attack in (*ATTACKS, *UPLOADS, *GRAPH_STORE, *RAW)) >= 2
    )


@pytest.mark.parametrize(
    "attacks", [ATTACKS, UPLOADS, GRAPH_STORE, RAW], ids=["sparql", "uploads", "graphs", "raw"]
)
def test_outcomes_are_known_and_held_is_for_sockets_only(attacks):
    for attack in attacks:
        known = OUTCOMES if isinstance(attack, Raw) else ANY
        assert attack.expect, attack.name
        assert attack.expect <= known, attack.name


def test_no_update_is_accepted_without_a_token():
    for attack in UPDATES:
        assert attack.kind == "update"
        assert attack.expect == REFUSED, attack.name
        assert attack.with_token, attack.name
        assert attack.with_token <= ANY, attack.name


def test_no_graph_is_written_without_a_token():
    for attack in GRAPH_STORE:
        assert attack.method == "GET" or attack.expect == REFUSED, attack.name


@pytest.mark.parametrize(
    "attack", [*ATTACKS, *UPLOADS, *GRAPH_STORE], ids=lambda attack: attack.name
)
@pytest.mark.sample(60)
def test_a_request_is_made_alike_each_time_and_aims_at_the_listener_only(attack: Attack | Upload):
    request = attack.request(PORT)
    assert attack.request(PORT) == request
    sent = request.path.encode() + (request.body or b"")[:200_000]
    assert b"{port}" not in sent
    for host in HOST.findall(sent):
        assert RESERVED.fullmatch(host) or KNOWN.fullmatch(host), host


def test_what_calls_others_names_the_listener():
    callers = [attack for attack in ATTACKS if attack.weakness is Weakness.CALLS_OTHERS]
    unheard = []
    for attack in callers:
        request = attack.request(PORT)
        if str(PORT).encode() not in request.path.encode() + (request.body or b""):
            unheard.append(attack.name)
    assert unheard == ["service-beyond-this-machine"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "answered"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", "limit"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "answered"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", "limit"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "refused"),
        (b"HTTP/1.1 503 Service Unavailable\r\n\r\n", "limit"),
        (b"HTTP/1.1 500 Internal Server Error\r\n\r\n", "500"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 413 Too Large\r\n\r\n", "refused"),
        (b"", "limit"),
    ],
)
def test_an_answer_that_breaks_off_is_not_answered(answer, expected):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(answer)
        theirs.shutdown(socket.SHUT_WR)
        assert outcome(ours, time.monotonic() + 5) == expected


def test_a_server_that_says_nothing_holds_the_connection():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert outcome(ours, time.monotonic() + 0.1) == "held"
