"""Requests like an earlier one, which differ from it in the IRIs of their queries alone.

What such a request asks for, and the head of its response but for what stands for the body, are
those of the earlier one as long as the generation is the same, so that neither is worked out again.
The answer always is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote_plus

from werkzeug.wrappers import Request
from werkzeug.wrappers import Response as BaseResponse

from kg.sparql.advice import may_be_declared
from kg.sparql.guard import Scan
from kg.sparql.shape import put_back, taken_out
from kg.store.interface import Generation
from kg.web.asking import Asking
from kg.web.compression import SMALLEST, coded_tag, coding_of, is_textual, packed
from kg.web.kept import LENGTH
from kg.web.protocol import FORM, QUERY, Asked
from kg.web.sparql import tag_of
from kg.web.wsgi import Message, head_message

REQUESTS: Final = 1_000
"""So many are remembered, those that were learnt last."""

AROUND_BYTES: Final = 4_000
"""Requests with more around their queries are not remembered."""

_PLAIN: Final = re.compile(rb"GET ([!-\"$-~]+) ")
"""The address of a request whose query is in it, without a fragment."""

_OF_EACH: Final = frozenset({b"x-request-id", b"content-length"})
_OF_A_BODY: Final = _OF_EACH | {b"content-encoding", b"etag"}
_FIELD: Final = b"query="


@dataclass(frozen=True, slots=True)
class Sent:
    """The query of a request, and all that was sent around it but its id and its length."""

    text: str
    around: tuple[bytes, ...]


def sent(scope: Message, data: bytes) -> Sent | None:
    """What a request with this body has; None where its query is not plain to see."""
    headers = [pair for pair in scope["headers"] if pair[0] not in _OF_EACH]
    around = [scope["method"].encode(), scope.get("scheme", "http").encode()]
    around += (part for pair in headers for part in pair)
    kinds = [value for name, value in headers if name == b"content-type"]
    where, address = data, scope["query_string"]
    if scope["method"] == "GET":
        where, address = address, b""
    elif kinds == [QUERY.encode()]:
        return _sent(data, [*around, address])
    elif kinds != [FORM.encode()]:
        return None
    fields = where.split(b"&")
    queries = [field for field in fields if field.startswith(_FIELD)]
    if len(queries) != 1:
        return None
    others = [field for field in fields if field is not queries[0]]
    return _sent(queries[0][len(_FIELD) :], [*around, address, *others], is_coded=True)


def _sent(data: bytes, around: list[bytes], *, is_coded: bool = False) -> Sent | None:
    if sum(map(len, around)) > AROUND_BYTES:
        return None
    try:
        text = unquote_plus(data.decode("ascii"), errors="strict") if is_coded else data.decode()
    except UnicodeDecodeError:
        return None
    return Sent(text, tuple(around))


def parted(data: bytes) -> tuple[bytes, bytes] | None:
    """All bytes of a request but those of its query, and these; None where they are not plain.

    The query is in the address, or is the body.
    """
    end = data.find(b"\r\n\r\n") + 4
    head, body = data[:end], data[end:]
    if not body:
        address = _PLAIN.match(head)
        if address is None:
            return None
        path, _, fields = address[1].partition(b"?")
        each = fields.split(b"&")
        queries = [field for field in each if field.startswith(_FIELD)]
        if len(queries) != 1:
            return None
        others = [b"" if field is queries[0] else field for field in each]
        return b" ".join([path, *others, head[address.end() :]]), queries[0][len(_FIELD) :]
    lengths = LENGTH.findall(head)
    return (LENGTH.sub(b"", head), body) if lengths == [b"%d" % len(body)] else None


@dataclass(frozen=True, slots=True)
class Like:
    """A request that was answered, and what others like it need.

    `engine_text` is the query as the copy gets it, with IRIs that stand for its own `iris`,
    `media_type` that of the answer. `headers` are those of its response that are not about the
    body, `coding` is that of bodies that are long enough.
    """

    request: Request
    question: Asked
    iris: tuple[str, ...]
    engine_text: str
    media_type: str
    headers: tuple[tuple[bytes, bytes], ...]
    coding: str | None

    def response(
        self, asking: Asking, text: str, data: bytes, generation: Generation
    ) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """The headers of the response with the answer to a query, and its body."""
        coding = self.coding if len(data) >= SMALLEST else None
        headers, body = [*self.headers], data if coding is None else packed(data, coding)
        if coding is not None:
            headers.append((b"content-encoding", coding.encode()))
        tag = tag_of(asking, replace(self.question, text=text), self.request, generation)
        if tag is not None:
            tag = tag if coding is None else coded_tag(tag, coding)
            headers.append((b"etag", f'"{tag}"'.encode()))
        headers.append((b"content-length", str(len(body)).encode()))
        return headers, body


def like_of(
    asked: tuple[Request, Asked],
    shape: Scan,
    engine_text: str,
    media_type: str,
    response: BaseResponse,
) -> Like | None:
    """What others like a request need; None where they may get another response.

    The `shape` of its query was checked and made an `engine_text`; `media_type` is its answer's.
    """
    request, question = asked
    is_whole = response.status_code == HTTPStatus.OK and "Warning" not in response.headers
    found, iris = taken_out(question.text or "")
    if not is_whole or shape.text != found:
        return None
    told = head_message(response.status, response.headers.items())["headers"]
    return Like(
        request,
        question,
        iris,
        engine_text,
        media_type,
        tuple(pair for pair in told if pair[0] not in _OF_A_BODY),
        coding_of(request) if is_textual(response) else None,
    )


class Alike:
    """The requests of one generation that others may be like."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, tuple[bytes, ...]], Like] = {}
        self._around: dict[bytes, tuple[bytes, ...]] = {}
        self._generation: Generation = -1

    def find(self, sent: Sent, generation: Generation) -> tuple[Like, str, list[str]] | None:
        """One that a request is like, its query as the copy gets it, and the IRIs that differ.

        None where there is none, or where one of these may be misspelt, which is told.
        """
        if generation != self._generation:
            return None
        shape, iris = taken_out(sent.text)
        like = self._known.get((shape, sent.around))
        if like is None:
            return None
        differing = [iri[1:-1] for iri, own in zip(iris, like.iris, strict=True) if iri != own]
        if any(map(may_be_declared, differing)):
            return None
        return like, put_back(like.engine_text, iris), differing

    def read(self, data: bytes) -> Sent | None:
        """What a request has that came as these bytes; None where none came like it."""
        found = parted(data)
        around = None if found is None else self._around.get(found[0])
        if found is None or around is None:
            return None
        return _sent(found[1], [*around], is_coded=data.startswith(b"GET "))

    def know(self, data: bytes, sent: Sent) -> None:
        """Take in how a request came, so that others like it need not be read."""
        found = parted(data)
        if found is None or len(found[0]) > AROUND_BYTES:
            return
        if _sent(found[1], [], is_coded=data.startswith(b"GET ")) == Sent(sent.text, ()):
            self._around.pop(found[0], None)
            self._around[found[0]] = sent.around
            while len(self._around) > REQUESTS:
                del self._around[next(iter(self._around))]

    def learn(self, sent: Sent, generation: Generation, like: Like) -> None:
        """Take in a request, which is the one that was learnt last then."""
        if generation != self._generation:
            self._known, self._generation = {}, generation
        key = taken_out(sent.text)[0], sent.around
        self._known.pop(key, None)
        self._known[key] = like
        while len(self._known) > REQUESTS:
            del self._known[next(iter(self._known))]
