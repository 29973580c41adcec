"""A record of who asked what when and was told what, and what such a record may not say."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Event:
    """Something that one client did, between `began` and `ended`.

    `kind` is `write` or `read`; a write has its `key`, a read the keys that it saw. `asked` is the
    oldest generation that the client would take.
    """

    client: int
    kind: str
    began: float
    ended: float
    generation: int
    key: str = ""
    saw: frozenset[str] = frozenset()
    asked: int = 0


@dataclass
class Record:
    """Events of many threads, in the order in which they ended."""

    events: list[Event] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, event: Event) -> None:
        with self.lock:
            self.events.append(event)

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]


now = time.monotonic


def contradictions(record: Record, final: Iterable[str]) -> list[str]:
    """What no store that keeps its word can have told; `final` is what is there at the end."""
    return [
        *_writes_once(record, Counter(final)),
        *_order_of_time(record),
        *_reads_are_beginnings(record),
        *_sessions(record),
    ]


def _writes_once(record: Record, final: Counter[str]) -> list[str]:
    """Each acknowledged write is there once, at a generation of its own."""
    wrong = [
        f"{e.key} is there {final[e.key]} times" for e in record.of("write") if final[e.key] != 1
    ]
    generations = Counter(event.generation for event in record.of("write"))
    return wrong + [f"{n} writes are generation {g}" for g, n in generations.items() if n > 1]


def _order_of_time(record: Record) -> list[str]:
    """A write that began after another was acknowledged comes after it."""
    wrong, newest = [], 0
    by_end = sorted(record.of("write"), key=lambda event: event.ended)
    at = 0
    for event in sorted(by_end, key=lambda event: event.began):
        while by_end[at].ended < event.began:
            newest = max(newest, by_end[at].generation)
            at += 1
        if event.generation <= newest:
            wrong.append(f"{event.key} is {event.generation}, after {newest} was acknowledged")
    return wrong


def _reads_are_beginnings(record: Record) -> list[str]:
    """A read of generation g sees the writes up to g, and no other."""
    wrong = []
    written = {event.key: event.generation for event in record.of("write")}
    for read in record.of("read"):
        missing = {key for key, g in written.items() if g <= read.generation} - read.saw
        early = {key for key in read.saw if written.get(key, 0) > read.generation}
        if missing or early:
            wrong.append(f"generation {read.generation} lacks {missing} and has {early} already")
    return wrong


def _sessions(record: Record) -> list[str]:
    """A client that hands back what it was told last never sees anything older."""
    wrong, clients = [], defaultdict(list)
    for event in record.events:
        clients[event.client].append(event)
    for client, events in clients.items():
        newest = 0
        for event in events:
            if event.kind == "read" and event.generation < max(newest, event.asked):
                wrong.append(f"client {client} saw {event.generation} after {newest}")
            newest = max(newest, event.generation)
    return wrong
