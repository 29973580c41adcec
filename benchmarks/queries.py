"""How long a start takes, and each committed query, on the data that comes with kg.

Prints a table to stdout: one line a step (once) and one a query (median of RUNS, in milliseconds).
Arguments are folders of `queries/`.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from kg.errors import NotAcceptableError
from kg.processes.opening import open_embedded as open_store
from kg.resources import queries_dir
from kg.store.interface import Store
from kg.store.seed import seed
from kg.validation import read_files, seed_files

RUNS: Final = 5
FOLDERS: Final = ("examples", "competency", "checks")
RESULTS: Final = "application/sparql-results+json"
TRIPLES: Final = "application/n-triples"

T = TypeVar("T")


def main(folders: list[str]) -> None:
    """Build a store in a temporary folder and measure."""
    with tempfile.TemporaryDirectory() as home:
        _step("read and parse the files", lambda: read_files(seed_files()))
        store = open_store(Path(home))
        _step("read, validate and commit them", lambda: seed(store))
        again = open_store(Path(home))
        _step("first answer after a restart", lambda: _answer(again, "ASK {}", RESULTS))
        for path in _queries(folders or list(FOLDERS)):
            run = partial(_evaluate, store, path.read_text(encoding="utf-8"))
            _line(_median(run), f"{path.parent.name}/{path.stem}")


def _queries(folders: list[str]) -> list[Path]:
    found = sorted(path for name in folders for path in (queries_dir() / name).glob("*.rq"))
    if not found:
        sys.exit(f"no queries in {', '.join(folders)}")
    return found


def _evaluate(store: Store, text: str) -> None:
    try:
        _answer(store, text, RESULTS)
    except NotAcceptableError:
        _answer(store, text, TRIPLES)


def _answer(store: Store, text: str, accept: str) -> None:
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
    main(sys.argv[1:])
