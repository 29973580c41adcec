"""The one that writes: a commit is on disk in the log first, then in the engine, then published.

It starts by comparing the engine's directory with the log. Where the log is ahead, because a crash
or a damaged write-ahead file took something from the engine, the commits are made again; where it
is not, the two do not belong together, and that is said and left alone.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.errors import KgError, StoreError
from kg.store.adoption import adopt
from kg.store.candidate import Prepared
from kg.store.changes import NAME as CHANGES
from kg.store.changes import Changes
from kg.store.digest import added
from kg.store.folder import Folder, clone, remove_tree, store_error, swap_in
from kg.store.interface import CommitMeta, Generation, LogEntry, Patch, Receipt, Rules
from kg.store.live import Live, Mark, has_blank_node, mark_of, opened
from kg.store.log import CommitLog, Record
from kg.store.patches import composed

KEPT: Final = 3
"""How many snapshots stay."""

BULK_QUADS: Final = 50_000
"""A change of more quads is loaded into a new directory, which then takes the old one's place."""

REPLAYED_QUADS: Final = 20_000
"""About as many quads are made again in one transaction."""


class StaleError(StoreError):
    """A change was prepared on another generation than the newest: it has to be prepared again."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A prepared change with who makes it and under which id."""

    prepared: Prepared
    meta: CommitMeta
    commit_id: str


class Writer:
    """Writes one folder, whose lock its maker holds as long as this lives.

    With `tells_changes` it leaves what each published generation changed, for copies of them.
    """

    def __init__(
        self,
        folder: Folder,
        rules: Rules,
        union: Sequence[ox.NamedNode],
        *,
        tells_changes: bool = False,
    ) -> None:
        self._folder = folder
        self._rules = rules
        self._union = tuple(union)
        self._flushing: threading.Thread | None = None
        folder.check_format()
        folder.prepare()
        self.log: Final = CommitLog(folder)
        adopt(folder, self.log)
        folder.clean(work=False)
        self.cut_off = self.log.cut_off_half_a_line()
        self._live = self._opened()
        changes = Changes(folder.artefacts / CHANGES, self._live.mark)
        self._changes = changes if tells_changes else None
        self.replayed = self._catch_up()
        self._drop_foreign_snapshots()

    def close(self) -> None:
        """Let go of the engine's directory, also while somebody still refers to this."""
        self._flushed()  # which holds the directory too
        live = self.__dict__.pop("_live", None)
        if live is not None:
            live.close()

    @property
    def is_open(self) -> bool:
        """Whether it has its directory; after an error it may not have been able to open it."""
        return "_live" in self.__dict__

    @property
    def generation(self) -> Generation:
        """The newest generation."""
        return self._live.mark.generation

    def known(self, commit_id: str) -> Receipt | None:
        """The receipt of a commit that was made before."""
        entry = self.log.known(commit_id)
        return None if entry is None else replace(receipt(entry), repeated=True)

    def commit(self, group: Sequence[Commit]) -> list[Receipt]:
        """Make changes the next generations, in their order: all of them or none.

        Each has to be prepared on the generation that the one before it makes.
        """
        mark, records = self._live.mark, []
        digest = mark.digest
        for at, each in enumerate(group):
            if each.prepared.base != mark.generation + at:
                raise StaleError(
                    f"prepared on generation {each.prepared.base}, not {mark.generation + at}"
                )
            patch = each.prepared.patch
            digest = added(digest, patch.added, removed=patch.removed)
            records.append(Record(each.commit_id, each.meta, patch, digest))
        entries = self.log.append(records)
        self._keep(entries, composed(record.patch for record in records))
        return [
            replace(receipt(entry), findings=each.prepared.findings)
            for entry, each in zip(entries, group, strict=True)
        ]

    def flush(self) -> None:
        """Begin to write to the engine's files what the next snapshot needs, while commits go on.

        That is most of the time that `publish` would take.
        """
        if self._flushing is None or not self._flushing.is_alive():
            store = self._live.store
            self._flushing = threading.Thread(target=_flush, args=(store,), name="kg-flush")
            self._flushing.start()
        with suppress(OSError):  # `snapshot` meets what is wrong, and tells it
            self._tell_changes()

    def publish(self, *, used: frozenset[Generation] = frozenset()) -> Generation:
        """Make the newest generation readable, and drop older ones that nobody uses."""
        generation = self.snapshot()
        self.drop_older(used)
        return generation

    def snapshot(self) -> Generation:
        """Make the newest generation readable."""
        generation = self.generation
        target = self._folder.snapshot(generation)
        if not target.is_dir():
            made = self._folder.snapshots / f".{generation}-{secrets.token_hex(4)}"
            try:
                self._back_up(made)
                self._tell_changes()
                made.rename(target)
            except OSError as error:
                remove_tree(made)
                self._live = self._opened()  # after an error it writes nothing any more
                raise store_error("a snapshot cannot be made", error) from error
        return generation

    def drop_older(self, used: frozenset[Generation]) -> None:
        """Drop older generations that nobody uses, but for the last ones."""
        for older in self._folder.kept()[:-KEPT]:
            if older not in used:
                self._folder.drop(older)

    def _tell_changes(self) -> None:
        """Leave what led to the newest generation from the last one of which this was told."""
        if self._changes is not None:
            self._changes.write(self._live.mark)

    def _flushed(self) -> None:
        """Wait until what `flush` began has ended."""
        if self._flushing is not None:
            self._flushing.join()

    def _back_up(self, path: Path) -> None:
        """A checkpoint; the engine waits for ever where a flush and a checkpoint overlap."""
        self._flushed()
        self._live.store.backup(str(path))

    def _keep(self, entries: Sequence[LogEntry], patch: Patch) -> None:
        """Bring into the engine what is in the log; if that fails, take it out of the log again.

        Blank nodes come in no transaction: the engine may have half of them, so that the log stays
        as it is, and the next writer makes them again.
        """
        last = entries[-1]
        try:
            self._apply(patch, Mark(last.generation, last.hash, last.digest))
        except (StoreError, OSError):
            self._live = self._opened()
            if self._live.mark.hash != last.hash:
                if any(has_blank_node(quad) for quad in (*patch.removed, *patch.added)):
                    self.close()
                else:
                    self.log.take_back(len(entries))
                raise

    def _apply(self, patch: Patch, mark: Mark) -> None:
        if len(patch.added) + len(patch.removed) > BULK_QUADS:
            self._load(patch, mark)
        else:
            before = self._live.mark
            change = self._live.apply(patch, mark)
            if self._changes is not None:
                self._changes.add(before, change, self._live.mark)

    def _load(self, patch: Patch, mark: Mark) -> None:
        """Make the change in a copy of the directory, and swap it in."""
        path = self._folder.path / f"live.{mark.generation}-{secrets.token_hex(4)}"
        old = self._folder.live.resolve()
        checkpoint = self._folder.work / path.name
        try:
            self._back_up(checkpoint)
            clone(checkpoint, path)
            Live(opened(path), self._rules, self._union).load(patch, mark)
            swap_in(self._folder, path)
        except OSError as error:
            remove_tree(path)
            raise store_error("the engine could not write", error) from error
        finally:
            remove_tree(checkpoint)
        self._live = self._opened()
        remove_tree(old)

    def _opened(self) -> Live:
        self.close()  # the engine allows one handle at a time
        if not self._folder.live.exists():
            first = self._folder.path / "live.0"
            first.mkdir(exist_ok=True)
            swap_in(self._folder, first)
        return Live(opened(self._folder.live.resolve()), self._rules, self._union)

    def _catch_up(self) -> int:
        """Make the commits again that the log has and the engine has not; how many those were."""
        head, _ = self.log.head()
        mark = self._live.mark
        here = self.log.entry(mark.generation).hash if 1 <= mark.generation <= head else None
        if mark.generation > head or (mark.generation and here != mark.hash):
            raise StoreError(
                f"the engine is at generation {mark.generation} and the log at {head}, and they"
                " do not belong together: the log was changed, or one of the two was replaced",
                hint="`kg doctor` says more; `kg restore` brings a backup back",
            )
        first = mark.generation + 1
        waiting: list[Patch] = []
        for generation in range(first, head + 1):
            waiting.append(self.log.patch(generation))
            size = sum(len(patch.added) + len(patch.removed) for patch in waiting)
            if size > REPLAYED_QUADS or generation == head:
                entry = self.log.entry(generation)
                self._apply(composed(waiting), Mark(generation, entry.hash, entry.digest))
                waiting = []
        return head - first + 1

    def _drop_foreign_snapshots(self) -> None:
        """Remove snapshots that the log does not know, and the newest if it is not whole."""
        head, head_hash = self.log.head()
        for generation in self._folder.kept():
            if generation > head:
                self._folder.drop(generation)
        path = self._folder.snapshot(head)
        if path.is_dir():
            try:
                right = mark_of(ox.Store.read_only(str(path))).hash == head_hash
            except (OSError, RuntimeError, KgError):
                right = False
            if not right:
                self._folder.drop(head)


def _flush(store: ox.Store) -> None:
    with suppress(OSError):  # `publish` meets what is wrong, and tells it
        store.flush()


def receipt(entry: LogEntry) -> Receipt:
    """What the log says of a commit, as the one who made it was told."""
    return Receipt(
        generation=entry.generation,
        commit_id=entry.commit_id,
        added=entry.added,
        removed=entry.removed,
        digest=entry.digest,
    )
