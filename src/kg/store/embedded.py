"""The embedded home: a folder that the engine writes, opened by the process that asks.

This is what commands use while no server runs, and what a server is made of. Readers open published
snapshots only, never the directory that is written; writers of all processes take turns. Queries
run in the process that asks: one that never answers can be abandoned, but not ended.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.errors import NotFoundError, QueryError, StoreError
from kg.store.answers import write_answer
from kg.store.artefacts import Artefacts
from kg.store.candidate import Candidate, Setup
from kg.store.folder import LOCK_SECONDS, Folder, clone, remove_tree
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
    Limits,
    LogEntry,
    Patch,
    Proposed,
    Receipt,
    Snapshot,
    Term,
)
from kg.store.live import Live, opened
from kg.store.log import CommitLog
from kg.store.stream import Answer, Sink, produce
from kg.store.view import View, engine_errors
from kg.store.writer import Commit, Writer

NO_SETUP: Final = Setup()

Question: TypeAlias = tuple[str, Dataset, Mapping[str, Term]]
"""A query, the graphs that it sees, and the values of its variables."""


class EmbeddedStore:
    """A `Store` over a folder."""

    def __init__(self, home: Path, setup: Setup = NO_SETUP) -> None:
        self.capabilities = Capabilities(
            home="embedded",
            writable=True,
            history=True,
            union_default_graph=bool(setup.union),
            ends_runaway_queries=False,
            artefacts=True,
        )
        self.folder: Final = Folder(home)
        self._log = CommitLog(self.folder)
        self._artefacts = Artefacts(self.folder.artefacts)
        self._setup = setup
        self._lock = threading.Lock()
        self._view: View | None = None

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
        asker: Asker = OURSELVES,
        cancel: Cancel | None = None,
    ) -> ByteStream:
        """See `Store.query`."""
        limits = limits or Limits()
        if len(text.encode()) > limits.text_bytes:
            raise QueryError(f"the query is longer than {limits.text_bytes} bytes")
        view = self._asked()
        if at_least is not None and view.generation < at_least:
            raise StoreError(
                f"generation {at_least} is not here yet; the newest is {view.generation}"
            )

        def write(sink: Sink) -> None:
            with engine_errors():
                self._write(view, (text, dataset, bindings or {}), accept, sink)

        sink, first = produce(write, limits=limits, cancel=cancel)
        return Answer(sink, first, view.generation)

    def snapshot(self, at: Generation | None = None) -> Snapshot:
        """See `Store.snapshot`."""
        view = self._current()
        if at is None or at == view.generation:
            return view
        if at not in self.folder.kept():
            raise NotFoundError(
                f"generation {at} is not kept", hint=f"the newest is {view.generation}"
            )
        return self._opened(at)

    def commit(self, change: Change, meta: CommitMeta, *, commit_id: str) -> Receipt:
        """See `Store.commit`."""
        with self.writing() as writer:
            known = writer.known(commit_id)
            if known is not None:
                return known
            with self.candidate(writer.publish()) as candidate:
                prepared = candidate.prepare(change, validated=meta.validated)
            [receipt] = writer.commit([Commit(prepared, meta, commit_id)])
            writer.publish()
            return receipt

    def examine(self, proposed: Proposed, *, asker: Asker = OURSELVES) -> Examined:
        """See `Examiner.examine`."""
        with self.writing() as writer, self.candidate(writer.publish()) as candidate:
            return candidate.examine(proposed)

    def about(self, subjects: Sequence[ox.NamedNode]) -> tuple[ox.Quad, ...]:
        """See `Examiner.about`."""
        return self._current().about(subjects)

    @contextmanager
    def writing(self, seconds: float = LOCK_SECONDS) -> Iterator[Writer]:
        """The one writer, for a while; waits for another one for so many seconds."""
        self.folder.check_format()
        with self.folder.locked(seconds):
            self.folder.clean()
            writer = Writer(self.folder, self._setup.rules, self._setup.union)
            try:
                yield writer
            finally:
                writer.close()

    @contextmanager
    def candidate(self, generation: Generation) -> Iterator[Candidate]:
        """A private copy of a published generation; it is gone afterwards."""
        path = self.folder.work / f"{generation}-{secrets.token_hex(4)}"
        live = None
        try:
            clone(self.folder.snapshot(generation), path)
            live = Live(opened(path), self._setup.rules, self._setup.union)
            yield Candidate(live, self._setup)
        finally:
            if live is not None:
                live.close()  # before its files go, else the engine waits for them
            remove_tree(path)

    def log(self) -> Sequence[LogEntry]:
        """See `Store.log`."""
        self.folder.check_format()
        return self._log.entries()

    def patch(self, generation: Generation) -> Patch:
        """See `Store.patch`."""
        return self._log.patch(generation)

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

    def _write(self, view: View, question: Question, accept: str, sink: Sink) -> None:
        """Write the answer to a query, inside `engine_errors` and in the thread that writes."""
        write_answer(view.evaluate(*question), accept, sink)

    def _asked(self) -> View:
        """The generation that queries are about."""
        return self._current()

    def _current(self) -> View:
        """The newest generation; opened if it is not the one at hand."""
        self.folder.check_format()
        with self._lock:
            newest = self._newest()
            if self._view is None or self._view.generation != newest:
                self._view = self._opened_newest(newest)
            return self._view

    def _newest(self) -> Generation:
        """The newest published generation; one that a crash left unpublished is published now."""
        head, _ = self._log.head()
        kept = self.folder.kept()
        if head and (not kept or kept[-1] < head):
            with self.writing() as writer:
                return writer.publish()
        return kept[-1] if kept else 0

    def _opened_newest(self, generation: Generation) -> View:
        """A snapshot that writers have just removed has a successor."""
        while True:
            try:
                return self._opened(generation)
            except StoreError:
                newer = self._newest()
                if newer == generation:
                    raise
                generation = newer

    def _opened(self, generation: Generation) -> View:
        return self._view_of(self.folder.snapshot(generation), generation)

    def _view_of(self, path: Path, generation: Generation) -> View:
        try:
            store = ox.Store.read_only(str(path)) if path.is_dir() or generation else ox.Store()
        except (OSError, RuntimeError) as error:
            raise StoreError(
                f"the snapshot {path} cannot be opened: {error}",
                hint="`kg doctor` says more; snapshots are made anew by the next commit",
            ) from error
        return View(generation, store, self._setup.union)
