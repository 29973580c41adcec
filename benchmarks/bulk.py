"""How long a bulk load takes, by its steps, beside what the engine alone takes for the same file.

    python benchmarks/bulk.py 1000000 [validate]

Prints a table to stdout: seconds by the clock and of processor time for each step, processes that
have ended included, and the most memory until its end, of this process and of the largest other.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
from measuring import folder, line
from world import write_releases

from kg.namespaces import IMPORTED
from kg.processes.opening import OURS, open_embedded
from kg.store.bulk import Load, load_in_bulk
from kg.store.interface import CommitMeta
from kg.store.seed import seed

GRAPH = ox.NamedNode(str(IMPORTED))
_MEGABYTE = 1024  # ru_maxrss is in kilobytes
_KG = "from kg.cli import main; main()"


class Steps:
    """Prints a line when a step has ended."""

    def __init__(self) -> None:
        self._step = "starting"
        self._began = self._now()

    @staticmethod
    def _now() -> tuple[float, float]:
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.perf_counter(), time.process_time() + ended.ru_utime + ended.ru_stime

    def tell(self, step: str, done: int, of: int) -> None:
        """See `kg.store.telling.Tell`."""
        if step != self._step:
            who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
            peaks = (f"{resource.getrusage(each).ru_maxrss / _MEGABYTE:.0f}" for each in who)
            now = self._now()
            clock, cpu = (f"{end - begin:.1f}" for begin, end in zip(self._began, now, strict=True))
            line(self._step, clock, cpu, *peaks)
            self._step, self._began = step, now


def main(arguments: list[str]) -> None:
    """Make the files, let the engine load them, then load them into a store with our data."""
    with folder() as place:
        files = _files(place, int(arguments[0]))
        line("step", "seconds", "CPU s", "peak MB", "of others")
        steps = Steps()
        steps.tell("the engine alone, bulk_load", 0, 0)
        engine = ox.Store(str(place / "engine"))
        for path in files:
            engine.bulk_load(path=path, to_graph=GRAPH)
        steps.tell("the seed", 0, 0)
        store = open_embedded(place / "home")
        seed(store)
        meta = CommitMeta("a benchmark", "much", datetime.now(UTC), "validate" in arguments)
        load = Load(dict.fromkeys(files, GRAPH), meta, "load/much", steps.tell)
        began = time.perf_counter()
        receipt = load_in_bulk(store.folder, OURS, load)
        steps.tell("", 0, 0)
        if receipt is not None:
            seconds = time.perf_counter() - began
            line("all of it", f"{seconds:.1f}", f"{receipt.added / seconds:,.0f} quads/s")


def _files(place: Path, triples: int) -> list[Path]:
    files = list[Path]()
    for release, table in write_releases(place, triples):
        target = place / release
        asked = ("import", "ucdp", "ged", str(table), "--release", release, "--citation", "-")
        command = [sys.executable, "-c", _KG, *asked, "--to", str(target)]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a command of ours
        whole = place / f"{release}.nt"
        with whole.open("wb") as file:
            file.writelines(path.read_bytes() for path in sorted(target.glob("part-*.nt")))
        files += [whole, target / "release.ttl"]
    return files


if __name__ == "__main__":
    main(sys.argv[1:])
