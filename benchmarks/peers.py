"""The same queries to our server and to servers of others, in turn, over the same data.

    python benchmarks/peers.py 100000 [ROUNDS] [--set workload] [--without RDF4J]

Invented data of about so many triples (`world.py`) is imported, loaded with `kg load --bulk`
together with what follows from it, and written out; the others load that. Each query
(`workload/`, `second/`) is asked of all in turn, several times, over HTTP on connections that stay
open; in its turn each is asked with several constants one after the other, as by somebody who works
with it. Answers are compared. An engine that has used up its time for a query is not asked it
again. The report is Markdown on stdout, losses first.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

from answers import compared
from measuring import children, folder, proportional_memory, tree
from peers_asking import GRAPH, RESULTS, Ask, FailedError, by_copy, in_process
from peers_report import MAPLIB, OURS, REFERENCE, Told, report
from peers_world import OPTIONS, World
from tests.peers.servers import FUSEKI, OXIGRAPH, RDF4J
from tests.peers.servers import MAPLIB as MAPLIB_VERSION
from workload import FOLDER, Template, constants, templates

SETS: Final = ("workload", "second")
"""Folders of queries; nothing was made faster with the second in sight."""

LIMITED: Final = "Oxigraph"
"""The server of the engine that has no limit of time in this process."""

BUDGET_SECONDS: Final = 5.0
"""What an engine may use for one template, rounds that are not measured included.

Once it is used up the engine is not asked any more; at least one of its answers is measured.
"""

TRIPLES: Final = 100_000
ROUNDS: Final = 3
CONSTANTS: Final = 3
FOLDERS: Final = {
    OURS: "home",
    "Oxigraph": "oxigraph",
    "Fuseki": "tdb2",
    "Virtuoso": "virtuoso",
    "RDF4J": "rdf4j",
}
PROGRAMS: Final = {
    "kg.cli": OURS,
    "rdf4j": "RDF4J",
    "fuseki": "Fuseki",
    "virtuoso-t": "Virtuoso",
    "oxigraph": "Oxigraph",
}
"""Words in the commands of servers; the folders of others may have the word of one after it."""


def main(arguments: list[str]) -> None:
    """Make the data, start all, ask, and report."""
    asked = _read(arguments)
    with folder() as place, ExitStack() as stack:
        world = World(place)
        reference = world.load(asked.releases or place / "releases", asked.triples)
        asking = {**world.serve(stack, reference, asked.without), REFERENCE: in_process(reference)}
        sets = constants(reference, CONSTANTS)
        _say_what_runs(len(reference), world.loading)
        for name in asked.set or SETS:
            told = [_ask_all(each, asking, sets, asked.rounds) for each in templates(FOLDER / name)]
            report(name, told, list(asking))
        _say_what_it_takes(place)


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The same queries to our server and to others.")
    parser.add_argument("triples", type=int, nargs="?", default=TRIPLES)
    parser.add_argument("rounds", type=int, nargs="?", default=ROUNDS)
    parser.add_argument("--set", choices=SETS, action="append", help="of queries (default: all)")
    releases = "a folder that keeps what is imported, for the next run"
    parser.add_argument("--releases", type=Path, help=releases)
    parser.add_argument(
        "--without", choices=["RDF4J", "Virtuoso", MAPLIB], action="append", default=[]
    )
    return parser.parse_args(arguments)


def _say_what_runs(quads: int, loading: Mapping[str, float]) -> None:
    out = sys.stdout.write
    cores, python = os.cpu_count(), platform.python_version()
    out(f"{quads:,} quads, {cores} cores ({platform.machine()}), Python {python}, ")
    out(f"Oxigraph {OXIGRAPH}, Fuseki {FUSEKI} with TDB2, RDF4J {RDF4J} with a native store, ")
    out(f"maplib {MAPLIB_VERSION} with the triples of the default graph, ")
    out(f"{OPTIONS.heap} of heap for each of both. ")
    out(f"A query may take {OPTIONS.seconds} s; once an engine has spent {BUDGET_SECONDS:g} s ")
    out("on one template it is not asked that again, and its times so far count; ratios are over ")
    out("the constants for which both answered.\n\n| engine | loading, s |\n|---|---|\n")
    for name, seconds in loading.items():
        out(f"| {name} | {seconds:.1f} |\n")
    sys.stdout.flush()


def _say_what_it_takes(place: Path) -> None:
    """Print the disk and the proportional memory of each, after all queries."""
    memory = dict.fromkeys(FOLDERS, 0)
    for child in children(os.getpid()):
        command = Path(f"/proc/{child}/cmdline").read_text("utf-8", "replace")
        engine = next((name for word, name in PROGRAMS.items() if word in command), None)
        if engine is not None:
            memory[engine] += sum(map(proportional_memory, tree(child)))
    out = sys.stdout.write
    out("\n| engine | disk, MB | memory, MB |\n|---|---|---|\n")
    for name, where in FOLDERS.items():
        files = (path for path in (place / where).rglob("*") if path.is_file())
        disk = sum({file.st_ino: file.st_size for file in map(Path.stat, files)}.values())
        out(f"| {name} | {disk / 1e6:,.0f} | {memory[name] / 1e6:,.0f} |\n")


def _ask_all(
    template: Template, asking: Mapping[str, Ask], sets: list[dict[str, str]], rounds: int
) -> Told:
    """One round that is not measured, whose answers are compared, and measured ones."""
    turns = _Turns(template, asking)
    with suppress(FailedError):  # which is told when it is asked for the answer
        turns.told.by_copy = by_copy(asking[OURS], template.with_constants(sets[0]))
    for turn in range(rounds + 1):
        for name in asking:
            for number, each in enumerate(sets):
                turns.ask(name, number, template.with_constants(each), is_measured=turn > 0)
    turns.compare()
    return turns.told


class _Turns:
    """Asks all engines one template in turn; `spent` is how long each took so far."""

    def __init__(self, template: Template, asking: Mapping[str, Ask]) -> None:
        self.told = Told(template)
        self._asking = asking
        self._spent = dict.fromkeys(asking, 0.0)
        self._how = template.compared
        self._answers: dict[int, dict[str, object]] = {}

    def ask(self, name: str, number: int, text: str, *, is_measured: bool) -> None:
        """Ask one engine with one set of constants, which has a number."""
        told = self.told
        if not self._may_be_asked(name):
            return
        body, took = self._asked(name, text, f"constants {number}")
        if body is None or (not is_measured and not self._is_whole(name, number, body)):
            return
        if is_measured or (self._spent[name] > BUDGET_SECONDS and name not in told.times):
            told.times.setdefault(name, {}).setdefault(number, []).append(took)
            told.once |= set() if is_measured else {name}

    def compare(self) -> None:
        """Note whose answers differ."""
        for answers in self._answers.values():
            right = next(answers[name] for name in (REFERENCE, *answers) if name in answers)
            self.told.differs |= {name for name, answer in answers.items() if answer != right}

    def _is_whole(self, name: str, number: int, body: bytes) -> bool:
        """Keep an answer; whether it is whole: some servers cut it off where its time is over."""
        try:
            answer = compared(body, self._how)
        except (ValueError, SyntaxError) as error:
            self.told.failed[name] = f"what it answered cannot be read: {error}"
            return False
        self._answers.setdefault(number, {})[name] = answer
        return True

    def _may_be_asked(self, name: str) -> bool:
        failed = self.told.failed
        if name in failed or (name == REFERENCE and LIMITED in failed):
            return False
        return self._spent[name] <= BUDGET_SECONDS

    def _asked(self, name: str, text: str, what: str) -> tuple[bytes | None, float]:
        """An answer, None where there is none, and how many seconds it took."""
        accept = GRAPH if self._how == "graph" else RESULTS
        began = time.perf_counter()
        body = None
        try:
            body = self._asking[name](text, accept)
        except FailedError as error:
            self.told.failed[name] = f"{what}: {error}"
        took = time.perf_counter() - began
        self._spent[name] += took
        return body, took


if __name__ == "__main__":
    main(sys.argv[1:])
