"""Commits made again in a directory of its own; those of much at once are not held in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Final, cast

import pyoxigraph as ox

from kg.errors import StoreError
from kg.store.bulklog import BulkLog
from kg.store.candidate import Setup
from kg.store.digest import added, of_lines, summed
from kg.store.filling import follow, load_union
from kg.store.interface import Generation, Patch, Rules
from kg.store.live import UNNAMED, Live, Mark, engine_error
from kg.store.patches import composed

LOADED_QUADS: Final = 500_000
"""About as many quads are held in memory at once."""

LINES: Final = 10_000
"""So many are handed to the engine at a time."""


def replay(store: ox.Store, log: BulkLog, last: Generation) -> None:
    """Bring what was written to a later generation, without union and computed graphs.

    Raises `StoreError` where the log and its digests do not agree.
    """
    live = Live(store, Rules(), ())
    for generation, patch in _portions(log, live.mark.generation + 1, last):
        if patch is None:
            digest = summed(live.mark.digest, _loaded(store, log, generation))
        else:
            digest = added(live.mark.digest, patch.added, removed=patch.removed)
        entry = log.entry(generation)
        if summed(digest, log.missing(1, generation)) != entry.digest:
            raise StoreError(
                f"the commits up to generation {generation} do not add up to what they should be",
                hint="`kg restore` brings a backup back",
            )
        live.load(patch or Patch(), Mark(generation, entry.hash, digest, live.mark.computed))


def complete(store: ox.Store, setup: Setup, place: Path) -> None:
    """Make the union and the computed graphs anew from what is written; `place` is for files."""
    live, rules = Live(store, setup.rules, setup.union), setup.rules
    if rules.follow_all is None:
        live.load(Patch(), live.mark)
        return
    graphs = dict.fromkeys((*rules.reads, *rules.graphs, *live.union))
    files = {graph: place / f"graph-{number}.nt" for number, graph in enumerate(graphs)}
    for graph, path in files.items():
        store.dump(path, ox.RdfFormat.N_TRIPLES, from_graph=graph)
    store.clear_graph(UNNAMED)
    load_union(store, [files[graph] for graph in live.union])
    authored = [files[graph] for graph in rules.reads]
    followed = rules.follow_all(authored, {graph: files[graph] for graph in rules.graphs}, place)
    follow(live, followed, live.mark)


def _portions(
    log: BulkLog, first: Generation, last: Generation
) -> Iterator[tuple[Generation, Patch | None]]:
    """The log as a few large patches, each with the generation that it leads to.

    None stands for the patch of one commit that is not to be held.
    """
    waiting, size = list[Patch](), 0
    for generation in range(first, last + 1):
        is_streamed = log.is_streamed(generation)
        if waiting and (is_streamed or size > LOADED_QUADS):
            yield generation - 1, composed(waiting)
            waiting, size = [], 0
        if is_streamed:
            yield generation, None
            continue
        patch = log.patch(generation)
        waiting.append(patch)
        size += len(patch.added) + len(patch.removed)
    if waiting:
        yield last, composed(waiting)


def _loaded(store: ox.Store, log: BulkLog, generation: Generation) -> str:
    """Load the quads of a commit, and give their digest."""
    quads = _Quads(log.quads_of(generation))
    try:
        store.bulk_load(cast(IO[bytes], quads), ox.RdfFormat.N_QUADS)
    except RuntimeError as error:
        raise engine_error("the engine could not write", error) from error
    return quads.digest


class _Quads:
    """Quads as a file, and the digest of those that were read from it."""

    def __init__(self, quads: Iterable[bytes]) -> None:
        self._quads = iter(quads)
        self._text = BytesIO()
        self.digest = of_lines(())

    def read(self, size: int = -1) -> bytes:
        """The next bytes, whatever number of them; none at the end."""
        text = self._text.read(size)
        if not text and (some := list(islice(self._quads, LINES))):
            self.digest = summed(self.digest, of_lines(some))
            self._text = BytesIO(b"".join(quad + b" .\n" for quad in some))
            text = self._text.read(size)
        return text
