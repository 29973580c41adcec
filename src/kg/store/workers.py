"""Work that several processes share, and one alone where it is little."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Final, TypeVar

LITTLE_BYTES: Final = 20_000_000
"""So much is read sooner by one process than others have started."""

MOST_PROCESSES: Final = 4
"""So many work at once, if there are as many cores."""

T = TypeVar("T")
R = TypeVar("R")


class Work:
    """What calls a function for many things, in their order, and raises what it raises."""

    def __init__(self, pool: Executor | None = None) -> None:
        self._pool = pool

    def each(self, function: Callable[[T], R], things: Iterable[T]) -> Iterator[R]:
        """What the function gives for each."""
        if self._pool is None:
            return map(function, things)
        return self._pool.map(function, things)


@contextmanager
def working(size: int) -> Iterator[Work]:
    """Processes for so many bytes, which end with this one, whatever ends it."""
    cores = os.cpu_count() or 1
    if size < LITTLE_BYTES or cores < 2:
        yield Work()
        return
    most = min(MOST_PROCESSES, cores)
    pool = ProcessPoolExecutor(most, get_context("spawn"), initializer=_end_with_parent)
    try:
        yield Work(pool)
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """A parent that is killed tells nobody: its workers would wait for it forever."""
    parent = parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=wait, daemon=True).start()
