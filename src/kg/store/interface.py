"""What every home of the store can be asked for.

A *home* is where the quads live: in this process over a folder, behind a supervisor, or at a SPARQL
endpoint of somebody else. Upper layers branch on `capabilities`, never on a type.

Text handed to `query` goes to the engine as it is: text that comes from outside is let through
`kg.sparql.service`, which refuses what must not reach an engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Final, Protocol, TypeAlias, runtime_checkable

import pyoxigraph as ox

Generation: TypeAlias = int
"""The number of a state of the store: 0 is empty, and each commit makes the next one."""

Term: TypeAlias = ox.NamedNode | ox.Literal
"""What a variable of a query can be bound to."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a query sees; what is given here wins over `FROM` in the query.

    `default`: graphs whose union is the default graph; None is the home's own default graph.
    `named`: graphs that `GRAPH` can reach; None is all of them. `()` is none in both.
    """

    default: tuple[ox.NamedNode, ...] | None = None
    named: tuple[ox.NamedNode, ...] | None = None


WHOLE: Final = Dataset()
"""The dataset as the home serves it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may cost; None is no limit. `docs/commands.md` explains each of them."""

    query_bytes: int = 100_000
    tokens: int = 20_000
    nesting: int = 64
    patterns: int = 200
    groups: int = 64
    operators: int = 1_000
    result_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a home can do; what is missing is answered with `UnsupportedError`."""

    home: str
    writable: bool
    history: bool
    union_default_graph: bool
    ends_runaway_queries: bool
    artefacts: bool


@dataclass(frozen=True, slots=True)
class Patch:
    """Authored quads to remove and to add, in this order."""

    added: tuple[ox.Quad, ...] = ()
    removed: tuple[ox.Quad, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitMeta:
    """Who commits, why, and when (with its time zone)."""

    author: str
    message: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """A commit that is kept: `added` and `removed` count authored quads that really changed.

    `repeated` says that this commit id was acknowledged before and nothing was done now.
    """

    generation: Generation
    commit_id: str
    added: int
    removed: int
    digest: str
    findings: tuple[object, ...] = ()
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What the log keeps of a commit; `digest` is the SHA-256 of the generation's dump."""

    generation: Generation
    commit_id: str
    author: str
    time: str
    message: str
    added: int
    removed: int
    digest: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate says about a commit: the report refuses it unless `conforms`."""

    conforms: bool
    report: object
    findings: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """Graphs that nobody writes by hand, and the function that computes them from the others."""

    graphs: tuple[ox.NamedNode, ...] = ()
    compute: Callable[[ox.Store], Iterable[ox.Quad]] = lambda _: ()


Gate: TypeAlias = Callable[[ox.Store, ox.Store, Patch], Verdict]
"""Judges a commit by the state before it, the state after it (computed graphs included), and it."""


class ByteStream(Protocol):
    """The bytes of an answer; an error in the middle is raised while iterating.

    Closing it early gives up the evaluation.
    """

    media_type: str
    generation: Generation
    answered_by: str

    def __iter__(self) -> Iterator[bytes]: ...
    def close(self) -> None:
        """Give up what has not been read."""


class Snapshot(Protocol):
    """One generation, unchanged while it is held."""

    generation: Generation

    def graphs(self) -> tuple[ox.NamedNode, ...]:
        """The names of all graphs, sorted."""

    def quads(self, graph: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        """All quads, or those of one named graph."""


@runtime_checkable
class Store(Protocol):
    """The store, whatever its home."""

    capabilities: Capabilities

    def generation(self) -> Generation:
        """The newest generation that a query would see."""

    def query(
        self,
        text: str,
        *,
        accept: str,
        dataset: Dataset = WHOLE,
        bindings: Mapping[str, Term] | None = None,
        at_least: Generation | None = None,
        limits: Limits | None = None,
        cancel: Event | None = None,
    ) -> ByteStream:
        """Evaluate a query and serialize the answer in the media type `accept`.

        All prefixes of `kg.namespaces` may be used undeclared. `bindings` gives values to variables
        that the query projects. Raises `QueryError` for text that is no query,
        `NotAcceptableError` for a media type that does not fit the form of the query, and
        `StoreError` where a generation `at_least` this new is not there.
        """

    def commit(self, patch: Patch, meta: CommitMeta, *, commit_id: str) -> Receipt:
        """Apply a patch as the next generation, wholly or not at all.

        It is kept when this returns. The same `commit_id` again changes nothing and returns the
        same receipt. Raises `RefusedError` for what the gate refuses.
        """

    def log(self) -> Sequence[LogEntry]:
        """All commits, oldest first."""

    def snapshot(self, at: Generation | None = None) -> Snapshot:
        """The newest generation, or an older one that is still kept (else `NotFoundError`)."""

    def register_artefact(
        self,
        name: str,
        build: Callable[[Snapshot, Path], None],
        open: Callable[[Path], object],
    ) -> None:
        """Declare something computed from a generation: built into a folder, opened from it."""

    def artefact(self, name: str) -> object:
        """The artefact of the newest generation, built when it is first asked for."""
