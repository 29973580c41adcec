"""Answers that are kept for as long as their generation is the newest, in front of everything else.

An ASGI application around another one. What may be kept shows in the answer itself: it has an
`ETag`, names the generation that it is of, and is the same for all who ask so. Where the same bytes
come once more, a connection asks for the answer before they are read as a request.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeAlias

from kg.store.interface import Generation
from kg.web.bridge import Application, Receive, Send
from kg.web.journal import ID_HEADER, request_id_from, tell
from kg.web.streams import GENERATION
from kg.web.wsgi import Message, body_message

HEAD: Final = "kg.head"
"""In the scope: a request as it came, where it came in one piece and with nothing else."""

LENGTH: Final = re.compile(rb"\r\ncontent-length: ?([0-9]{1,9})(?=\r\n)", re.IGNORECASE)
"""The line of a head that says how long the body is, with the end of the line before it."""

HEADS: Final = 1_000
"""So many requests are known again as they came, those that were met last."""

HEAD_BYTES: Final = 4_000
"""So long one may be."""

LARGEST_PART: Final = 8
"""One answer may take this part of all the room, at most."""

_PERSONAL: Final = frozenset(
    {b"authorization", b"cookie", b"if-match", b"if-none-match", b"range", b"x-kg-at-least"}
)
"""With one of these a request is not answered from here."""

_OF_THE_CONNECTION: Final = frozenset({b"connection", b"upgrade", b"expect", ID_HEADER})
"""With one of these, it is not enough to know a request again, unless it is `_USUAL`."""

_USUAL: Final = (b"connection", b"keep-alive")

_CHOOSING: Final = (b"accept", b"accept-encoding")
"""What the form of an answer may depend on."""

_OWN: Final = frozenset({ID_HEADER, b"date"})
"""Headers that each answer has for itself."""

Key: TypeAlias = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole answer, its headers as they are sent."""

    generation: Generation
    headers: list[tuple[bytes, bytes]]
    body: bytes

    def size(self) -> int:
        """About how many bytes it takes."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers)


class KeptAnswers:
    """Answers GET requests for `app` where the same was asked before on the same generation.

    `newest` tells the generation that all readers see, None where they differ. At most `most_bytes`
    are kept; what was asked longest ago goes first.
    """

    def __init__(
        self,
        app: Application,
        newest: Callable[[], Generation | None],
        most_bytes: int,
    ) -> None:
        self._app = app
        self._newest = newest
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._heads: dict[bytes, Key] = {}
        self._bytes = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or have it answered."""
        key = _key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        generation = self._newest()
        found = self._kept.get(key)
        if found is not None and found.generation == generation:
            self._kept.move_to_end(key)
            self._know_again(scope, key)
            await _answer(scope, found, send)
            return
        listening = _Listening(send, self._most_bytes // LARGEST_PART)
        await self._app(scope, receive, listening)
        heard = listening.heard()
        if heard is not None and heard.generation == generation:
            self._keep(key, heard)

    def of_head(self, head: bytes) -> Kept | None:
        """The answer to a request that came like this before, if it is the right one now."""
        key = self._heads.get(head)
        found = None if key is None else self._kept.get(key)
        if key is None or found is None or found.generation != self._newest():
            return None
        self._kept.move_to_end(key)
        return found

    def keep_of_head(self, head: bytes, answer: Kept) -> None:
        """Keep what was answered to a request that came like this, if it may be kept."""
        is_small = answer.size() <= self._most_bytes // LARGEST_PART and len(head) <= HEAD_BYTES
        if is_small and _may_be_kept(HTTPStatus.OK, answer.headers):
            self._keep((head,), answer)
            self._know(head, (head,))

    def _know_again(self, scope: Message, key: Key) -> None:
        if known_again(scope):
            self._know(scope[HEAD], key)

    def _know(self, head: bytes, key: Key) -> None:
        self._heads.pop(head, None)
        self._heads[head] = key
        while len(self._heads) > HEADS:
            del self._heads[next(iter(self._heads))]

    def _keep(self, key: Key, answer: Kept) -> None:
        before = self._kept.pop(key, None)
        self._bytes += answer.size() - (0 if before is None else before.size())
        self._kept[key] = answer
        while self._bytes > self._most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= oldest.size()


def known_again(scope: Message) -> bool:
    """Whether a request is one to be known again as it came: what is in it is all that counts."""
    others = (pair for pair in scope["headers"] if (pair[0], pair[1].lower()) != _USUAL)
    is_short = 0 < len(scope.get(HEAD, b"")) <= HEAD_BYTES
    return is_short and not any(name in _OF_THE_CONNECTION for name, _ in others)


async def _answer(scope: Message, kept: Kept, send: Send) -> None:
    began = time.perf_counter()
    own = dict(scope["headers"]).get(ID_HEADER, b"").decode("latin-1")
    request = request_id_from(own)
    headers = [*kept.headers, (ID_HEADER, request.encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send(body_message(kept.body))
    tell(request, "GET", scope["path"], 200, time.perf_counter() - began)


def _key(scope: Message) -> Key | None:
    """What an answer depends on; None where it is not to be had from here."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["http_version"] == "1.0":
        return None
    names = {name for name, _ in scope["headers"]}
    if names & _PERSONAL or b"content-length" in names or b"transfer-encoding" in names:
        return None
    told = (part for pair in scope["headers"] if pair[0] in (*_CHOOSING, b"host") for part in pair)
    return (scope["scheme"].encode(), scope["path"].encode(), scope["query_string"], *told)


class _Listening:
    """Sends an answer on, and has it afterwards if it was short enough and may be kept."""

    def __init__(self, send: Send, most_bytes: int) -> None:
        self._send = send
        self._most_bytes = most_bytes
        self._head: Message | None = None
        self._body = bytearray()
        self._whole = False

    async def __call__(self, message: Message) -> None:
        """See `Send`."""
        if message["type"] == "http.response.start":
            may_be_kept = _may_be_kept(message["status"], message["headers"])
            self._head = message if may_be_kept else None
        elif self._head is not None:
            self._body += message["body"]
            self._whole = not message["more_body"]
            if len(self._body) > self._most_bytes:
                self._head = None
        await self._send(message)

    def heard(self) -> Kept | None:
        """The answer; None where it may not be kept or has not ended."""
        if self._head is None or not self._whole:
            return None
        headers = [(name, value) for name, value in self._head["headers"] if name not in _OWN]
        if b"content-length" not in dict(headers):
            headers.append((b"content-length", str(len(self._body)).encode()))
        generation = int(dict(headers)[GENERATION.lower().encode()])
        return Kept(generation, headers, bytes(self._body))


def _may_be_kept(status: int, headers: Sequence[tuple[bytes, bytes]]) -> bool:
    names = dict(headers)
    varies = {name.strip() for name in names.get(b"vary", b"").lower().split(b",")}
    return (
        status == 200
        and b"etag" in names
        and GENERATION.lower().encode() in names
        and varies <= {*_CHOOSING, b""}
    )
