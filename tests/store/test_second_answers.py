"""A query that went to a second worker may be answered twice; nobody reads what is another's."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kg.processes.link import Link
from kg.store import wire
from kg.store.connection import SOCKET
from kg.store.interface import OURSELVES, WHOLE
from kg.store.served import ServedStore, query_message
from kg.web.direct import _exchanged, _Query

JSON = "application/sparql-results+json"


def answered_twice(connection: socket.socket) -> None:
    """Answer each query with its own text in two messages, and then once more."""
    with connection, suppress(OSError):
        while (found := wire.receive(connection)) is not None:
            message, body = found
            if message["do"] == "status":
                wire.send(connection, {"union": []})
                continue
            number = {"number": message["number"]}
            head = {"media_type": JSON, "generation": 1, "answered_by": "oxigraph", "missing": []}
            wire.send(connection, {**head, **number}, body)
            wire.send(connection, {"end": True, **number})
            wire.send(connection, {**head, "end": True, **number}, body + b" once more")
            wire.send(connection, {"error": "StoreError", "fields": {"message": "late"}, **number})


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder whose server answers everything twice."""
    store_folder = tmp_path / "home" / "run"
    store_folder.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as listener:
        with wire.address(store_folder / SOCKET) as name:
            listener.bind(name)
        listener.listen()

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=answered_twice, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield tmp_path / "home"
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def test_the_next_query_of_a_connection_gets_its_own_answer(home: Path) -> None:
    store = ServedStore(home, published=False)
    for text in ("first", "second", "third"):
        assert b"".join(store.query(text, accept=JSON)) == text.encode()
    assert len(store._idle) == 1


def test_a_light_query_gets_its_own_answer(home: Path) -> None:
    async def asked() -> list[bytes]:
        connection = socket.socket(socket.AF_UNIX)
        with wire.address(home / "run" / SOCKET) as name:
            connection.connect(name)
        link, found = Link(connection, exact=True), []
        never: asyncio.Task[None] = asyncio.ensure_future(asyncio.sleep(60))
        for text in ("first", "second", "third"):
            message = query_message(JSON, WHOLE, None, None, OURSELVES)
            answer = await _exchanged(link, _Query(None, text, message, (), 1), never)  # type: ignore[arg-type]
            assert answer is not None
            found.append(answer[1])
            while not answer[0].get("end"):
                answer = await link.receive()
                assert answer is not None
        never.cancel()
        link.close()
        return found

    assert asyncio.run(asked()) == [b"first", b"second", b"third"]
