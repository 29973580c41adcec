"""Answers in Brotli or gzip for those who accept it, compressed while they are made.

An entity tag stands for the bytes that are sent (RFC 9110, section 8.8.3), so that of a compressed
answer ends in `-br` or `-gzip`. What clients send back is compared without it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Protocol

import brotli  # type: ignore[import-untyped]
from flask import Flask, g, request
from werkzeug.wrappers import Request, Response

LEVEL: Final = 5
"""For both codings; Brotli then takes as long as gzip, and sends a quarter less."""
SMALLEST: Final = 1_000
"""Bodies of fewer bytes are sent as they are: they fit into one packet."""

_GZIP_WRAPPER: Final = 31
"""The `wbits` of zlib that write the head and the end of gzip."""
_WINDOW: Final = 19
"""Brotli looks back 2 ** 19 bytes: a larger window gains nothing here and costs memory."""
_CODED_TAG: Final = re.compile(r'-(br|gzip)"')
_CONDITIONS: Final = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH")
_TEXTUAL: Final = re.compile(
    r"text/.+|application/(?:.+\+(?:json|xml)|json|xml|trig|n-triples|n-quads)|image/svg\+xml"
)


def register(app: Flask) -> None:
    """Let an application compress what it answers."""
    app.before_request(_without_suffix)
    app.after_request(lambda response: compressed(request, response))


class Packer(Protocol):
    """Compresses one body, piece by piece."""

    def piece(self, data: bytes) -> bytes:
        """Bytes from which all of the body up to here can be read."""

    def end(self) -> bytes:
        """The last bytes."""


class _Brotli:
    def __init__(self) -> None:
        mode = brotli.MODE_TEXT
        self._packer = brotli.Compressor(mode=mode, quality=LEVEL, lgwin=_WINDOW)

    def piece(self, data: bytes) -> bytes:
        return bytes(self._packer.process(data) + self._packer.flush())

    def end(self) -> bytes:
        return bytes(self._packer.finish())


class _Gzip:
    def __init__(self) -> None:
        self._packer = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP_WRAPPER)

    def piece(self, data: bytes) -> bytes:
        return self._packer.compress(data) + self._packer.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._packer.flush()


CODINGS: Final[dict[str, Callable[[], Packer]]] = {"br": _Brotli, "gzip": _Gzip}
"""By their names in HTTP, the one that is preferred first."""


def _without_suffix() -> None:
    """Take the suffix off the tags in conditions, so that no view has to know of it."""
    environ = request.environ
    g.known_codings = set()
    for name in _CONDITIONS:
        if found := _CODED_TAG.findall(environ.get(name, "")):
            g.known_codings.update(found)
            environ[name] = _CODED_TAG.sub('"', environ[name])


def compressed(request: Request, response: Response) -> Response:
    """The response in the coding that its request wants, where it gains by it."""
    coding = coding_of(request)
    if response.status_code == 304:
        known: set[str] = g.get("known_codings", set())
        if known:
            _mark(response, coding if coding is not None and coding in known else min(known))
        response.vary.add("Accept-Encoding")
        return response
    if not is_textual(response):
        return response
    response.vary.add("Accept-Encoding")
    if coding is None or not _may_be_coded(response):
        return response
    response.direct_passthrough = False  # of a file of ours its bytes
    if response.is_sequence:
        response.set_data(packed(response.get_data(), coding))
    else:
        response.response = _Compressed(response.response, CODINGS[coding]())
        response.headers.pop("Content-Length", None)
    response.headers["Content-Encoding"] = coding
    _mark(response, coding)
    return response


def is_textual(response: Response) -> bool:
    """Whether it is of a media type that gains by a coding."""
    return _TEXTUAL.fullmatch(response.mimetype or "") is not None


def packed(data: bytes, coding: str) -> bytes:
    """A whole body in a coding."""
    packer = CODINGS[coding]()
    return packer.piece(data) + packer.end()


def _may_be_coded(response: Response) -> bool:
    """Whether a body is long enough, whole, and not coded already."""
    told = response.content_length if response.direct_passthrough else None
    if response.is_sequence:
        told = len(response.get_data())
    headers = response.headers
    is_whole = "Content-Encoding" not in headers and "Content-Range" not in headers
    return is_whole and (told is None or told >= SMALLEST)


def coding_of(request: Request) -> str | None:
    """The coding that the client likes best, and not less than none; Brotli only by its name."""
    accepted = request.accept_encodings
    named = {name.lower() for name, _ in accepted}
    offered = [name for name in CODINGS if name != "br" or name in named]
    best = max(offered, key=lambda name: accepted[name])  # the first of those that are equal
    return best if 0 < accepted[best] >= accepted["identity"] else None


def _mark(response: Response, coding: str) -> None:
    tag, weak = response.get_etag()
    if tag is not None:
        response.set_etag(coded_tag(tag, coding), bool(weak))


def coded_tag(tag: str, coding: str) -> str:
    """The entity tag of a body in a coding, after that of the body as it is."""
    return f"{tag}-{coding}"


class _Compressed:
    """Compressed chunks, each of which can be read when it arrives."""

    def __init__(self, chunks: Iterable[bytes | str], packer: Packer) -> None:
        self._chunks = chunks
        self._packer = packer

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            data = chunk.encode() if isinstance(chunk, str) else chunk
            if data:
                yield self._packer.piece(data)
        yield self._packer.end()

    def close(self) -> None:
        """Give up what has not been sent."""
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()
