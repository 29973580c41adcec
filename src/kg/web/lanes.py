"""Threads for requests, the lines before them, and the refusals of those who find no place."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from http import HTTPStatus

from kg.errors import CancelledError


class RefusalError(Exception):
    """What is answered without asking the application."""

    def __init__(self, status: int, limit: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.limit = limit
        self.body = problem(status, limit, detail)


def problem(status: int, limit: str, detail: str) -> bytes:
    """The problem details of a refusal that names its limit."""
    title = HTTPStatus(status).phrase
    members = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return json.dumps({**members, "limit": limit}, indent=2).encode() + b"\n"


class Lane:
    """A number of threads and the line of those who wait for one; used in the event loop only."""

    def __init__(self, threads: int, waiting: int) -> None:
        self._threads, self._free, self._waiting = threads, threads, waiting
        self._line: deque[asyncio.Future[None]] = deque()

    async def enter(self, gone: asyncio.Task[None]) -> None:
        """Wait for a thread, for as long as the client waits."""
        if self._free:
            self._free -= 1
            return
        if len(self._line) >= self._waiting:
            detail = f"all {self._threads} threads are busy, and {self._waiting} requests wait"
            raise RefusalError(503, "threads", detail)
        turn = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            await asyncio.wait({turn, gone}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done():
                raise CancelledError("the client left the line")
        except BaseException:
            if turn.done():
                self.leave()
            else:
                self._line.remove(turn)
            raise

    def leave(self) -> None:
        """Pass a thread on to the first in the line."""
        if self._line:
            self._line.popleft().set_result(None)
        else:
            self._free += 1
