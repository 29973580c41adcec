"""Many random queries, each answered by the engine and by the copy; answers that differ are told.

python -m tests.columnar.differential 100000 --seed 1

The engine ends its process over some awkward terms in ORDER BY. So queries are asked in processes
of their own, and those of one that was ended so are counted apart, with the query that did it.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import multiprocessing
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from unittest.mock import patch

import pyoxigraph as ox
from tests.columnar.generator import Generator
from tests.columnar.worlds import World, committed, filled, followed, world

from kg.columnar import evaluate, layout, stars
from kg.columnar.algebra import Construct
from kg.columnar.answer import Answer, answer
from kg.columnar.handing_over import Budget, HandedOver
from kg.errors import QueryError
from kg.sparql.lexer import tokens
from kg.sparql.ties import with_ties_ordered
from kg.store.interface import WHOLE
from kg.store.view import engine_errors

SMALL = Budget(rows=20_000)
QUERIES_OF_A_WORLD = 100
GENERATIONS_OF_A_WORLD = 5
WITH_TIES_ORDERED = 0.7
QUERIES_OF_A_PROCESS = 1_000
PROCESSES = 2
FROM = re.compile(r"FROM (<[^>]+>) ")
FORK = multiprocessing.get_context("fork")


class Bytes(io.BytesIO):
    """An answer in memory."""

    media_type = ""


@dataclass
class Outcome:
    """What came of some queries; `reasons` are those for handing over, without their numbers.

    `stars` are steps that took rows which were put together before; `ended` are queries over which
    the engine ended its process.
    """

    answered: int = 0
    full: int = 0
    stars: int = 0
    ended: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Take in what came of other queries."""
        self.answered += other.answered
        self.full += other.full
        self.stars += other.stars
        self.ended += other.ended
        self.reasons += other.reasons
        self.differences += other.differences


def compare(text: str, world: World, outcome: Outcome) -> None:
    """Ask both, ours twice, since it keeps some of what it worked out; note what came of it.

    Where FROM says it, the second time the graph is given apart from the query.
    """
    graph = FROM.search(text)
    try:
        answer(world.copy, text, SMALL)
        found = answer(world.copy, FROM.sub("", text), SMALL, graph=graph and graph[1])
        ours = found.result
        outcome.stars += sum("of what has" in step.operator for step in found.steps)
    except HandedOver as reason:
        outcome.reasons[re.sub(r"\?\w+|[\d,]+|: .*", "…", str(reason))] += 1
        return
    try:
        with engine_errors():
            theirs = world.view.evaluate(text, WHOLE, {})
            outcome.answered += 1
            difference = differing(text, theirs, ours, outcome) or otherwise_written(found)
    except QueryError as error:
        difference = f"the engine refuses it: {error}"
    if difference:
        outcome.differences.append(f"{text}\n    {difference}")


def otherwise_written(found: Answer) -> str:
    """How the bytes of an answer differ from those that the engine makes of its solutions."""
    if isinstance(found.query, Construct):
        return ""
    sink = Bytes()
    found.write(ox.QueryResultsFormat.JSON.media_type, sink)
    expected = found.result.serialize(format=ox.QueryResultsFormat.JSON)
    return "" if sink.getvalue() == expected else f"{sink.getvalue()!r} and not {expected!r}"


def differing(text: str, theirs: object, ours: object, outcome: Outcome) -> str:
    """How two answers differ; empty where they do not."""
    if isinstance(theirs, ox.QueryBoolean):
        return "" if bool(theirs) == bool(ours) else f"{bool(theirs)} and not {bool(ours)}"
    if isinstance(theirs, ox.QueryTriples):
        assert isinstance(ours, ox.QueryTriples)
        expected, found = set(theirs), set(ours)
        outcome.full += bool(expected)
        return "" if expected == found else f"missing {expected - found}, added {found - expected}"
    assert isinstance(theirs, ox.QuerySolutions)
    assert isinstance(ours, ox.QuerySolutions)
    names = [variable.value for variable in ours.variables]
    if sorted(names) != sorted(variable.value for variable in theirs.variables):
        return "other variables"
    expected, found = rows(theirs, names), rows(ours, names)
    outcome.full += bool(expected)
    if Counter(expected) != Counter(found):
        missing, added = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
        return f"missing {list(missing.elements())[:3]}, added {list(added.elements())[:3]}"
    return "" if ordered(text, names, expected) == ordered(text, names, found) else "another order"


def rows(solutions: Iterable[ox.QuerySolution], names: list[str]) -> list[tuple[str, ...]]:
    return [tuple(str(solution[name] or "") for name in names) for solution in solutions]


def ordered(text: str, names: list[str], found: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The columns that a query is ordered by; no other order is promised."""
    _, _, clause = text.rpartition("}")[2].partition("ORDER BY")
    keys = [names.index(name) for name in re.findall(r"\?(\w+)", clause) if name in names]
    return [tuple(row[key] for key in keys) for row in found] if clause else []


def run(queries: int, seed: int, told: Path | None = None) -> Outcome:
    """Compare so many queries over random worlds, most of them after random commits.

    Every second world is answered as if it were large: with rows put together for stars, and with
    tables of where terms begin. Each query is told to a file before it is asked.
    """
    outcome = Outcome()
    generator = Generator(seed)
    choose = random.Random(seed)
    of_a_world = GENERATIONS_OF_A_WORLD * QUERIES_OF_A_WORLD
    with tempfile.TemporaryDirectory() as folder, ExitStack() as patches:
        for number in range(0, queries, QUERIES_OF_A_WORLD):
            place = Path(folder, str(number))
            if number % of_a_world == 0:
                store = filled(choose, choose.choice((0, 60, 150, *[300] * 7)))
                asked = world(store, place)
                patches.close()
                if number // of_a_world % 2 == 0:
                    as_if_large(patches)
            else:
                asked = followed(store, asked, committed(store, choose), place)
            for _ in range(min(QUERIES_OF_A_WORLD, queries - number)):
                text = generator.query()
                if choose.random() < WITH_TIES_ORDERED:
                    text = with_ties_ordered(text, tuple(tokens(text)))
                if told is not None:
                    told.write_text(text)
                compare(text, asked, outcome)
    return outcome


def as_if_large(patches: ExitStack) -> None:
    """Have small worlds answered by what is for large ones."""
    patches.enter_context(patch.object(evaluate, "SMALL", 0))
    patches.enter_context(patch.object(layout, "MANY", 1))
    patches.enter_context(patch.object(stars, "SELECTIVE", 0))


def run_apart(queries: int, seed: int) -> Outcome:
    """The same in a process of its own, which the engine may end."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "query")
        ours, theirs = FORK.Pipe(duplex=False)
        process = FORK.Process(target=lambda: theirs.send(run(queries, seed, told)))
        process.start()
        theirs.close()
        try:
            return cast("Outcome", ours.recv())
        except EOFError:
            return Outcome(ended=[told.read_text()])
        finally:
            process.join()


def number_of(seed: str) -> int:
    """A seed of its own for each process."""
    return int.from_bytes(hashlib.blake2b(seed.encode(), digest_size=6).digest())


def main() -> int:
    """Run, and tell what came of it; 1 where an answer differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("queries", type=int)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    starts = range(0, arguments.queries, QUERIES_OF_A_PROCESS)
    counts = (min(QUERIES_OF_A_PROCESS, arguments.queries - start) for start in starts)
    seeds = (f"{arguments.seed} {start}" for start in starts)
    outcome = Outcome()
    with ThreadPoolExecutor(PROCESSES) as pool:
        for found in pool.map(run_apart, counts, map(number_of, seeds)):
            outcome.add(found)
    for ended in outcome.ended:
        sys.stdout.write(f"the engine ended its process over\n{ended}\n\n")
    for difference in outcome.differences[:20]:
        sys.stdout.write(f"{difference}\n\n")
    for reason, count in outcome.reasons.most_common(40):
        sys.stdout.write(f"{count:8,}  {reason}\n")
    sys.stdout.write(f"{outcome.answered:,} answered by both, {outcome.full:,} with solutions\n")
    sys.stdout.write(f"{outcome.stars:,} steps took rows put together before\n")
    sys.stdout.write(f"{len(outcome.ended):,} processes ended by the engine\n")
    sys.stdout.write(f"{len(outcome.differences):,} differ\n")
    return 1 if outcome.differences else 0


if __name__ == "__main__":
    sys.exit(main())
