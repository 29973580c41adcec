"""What turns one generation into another, of any size: sorted in files, never held as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from heapq import merge
from itertools import count, groupby, islice
from pathlib import Path
from typing import Final

from kg.store.bulklog import BulkLog
from kg.store.folder import store_error
from kg.store.interface import Generation

RUN: Final = 500_000
"""So many quads are sorted in memory at once; more are merged from files."""

_COME: Final = b" +\n"
_GONE: Final = b" -\n"
"""What follows a quad that a commit added or removed."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Files of N-Quads, sorted, each quad once: what comes, and what goes."""

    come: Path
    gone: Path


def differing(log: BulkLog, first: Generation, second: Generation, place: Path) -> Difference:
    """What turns one generation into another, in files in a folder.

    Costs the quads of the commits between, of which those of a large one are read one by one.
    Raises `NotFoundError` for a generation that there is not, and `StoreError` for a full disk.
    """
    older, newer = sorted((first, second))
    if newer:
        log.entry(newer)
    added, removed = place / "added.nq", place / "removed.nq"
    try:
        runs = list(_sorted(_signed(log, range(older + 1, newer + 1)), place))
        _write(runs, added, removed)
    except OSError as error:
        raise store_error("the difference cannot be sorted in files", error) from error
    return Difference(added, removed) if first <= second else Difference(removed, added)


def _signed(log: BulkLog, generations: Iterable[Generation]) -> Iterator[bytes]:
    """What commits did, quad by quad."""
    for generation in generations:
        if log.is_streamed(generation):
            yield from (quad + _COME for quad in log.quads_of(generation))
            continue
        patch = log.patch(generation)
        yield from (str(quad).encode() + _GONE for quad in patch.removed)
        yield from (str(quad).encode() + _COME for quad in patch.added)


def _sorted(lines: Iterator[bytes], place: Path) -> Iterator[Path]:
    for number in count():
        if not (some := sorted(islice(lines, RUN))):
            return
        path = place / f"run-{number}"
        with path.open("wb") as file:
            file.writelines(some)
        yield path


def _write(runs: Iterable[Path], added: Path, removed: Path) -> None:
    """What is left of all that was done: a quad that came and went again is in neither file."""
    with ExitStack() as stack, added.open("wb") as come, removed.open("wb") as gone:
        lines = merge(*(stack.enter_context(run.open("rb")) for run in runs))
        for quad, same in groupby(lines, key=lambda line: line[: -len(_COME)]):
            total = sum(1 if line.endswith(_COME) else -1 for line in same)
            if total:
                (come if total > 0 else gone).write(quad + b" .\n")
