"""Much data at once: into a directory of its own, judged as a whole, then in the old one's place.

The order of things is what a crash is safe by. The new directory is finished and on disk, with the
mark of the commit that it is going to be, before the line of that commit is in the log; from then
on it counts, and whoever writes next puts the directory in its place if that was not done.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.claims.rules import Followed
from kg.errors import RefusedError, StoreError
from kg.store.bulklog import Bulk, BulkLog
from kg.store.candidate import Setup
from kg.store.connection import is_served
from kg.store.digest import summed
from kg.store.distinct import Given, PatchFile, news_of
from kg.store.filling import News, fill, follow
from kg.store.folder import Folder, clone, remove_tree, store_error
from kg.store.interface import CommitMeta, Generation, Patch, Receipt
from kg.store.live import Live, Mark, opened, opened_to_read
from kg.store.log import CommitLog
from kg.store.restore import sync_tree
from kg.store.telling import Tell, progress, silent
from kg.store.view import View
from kg.store.workers import working
from kg.store.writer import Writer, receipt
from kg.store.written import GraphLines, Written
from kg.validation import Report

LOCK_SECONDS: Final = 5.0

READING: Final = "reading"
FOLLOWING: Final = "working out consensus and derived graph"
JUDGING: Final = "validating"
"""The steps that are told of."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be loaded into which graphs, who loads it and why.

    `then` is given the lines of the new generation once queries see that, where consensus and
    derived graph are made of lines too; it raises nothing.
    """

    files: Mapping[Path, ox.NamedNode]
    meta: CommitMeta
    commit_id: str
    tell: Tell = field(default=silent)
    then: Callable[[Written], None] | None = None


def load_in_bulk(folder: Folder, setup: Setup, load: Load) -> Receipt | None:
    """Make the triples of files the next generation, wholly or not at all; None if none is new.

    The files are read without being held in memory; consensus and derived graph are worked out
    once, and all of the new state is judged. Findings are those about all of it. Raises
    `InputError` for what cannot be read, `RefusedError` for violations that were not there before
    (unless validation is waived), and `StoreError` where a server runs or the disk is full. In all
    of these cases nothing was changed.
    """
    folder.check_format()
    if is_served(folder):
        raise StoreError(
            f"a server runs on the store in {folder.path}",
            hint="stop it first; without --bulk a server takes files as well",
        )
    with folder.locked(LOCK_SECONDS):
        folder.clean()
        base = _published(folder, setup)
        with _place(folder) as place:
            loading = _Loading(folder, setup, load, place)
            report = loading.run()
            if report is None:
                return None
            _published(folder, setup)
            loading.tell_lines()
        return replace(receipt(CommitLog(folder).entry(base + 1)), findings=report.warnings)


def _published(folder: Folder, setup: Setup) -> Generation:
    """Have the newest generation in its place, and as a snapshot."""
    writer = Writer(folder, setup.rules, setup.union)
    try:
        return writer.publish()
    finally:
        writer.close()


@contextmanager
def _place(folder: Folder) -> Iterator[Path]:
    """A folder for what is between the files and the directory; it is gone afterwards."""
    path = folder.work / f"bulk-{secrets.token_hex(4)}"
    try:
        path.mkdir(parents=True)
        yield path
    except OSError as error:
        raise store_error("what is loaded cannot be written", error) from error
    finally:
        remove_tree(path)


class _Loading:
    """One load onto a generation, by the one that holds the lock."""

    def __init__(self, folder: Folder, setup: Setup, load: Load, place: Path) -> None:
        self._folder = folder
        self._setup = setup
        self._load = load
        self._place = place
        self._known: dict[ox.NamedNode, Path] = {}
        self._news: list[News] = []
        self._followed: list[Followed] = []
        self._log = BulkLog(folder)
        self._base, _ = self._log.head()

    def run(self) -> Report | None:
        """Make the commit, its directory not yet in its place; None where nothing is new."""
        self._news = self._read()
        if not any(news.quads for news in self._news):
            return None
        path = self._folder.bulk(self._base + 1)
        try:
            report, bulk = self._made(path)
            self._log.append_bulk(bulk, self._patch)
        finally:
            if self._log.head()[0] == self._base:
                remove_tree(path)
        return report

    def tell_lines(self) -> None:
        """Give the lines of the new generation to who wants them; it is a snapshot by now."""
        has_lines = self._setup.rules.follow_all is not None and bool(self._setup.union)
        if self._load.then is not None and has_lines:  # nothing is computed in memory
            self._load.then(self._written())

    def _written(self) -> Written:
        """All lines of the new generation."""
        made = self._base + 1
        view = View(made, opened_to_read(self._folder.snapshot(made)), self._setup.union)
        graphs = {graph: GraphLines([self._dumped(graph)]) for graph in view.graphs()}
        for news in self._news:
            if news.graph in graphs:
                graphs[news.graph].come.extend(news.paths)
        for each in self._followed:
            if each.graph in graphs:
                graphs[each.graph].come.append(each.come)
                graphs[each.graph].gone.append(each.gone)
        return Written(view.generation, view.mark, view.union, graphs, GraphLines())

    @property
    def _patch(self) -> Path:
        """The file of what is new."""
        return self._place / "patch"

    def _read(self) -> list[News]:
        """What the files add, by graph."""
        files, place = self._load.files, self._place
        size = sum(path.stat().st_size for path in files if path.exists())
        tell = progress(self._load.tell, READING, size)
        found = list[News]()
        with working(size) as work:
            for at, graph in enumerate(sorted(set(files.values()), key=str)):
                paths = [path for path, target in files.items() if target == graph]
                given = Given(paths, self._dumped(graph), tell)
                found.append(news_of(graph, given, place / str(at), work))
        return found

    def _write_patch(self) -> PatchFile:
        """Write what is new to the file that the log is going to have; it is on disk afterwards."""
        with self._patch.open("wb") as file:
            written = PatchFile(file)
            for news in self._news:
                for path in news.paths:
                    written.take(path.read_bytes(), news.graph)
            file.flush()
            os.fsync(file.fileno())
        return written

    def _dumped(self, graph: ox.NamedNode) -> Path:
        """What a graph has had as lines, in the forms of those that are compared with them."""
        if graph not in self._known:
            path = self._place / f"known-{len(self._known)}.nt"
            before = opened_to_read(self._folder.snapshot(self._base))
            before.dump(path, ox.RdfFormat.N_TRIPLES, from_graph=graph)
            self._known[graph] = path
        return self._known[graph]

    def _made(self, path: Path) -> tuple[Report, Bulk]:
        """Make the directory, on disk when this returns; and the commit that it is going to be."""
        load = self._load
        clone(self._folder.snapshot(self._base), path)
        live = Live(opened(path), self._setup.rules, self._setup.union)
        try:
            with ThreadPoolExecutor(1) as beside:
                patch = beside.submit(self._write_patch)
                self._fill(live)
                written = patch.result()
            digest = reduce(summed, (news.digest for news in self._news), live.mark.digest)
            quads = sum(news.quads for news in self._news)
            kept = written.sha256(), written.bytes
            bulk = Bulk(load.commit_id, load.meta, quads, digest, *kept)
            entry = self._log.foreseen(bulk)
            self._finish(live, Mark(entry.generation, entry.hash, entry.digest))
            report, new = self._judged(live.store)
        finally:
            live.close()
        if not new.conforms:  # the directory is let go of before it is removed
            raise RefusedError("the data does not conform; nothing was changed", new)
        sync_tree(path)
        return report, bulk

    def _fill(self, live: Live) -> None:
        """Load what is new, while what follows from it is worked out from the same files."""
        rules, found, tell = self._setup.rules, self._news, self._load.tell
        if rules.follow_all is None:
            fill(live, found, tell)
            return
        files = [*map(self._dumped, rules.reads)]
        files += [path for news in found if news.graph in rules.reads for path in news.paths]
        stored = {graph: self._dumped(graph) for graph in rules.graphs}
        with ThreadPoolExecutor(1) as beside:  # the engine lets go of Python's lock
            loading = beside.submit(fill, live, found, tell)
            self._followed = list(rules.follow_all(files, stored, self._place))
            loading.result()

    def _finish(self, live: Live, mark: Mark) -> None:
        """Bring in what follows, and leave the mark; all is on disk afterwards."""
        self._load.tell(FOLLOWING, 0, 0)
        if self._setup.rules.follow_all is None:
            live.load(Patch(), mark)
        else:
            follow(live, self._followed, mark)

    def _judged(self, store: ox.Store) -> tuple[Report, Report]:
        """What is to be said of the new state, and the violations in it that are new."""
        judge = self._setup.judge
        if judge is None or not self._load.meta.validated:
            return Report(), Report()
        self._load.tell(JUDGING, 0, 0)
        report = judge(store)
        if not report.violations:
            return report, Report()
        old = set(judge(opened_to_read(self._folder.snapshot(self._base))).violations)
        return report, Report(tuple(each for each in report.violations if each not in old))
