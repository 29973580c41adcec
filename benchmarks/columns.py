"""The queries of the benchmark in one process: what the copy in columns makes of them.

    python benchmarks/columns.py FILE.nq [FOLDER] [ENGINE_SECONDS] [NAME ...]

The file holds a dataset with its default graph, as `peers.py` makes one. The store and the copy of
it are made in the folder, where they are not there yet. Each template is asked with three sets of
constants; answers become bytes of JSON. The engine is asked too, where it has answered the first
one within so many seconds.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox
from measuring import folder
from workload import Template, constants, templates

from kg.columnar.answer import answer
from kg.columnar.build import build
from kg.columnar.handing_over import Budget, HandedOver
from kg.columnar.layout import Copy
from kg.store.answers import write_answer
from kg.store.interface import WHOLE
from kg.store.view import View

SETS: Final = 3
ROUNDS: Final = 5
BUDGET: Final = Budget(rows=20_000_000, values=1_000_000)
RESULTS: Final = "application/sparql-results+json"
GRAPH: Final = "application/n-triples"


class Bytes(io.BytesIO):
    """An answer in memory."""

    media_type = ""
    rows: int | None = None


@dataclass(frozen=True)
class Line:
    """One template: milliseconds of either side, and why the copy handed it over."""

    name: str
    copy: float
    engine: float
    reason: str


def main(arguments: list[str]) -> None:
    """Load, copy, ask, and print a line for each template."""
    dump, *rest = arguments
    kept = Path(rest[0]) if rest else None
    seconds = float(rest[1]) if len(rest) > 1 else 5.0
    with folder() as place:
        view, copy = opened(Path(dump), kept or place)
        sets = constants(view._store, SETS)
        sys.stdout.write(f"{copy.union.rows:,} and {copy.named.rows:,} triples\n")
        for template in templates():
            if not rest[2:] or any(template.name.startswith(name) for name in rest[2:]):
                _write(_line(template, sets, view, copy, seconds))


def opened(dump: Path, place: Path) -> tuple[View, Copy]:
    """The engine's view of a dataset and a copy of it; both are made where they are not there."""
    path, columns = place / "store", place / "columns"
    if not path.exists():
        store = ox.Store(str(path))
        store.bulk_load(path=str(dump), format=ox.RdfFormat.N_QUADS)
        store.flush()
        del store
    view = View(1, ox.Store.read_only(str(path)), ())
    if not columns.exists():
        columns.mkdir()
        build(view, columns)
    return view, Copy(columns)


def _line(
    template: Template, sets: list[dict[str, str]], view: View, copy: Copy, seconds: float
) -> Line:
    accept = GRAPH if template.compared == "graph" else RESULTS
    texts = [template.with_constants(each) for each in sets]
    reason, ours = "", float("nan")
    try:
        ours = _median(
            lambda text: answer(copy, text, BUDGET).write(accept, Bytes()),
            texts,
            ROUNDS,
        )
    except HandedOver as error:
        reason = str(error)
    began = time.process_time()
    if seconds:
        write_answer(view.evaluate(texts[0], WHOLE, {}), accept, Bytes())
    engine = (time.process_time() - began) * 1000
    if engine < seconds * 1000 / 10:
        engine = _median(
            lambda text: write_answer(view.evaluate(text, WHOLE, {}), accept, Bytes()), texts, 2
        )
    return Line(template.name, ours, engine, reason)


def _median(ask: Callable[[str], None], texts: list[str], rounds: int) -> float:
    """Milliseconds of a processor, over all texts, after one that is not measured."""
    times = []
    for text in texts:
        for turn in range(rounds + 1):
            began = time.process_time()
            ask(text)
            if turn:
                times.append(time.process_time() - began)
    return statistics.median(times) * 1000


def _write(line: Line) -> None:
    ours = f"{line.copy:10.2f}" if not line.reason else f"{'-':>10}"
    sys.stdout.write(f"{line.name:32}{ours}{line.engine:10.2f}  {line.reason}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
