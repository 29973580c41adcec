"""How long a server takes until it answers and until it writes, on a large store.

Prints a table to stdout, in seconds, medians of RUNS: after a clean stop; after a SIGKILL with
commits in the log that no snapshot has; and the same where the engine has lost them too, as when
the power goes, so that they are made again from the log. The store has about as many triples
as the argument says (1,000,000), generated and loaded as one commit by the writer itself: nobody
judges them, and no rule is run over them.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from generate import quads
from measuring import Client, Server, folder, line

from kg.processes.opening import update
from kg.store.candidate import Prepared, Setup
from kg.store.embedded import EmbeddedStore
from kg.store.folder import Folder, clone
from kg.store.interface import CommitMeta, Patch
from kg.store.writer import Commit

RUNS: Final = 5
TRIPLES: Final = 1_000_000
UNPUBLISHED: Final = 100
SETUP: Final = "recovery:BULK"
QUERY: Final = "SELECT ?label WHERE { claim:generated-0 rdfs:label ?label }"
UPDATE: Final = 'INSERT DATA {{ GRAPH graph:curated {{ claim:more-{0} rdfs:comment "{0}" }} }}'

BULK: Final = Setup(update=update)
"""Our store without its rules, which take minutes for a million triples, and without a gate."""

_numbers: Final = count()


def main(triples: int) -> None:
    """Load, and start again and again."""
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)  # where workers find the setup
    with folder() as place:
        home = place / "home"
        _load(home, triples)
        line(f"medians of {RUNS} starts, in seconds", "answers", "writes", "ready", "made again")
        _starts("after a clean stop", home, _nothing)
        _starts(f"after kill -9, {UNPUBLISHED} commits unpublished", home, _killed)
        _starts("the same, and the engine has lost them", home, _lost)


def _load(home: Path, triples: int) -> None:
    start = time.perf_counter()
    patch = Patch(added=tuple(set(quads(triples))))
    made = time.perf_counter() - start
    meta = CommitMeta(author="benchmark", message="generated", time=datetime.now(UTC))
    with EmbeddedStore(home, BULK).writing() as writer:
        writer.commit([Commit(Prepared(0, patch), meta, "generated")])
        committed = time.perf_counter() - start
        writer.publish()
    line(f"{len(patch.added):,} triples", "seconds")
    line("  generated", made)
    line("  loaded as one commit and published", time.perf_counter() - start - made)
    line("  of which to make a snapshot", time.perf_counter() - start - committed)
    line(f"  on disk: {_size(home) / 1e6:.0f} MB")
    line("")


def _starts(name: str, home: Path, before: Callable[[Path], int]) -> None:
    """Start RUNS times, each time after the same thing has happened."""
    times, expected = [], 0
    for _ in range(RUNS):
        expected = before(home)
        with Server(home, SETUP) as server:
            ready = server.since_start()
            with Client(server) as client:
                _until_ok(client, lambda at: at.select(QUERY)[0])
                answers = server.since_start()
                _until_ok(client, lambda at: at.get("/readyz?for=write")[0])
            writes = server.since_start()
            if f'"replayed": {expected}' not in server.words():
                sys.exit(f"{expected} commits should have been made again:\n{server.words()}")
            times.append((answers, writes, ready))
    line(name, *(statistics.median(column) for column in zip(*times, strict=True)), expected)


def _until_ok(client: Client, ask: Callable[[Client], int]) -> None:
    while ask(client) != 200:
        time.sleep(0.002)


def _nothing(home: Path) -> int:
    """Leave the store as it was stopped."""
    return 0


def _killed(home: Path) -> int:
    """Commit what is not published, and kill the server."""
    server = Server(home, SETUP, ["publish_seconds=3600"])
    with server, Client(server, token=server.token) as client:
        for left in reversed(range(UNPUBLISHED + 1)):
            number = next(_numbers)
            status, body = client.update(UPDATE.format(number), f"more-{number}")
            if status != 200:
                sys.exit(f"a commit was refused: {body.decode()}")
            if left == UNPUBLISHED:  # the first is published, and those after it are not
                client.select(QUERY, json.loads(body)["generation"])
        server.end(signal.SIGKILL)
    return 0


def _lost(home: Path) -> int:
    """The same, and put the newest snapshot in the place of what the writer had."""
    _killed(home)
    place = Folder(home)
    old = place.live.resolve()
    new = place.path / f"live.lost-{next(_numbers)}"
    clone(place.snapshot(place.kept()[-1]), new)
    place.live.unlink()
    place.live.symlink_to(new.name)
    shutil.rmtree(old)
    return UNPUBLISHED


def _size(path: Path) -> int:
    files = {file.stat().st_ino: file.stat().st_size for file in path.rglob("*") if file.is_file()}
    return sum(files.values())


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else TRIPLES)
