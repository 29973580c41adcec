"""A store that a server runs on: this side asks its supervisor and opens nothing itself."""

from __future__ import annotations

import socket
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import IO, Any, Final, cast

import pyoxigraph as ox

from kg.store import wire
from kg.store.artefacts import Artefacts
from kg.store.connection import Served, Watched, answer_on, connected, send
from kg.store.folder import Folder
from kg.store.interface import (
    OURSELVES,
    WHOLE,
    Asker,
    ByteStream,
    Cancel,
    Capabilities,
    Change,
    CommitMeta,
    Dataset,
    Examined,
    Generation,
    GraphChange,
    Guarded,
    Limits,
    LogEntry,
    Patch,
    Proposed,
    Receipt,
    Snapshot,
    Term,
    Update,
    Upload,
    Verdict,
)
from kg.store.log import CommitLog
from kg.store.newest import Seen
from kg.store.patches import patch_text, read_patch
from kg.store.stream import Readable
from kg.store.wire import Message

IDLE: Final = 32
"""So many connections are kept for the next queries."""

_numbers: Final = count(1)
"""A query has a number of its own in this process, which its answer repeats."""


class ServedStore:
    """The `Store` of a running server, for its web processes and for commands beside it.

    A commit is told of when it can be read. With `published=False`, which is for processes of the
    server itself, it is told of as soon as it is on disk, and who needs to see it asks for
    `at_least`; what the newest generation is they read instead of asking.
    Where artefacts are `prepared` by another process, the newest that there is does; one is built
    here only if there is none.
    """

    def __init__(self, home: Path, *, published: bool = True, prepared: bool = False) -> None:
        self.folder: Final = Folder(home)
        self._published, self._prepared = published, prepared
        self._seen: Seen | None = None
        self._idle: list[socket.socket] = []
        weakref.finalize(self, _close_all, self._idle)
        self._about: Message = {}
        self._log = CommitLog(self.folder)
        self._artefacts = Artefacts(self.folder.artefacts)
        self.capabilities = Capabilities(
            home="served",
            writable=True,
            history=True,
            union_default_graph=bool(self.ask({"do": "status"})["union"]),
            ends_runaway_queries=True,
            artefacts=True,
            explains=True,
        )

    def ask(self, message: Message, body: bytes = b"") -> Message:
        """Ask for something that is answered in one message; raises the error that it may be."""
        with connected(self.folder) as connection:
            send(connection, message, body)
            return answer_on(connection)[0]

    def status(self) -> Message:
        """What the server says of itself: generation, readiness, how much waits."""
        return self.ask({"do": "status"})

    def metrics(self) -> str:
        """What the server counts, in the text format of Prometheus."""
        with connected(self.folder) as connection:
            send(connection, {"do": "metrics"})
            return answer_on(connection)[1].decode()

    def generation(self) -> Generation:
        """See `Store.generation`."""
        if self._published:
            return int(self.status()["generation"])
        if self._seen is None:
            self._seen = Seen(self.folder)
        return self._seen.newest()

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
        """See `Store.query`."""
        message = query_message(accept, dataset, at_least, limits, asker)
        message |= {"bindings": wire.bindings_message(bindings or {}), **self._about}
        return self._stream(message, text.encode(), cancel)

    def _stream(self, message: Message, body: bytes, cancel: Cancel | None) -> ByteStream:
        if cancel is not None:  # it may come at any time, and ends the connection
            connection, keep = connected(self.folder), None
        else:
            connection, keep = self._connection(), self._keep
        try:
            watched = Watched(connection, cancel)
            send(connection, message, body)
            return Served(watched, *answer_on(connection, watched, message["number"]), keep)
        except BaseException:
            connection.close()
            raise

    def _connection(self) -> socket.socket:
        """A connection on which nothing is being answered."""
        with suppress(IndexError):
            return self._idle.pop()
        return connected(self.folder)

    def _keep(self, connection: socket.socket) -> None:
        """Let the next query have a connection whose answer is whole."""
        if len(self._idle) < IDLE:
            self._idle.append(connection)
        else:
            connection.close()

    def commit(self, change: Change, meta: CommitMeta, *, commit_id: str) -> Receipt:
        """See `Store.commit`."""
        about = {**asdict(meta), "time": meta.time.isoformat()}
        message = {"do": "commit", "commit_id": commit_id, "meta": about, **_kind(change)}
        # The Graph Store Protocol has no words for the generation that an answer should have.
        message["published"] = self._published or isinstance(change, GraphChange)
        return wire.receipt_of(self.ask(message, _body(change)))

    def judge(
        self, change: Change | Upload, *, asker: Asker = OURSELVES, cancel: Cancel | None = None
    ) -> Verdict:
        """What the gate would say of a change; nothing is committed."""
        with connected(self.folder) as connection:
            watched = Watched(connection, cancel)
            message = {"do": "judge", "client": asker.client, **_kind(change)}
            send(connection, message, _body(change))
            found, _ = answer_on(connection, watched)
        return wire.verdict_of(found)

    def examine(self, proposed: Proposed, *, asker: Asker = OURSELVES) -> Examined:
        """See `Examiner.examine`."""
        message, body = wire.proposed_message(proposed)
        with connected(self.folder) as connection:
            send(connection, {"do": "examine", "client": asker.client, **message}, body)
            found, patch = answer_on(connection)
        return wire.examined_of(found, read_patch(patch.decode()))

    def about(self, subjects: Sequence[ox.NamedNode]) -> tuple[ox.Quad, ...]:
        """See `Examiner.about`."""
        with connected(self.folder) as connection:
            names = [node.value for node in subjects]
            send(connection, {"do": "about", "client": "", "subjects": names})
            return read_patch(answer_on(connection)[1].decode()).added

    def log(self) -> Sequence[LogEntry]:
        """See `Store.log`."""
        return self._log.entries()

    def patch(self, generation: Generation) -> Patch:
        """See `Store.patch`."""
        return self._log.patch(generation)

    def snapshot(self, at: Generation | None = None) -> Snapshot:
        """See `Store.snapshot`."""
        connection = connected(self.folder)
        try:
            send(connection, {"do": "pin", "generation": at})
            generation = int(answer_on(connection)[0]["generation"])
        except BaseException:
            connection.close()
            raise
        return Pinned(self, connection, generation)

    def quads(self, generation: Generation, graph: ox.NamedNode | None) -> Iterator[ox.Quad]:
        """The quads of a pinned generation."""
        name = None if graph is None else graph.value
        message = {
            "do": "quads",
            "number": next(_numbers),
            "generation": generation,
            "graph": name,
            "client": "",
            "known": True,
        }
        with closing(self._stream(message, b"", None)) as stream:
            file = cast(IO[bytes], Readable(stream))
            if graph is None:
                yield from ox.parse(file, format=ox.RdfFormat.N_QUADS)
                return
            for quad in ox.parse(file, format=ox.RdfFormat.N_TRIPLES):
                yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)

    def register_artefact(
        self,
        name: str,
        build: Callable[[Snapshot, Path], None],
        open: Callable[[Path], object],
    ) -> None:
        """See `Store.register_artefact`."""
        self._artefacts.register(name, build, open)

    def artefact(self, name: str) -> object:
        """See `Store.artefact`."""
        found = self._artefacts.newest(name) if self._prepared else None
        return self._artefacts.get(name, self.snapshot()) if found is None else found

    def artefact_there(self, name: str) -> object | None:
        """The newest artefact that another process has built so far."""
        return self._artefacts.newest(name)


def _close_all(connections: Sequence[socket.socket]) -> None:
    for connection in connections:
        connection.close()


def query_message(
    accept: str,
    dataset: Dataset,
    at_least: Generation | None,
    limits: Limits | None,
    asker: Asker,
    names: Sequence[str] = (),
) -> Message:
    """A query apart from its text; with the answer comes which `names` nothing is known of."""
    return {
        "do": "query",
        "number": next(_numbers),
        "accept": accept,
        "dataset": wire.dataset_message(dataset),
        "bindings": {},
        "at_least": at_least,
        "limits": None if limits is None else wire.limits_message(limits),
        "client": asker.client,
        "known": asker.known,
        "request": asker.request,
        "names": list(names),
    }


class Pinned:
    """A generation that the server keeps as long as this is held."""

    def __init__(
        self, store: ServedStore, connection: socket.socket, generation: Generation
    ) -> None:
        self.generation = generation
        self._store = store
        weakref.finalize(self, connection.close)

    def graphs(self) -> tuple[ox.NamedNode, ...]:
        """See `Snapshot.graphs`."""
        names = {q.graph_name for q in self.quads()}
        named = [graph for graph in names if isinstance(graph, ox.NamedNode)]
        return tuple(sorted(named, key=lambda graph: graph.value))

    def quads(self, graph: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        """See `Snapshot.quads`."""
        return self._store.quads(self.generation, graph)


def _kind(change: Change | Upload) -> dict[str, Any]:
    match change:
        case Upload():
            return {"kind": "upload", "media_type": change.media_type}
        case Update():
            return {"kind": "update", "using": wire.dataset_message(change.using)}
        case GraphChange():
            return {"kind": "graph", "graph": wire.graph_message(change)}
        case Guarded():
            return {"kind": "guarded", "guard": wire.guard_message(change)}
        case Patch():
            return {"kind": "patch"}


def _body(change: Change | Upload) -> bytes:
    match change:
        case Upload():
            return change.data
        case Update():
            return change.text.encode()
        case GraphChange():
            return b"".join(upload.data for upload in change.uploads)
        case Guarded():
            return patch_text(change.patch).encode()
        case Patch():
            return patch_text(change).encode()
