"""Whether what the engine holds is what the log says, told from copies of its directories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store.candidate import Setup
from kg.store.connection import is_served
from kg.store.digest import EMPTY, added
from kg.store.findings import Finding, ok, problem, warning
from kg.store.folder import Folder, clone
from kg.store.interface import Generation
from kg.store.live import MARK, UNNAMED, Mark, mark_of, opened, opened_to_read
from kg.store.log import CommitLog
from kg.store.room import copied, room

REBUILD: Final = "`kg doctor --rebuild` makes it anew from the log, while no server runs"
TRIES: Final = 5


def directory(folder: Folder, log: CommitLog) -> Iterator[Finding]:
    """Whether the directory that is written opens, and is where the log is or behind it."""
    if is_served(folder):
        yield ok("engine", "the server has its directory open")
        return
    try:
        with folder.locked(0):
            yield _directory(folder, log)
    except StoreError as error:
        yield warning("engine", f"its directory was not looked at: {error.message}")


def _directory(folder: Folder, log: CommitLog) -> Finding:
    if not folder.live.exists():
        return warning("engine", "it has no directory", "the next one that writes makes it anew")
    try:
        mark = _mark_of_live(folder)
    except StoreError as error:
        return problem("engine", error.message, REBUILD)
    except OSError as error:
        return problem("engine", f"its directory cannot be read: {error}", REBUILD)
    return _compared(mark, log)


def _mark_of_live(folder: Folder) -> Mark:
    with room(folder) as path:
        clone(folder.live.resolve(), path / "live")
        return mark_of(opened(path / "live"))


def _compared(mark: Mark, log: CommitLog) -> Finding:
    head, _ = log.head()
    if mark == Mark() and head:
        return warning("engine", "its directory is empty", "the next commit fills it from the log")
    if mark.generation > head or (mark.generation and not _agrees(mark, log)):
        words = f"its directory is at generation {mark.generation}, which is not that of the log"
        return problem("engine", words, REBUILD)
    if mark.generation < head:
        words = f"its directory is {head - mark.generation} commits behind the log"
        return warning("engine", words, "the next one that writes makes them again")
    return ok("engine", f"its directory is at generation {mark.generation}, as the log is")


def _agrees(mark: Mark, log: CommitLog) -> bool:
    entry = log.entry(mark.generation)
    return (mark.hash, mark.digest) == (entry.hash, entry.digest)


def snapshots(folder: Folder, log: CommitLog) -> Iterator[Finding]:
    """Whether the newest snapshot opens and is what the log says."""
    kept, error = _newest(folder), "it is not what was committed"
    if kept is None:
        yield warning("snapshots", "there are none", "the next command that reads makes one")
        return
    for _ in range(TRIES):
        try:
            mark = mark_of(opened_to_read(folder.snapshot(kept)))
            if mark.generation == kept and (kept == 0 or _agrees(mark, log)):
                yield from _behind(folder, kept, log)
                return
        except StoreError as caught:
            error = caught.message
        newer = _newest(folder)
        if newer in (kept, None):
            break
        kept = newer or kept
    yield problem("snapshots", f"{folder.snapshot(kept)} cannot be read: {error}", REBUILD)


def _newest(folder: Folder) -> Generation | None:
    return max(folder.kept(), default=None)


def _behind(folder: Folder, kept: Generation, log: CommitLog) -> Iterator[Finding]:
    head, _ = log.head()
    if kept >= head or is_served(folder):
        yield ok("snapshots", f"the newest is generation {kept}")
    else:
        words = f"the newest is generation {kept}, the log is at {head}"
        yield warning("snapshots", words, "the next command makes one")


def data(folder: Folder, log: CommitLog, setup: Setup) -> Iterator[Finding]:
    """Whether the quads of the newest snapshot add up to what their digests say.

    Reads all of them, and computes from nothing what follows from the claims.
    """
    with room(folder) as path:
        for generation in (_newest(folder) for _ in range(TRIES)):
            if generation and copied(folder, log, generation, path / "copy"):
                try:
                    wrong = list(_wrong(opened_to_read(path / "copy"), setup))
                except (OSError, RuntimeError) as error:
                    wrong = [f"not all quads can be read: {error}"]
                for words in wrong:
                    yield problem("data", f"generation {generation}: {words}", REBUILD)
                if not wrong:
                    yield ok("data", f"generation {generation} was read whole and is as it was")
                return
    yield warning("data", "there is no snapshot to read")


def _wrong(store: ox.Store, setup: Setup) -> Iterator[str]:
    mark, graphs = mark_of(store), setup.rules.graphs
    hidden = {*graphs, MARK, *([UNNAMED] if setup.union else [])}
    everything = store.quads_for_pattern(None, None, None)
    if added(EMPTY, (q for q in everything if q.graph_name not in hidden)) != mark.digest:
        yield "what people wrote is not what the log says"
    stored = {q for graph in graphs for q in store.quads_for_pattern(None, None, None, graph)}
    if added(EMPTY, stored) != mark.computed:
        yield "the computed graphs are not what was written"
    differ = len(stored ^ set(setup.rules.compute(store) if graphs else ()))
    if differ:
        yield f"{differ} quads of the computed graphs differ from what follows from the claims"
    if setup.union and not _is_union(store, setup.union):
        yield "the default graph is not the union of its graphs"


def _is_union(store: ox.Store, union: Sequence[ox.NamedNode]) -> bool:
    """Whether the unnamed graph holds the triples of the others, and no more."""
    for quad in store.quads_for_pattern(None, None, None, UNNAMED):
        s, p, o = quad.triple
        if not any(ox.Quad(s, p, o, graph) in store for graph in union):
            return False
    return all(
        ox.Quad(quad.subject, quad.predicate, quad.object) in store
        for graph in union
        for quad in store.quads_for_pattern(None, None, None, graph)
    )
