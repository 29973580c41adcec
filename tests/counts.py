"""How many steps Python takes for some operations: a guard against work that grows unnoticed.

    python -m tests.counts            compare with what is written down; 1 where one is over it
    python -m tests.counts --renew    write down what is counted now

Steps are the bytecodes of our own code and of what it imports, in all threads. They do not depend
on the machine or on what else runs there, unlike times. What the engine does inside is not seen;
that it is asked more often is.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pyoxigraph as ox
import pytest

from kg.columnar.answer import answer
from kg.columnar.build import build
from kg.columnar.handing_over import Budget
from kg.columnar.layout import Copy
from kg.errors import RefusedError
from kg.namespaces import CURATED, PREFIXES
from kg.processes.opening import OURS, UNGATED
from kg.rdf.reader import parse_turtle
from kg.resources import ontology_dir
from kg.store.embedded import EmbeddedStore
from kg.store.interface import CommitMeta, Patch
from kg.store.loading import patch_of
from kg.store.view import View
from kg.validation import read_files

BASELINE: Final = Path(__file__).with_name("counts.json")
RUNS: Final = 5
TOLERANCE: Final = 0.05
"""So much more is let through: sets have no order that is always the same."""

RESULTS: Final = "application/sparql-results+json"
GRAPH: Final = ox.NamedNode(str(CURATED))
ONTOLOGY_FILES: Final = sorted(ontology_dir().rglob("*.ttl"))
LABEL: Final = ox.NamedNode(f"{PREFIXES['rdfs']}label")
TURTLE: Final = "".join(
    f'<http://example.org/e{n}> a <http://example.org/E> ; rdfs:label "Thing {n}"@en .\n'
    for n in range(50)
)
COUNTED: Final = (
    "SELECT ?t (COUNT(?s) AS ?n) { ?s a ?t . ?s rdfs:label ?l } GROUP BY ?t ORDER BY ?t"
)


class Steps:
    """Counts bytecodes while it is entered."""

    def __init__(self) -> None:
        self.taken = 0

    def __enter__(self) -> Steps:
        gc.disable()  # what it calls is not ours, and comes at any time
        threading.settrace(self._called)
        sys.settrace(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]
        gc.enable()

    def _called(self, frame: FrameType, event: str, argument: object) -> Any:
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return self._stepped

    def _stepped(self, frame: FrameType, event: str, argument: object) -> Any:
        self.taken += event == "opcode"
        return self._stepped


def counted(run: Callable[[], object]) -> int:
    """The steps of an operation that was done twice before, so that what is kept is there.

    They are the fewest of some runs: who waits for another thread takes a few more.
    """
    run()
    run()
    return min(_steps(run) for _ in range(RUNS))


def _steps(run: Callable[[], object]) -> int:
    with Steps() as steps:
        run()
    return steps.taken


def counts(place: Path) -> dict[str, int]:
    """The steps of each operation, over invented data in a folder."""
    ungated = EmbeddedStore(place / "ungated", UNGATED)
    numbers = iter(range(10**6))

    def commit(store: EmbeddedStore, patch: Patch) -> object:
        meta = CommitMeta("nobody", "a count", datetime(2040, 1, 1, tzinfo=UTC))
        return store.commit(patch, meta, commit_id=f"count/{next(numbers)}")

    def labels(quads: int) -> Patch:
        number = next(numbers)
        thing = ox.NamedNode(f"http://example.org/n{number}")
        names = (ox.Literal(f"Name {number} {each}", language="en") for each in range(quads))
        return Patch(tuple(ox.Quad(thing, LABEL, name, GRAPH) for name in names))

    commit(EmbeddedStore(place / "ours", UNGATED), patch_of(read_files(ONTOLOGY_FILES)))
    ours = EmbeddedStore(place / "ours", OURS)

    def look_up() -> object:
        query = "SELECT ?p ?o { <http://example.org/n1> ?p ?o }"
        return b"".join(ungated.query(query, accept=RESULTS))

    def refuse() -> None:
        with pytest.raises(RefusedError, match="does not conform"):
            commit(ours, labels(1))

    copy = _copy(place / "copy")
    return {
        "commit 10 quads": counted(lambda: commit(ungated, labels(10))),
        "look up an entity": counted(look_up),
        "validate a patch": counted(refuse),
        "parse a file of Turtle": counted(lambda: parse_turtle(f"{_PREFIX}{TURTLE}")),
        "answer from the copy": counted(lambda: answer(copy, COUNTED, Budget())),
    }


_PREFIX: Final = f"@prefix rdfs: <{PREFIXES['rdfs']}> .\n"


def _copy(folder: Path) -> Copy:
    store = ox.Store()
    store.load(f"{_PREFIX}{TURTLE}", ox.RdfFormat.TURTLE)
    folder.mkdir()
    build(View(0, store, ()), folder)
    return Copy(folder)


def main(arguments: list[str]) -> int:
    """Count, and compare or write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--renew", action="store_true")
    renew = parser.parse_args(arguments).renew
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of sets of texts
        command = [sys.executable, "-m", "tests.counts", *arguments]
        os.execve(sys.executable, command, {**os.environ, "PYTHONHASHSEED": "0"})
    version = "{}.{}".format(*sys.version_info)
    known = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {}
    with tempfile.TemporaryDirectory() as place:
        found = counts(Path(place))
    if renew:
        text = json.dumps({**known, version: found}, indent=2, sort_keys=True)
        BASELINE.write_text(f"{text}\n", encoding="utf-8")
        return 0
    return compared(known.get(version, {}), found)


def compared(known: dict[str, int], found: dict[str, int]) -> int:
    """Print a line for each operation; 1 where one takes more steps than it may."""
    more = 0
    for name, steps in found.items():
        over = steps > known.get(name, 0) * (1 + TOLERANCE)
        more += over
        written = f"{known[name]:,}" if name in known else "none"
        words = f"MORE than {written}" if over else "as before"
        sys.stdout.write(f"{name:<30}{steps:>12,}  {words}\n")
    if more:
        sys.stderr.write(
            f"error: {more} of {len(found)} operations take more steps than are written down\n"
            "hint: if they have to, `python -m tests.counts --renew` writes down what they take\n"
        )
    return int(more > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
