"""Who changed what about a thing, when and on what evidence: read from the log of commits once."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg.contributions import record
from kg.namespaces import WORKFLOW
from kg.store.interface import Generation, LogEntry, Patch, Store
from kg.store.workflow import data_part

BULK_QUADS: Final = 100_000
"""A commit of more quads is a load of its own: it is in no history of a thing."""


@dataclass(frozen=True, slots=True)
class Change:
    """A commit that changed a thing: what it added and removed, which contribution it accepted."""

    entry: LogEntry
    added: int
    removed: int
    contribution: int | None


class History:
    """Which commits changed which thing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._of: defaultdict[str, list[tuple[Generation, int, int]]] = defaultdict(list)
        self._accepted: dict[Generation, int] = {}
        self._data: list[tuple[Generation, int, int]] = []
        self._read = 0
        self._lock = threading.Lock()

    def of(self, iri: str) -> list[Change]:
        """The commits that changed a thing, the newest first; none where no history is kept."""
        log = self._log()
        return [self._change(log, *each) for each in reversed(self._of.get(iri, ()))]

    def newest(self, most: int) -> list[Change]:
        """The newest commits that changed data."""
        log = self._log()
        return [self._change(log, *each) for each in reversed(self._data[-most:])]

    def _log(self) -> tuple[LogEntry, ...]:
        """The log, all of which has been taken in."""
        if not self._store.capabilities.history:
            return ()
        with self._lock:
            log = tuple(self._store.log())
            for entry in log[self._read :]:
                if entry.added + entry.removed <= BULK_QUADS:
                    self._take(entry.generation, self._store.patch(entry.generation))
                self._read = entry.generation
        return log

    def _take(self, generation: Generation, patch: Patch) -> None:
        data = data_part(patch)
        if data is not patch and (number := _accepted(patch)) is not None:
            self._accepted[generation] = number
        counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for side, quads in enumerate((data.added, data.removed)):
            for quad in quads:
                if isinstance(quad.subject, ox.NamedNode):
                    counts[quad.subject.value][side] += 1
        for iri, (added, removed) in counts.items():
            self._of[iri].append((generation, added, removed))
        if data.added or data.removed:
            self._data.append((generation, len(data.added), len(data.removed)))

    def _change(
        self, log: tuple[LogEntry, ...], generation: Generation, added: int, removed: int
    ) -> Change:
        entry = log[generation - 1]
        return Change(entry, added, removed, self._accepted.get(generation))


def _accepted(patch: Patch) -> int | None:
    """The contribution that a patch merges."""
    for quad in patch.added:
        if quad.predicate.value == str(WORKFLOW.action) and quad.object == ox.Literal("accept"):
            return record.number_of(quad.subject)
    return None
