"""A column that is written in pieces, so that it is nowhere in memory as a whole."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt


class Column:
    """A file of one dimension as `numpy.save` writes it; to be used in a `with` statement.

    Its head is written again at the end: numpy leaves room in it for a longer one.
    """

    def __init__(self, path: Path, kind: npt.DTypeLike) -> None:
        self._kind = np.dtype(kind)
        self._file = path.open("wb")
        self._length = 0
        self._write_head()
        self._begin = self._file.tell()

    def __enter__(self) -> Column:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._file:
            self._file.seek(0)
            self._write_head()
            if self._file.tell() != self._begin:
                raise ValueError("the head of a column has another length than before")

    def add(self, values: npt.NDArray[Any]) -> None:
        """Write more values."""
        if values.dtype != self._kind:
            raise TypeError(f"a column of {self._kind} takes no {values.dtype}")
        self._file.write(np.ascontiguousarray(values).data)
        self._length += len(values)

    def _write_head(self) -> None:
        head = {"descr": self._kind.str, "fortran_order": False, "shape": (self._length,)}
        np.lib.format.write_array_header_1_0(self._file, head)
