"""The plain home: dumps in a folder, an in-memory Oxigraph in every process that asks.

Writers of all processes take turns; every process notices a new generation when it is next asked.
Queries run in this process: one that never answers can be abandoned, but not ended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.errors import InputError, NotFoundError, QueryError, RefusedError, StoreError
from kg.namespaces import DEFAULT_UNION
from kg.store.answers import write_answer
from kg.store.artefacts import Artefacts
from kg.store.files import Folder, digest
from kg.store.interface import (
    WHOLE,
    ByteStream,
    Capabilities,
    CommitMeta,
    Dataset,
    Gate,
    Generation,
    Limits,
    LogEntry,
    Patch,
    Receipt,
    Rules,
    Snapshot,
    Term,
)
from kg.store.stream import Answer, Sink, produce
from kg.store.view import View, engine_errors

NO_RULES: Final = Rules()
UNION: Final = tuple(ox.NamedNode(str(graph)) for graph in DEFAULT_UNION)


class InProcessStore:
    """A `Store` over a folder; `rules` compute what nobody writes, and `gate` judges commits.

    `union` names the graphs whose union is the default graph; without any, this is a plain dataset
    whose unnamed graph can be written.
    """

    def __init__(
        self,
        home: Path,
        *,
        rules: Rules = NO_RULES,
        gate: Gate | None = None,
        union: Sequence[ox.NamedNode] = UNION,
    ) -> None:
        self.capabilities = Capabilities(
            home="in-process",
            writable=True,
            history=False,
            union_default_graph=bool(union),
            ends_runaway_queries=False,
            artefacts=True,
        )
        self._folder = Folder(home)
        self._artefacts = Artefacts(home / "artefacts")
        self._rules = rules
        self._gate = gate
        self._union = tuple(union)
        self._lock = threading.Lock()
        self._view: View | None = None
        self._stamp: tuple[int, int, int] | None = None

    def generation(self) -> Generation:
        """See `Store.generation`."""
        return self._current().generation

    def query(
        self,
        text: str,
        *,
        accept: str,
        dataset: Dataset = WHOLE,
        bindings: Mapping[str, Term] | None = None,
        at_least: Generation | None = None,
        limits: Limits | None = None,
        cancel: threading.Event | None = None,
    ) -> ByteStream:
        """See `Store.query`."""
        limits = limits or Limits()
        if len(text.encode()) > limits.query_bytes:
            raise QueryError(f"the query is longer than {limits.query_bytes} bytes")
        view = self._current()
        if at_least is not None and view.generation < at_least:
            raise StoreError(
                f"generation {at_least} is not here yet; the newest is {view.generation}"
            )

        def write(sink: Sink) -> None:
            with engine_errors():
                write_answer(view.evaluate(text, dataset, bindings or {}), accept, sink)

        sink, first = produce(write, limit=limits.result_bytes, cancel=cancel)
        return Answer(sink, first, view.generation)

    def snapshot(self, at: Generation | None = None) -> Snapshot:
        """See `Store.snapshot`."""
        view = self._current()
        if at is None or at == view.generation:
            return view
        entry = next((e for e in self._folder.entries() if e.generation == at), None)
        if entry is None or not self._folder.keeps(at):
            raise NotFoundError(
                f"generation {at} is not kept", hint=f"the newest is {view.generation}"
            )
        return self._loaded(entry)

    def commit(self, patch: Patch, meta: CommitMeta, *, commit_id: str) -> Receipt:
        """See `Store.commit`."""
        self._refuse_computed(patch)
        with self._folder.writing():
            entries = self._folder.entries()
            known = next((e for e in entries if e.commit_id == commit_id), None)
            if known is not None:
                return replace(_receipt(known), repeated=True)
            newest = entries[-1] if entries else None
            candidate = self._quads_of(newest)
            removed, added = _apply(candidate, patch)
            self._compute(candidate)
            findings = self._judge(newest, candidate, patch)
            dump = _dump(candidate)
            entry = LogEntry(
                generation=(newest.generation if newest else 0) + 1,
                commit_id=commit_id,
                author=meta.author,
                time=meta.time.isoformat(),
                message=meta.message,
                added=added,
                removed=removed,
                digest=digest(dump),
            )
            self._folder.append(entry, dump)
            return replace(_receipt(entry), findings=findings)

    def log(self) -> Sequence[LogEntry]:
        """See `Store.log`."""
        return tuple(self._folder.entries())

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
        return self._artefacts.get(name, self._current())

    def _current(self) -> View:
        """The newest generation; loaded if it is not the one in memory."""
        with self._lock:
            stamp = self._folder.stamp()
            if self._view is None or stamp != self._stamp:
                entries = self._folder.entries()
                newest = entries[-1].generation if entries else 0
                if self._view is None or self._view.generation != newest:
                    self._view = self._newest(entries)
                self._stamp = stamp
            return self._view

    def _newest(self, entries: list[LogEntry]) -> View:
        """The last generation; a dump that writers have just removed has a successor."""
        try:
            return self._loaded(entries[-1] if entries else None)
        except StoreError:
            again = self._folder.entries()
            if again == entries:
                raise
            return self._newest(again)

    def _loaded(self, entry: LogEntry | None) -> View:
        return View(entry.generation if entry else 0, self._quads_of(entry), self._union)

    def _quads_of(self, entry: LogEntry | None) -> ox.Store:
        store = ox.Store()
        if entry is not None:
            # Not `bulk_load`, which gives blank nodes new names each time.
            store.bulk_extend(ox.parse(self._folder.dump(entry), format=ox.RdfFormat.N_QUADS))
        return store

    def _refuse_computed(self, patch: Patch) -> None:
        computed = set(self._rules.graphs)
        for quad in (*patch.removed, *patch.added):
            if quad.graph_name in computed:
                raise InputError(
                    f"nobody writes {quad.graph_name} by hand",
                    hint="it follows from the claims: write these",
                )
            if isinstance(quad.graph_name, ox.DefaultGraph) and self._union:
                raise InputError(
                    "the unnamed graph cannot be written: it is the union of others",
                    hint=f"name a graph, such as {self._union[0]}",
                )

    def _compute(self, candidate: ox.Store) -> None:
        for graph in self._rules.graphs:
            candidate.remove_graph(graph)
        candidate.extend(list(self._rules.compute(candidate)))

    def _judge(
        self, newest: LogEntry | None, candidate: ox.Store, patch: Patch
    ) -> tuple[object, ...]:
        if self._gate is None:
            return ()
        verdict = self._gate(self._quads_of(newest), candidate, patch)
        if not verdict.conforms:
            raise RefusedError("the data does not conform; nothing was changed", verdict.report)
        return verdict.findings


def _apply(store: ox.Store, patch: Patch) -> tuple[int, int]:
    """Remove and add quads; how many were there to remove, and new to add."""
    gone = {quad for quad in patch.removed if quad in store}
    for quad in gone:
        store.remove(quad)
    before = len(store)
    store.extend(patch.added)
    return len(gone), len(store) - before


def _dump(store: ox.Store) -> bytes:
    lines = (ox.serialize(store, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    return b"".join(sorted(lines))


def _receipt(entry: LogEntry) -> Receipt:
    return Receipt(
        generation=entry.generation,
        commit_id=entry.commit_id,
        added=entry.added,
        removed=entry.removed,
        digest=entry.digest,
    )
