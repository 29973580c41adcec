"""Files of triples into a directory of its own, and what follows from them, in no transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeAlias, cast

import pyoxigraph as ox

from kg.claims.rules import Followed
from kg.errors import StoreError
from kg.store.digest import changed
from kg.store.distinct import News
from kg.store.live import UNNAMED, Live, Mark, engine_error
from kg.store.telling import Tell, TellingReader, progress

Target: TypeAlias = ox.NamedNode | ox.DefaultGraph

LOADING: Final = "loading"
"""The step that is told of."""


def fill(live: Live, found: Iterable[News], tell: Tell) -> None:
    """Load what is new into its graphs and the union; raises `StoreError` if that goes wrong."""
    for news in found:
        before = _count(live.store, news.graph)
        said = progress(tell, LOADING, sum(path.stat().st_size for path in news.paths))
        for path in news.paths:
            load_file(live, path, news.graph, said)
        if _count(live.store, news.graph) != before + news.quads:
            raise StoreError(
                f"{news.graph} has another number of quads than was loaded into it",
                hint="nothing was changed; leave out --bulk, and report this",
            )


def load_file(live: Live, path: Path, graph: Target, tell: Callable[[int], None]) -> None:
    """Bring a file of N-Triples into a graph, and into the union if the graph is part of it.

    `tell` hears of the bytes that were read.
    """

    def load(target: Target, tell: Callable[[int], None]) -> None:
        with TellingReader(path, tell) as file:
            live.store.bulk_load(file, ox.RdfFormat.N_TRIPLES, to_graph=target)

    try:
        with ThreadPoolExecutor(1) as beside:  # the engine lets go of Python's lock
            union = graph in live.union and beside.submit(load, UNNAMED, lambda _: None)
            load(graph, tell)
            if union:
                union.result()
    except (OSError, RuntimeError) as error:
        raise engine_error("the engine could not write", error) from error


def follow(live: Live, followed: Iterable[Followed], mark: Mark) -> None:
    """Change the computed graphs, and leave the mark; all is on disk when this returns."""
    digest = live.mark.computed
    for each in followed:
        load_file(live, each.come, each.graph, lambda _: None)
        _take_out(live, each)
        digest = changed(digest, _quads(each.come, each.graph), _quads(each.gone, each.graph))
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
