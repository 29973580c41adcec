"""What a copy in columns costs: to make, to keep, to follow commits, and in each process.

    python benchmarks/columns_build.py 1000000

Prints a table to stdout. Seconds are of processor time, since other work disturbs the clock; the
engine's own share, its dump, is told apart.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
from generate import GRAPH, quads
from measuring import folder, line

from kg.columnar.answer import answer
from kg.columnar.delta import opened
from kg.columnar.handing_over import Budget
from kg.columnar.keeping import Place, compact, follow, keep, keep_lines
from kg.columnar.layout import Copy
from kg.store.changes import Change, write
from kg.store.interface import Patch, Rules
from kg.store.live import Live, Mark
from kg.store.view import View
from kg.store.written import GraphLines, Written

PREDICATE: Final = ox.NamedNode("https://kg.example/checked")
COMMITS: Final = (1_000, 10, 100_000, 10)
PROCESSES: Final = 3
BUDGET: Final = Budget(rows=20_000_000, values=1_000_000)
QUERIES: Final = (
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p",
    "SELECT ?t (COUNT(?s) AS ?n) { ?s a ?t } GROUP BY ?t ORDER BY ?t",
    "SELECT (COUNT(*) AS ?n) { ?s a ?t ; rdfs:label ?l }",
)


def main(arguments: list[str]) -> None:
    """Load, copy, commit and ask."""
    numbers = count()
    with folder() as room:
        live = Live(ox.Store(str(room / "engine")), Rules(), [GRAPH])
        live.store.bulk_extend(quads(int(arguments[0])))
        live.store.bulk_extend(
            ox.Quad(q.subject, q.predicate, q.object)
            for q in live.store.quads_for_pattern(None, None, None, GRAPH)
        )
        live.apply(Patch(), Mark(1, "1"))
        view = View(1, live.store, [GRAPH])
        place = Place(room / "columns", room / "changes", 1_000_000_000)
        _told("the engine's dump alone, one thread", lambda: _dump(view, room))
        _told("a copy of these lines alone", lambda: keep_lines(_lines(view, room), place.copies))
        _told("dump and copy", lambda: keep(view, place.copies))
        _sizes(place.copies / "1")
        _asked(place.copies / "1")
        for size in COMMITS:
            patch = Patch(tuple(_new(size, numbers)), tuple(_old(live.store, size // 10)))
            before, mark = live.mark, Mark(live.mark.generation + 1, str(size))
            write(place.changes, Change(before, mark, live.apply(patch, mark)))
            _told(f"follow a commit of {size:,}", lambda: follow(place, live.mark))
        _asked(place.copies / str(live.mark.generation))
        _told("made of itself anew", lambda: compact(place))
        _asked(place.copies / str(live.mark.generation))


def _dump(view: View, room: Path) -> None:
    with (room / "dump").open("wb") as file:
        view.dump(GRAPH, file)


def _lines(view: View, room: Path) -> Written:
    """What was dumped, as a bulk load hands it over."""
    graphs = {GRAPH: GraphLines([room / "dump"])}
    return Written(view.generation, view.mark, view.union, graphs, GraphLines())


def _new(size: int, numbers: Iterator[int]) -> Iterator[ox.Quad]:
    for _ in range(size):
        number = next(numbers)
        subject = ox.NamedNode(f"https://kg.example/new/{number // 5}")
        yield ox.Quad(subject, PREDICATE, ox.Literal(f"word {number}"), GRAPH)


def _old(store: ox.Store, size: int) -> Iterator[ox.Quad]:
    """Some quads, which are to be removed."""
    choose = random.Random(size)  # noqa: S311 - nobody is to be kept from guessing
    found = store.quads_for_pattern(None, None, None, GRAPH)
    for quad in found:
        if size and choose.random() < 0.3:
            size -= 1
            yield quad
        if not size:
            return


def _told(what: str, run: Callable[[], object]) -> None:
    clock, cpu = time.perf_counter(), time.process_time()
    run()
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
    line(what, f"{cpu:.2f} s CPU", f"{clock:.2f} s", f"{peak:,.0f} MB at most")


def _sizes(path: Path) -> None:
    copy = Copy(path)
    size = sum(file.stat().st_size for file in path.iterdir())
    terms = sum(
        (path / f"{name}.npy").stat().st_size for name in ("heap", "offsets", "hashes", "hashed")
    )
    rows = copy.union.rows + copy.named.rows
    line("triples, of both relations", f"{rows:,}", "terms", f"{copy.terms:,}")
    line("bytes a triple", f"{size / rows:.1f}", "of these terms", f"{terms / rows:.1f}")


def _asked(path: Path) -> None:
    """Milliseconds of queries, first and again, and the memory of processes that asked them."""
    context = get_context("spawn")
    barrier, told = context.Barrier(PROCESSES), context.Queue()
    children = [context.Process(target=_ask, args=(path, barrier, told)) for _ in range(PROCESSES)]
    for child in children:
        child.start()
    found = [told.get() for _ in children]
    for child in children:
        child.join()
    first, again, memory = (sum(values) / len(found) for values in zip(*found, strict=True))
    line(f"queries of generation {path.name}", f"{first:.0f} ms first", f"{again:.0f} ms again")
    line(
        f"memory of each of {PROCESSES} processes",
        f"{memory / 1_000:.1f} MB (proportional, with files)",
    )


def _ask(path: Path, barrier: Barrier, told: Any) -> None:
    before = _proportional()
    copy = opened(path)
    times = []
    for _ in range(5):
        began = time.process_time()
        for query in QUERIES:
            answer(copy, query, BUDGET)
        times.append(1_000 * (time.process_time() - began))
    barrier.wait()
    memory = _proportional() - before
    barrier.wait()
    told.put((times[0], sorted(times)[2], memory))


def _proportional() -> int:
    """Kilobytes of this process, what it shares counted in part."""
    with open(f"/proc/{os.getpid()}/smaps_rollup", encoding="ascii") as file:
        return sum(int(text.split()[1]) for text in file if text.startswith("Pss:"))


if __name__ == "__main__":
    main(sys.argv[1:])
