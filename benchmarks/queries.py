"""How long a start takes, and each committed query, on the data that comes with kg.

Prints a table to stdout: one line a step (once) and one a query (median of RUNS, in milliseconds).
Arguments are folders of `queries/`.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from kg.claims.consensus import consensus_quads
from kg.claims.derived import derived_quads
from kg.errors import NotAcceptableError
from kg.namespaces import CONSENSUS, DERIVED
from kg.resources import queries_dir
from kg.store.embedded import InProcessStore
from kg.store.interface import CommitMeta, Patch
from kg.validation.dataset import Graphs
from kg.validation.files import dataset_of, read_files, seed_files

RUNS = 5
RESULTS, TRIPLES = "application/sparql-results+json", "application/n-triples"
META = CommitMeta(author="benchmark", message="the seed", time=datetime(2024, 1, 1, tzinfo=UTC))

T = TypeVar("T")


def main() -> None:
    """Build a store in a temporary folder and measure."""
    rules = ((_name(CONSENSUS), consensus_quads), (_name(DERIVED), derived_quads))
    with tempfile.TemporaryDirectory() as home:
        files = _step("read and parse the files", lambda: read_files(seed_files()))
        patch = Patch(added=tuple(_quads(dataset_of(files))))
        store = InProcessStore(Path(home), rules=rules)
        _step(
            "commit, with consensus and derived", lambda: store.commit(patch, META, commit_id="1")
        )
        again = InProcessStore(Path(home), rules=rules)
        _step("first answer after a restart", lambda: _answer(again, "ASK {}", RESULTS))
        for path in _queries():
            text = path.read_text(encoding="utf-8")
            _line(
                _median(lambda text=text: _evaluate(store, text)), f"{path.parent.name}/{path.stem}"
            )


def _queries() -> list[Path]:
    names = sys.argv[1:] or ("examples", "competency", "checks")
    found = sorted(path for name in names for path in (queries_dir() / name).glob("*.rq"))
    if not found:
        sys.exit(f"no queries in {', '.join(names)}")
    return found


def _name(graph: str) -> ox.NamedNode:
    return ox.NamedNode(str(graph))


def _quads(graphs: Graphs) -> Iterator[ox.Quad]:
    for name, graph in graphs.items():
        text = graph.serialize(format="nt")
        for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES):
            yield ox.Quad(*quad.triple, _name(name))


def _evaluate(store: InProcessStore, text: str) -> None:
    try:
        _answer(store, text, RESULTS)
    except NotAcceptableError:
        _answer(store, text, TRIPLES)


def _answer(store: InProcessStore, text: str, accept: str) -> None:
    for _ in store.query(text, accept=accept):
        pass


def _step(name: str, run: Callable[[], T]) -> T:
    start = time.perf_counter()
    result = run()
    _line(time.perf_counter() - start, name)
    return result


def _median(run: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _line(seconds: float, name: str) -> None:
    sys.stdout.write(f"{seconds * 1000:10.1f} ms  {name}\n")


if __name__ == "__main__":
    main()
