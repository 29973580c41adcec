"""A query of somebody, and the worker that it is given, as the supervisor sees them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from kg.errors import LimitError, StoreError
from kg.processes.link import Link
from kg.processes.nursery import Child, WorkerGoneError
from kg.store.interface import Generation, Limits
from kg.store.wire import Message


@dataclass(eq=False)
class Job:
    """A query of somebody, from its arrival to its end."""

    link: Link
    message: Message
    body: bytes
    limits: Limits
    arrived: float = field(default_factory=time.monotonic)
    started: float = 0.0
    begun: bool = False
    outcome: str = ""
    cpu_before: float | None = None
    report: Message = field(default_factory=dict)

    @property
    def client(self) -> str:
        """Where it comes from; empty for kg itself."""
        return str(self.message.get("client", ""))

    @property
    def at_least(self) -> Generation:
        """The oldest generation that may answer it."""
        return int(self.message.get("at_least") or 0)


@dataclass(eq=False)
class Worker:
    """A query worker as the supervisor sees it; `asked` is when it was given its last query."""

    child: Child
    thread: int = 0
    generation: Generation = -1
    asked: float = 0.0
    idle: bool = False
    heavy: bool = False
    job: Job | None = None


def ended_error(reason: str, limits: Limits) -> StoreError:
    """What to tell somebody whose query was ended."""
    if reason == "worker":
        return WorkerGoneError(
            "this query ended the process that answered it", hint="ask in simpler parts"
        )
    most = getattr(limits, reason, None)
    words = {
        "seconds": f"it took longer than {most:g} s" if most else "",
        "cpu_seconds": f"it took more than {most:g} s of processor time" if most else "",
        "memory_bytes": f"it took more than {most} bytes of memory",
    }.get(reason, reason)
    return LimitError(
        f"the query was ended: {words}",
        hint="ask for less: fewer patterns without a shared variable, a LIMIT, a narrower start",
        limit=reason,
        retry_after=None if reason == "memory_bytes" else 10,
    )
