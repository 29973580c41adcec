"""Whole answers from the event loop: long ones in pieces, for which a client has so much time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from kg.errors import LimitError
from kg.web import sending
from kg.web.bridge import Send
from kg.web.sending import PIECE, Sending

LONG = bytes(range(256)) * (3 * PIECE // 256) + b"rest"


def request(coding: str = "identity") -> Request:
    builder = EnvironBuilder(path="/sparql", headers={"Accept-Encoding": coding})
    return Request(builder.get_environ())


async def respond(here: Sending, data: bytes, send: Send) -> None:
    await here.respond(request(), "an-id", Response(data, mimetype="text/plain"), send, 0.0)


@pytest.mark.parametrize("data", [b"", b"short", LONG[:PIECE], LONG[: PIECE + 1], LONG])
def test_an_answer_arrives_whole(data: bytes) -> None:
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    asyncio.run(respond(Sending(1.0), data, send))
    head, *body = messages
    assert dict(head["headers"])[b"content-length"] == str(len(data)).encode()
    assert dict(head["headers"])[b"x-request-id"] == b"an-id"
    assert b"".join(message["body"] for message in body) == data
    assert [message["more_body"] for message in body] == [True] * (len(body) - 1) + [False]
    assert all(len(message["body"]) <= PIECE for message in body)


def test_a_client_that_takes_nothing_is_let_go_of() -> None:
    here = Sending(0.05)

    async def send(message: Any) -> None:
        if message.get("more_body"):
            await asyncio.sleep(60)

    with pytest.raises(LimitError, match="took nothing"):
        asyncio.run(respond(here, LONG, send))
    assert here._held == 0


def test_so_much_waits_here_for_clients_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "HELD", 2 * len(LONG))
    here, goes_on = Sending(5.0), asyncio.Event()

    async def send(message: Any) -> None:
        if message.get("more_body"):
            await goes_on.wait()

    async def meanwhile() -> None:
        waiting = [asyncio.ensure_future(respond(here, LONG, send)) for _ in range(2)]
        assert here.takes(request(), LONG)
        await asyncio.sleep(0.01)
        assert here._held == 2 * len(LONG)
        assert not here.takes(request(), LONG)
        assert here.takes(request(), LONG[:PIECE])
        goes_on.set()
        await asyncio.gather(*waiting)

    asyncio.run(meanwhile())
    assert here.takes(request(), LONG)


def test_what_is_long_and_to_be_compressed_goes_elsewhere() -> None:
    here = Sending(1.0)
    assert here.takes(request("gzip"), LONG[:PIECE])
    assert not here.takes(request("gzip"), LONG)
    assert here.takes(request(), LONG)
