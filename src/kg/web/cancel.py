"""What tells those who work on an answer that nobody waits for it any more."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack


class Cancel(threading.Event):
    """Set when nobody waits for the answer any more; in the environ as `kg.cancel`."""

    def __init__(self) -> None:
        super().__init__()
        self._guard = threading.Lock()
        self._callbacks: dict[object, Callable[[], object]] = {}

    def set(self) -> None:
        """Set it, and call once, in this thread, what asked to be called."""
        with self._guard:
            callbacks, self._callbacks = self._callbacks, {}
            super().set()
        with ExitStack() as calls:  # all are called, even where one raises
            for callback in callbacks.values():
                calls.callback(callback)

    def on_set(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call `callback` when this is set, at once if it is; returns what forgets it again.

        It may be called in the thread of the event loop, so it must not wait for anything.
        """
        key = object()
        with self._guard:
            late = self.is_set()
            if not late:
                self._callbacks[key] = callback
        if late:
            callback()
        return lambda: self._forget(key)

    def _forget(self, key: object) -> None:
        with self._guard:
            self._callbacks.pop(key, None)
