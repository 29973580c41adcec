"""Answers that are kept while their generation is the newest."""

from __future__ import annotations

import asyncio

import pytest

from kg.web.kept import KeptAnswers

MOST = 8_000


class Endpoint:
    """An application that counts how often it is asked, and answers with the number."""

    def __init__(self):
        self.asked = 0
        self.generation = 1
        self.extra = [(b"etag", b'"x"')]
        self.status = 200
        self.size = 10

    async def __call__(self, scope, receive, send):
        self.asked += 1
        headers = [
            (b"content-type", b"text/plain"),
            (b"x-kg-generation", str(self.generation).encode()),
            (b"x-request-id", b"of-the-first"),
            *self.extra,
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        body = str(self.asked).encode().ljust(self.size)
        await send({"type": "http.response.body", "body": body[:5], "more_body": True})
        await send({"type": "http.response.body", "body": body[5:], "more_body": False})


@pytest.fixture
def endpoint():
    return Endpoint()


@pytest.fixture
def shown():
    return {"newest": 1}


@pytest.fixture
def ask(endpoint, shown):
    kept = KeptAnswers(endpoint, lambda: shown["newest"], MOST)

    def ask(query=b"query=1", method="GET", path="/sparql", version="1.1", headers=()):
        sent = []

        async def send(message):
            sent.append(message)

        async def receive():
            return {"type": "http.disconnect"}

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "scheme": "http",
            "query_string": query,
            "http_version": version,
            "headers": list(headers),
        }
        asyncio.run(kept(scope, receive, send))
        body = b"".join(message["body"] for message in sent[1:])
        return sent[0]["status"], dict(sent[0]["headers"]), body.strip()

    return ask


def test_the_same_question_is_answered_once(ask, endpoint):
    first, second = ask(), ask()
    assert first[2] == second[2] == b"1"
    assert endpoint.asked == 1
    assert second[1][b"content-type"] == b"text/plain"


def test_each_answer_has_the_id_of_its_own_request(ask):
    first, second = ask(), ask()
    third = ask(headers=[(b"x-request-id", b"mine")])
    assert len({answer[1][b"x-request-id"] for answer in (first, second, third)}) == 3
    assert third[1][b"x-request-id"] == b"mine"


@pytest.mark.parametrize(
    "other",
    [
        {"query": b"query=2"},
        {"path": "/data"},
        {"headers": [(b"accept", b"text/csv")]},
        {"headers": [(b"accept-encoding", b"gzip")]},
        {"headers": [(b"host", b"elsewhere.example")]},
        {"method": "POST"},
        {"method": "HEAD"},
        {"version": "1.0"},
        {"headers": [(b"authorization", b"Bearer x")]},
        {"headers": [(b"if-none-match", b'"x"')]},
        {"headers": [(b"x-kg-at-least", b"1")]},
        {"headers": [(b"content-length", b"3")]},
    ],
)
def test_another_question_is_asked(ask, endpoint, other):
    ask()
    assert ask(**other)[2] == b"2"
    assert endpoint.asked == 2


def test_an_answer_is_forgotten_with_its_generation(ask, endpoint, shown):
    ask()
    shown["newest"] = endpoint.generation = 2
    assert ask()[2] == b"2"
    assert ask()[2] == b"2"


def test_an_answer_of_a_generation_that_is_not_the_newest_is_not_kept(ask, endpoint):
    endpoint.generation = 2  # a commit came while it was asked
    ask()
    ask()
    assert endpoint.asked == 2


def test_nothing_kept_is_told_while_somebody_has_written_more_than_is_shown(ask, endpoint, shown):
    ask()
    shown["newest"] = None
    assert ask()[2] == b"2"


@pytest.mark.parametrize(
    "extra",
    [
        [],
        [(b"etag", b'"x"'), (b"vary", b"Accept, Authorization")],
    ],
)
def test_what_does_not_say_that_it_may_be_kept_is_not(ask, endpoint, extra):
    endpoint.extra = extra
    ask()
    ask()
    assert endpoint.asked == 2


def test_an_error_is_not_kept(ask, endpoint):
    endpoint.status = 400
    ask()
    assert ask()[0] == 400
    assert endpoint.asked == 2


def test_what_takes_too_much_room_is_not_kept(ask, endpoint):
    endpoint.size = MOST
    ask()
    ask()
    assert endpoint.asked == 2


def test_what_was_asked_longest_ago_goes_first(ask, endpoint):
    endpoint.size = MOST // 10
    for number in range(12):
        ask(query=b"query=%d" % number)
    before = endpoint.asked
    ask(query=b"query=11")
    assert endpoint.asked == before
    ask(query=b"query=0")
    assert endpoint.asked == before + 1
