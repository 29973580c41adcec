"""Files of triples into a directory of its own, and what follows from them, in no transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import IO, Final, TypeAlias, cast

import pyoxigraph as ox

from kg.claims.rules import Followed
from kg.errors import StoreError
from kg.store.digest import changed
from kg.store.live import Live, Mark, engine_error
from kg.store.telling import Tell, progress

Triples: TypeAlias = tuple[Path, ox.NamedNode]
"""A file of N-Triples as the engine writes them, and the graph that they are to be in."""

LOADING: Final = "loading"
"""The step that is told of."""

CALL_BYTES: Final = 160_000_000
"""So much text is handed to the engine at once: a million triples, about as many as it sorts in one
go. Of less it makes more files, which it has to merge; of more, several at once in its memory."""

BLOCK_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class News:
    """What is new to a graph: files of N-Triples, each line once, and the sum of its digests."""

    graph: ox.NamedNode
    paths: Sequence[Path]
    quads: int
    digest: str


def fill(live: Live, found: Sequence[News], tell: Tell) -> None:
    """Load what is new into its graphs and the union; raises `StoreError` if that goes wrong."""
    before = {news.graph: _count(live.store, news.graph) for news in found}
    files = [(path, news.graph) for news in found for path in news.paths]
    load_files(live, files, progress(tell, LOADING, sum(path.stat().st_size for path, _ in files)))
    for news in found:
        if _count(live.store, news.graph) != before[news.graph] + news.quads:
            raise StoreError(
                f"{news.graph} has another number of quads than was loaded into it",
                hint="nothing was changed; leave out --bulk, and report this",
            )


def load_files(live: Live, files: Sequence[Triples], tell: Callable[[int], None]) -> None:
    """Bring files into their graphs, and into the union those of graphs that are part of it.

    `tell` hears of the bytes that were read.
    """
    united = [path for path, graph in files if graph in live.union]
    with ThreadPoolExecutor(1) as beside:  # the engine lets go of Python's lock
        union = beside.submit(load_union, live.store, united)
        _load(live.store, _quads_of(files, tell), ox.RdfFormat.N_QUADS)
        union.result()


def load_union(store: ox.Store, paths: Iterable[Path]) -> None:
    """Bring files of N-Triples into the unnamed graph."""
    blocks = (block for path in paths for block in _blocks(path))
    _load(store, blocks, ox.RdfFormat.N_TRIPLES)


def _load(store: ox.Store, blocks: Iterator[bytes], form: ox.RdfFormat) -> None:
    """Load text that was read and written before: what it says is not checked once more."""
    try:
        for block in blocks:
            text = cast(IO[bytes], _Text(block, blocks))
            store.bulk_load(text, form, lenient=True)
    except (OSError, RuntimeError) as error:
        raise engine_error("the engine could not write", error) from error


class _Text:
    """A file of the next blocks, as many as the engine is handed at once."""

    def __init__(self, first: bytes, blocks: Iterator[bytes]) -> None:
        self._text = BytesIO(first)
        self._blocks = blocks
        self._left = CALL_BYTES - len(first)

    def read(self, size: int = -1) -> bytes:
        """The next bytes, whatever number of them; none at the end."""
        text = self._text.read(size)
        if not text and self._left > 0:
            block = next(self._blocks, b"")
            self._left -= len(block)
            self._text = BytesIO(block)
            text = self._text.read(size)
        return text


def _quads_of(files: Iterable[Triples], tell: Callable[[int], None]) -> Iterator[bytes]:
    """Files as N-Quads, which the engine reads of several graphs at once."""
    for path, graph in files:
        ending = f" {graph} .\n".encode()
        for block in _blocks(path):
            tell(len(block))
            yield block.replace(b" .\n", ending)


def _blocks(path: Path) -> Iterator[bytes]:
    """A file in whole lines, many at once."""
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES) + file.readline():
            yield block


def follow(live: Live, followed: Sequence[Followed], mark: Mark) -> None:
    """Change the computed graphs, and leave the mark; all is on disk when this returns."""
    come, digest = [(each.come, each.graph) for each in followed], live.mark.computed
    with ThreadPoolExecutor(1) as beside:
        loading = beside.submit(load_files, live, come, lambda _: None)
        for each in followed:
            digest = changed(digest, _quads(each.come, each.graph), _quads(each.gone, each.graph))
        loading.result()
    for each in followed:
        _take_out(live, each)
    live.leave(replace(mark, computed=digest))


def _take_out(live: Live, followed: Followed) -> None:
    """Remove what is gone, also from the union unless another graph of it has the same triple."""
    graph = followed.graph
    for triple in ox.parse(path=str(followed.gone), format=ox.RdfFormat.N_TRIPLES):
        ends = triple.subject, triple.predicate, triple.object
        live.store.remove(ox.Quad(*ends, graph))
        if graph in live.union and not any(ox.Quad(*ends, g) in live.store for g in live.union):
            live.store.remove(ox.Quad(*ends))


def _quads(path: Path, graph: ox.NamedNode) -> Iterator[bytes]:
    name = f" {graph}".encode()
    with path.open("rb") as file:
        for line in file:
            yield line[:-3] + name


def _count(store: ox.Store, graph: ox.NamedNode) -> int:
    found = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", default_graph=graph)
    [row] = cast(ox.QuerySolutions, found)
    return int(cast(ox.Literal, row["n"]).value)
