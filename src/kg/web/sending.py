"""Whole answers on their way to clients, from the event loop: long ones in pieces."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from werkzeug.wrappers import Request
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import LimitError
from kg.store.interface import Generation
from kg.web.bridge import Send
from kg.web.compression import coding_of
from kg.web.journal import ID_HEADER, tell
from kg.web.wsgi import Message, body_message, head_message

PIECE: Final = 65_536
"""A shorter answer is sent as it is, and stays in the buffer of its connection."""

LONGEST: Final = 4_000_000
HELD: Final = 32_000_000
"""Longer answers come from threads; so many bytes of them may wait here for their clients."""


@dataclass(slots=True)
class Whole:
    """A `ByteStream` of which all is there."""

    media_type: str
    generation: Generation
    answered_by: str
    data: bytes

    def __iter__(self) -> Iterator[bytes]:
        yield self.data

    def close(self) -> None:
        """Nothing is left to be given up."""


class Sending:
    """Sends answers; a client may let us wait `stall` seconds for room for a piece of one."""

    def __init__(self, stall: float) -> None:
        self._stall = stall
        self._held = 0

    def takes(self, request: Request, data: bytes) -> bool:
        """Whether an answer is sent from here: it is short, or there is room and no more to do."""
        if len(data) <= PIECE:
            return True
        fits = len(data) <= min(LONGEST, HELD - self._held)
        return fits and coding_of(request) is None

    async def respond(
        self, request: Request, request_id: str, response: BaseResponse, send: Send, began: float
    ) -> None:
        """Send a response and log it; raises `LimitError` where the client takes nothing."""
        chunks, status, headers = response.get_wsgi_response(request.environ)
        head = head_message(status, headers)
        await self.send(head, request_id, b"".join(chunks), send)
        tell(request_id, request.method, request.path, head["status"], time.perf_counter() - began)

    async def send(self, head: Message, request_id: str, data: bytes, send: Send) -> None:
        """Send a head, with the id of the request, and a body; raises like `respond`."""
        head["headers"].append((ID_HEADER, request_id.encode()))
        await send(head)
        if len(data) <= PIECE:
            await send(body_message(data))
        else:
            await self._send_long(data, send)

    async def _send_long(self, data: bytes, send: Send) -> None:
        self._held += len(data)
        try:
            for start in range(0, len(data), PIECE):
                end = start + PIECE
                async with asyncio.timeout(self._stall):
                    await send(body_message(data[start:end], more=end < len(data)))
        except TimeoutError:
            detail = f"the client took nothing for {self._stall:g} s"
            raise LimitError(detail, limit="stall") from None
        finally:
            self._held -= len(data)
