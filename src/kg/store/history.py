"""What earlier commits did, and the states between them, made again from the log.

Everything here only reads: the log and kept snapshots, never the directory that a writer has open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from kg.errors import StoreError
from kg.namespaces import compact
from kg.store.bulklog import BulkLog
from kg.store.candidate import Setup
from kg.store.digest import added, summed
from kg.store.embedded import EmbeddedStore
from kg.store.folder import Folder, store_error
from kg.store.interface import Generation, LogEntry, Patch
from kg.store.live import Live, Mark, mark_of, opened
from kg.store.log import CommitLog
from kg.store.patches import composed, inverse
from kg.store.replaying import complete, replay
from kg.store.room import copied, room
from kg.store.writer import BULK_QUADS


def difference(log: CommitLog, first: Generation, second: Generation) -> Patch:
    """What turns one generation into another, sorted; costs the quads of the commits between.

    Raises `NotFoundError` for a generation that there is not.
    """
    older, newer = sorted((first, second))
    if newer:
        log.entry(newer)
    patch = composed(log.patches(older + 1, newer))
    if first > second:
        patch = inverse(patch)
    return Patch(tuple(sorted(patch.added, key=str)), tuple(sorted(patch.removed, key=str)))


@dataclass(slots=True)
class Counts:
    """How many quads of something a patch adds and removes."""

    added: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """A patch in numbers: by graph, and by the thing that its quads are about."""

    graphs: dict[str, Counts] = field(default_factory=dict)
    entities: dict[str, Counts] = field(default_factory=dict)


def summary(added: Iterable[ox.Quad], removed: Iterable[ox.Quad]) -> Summary:
    """What comes and goes in numbers, names compact and sorted; holds these, and no quads."""
    numbers = {
        key: Counter(part for quad in quads for part in _parts(quad))
        for key, quads in (("added", added), ("removed", removed))
    }
    names = sorted({*numbers["added"], *numbers["removed"]})
    counts = {part: Counts(numbers["added"][part], numbers["removed"][part]) for part in names}
    return Summary(
        {name: found for (kind, name), found in counts.items() if kind == "graph"},
        {name: found for (kind, name), found in counts.items() if kind == "entity"},
    )


def _parts(quad: ox.Quad) -> Iterator[tuple[str, str]]:
    graph, subject = quad.graph_name, quad.subject
    yield "graph", compact(graph.value) if isinstance(graph, ox.NamedNode) else "(unnamed)"
    yield "entity", compact(subject.value) if isinstance(subject, ox.NamedNode) else str(subject)


@contextmanager
def state_at(folder: Folder, setup: Setup, generation: Generation) -> Iterator[EmbeddedStore]:
    """A generation as it was, to be asked like a store; it is gone afterwards.

    Made in a private copy of the kept snapshot from which the fewest quads lead there, or from
    nothing: links to its tables, and then what the commits between added and removed, with what
    follows from that. So it costs milliseconds for a generation that is kept, a transaction for
    one near it, and at worst the time to load all that was ever committed. Takes room on the disk
    for what differs. Raises `StoreError` where the log and its digests do not agree.
    """
    folder.check_format()
    log = BulkLog(folder)
    entry = log.entry(generation) if generation else None
    if entry is None:
        with TemporaryDirectory(prefix="kg-") as empty:
            yield EmbeddedStore(Path(empty), setup)
        return
    with room(folder) as path:
        _make(folder, log, setup, Folder(path).snapshot(generation))
        yield EmbeddedStore(path, setup)


def _make(folder: Folder, log: BulkLog, setup: Setup, path: Path) -> None:
    generation = int(path.name)
    live = _copied(folder, log, setup, path)
    try:
        mark, entry = live.mark, log.entry(generation)
        if any(map(log.is_streamed, range(mark.generation + 1, generation + 1))):
            mark = _replayed(live, log, setup, path)
        elif mark.generation != generation:
            patch = difference(log, mark.generation, generation)
            digest = added(mark.digest, patch.added, removed=patch.removed)
            mark = Mark(generation, entry.hash, digest)
            few = len(patch.added) + len(patch.removed) <= BULK_QUADS
            (live.apply if few else live.load)(patch, mark)
        if summed(mark.digest, log.missing(1, generation)) != entry.digest:
            raise StoreError(
                f"generation {generation} cannot be made: what the log says of it has the digest"
                f" {mark.digest[:16]}…, not {entry.digest[:16]}…",
                hint="`kg doctor --deep` says more; `kg restore` brings a backup back",
            )
        live.store.flush()
    except OSError as error:
        raise store_error("the generation cannot be made", error) from error
    finally:
        live.close()


def _replayed(live: Live, log: BulkLog, setup: Setup, path: Path) -> Mark:
    """Go on commit by commit, where one of them is not to be held in memory."""
    files = path.with_name("files")
    files.mkdir()
    replay(live.store, log, int(path.name))
    complete(live.store, setup, files)
    return mark_of(live.store)


def _copied(folder: Folder, log: CommitLog, setup: Setup, path: Path) -> Live:
    """A writable copy of the best snapshot that is whole.

    Each is tried once: one that a writer removes meanwhile has successors, and where none is left,
    generation 0 needs no snapshot.
    """
    wanted, unfit = int(path.name), set[Generation]()
    path.parent.mkdir()
    while True:
        base = nearest(log.entries(), {0, *folder.kept()} - unfit, wanted)
        if not base or copied(folder, log, base, path):
            return Live(opened(path), setup.rules, setup.union)
        unfit.add(base)


def nearest(
    entries: Sequence[LogEntry], kept: Collection[Generation], wanted: Generation
) -> Generation:
    """The kept generation from which the fewest quads lead to the one that is wanted."""
    sums = [0]
    for entry in entries:
        sums.append(sums[-1] + entry.added + entry.removed)
    known = sorted(base for base in kept if base < len(sums))
    return min(known, key=lambda base: (abs(sums[wanted] - sums[base]), -base))
