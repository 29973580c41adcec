"""Random queries over much data that nobody has tuned anything for.

    PYTHONPATH=. python benchmarks/unseen.py HOME [QUERIES] [SEED]

HOME is a folder in which a store was loaded (`pages.py` leaves one). Queries are made of what the
data has: stars and ways of triples that are there, with variables in the place of terms, and every
other clause on top. Each is asked of a server under its limits; what the copy in columns answers is
asked of the engine too, in a process of its own that is ended after a while, and compared. Prints
what came of them, and exits with 1 where an answer is wrong or a query outlived its limit.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import numpy as np
import pyoxigraph as ox
from answers import compared
from measuring import Server, line
from peers_asking import RESULTS, Ask, FailedError, by_copy, over_http, wait_for_copy

from kg.columnar.delta import opened
from kg.columnar.keeping import NAME
from kg.columnar.layout import Copy
from kg.namespaces import DEFAULT_UNION
from kg.store.folder import Folder
from kg.store.interface import WHOLE
from kg.store.view import View

QUERIES: Final = 250
SECONDS: Final = 10
"""The limit of the server; an answer may take longer to be read."""

READING: Final = 5
ENGINE_SECONDS: Final = 30
FORK: Final = multiprocessing.get_context("fork")
_NUMBER: Final = "^^<http://www.w3.org/2001/XMLSchema#"


@dataclass
class Made:
    """A query in the making: its patterns, and which terms its variables stand for."""

    patterns: list[str] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)

    def name(self, term: int) -> str:
        """The variable that stands for a term."""
        return self.names.setdefault(term, f"?v{len(self.names)}")


class Making:
    """Makes queries of the triples of a copy; the same seed makes the same ones."""

    def __init__(self, copy: Copy, seed: int) -> None:
        self._copy = copy
        self._choose = random.Random(seed)  # noqa: S311 - nobody is to be kept from guessing
        self._predicates = [*copy.union.predicates.values()]

    def query(self) -> str:
        """One of the forms that people use, over two to four triples that hang together."""
        made = self._connected(self._choose.choice((1, 2, 2, 3, 3, 4)))
        body = " ".join([*made.patterns, *self._clauses(made)])
        if self._chance(0.1):
            body = f"GRAPH ?graph {{ {body} }}"
        names = [*made.names.values()]
        if self._chance(0.05):
            return f"ASK {{ {body} }}"
        if self._chance(0.35):
            return self._grouped(names, body)
        shown = self._choose.sample(names, self._choose.randint(1, min(3, len(names))))
        distinct = self._choose.choice(("", "", "DISTINCT "))
        order = f" ORDER BY {' '.join(shown)}" if self._chance(0.4) else ""
        limit = f" LIMIT {self._choose.choice((10, 100, 1_000))}" if self._chance(0.6) else ""
        return f"SELECT {distinct}{' '.join(shown)} {{ {body} }}{order}{limit}"

    def _chance(self, share: float) -> bool:
        return self._choose.random() < share

    def _connected(self, size: int) -> Made:
        """Patterns of a tree of triples; a term at its edge may stay as it is."""
        made = Made()
        s, p, o = self._triple()
        self._add(made, s, p, o)
        for _ in range(size - 1):
            end = self._choose.choice([*made.names])
            found = self._beside(end)
            if found is not None:
                self._add(made, *found)
        return made

    def _add(self, made: Made, s: int, p: int, o: int) -> None:
        subject, path = made.name(s), self._copy.text(p)
        stays = o not in made.names and self._chance(0.25)
        value = self._copy.text(o) if stays else made.name(o)
        repeated = "+" if self._chance(0.05) else ""
        made.patterns.append(f"{subject} {path}{repeated} {value} .")

    def _triple(self) -> tuple[int, int, int]:
        """Any triple: of a predicate, and there of any subject."""
        predicate = self._choose.choice(self._predicates)
        rows = self._copy.union.by_subject(predicate)
        at = self._choose.randrange(predicate.rows)
        return int(rows.s[at]), predicate.id, int(rows.o[at])

    def _beside(self, term: int) -> tuple[int, int, int] | None:
        """Another triple with a term."""
        end = self._choose.choice("so")
        found = self._copy.union.of_term("s" if end == "s" else "o", term)
        if not found:
            return None
        predicate = self._choose.choice([*found])
        rows = found[predicate]
        at = self._choose.randrange(len(rows.s))
        return int(rows.s[at]), predicate, int(rows.o[at])

    def _clauses(self, made: Made) -> list[str]:
        """Some of what may stand beside patterns."""
        found: list[str] = []
        for _ in range(self._choose.choice((0, 0, 1, 1, 2))):
            term = self._choose.choice([*made.names])
            name, text = made.names[term], self._copy.text(term)
            another = self._beside(term)
            if self._chance(0.5) and another is not None:
                s, p, o = another
                ends = [name if each == term else f"?w{len(found)}" for each in (s, o)]
                pattern = f"{ends[0]} {self._copy.text(p)} {ends[1]}"
                ways = ("OPTIONAL {{ {} }}", "FILTER NOT EXISTS {{ {} }}", "MINUS {{ {} }}")
                found.append(self._choose.choice((*ways, "{{ {} }}")).format(pattern))
            elif _NUMBER in text:
                found.append(f"FILTER({name} {self._choose.choice(('<', '>=', '='))} {text})")
            elif text.startswith("<"):
                wanted = self._choose.choice(("e", "1", "event", "conflict"))
                found.append(f'FILTER(CONTAINS(STR({name}), "{wanted}"))')
            else:
                found.append(f'FILTER(LANG({name}) = "{self._choose.choice(("", "en"))}")')
        return found

    def _grouped(self, names: list[str], body: str) -> str:
        key = self._choose.choice(names)
        function = self._choose.choice(("COUNT(*)", "COUNT(DISTINCT {})", "MIN({})", "MAX({})"))
        call = function.format(self._choose.choice(names))
        if self._chance(0.4):
            return f"SELECT ({call} AS ?x) {{ {body} }}"
        return f"SELECT {key} ({call} AS ?x) {{ {body} }} GROUP BY {key}"


def main(home: Path, queries: int, seed: int) -> int:
    """Ask, compare, and tell what came of it."""
    folder = Folder(home)
    outcome: Counter[str] = Counter()
    wrong: list[str] = []
    times: dict[str, list[float]] = {"copy": [], "engine": []}
    with Server(home, settings=(f"seconds={SECONDS}", "kept_bytes=0")) as server:
        ask = over_http(f"http://127.0.0.1:{server.port}/sparql", 10 * SECONDS)
        wait_for_copy(ask)
        generation = folder.kept()[-1]
        making = Making(opened(folder.artefacts / NAME / str(generation)), seed)
        for _ in range(queries):
            text = making.query()
            by, took, body = _asked(ask, text)
            outcome[by] += 1
            if body is not None:
                times[by].append(took)
            if took > SECONDS + READING:
                wrong.append(f"{text}\n    took {took:.1f} s")
            if by == "copy" and body is not None:
                outcome[compare(folder, generation, text, body, wrong)] += 1
    for words, count in sorted(outcome.items()):
        line(words, count)
    for by, found in times.items():
        if found:
            line(f"by the {by}: median and worst, ms", np.median(found) * 1000, max(found) * 1000)
    for each in wrong:
        sys.stdout.write(f"\n{each}\n")
    return 1 if wrong else 0


def _asked(ask: Ask, text: str) -> tuple[str, float, bytes | None]:
    """Who answered, or what became of it; how long it took; and the answer."""
    started = time.perf_counter()
    try:
        body = ask(text, RESULTS)
        took = time.perf_counter() - started
        json.loads(body)
        return ("copy" if by_copy(ask, text) else "engine"), took, body
    except (FailedError, ValueError) as error:
        words = str(error)
        limits = ("processor time", "longer than", "memory", "rows", "bytes", "timed out")
        known = next((each for each in limits if each in words), "")
        ended = f"ended by its limit ({known})" if known else f"refused: {words[:200]}"
        return ended, time.perf_counter() - started, None


def compare(folder: Folder, generation: int, text: str, body: bytes, wrong: list[str]) -> str:
    """Whether the engine gives the same; it is left where it takes too long."""
    ours, theirs = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_engine, args=(folder, generation, text, theirs))
    process.start()
    theirs.close()
    try:
        there = ours.poll(ENGINE_SECONDS)
        expected = ours.recv() if there else None
    except EOFError:
        expected = None
    finally:
        process.kill()
        process.join()
    if expected is None:
        return "by the copy, where the engine gives none in time"
    if compared(body, "solutions") != compared(expected, "solutions"):
        wrong.append(f"{text}\n    {body[:300]!r}\n    {expected[:300]!r}")
        return "by the copy, and wrong"
    return "by the copy, and equal to the engine's"


def _engine(folder: Folder, generation: int, text: str, out: Connection) -> None:
    store = ox.Store.read_only(str(folder.snapshot(generation)))
    view = View(generation, store, [ox.NamedNode(str(name)) for name in DEFAULT_UNION])
    found = view.evaluate(text, WHOLE, {})
    if isinstance(found, ox.QuerySolutions | ox.QueryBoolean):
        out.send(found.serialize(format=ox.QueryResultsFormat.JSON))


if __name__ == "__main__":
    given = sys.argv[2:]
    count, number = (int(given[at]) if len(given) > at else n for at, n in ((0, QUERIES), (1, 1)))
    sys.exit(main(Path(sys.argv[1]), count, number))
