"""What is not here any more: things that a commit took out, for those who follow old links."""

from __future__ import annotations

import threading

import pyoxigraph as ox

from kg.store.interface import Generation, LogEntry, Store


class Withdrawn:
    """Which commit was the last to take something away from a thing, read from the log once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: dict[str, Generation] = {}
        self._read = 0
        self._lock = threading.Lock()

    def by(self, iri: str) -> LogEntry | None:
        """The commit, for a thing of which nothing is said now; None if it never was here."""
        if not self._store.capabilities.history:
            return None
        with self._lock:
            log = self._store.log()
            for entry in log[self._read :]:
                if entry.removed:
                    self._take(entry.generation)
                self._read = entry.generation
        generation = self._last.get(iri)
        return None if generation is None else log[generation - 1]

    def _take(self, generation: Generation) -> None:
        for quad in self._store.patch(generation).removed:
            if isinstance(quad.subject, ox.NamedNode):
                self._last[quad.subject.value] = generation
