"""Answers as they are made: a producer in a thread of its own, a bounded queue, a consumer.

The thread lets a consumer be slow, stop early or be interrupted; it is no hard limit, since an
evaluation that writes nothing cannot be stopped inside a process.
"""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from kg.errors import CancelledError
from kg.store.interface import Cancel, Generation, Limits
from kg.store.meter import Meter

CHUNK_BYTES: Final = 65_536
WAITING_CHUNKS: Final = 8
POLL_SECONDS: Final = 0.05
STACK_BYTES: Final = 64 * 1024 * 1024
"""Parsing and planning recurse natively; this is address space, touched only when needed."""

_starting = threading.Lock()


class _GivenUp(Exception):
    """The consumer does not want the rest."""


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None


class Sink:
    """The file that a producer writes to, once it has said what it will write."""

    def __init__(self, limits: Limits, cancelled: Callable[[], bool]) -> None:
        self.media_type = ""
        self.rows: int | None = None
        self.chunks: queue.Queue[bytes | _End] = queue.Queue(WAITING_CHUNKS)
        self.closed = threading.Event()
        self._cancelled = cancelled
        self._meter = Meter(limits)
        self._buffer = bytearray()

    def write(self, data: bytes) -> int:
        """Take some bytes; raises where the answer is too long or no longer wanted."""
        self._buffer += data
        if len(self._buffer) >= CHUNK_BYTES or self.given_up():
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Pass on what has been written so far."""
        if self._buffer:
            chunk = bytes(self._buffer)
            self._buffer.clear()
            self._meter.add(chunk, self.media_type, self.rows)
            self.put(chunk)

    def put(self, item: bytes | _End) -> None:
        """Wait until the consumer has room, or is gone."""
        while not self.given_up():
            try:
                self.chunks.put(item, timeout=POLL_SECONDS)
            except queue.Full:
                continue
            return
        raise _GivenUp

    def given_up(self) -> bool:
        """Whether nobody wants the rest."""
        return self.closed.is_set() or self._cancelled()


class Answer:
    """The `ByteStream` of a producer in this process."""

    def __init__(
        self,
        sink: Sink,
        first: bytes | _End,
        generation: Generation,
        answered_by: str = "oxigraph",
    ) -> None:
        self.media_type = sink.media_type
        self.generation = generation
        self.answered_by = answered_by
        self._sink = sink
        self._next: bytes | _End = first

    def __iter__(self) -> Iterator[bytes]:
        while not isinstance(self._next, _End):
            chunk = self._next
            self._next = take(self._sink)
            yield chunk
        if self._next.error is not None:
            raise self._next.error

    def close(self) -> None:
        """Give up what has not been read."""
        self._sink.closed.set()

    def __del__(self) -> None:
        self.close()


class Readable:
    """The bytes of an answer as a file that a parser reads; its errors are raised there."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._chunks = iter(stream)
        self._rest = memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        """Some bytes, at most so many; none at the end."""
        if not self._rest:
            self._rest = memoryview(next(self._chunks, b""))
        end = len(self._rest) if size < 0 else size
        data, self._rest = self._rest[:end], self._rest[end:]
        return bytes(data)


def produce(
    write: Callable[[Sink], None],
    *,
    limits: Limits,
    cancel: Cancel | None,
) -> tuple[Sink, bytes | _End]:
    """Start a producer and wait for its first chunk; an error before that is raised here."""
    sink = Sink(limits, cancel.is_set if cancel is not None else lambda: False)
    thread = threading.Thread(target=_run, args=(write, sink), name="kg-query", daemon=True)
    with _starting:
        before = threading.stack_size(STACK_BYTES)
        try:
            thread.start()
        finally:
            threading.stack_size(before)
    first = take(sink)
    if isinstance(first, _End) and first.error is not None:
        raise first.error
    return sink, first


def take(sink: Sink) -> bytes | _End:
    """Wait for the next chunk; raises `StoreError` once the query is cancelled."""
    while True:
        try:
            return sink.chunks.get(timeout=POLL_SECONDS)
        except queue.Empty:
            if sink.given_up():
                raise CancelledError("the query was cancelled") from None


def _run(write: Callable[[Sink], None], sink: Sink) -> None:
    error: BaseException | None = None
    try:
        write(sink)
        sink.flush()
    except BaseException as raised:  # noqa: BLE001 - handed to the consumer, whatever it is
        # Solutions of the engine must be dropped in this thread, and the traceback holds them.
        traceback.clear_frames(raised.__traceback__)
        error = raised
    with suppress(_GivenUp):
        sink.put(_End(error))
