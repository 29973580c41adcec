"""Answers in gzip for those who accept it, compressed while they are made.

An entity tag stands for the bytes that are sent (RFC 9110, section 8.8.3), so that of a compressed
answer ends in `-gzip`. What clients send back is compared without it.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from flask import Flask, g, request
from werkzeug.wrappers import Response

LEVEL: Final = 5
SMALLEST: Final = 1_000
"""Bodies of fewer bytes are sent as they are: they fit into one packet."""

_GZIP_WRAPPER: Final = 31
"""The `wbits` of zlib that write the head and the end of gzip."""
_SUFFIX: Final = '-gzip"'
_CONDITIONS: Final = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH")
_TEXTUAL: Final = re.compile(
    r"text/.+|application/(?:.+\+(?:json|xml)|json|xml|trig|n-triples|n-quads)|image/svg\+xml"
)


def register(app: Flask) -> None:
    """Let an application compress what it answers."""
    app.before_request(_without_suffix)
    app.after_request(_compressed)


def _without_suffix() -> None:
    """Take the suffix off the tags in conditions, so that no view has to know of it."""
    environ = request.environ
    for name in _CONDITIONS:
        if _SUFFIX in environ.get(name, ""):
            g.knows_gzip = True
            environ[name] = environ[name].replace(_SUFFIX, '"')


def _compressed(response: Response) -> Response:
    if response.status_code == 304:
        if g.get("knows_gzip"):
            _mark(response)
        response.vary.add("Accept-Encoding")
        return response
    if not _TEXTUAL.fullmatch(response.mimetype or "") or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    if not _wanted() or "Content-Encoding" in response.headers:
        return response
    if response.is_sequence:
        data = response.get_data()
        if len(data) < SMALLEST:
            return response
        response.set_data(gzip.compress(data, LEVEL, mtime=0))
    else:
        response.response = _Compressed(response.response)
        response.headers.pop("Content-Length", None)
    response.headers["Content-Encoding"] = "gzip"
    _mark(response)
    return response


def _wanted() -> bool:
    accepted = request.accept_encodings
    return 0 < accepted["gzip"] >= accepted["identity"]


def _mark(response: Response) -> None:
    tag, weak = response.get_etag()
    if tag is not None:
        response.set_etag(f"{tag}-gzip", bool(weak))


class _Compressed:
    """Chunks in gzip, each of which can be read when it arrives."""

    def __init__(self, chunks: Iterable[bytes | str]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP_WRAPPER)
        for chunk in self._chunks:
            data = chunk.encode() if isinstance(chunk, str) else chunk
            if data:
                yield packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)
        yield packer.flush()

    def close(self) -> None:
        """Give up what has not been sent."""
        close = getattr(self._chunks, "close", None)
        if close is not None:
            close()
