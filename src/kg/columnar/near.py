"""A copy in a process that has much else to do, and answers there what takes next to nothing.

Nothing ends a query here but its own steps, so that each of them is small: a step that would make
more rows than a few thousand is not begun, and expressions make no texts of their own. The engine,
which evaluates some of what it reads, does not see the query: it is known to take its shape. What
is found out to be more is handed over, as is all that the copy does not answer at all; the next
one like it is not begun with.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kg.columnar.beside import Beside
from kg.columnar.handing_over import Budget, HandedOver, Tried
from kg.sparql.shape import taken_out
from kg.store.interface import WHOLE, Generation

ROWS: Final = 20_000
"""So many rows may a step make, or look at."""

VALUES: Final = 200
"""For so many distinct values may an expression be evaluated."""

SECONDS: Final = 0.002
"""Of the processor; looked at before each step."""

SHAPES: Final = 1_000
"""So many shapes are remembered, those that were learnt last."""

BYTES: Final = 256_000
"""An answer that is longer comes from elsewhere."""


class Near:
    """The copies in a folder, and the shapes of queries that somebody else has answered."""

    def __init__(self, folder: Path) -> None:
        self._shapes: dict[str, Tried] = {}
        self._beside = Beside(folder, Budget(rows=ROWS, values=VALUES), SECONDS)

    def is_open(self, generation: Generation) -> bool:
        """Whether the copy of a generation is at hand."""
        return self._beside.is_open(generation)

    def open(self, generation: Generation) -> None:
        """Have the copy of a generation at hand, where there is one; reads some files."""
        self._beside.open(generation)

    def answer(self, generation: Generation, text: str, accept: str) -> tuple[str, bytes] | None:
        """The media type of an answer and its bytes; None where it is found elsewhere.

        The first query of a shape always is.

        Raises `NotAcceptableError` like `kg.store.answers`.
        """
        shape, iris = taken_out(text)
        tried = self._shapes.get(shape)
        if tried is None:
            return None
        sink = _Whole()
        try:
            tried.begin(differs=bool(iris))
            self._beside.answer(generation, text, WHOLE, {}, tried).write(accept, sink)
        except HandedOver:
            tried.failed()
            return None
        tried.answered()
        return sink.media_type, bytes(sink.data)

    def learn(self, text: str) -> None:
        """Take in that a query was answered elsewhere: the engine takes those of its shape."""
        shape = taken_out(text)[0]
        tried = self._shapes.pop(shape) if shape in self._shapes else Tried()
        self._shapes[shape] = tried  # as the one that was learnt last
        while len(self._shapes) > SHAPES:
            del self._shapes[next(iter(self._shapes))]

    def unknown(self, generation: Generation, iris: Sequence[str]) -> list[str]:
        """Those of some IRIs that no triple of an open copy has."""
        return self._beside.unknown(generation, iris)


class _Whole:
    """The file of a short answer."""

    def __init__(self) -> None:
        self.media_type = ""
        self.rows: int | None = None
        self.data = bytearray()

    def write(self, data: bytes) -> int:
        self.data += data
        if len(self.data) > BYTES:
            raise HandedOver("its answer is long")
        return len(data)

    def flush(self) -> None:
        """All that is written is there."""
