"""What every home of the store can be asked for.

A *home* is where the quads live: in this process over a folder, behind a supervisor, or at a SPARQL
endpoint of somebody else. Upper layers branch on `capabilities`, never on a type.

Text handed to `query` goes to the engine as it is: text that comes from outside is let through
`kg.sparql.service`, which refuses what must not reach an engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol, TypeAlias, runtime_checkable

import pyoxigraph as ox

from kg.claims.overlay import Quads
from kg.claims.rules import Followed

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
    """What a query may cost; None is no limit. `docs/limits.md` explains each of them.

    Times are in seconds. What is measured while a query runs (times and memory) holds where the
    query has a process of its own, that is, where a server runs.
    """

    query_bytes: int = 100_000
    tokens: int = 20_000
    nesting: int = 64
    patterns: int = 200
    groups: int = 64
    operators: int = 1_000
    seconds: float | None = None
    cpu_seconds: float | None = None
    memory_bytes: int | None = None
    result_rows: int | None = None
    result_bytes: int | None = None
    service_bytes: int | None = None

    @property
    def text_bytes(self) -> int:
        """How long a query may be with the solutions of other endpoints in it."""
        return self.query_bytes + (self.service_bytes or 0)


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose query it is, so that nobody takes what is meant for all.

    `client` is where it comes from, such as an address; empty for kg itself, whose pages and
    commands are not counted. `known` says that a valid token came with it; `request` is the id
    under which logs tell of it.
    """

    client: str = ""
    known: bool = False
    request: str = ""


OURSELVES: Final = Asker()


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a home can do; what is missing is answered with `UnsupportedError`.

    `isolated` says that a snapshot stays as it was while others commit; where it does not, reading
    one that is not the newest any more raises `StaleError`. `merges` says that graphs can be chosen
    whose union is the default graph, and each triple stands in it once; `blank_nodes`
    that commits may have some; `own_engine` that queries are evaluated by the engine that comes
    with kg, which names its generation exactly; `explains` that a query can be answered with how it
    was answered. `notes` tell people what is missing or otherwise than they would expect, a
    sentence each.
    """

    home: str
    writable: bool
    history: bool
    union_default_graph: bool
    ends_runaway_queries: bool
    artefacts: bool
    isolated: bool = True
    merges: bool = True
    blank_nodes: bool = True
    own_engine: bool = True
    explains: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Patch:
    """Authored quads to remove and to add, in this order."""

    added: tuple[ox.Quad, ...] = ()
    removed: tuple[ox.Quad, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """A SPARQL Update of somebody, to be evaluated on the state that it will change.

    `using` is the dataset of its WHERE clauses where the request names one.
    """

    text: str
    using: Dataset = WHOLE


@dataclass(frozen=True, slots=True)
class Upload:
    """RDF of somebody as bytes, to be read where reading may fail."""

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class GraphChange:
    """A change of one graph as a whole, as the SPARQL Graph Store Protocol has it.

    What was there is removed if `replaces`, and then all `uploads` are added, blank nodes of each
    kept apart. Without uploads the graph is deleted: that raises `NotFoundError` where a named
    graph has no triples. `generations` are those that the change is meant for (None is any);
    `present` says whether the graph has to have triples before (None is either). Where these do not
    hold, `StaleError` is raised.
    """

    graph: ox.NamedNode | ox.DefaultGraph
    uploads: tuple[Upload, ...] = ()
    replaces: bool = False
    generations: tuple[Generation, ...] | None = None
    present: bool | None = None


@dataclass(frozen=True, slots=True)
class Guarded:
    """A patch that may write the graphs of contributions, for a state that was looked at.

    The quads that are `expected` have to be there; of the subjects that are `whole`, no others may
    be in a graph that is written. Where that does not hold, `StaleError` is raised.
    """

    patch: Patch
    expected: tuple[ox.Quad, ...] = ()
    whole: tuple[ox.NamedNode, ...] = ()


QUESTIONS_QUADS: Final = 100_000
"""In a state with more quads contributions are not told which questions they answer another way."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What somebody wants to be added and removed, as it was sent."""

    added: tuple[Upload, ...] = ()
    removed: tuple[Upload, ...] = ()


Change: TypeAlias = Patch | Update | GraphChange | Guarded


@dataclass(frozen=True, slots=True)
class CommitMeta:
    """Who commits, why, and when (with its time zone).

    Without `validated` the gate does not judge the data: that is for administrators, and the log
    keeps it.
    """

    author: str
    message: str
    time: datetime
    validated: bool = True


@dataclass(frozen=True, slots=True)
class Receipt:
    """A commit that is kept: `added` and `removed` count authored quads that really changed.

    `digest` is that of all authored quads after it (`kg.store.digest`). `repeated` says that this
    commit id was acknowledged before and nothing was done now.
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
    """What the log keeps of a commit, without its quads.

    `digest` is that of all authored quads after it; `hash` chains it to all commits before it.
    """

    generation: Generation
    commit_id: str
    author: str
    time: str
    message: str
    added: int
    removed: int
    digest: str
    hash: str
    validated: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate says about a commit: the report refuses it unless `conforms`."""

    conforms: bool
    report: object
    findings: tuple[object, ...] = ()


Follow: TypeAlias = Callable[[Quads, Quads, Patch], Patch]
"""From the state before (computed graphs included), the authored state after and the change of it:
what changes in the computed graphs."""


FollowAll: TypeAlias = Callable[
    [Iterable[Path], Mapping[ox.NamedNode, Path], Path], Sequence[Followed]
]
"""From files of what is written, and one of each computed graph as it is stored: what changes in
these, in files in a folder."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Graphs that nobody writes by hand, and how they follow from the others.

    `compute` makes them from nothing. `follow` keeps them up to date, commit by commit; without
    it they are made from nothing each time. `follow_all` is for more than `compute` should hold in
    memory, and reads the graphs that `reads` names.
    """

    graphs: tuple[ox.NamedNode, ...] = ()
    compute: Callable[[ox.Store], Iterable[ox.Quad]] = lambda _: ()
    follow: Follow | None = None
    follow_all: FollowAll | None = None
    reads: tuple[ox.NamedNode, ...] = ()


class Trial(Protocol):
    """What a gate looks at: a change, the state with it, computed graphs included, the way back.

    `computed` is what changes in the computed graphs, if that is known. `memory` is kept from one
    change of this store to the next, refused ones included. If it is `waived`, what the data says
    is not judged.
    """

    store: ox.Store
    patch: Patch
    computed: Patch | None
    memory: dict[str, object]
    waived: bool

    def without(self) -> AbstractContextManager[ox.Store]:
        """The state before the change, for a while."""


Gate: TypeAlias = Callable[[Trial], Verdict]
"""Judges a change before it is committed."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What comes of something proposed: the patch that it is, a verdict, and what it means.

    `patch` has all that was sent, in the literal forms of the store, also what changes nothing;
    `meaning` are members of JSON (`kg.contributions`).
    """

    generation: Generation
    patch: Patch
    verdict: Verdict
    meaning: Mapping[str, object]


class Cancel(Protocol):
    """Says that an answer is not wanted any more; `threading.Event` is one without `on_set`."""

    def is_set(self) -> bool:
        """Whether it is not wanted any more."""


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
class Examiner(Protocol):
    """A home that can say what something proposed would change, and keeps the history for it."""

    def examine(self, proposed: Proposed, *, asker: Asker = OURSELVES) -> Examined:
        """What would come of it; nothing is changed. Raises `InputError` for what is not read."""

    def about(self, subjects: Sequence[ox.NamedNode]) -> tuple[ox.Quad, ...]:
        """What is written about some things, in a generation that can be read by now."""


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
        asker: Asker = OURSELVES,
        cancel: Cancel | None = None,
    ) -> ByteStream:
        """Evaluate a query and serialize the answer in the media type `accept`.

        All prefixes of `kg.namespaces` may be used undeclared. `bindings` gives values to variables
        that the query projects. Raises `QueryError` for text that is no query,
        `NotAcceptableError` for a media type that does not fit the form of the query, and
        `StoreError` where a generation `at_least` this new is not there.
        """

    def commit(self, change: Change, meta: CommitMeta, *, commit_id: str) -> Receipt:
        """Make a change the next generation, wholly or not at all.

        It survives loss of power when this returns. The same `commit_id` again changes nothing and
        returns the same receipt. Raises `RefusedError` for what the gate refuses.
        """

    def log(self) -> Sequence[LogEntry]:
        """All commits, oldest first."""

    def patch(self, generation: Generation) -> Patch:
        """The authored quads that a commit added and removed."""

    def snapshot(self, at: Generation | None = None) -> Snapshot:
        """The newest generation, or an older one that is still kept (else `NotFoundError`).

        `kg.store.history` makes any other one from the log.
        """

    def register_artefact(
        self,
        name: str,
        build: Callable[[Snapshot, Path], None],
        open: Callable[[Path], object],
    ) -> None:
        """Declare something computed from a generation: built into a folder, opened from it."""

    def artefact(self, name: str) -> object:
        """The artefact of the newest generation, built when it is first asked for."""
