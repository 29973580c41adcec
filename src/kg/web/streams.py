"""Answers of the store as bodies of responses, sent while they are made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from flask import Response

from kg.store.interface import ByteStream

GENERATION = "X-KG-Generation"


def streamed(stream: ByteStream) -> Response:
    """A response with the media type, the generation and the bytes of an answer.

    A short answer is read at once, so that its length can be told and the connection kept.
    """
    try:
        chunks = iter(stream)
        head = list(islice(chunks, 2))
    except BaseException:
        stream.close()
        raise
    mimetype = stream.media_type.partition(";")[0]
    if len(head) < 2:
        stream.close()
        response = Response(b"".join(head), mimetype=mimetype)
    else:
        response = Response(_Rest(chain(head, chunks), stream), mimetype=mimetype)
    response.headers[GENERATION] = str(stream.generation)
    return response


class _Rest:
    """The chunks of a long answer, which keeps its worker until it is read or given up."""

    def __init__(self, chunks: Iterator[bytes], stream: ByteStream) -> None:
        self._chunks = chunks
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._chunks
        finally:
            self.close()

    def close(self) -> None:
        """Give up what has not been sent."""
        self._stream.close()
