"""maplib asked in a process of its own, which is made anew where a query ends it."""

from __future__ import annotations

import os
import re
import resource
import select
import subprocess
import time
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox
from peers_asking import GRAPH, FailedError
from tests.peers.servers import maplib_python

CHILD: Final = Path(__file__).with_name("maplib_child.py")
SIZE: Final = 8
"""Bytes of a length."""

MEMORY_BYTES: Final = 8_000_000_000
READING_SECONDS: Final = 600

_NOT_THERE: Final = re.compile(r"\b(?:ASK|DESCRIBE|GRAPH|FROM)\b(?![^<]*>)")
"""What maplib does not have, or not here, where it has the triples of the default graph alone."""


class Maplib:
    """Answers from the triples in a file; a query that takes more than some `seconds` is ended."""

    def __init__(self, file: Path, seconds: float) -> None:
        self._file, self._seconds = file, seconds
        self._child = self._started()

    def close(self) -> None:
        """End the process."""
        self._child.kill()
        self._child.communicate()

    def __call__(self, text: str, accept: str) -> bytes:
        """See `Ask`; what is Turtle becomes N-Triples."""
        if found := _NOT_THERE.search(text):
            raise FailedError(f"it has no {found[0]} here")
        given = text.encode()
        _pipe(self._child.stdin).write(len(given).to_bytes(SIZE) + given)
        _pipe(self._child.stdin).flush()
        try:
            data = _answer(self._child, self._seconds)
        except TimeoutError as error:
            self.close()
            self._child = self._started()  # here, so that the next query does not wait for it
            raise FailedError(str(error)) from error
        if accept != GRAPH:
            return data
        return (
            ox.serialize(ox.parse(data, ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES) or b""
        )

    def _started(self) -> subprocess.Popen[bytes]:
        """A process that has read the file."""
        child = subprocess.Popen(  # noqa: S603 - a program of ours
            [str(maplib_python()), str(CHILD), str(self._file), str(SIZE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            preexec_fn=_limit,
        )
        _answer(child, READING_SECONDS)
        return child


def _answer(child: subprocess.Popen[bytes], seconds: float) -> bytes:
    """What it answers; raises `TimeoutError` where it gives no answer any more."""
    until = time.monotonic() + seconds
    kind = _read(child, 1, until)
    data = _read(child, int.from_bytes(_read(child, SIZE, until)), until)
    if kind != b"+":
        raise FailedError(data[:200].decode("utf-8", "replace"))
    return data


def _read(child: subprocess.Popen[bytes], size: int, until: float) -> bytes:
    out, found = _pipe(child.stdout), bytearray()
    while len(found) < size:
        if not select.select([out], [], [], max(0, until - time.monotonic()))[0]:
            raise TimeoutError("it took too long")
        piece = os.read(out.fileno(), size - len(found))
        if not piece:
            raise TimeoutError("its process ended")
        found += piece
    return bytes(found)


def _pipe(file: IO[bytes] | None) -> IO[bytes]:
    if file is None:
        raise TypeError("the process has no pipes")
    return file


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
