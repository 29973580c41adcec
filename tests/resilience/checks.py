"""What has to be true of a folder that no server runs on, whatever happened to the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
from tests.resilience.proc import strays

from kg.processes.opening import RULES, UNGATED
from kg.store.digest import EMPTY, added
from kg.store.embedded import EmbeddedStore
from kg.store.live import MARK, UNNAMED
from kg.store.workflow import is_workflow

CURATED = "https://w3id.org/conflict-kg/graph/curated"
EX = "http://example.org/"
QUADS = 3
"""So many has each commit of a client."""


def wrong_in(home: Path, acknowledged: Mapping[str, int]) -> list[str]:
    """What is wrong with a folder that no server runs on; repairs it as a command does."""
    store = EmbeddedStore(home, UNGATED)
    with store.writing() as writer:
        generation = writer.generation
    log, wrong = store.log(), []
    lines = (home / "commits.log").read_bytes().count(b"\n") if log else 0
    if not generation == len(log) == lines == store.generation():
        wrong.append(f"generation {generation}, {len(log)} entries, {lines} lines")
    clients = [entry for entry in log if not entry.message.startswith("contribution ")]
    ids = Counter(entry.commit_id.rpartition("/")[2] for entry in clients)
    wrong += [f"{name} is in the log {count} times" for name, count in ids.items() if count > 1]
    generations = {entry.commit_id.rpartition("/")[2]: entry.generation for entry in log}
    for name, told in acknowledged.items():
        if generations.get(name) != told:
            wrong.append(f"{name} was acknowledged as {told} and is {generations.get(name)}")
    quads = authored(store)
    subjects = [q.subject.value for q in quads if not is_workflow(q.graph_name)]
    names = (name.removeprefix(EX) for name in subjects if name.startswith(EX))
    parts = Counter(n.replace("/", "-") for n in names if not n.startswith("proposal/"))
    wrong += [f"{name} has {count} quads" for name, count in parts.items() if count != QUADS]
    if set(parts) != set(ids):
        wrong.append(f"in the log or in the state only: {set(parts) ^ set(ids)}")
    if log and added(EMPTY, quads) != log[-1].digest:
        wrong.append("the digest of the state is not the one in the log")
    return wrong


def authored(store: EmbeddedStore) -> list[ox.Quad]:
    """All that was written, contents of contributions included, as it lies on the disk."""
    path = store.folder.snapshot(store.generation())
    raw = ox.Store.read_only(str(path)) if path.is_dir() else ox.Store()
    hidden = {*RULES.graphs, MARK, UNNAMED}
    return [quad for quad in raw if quad.graph_name not in hidden]


def left_behind(home: Path) -> list[str]:
    """What a server that has stopped should have taken with it."""
    found = [str(path) for path in (home / "work").iterdir()]
    found += [str(path) for path in (home / "snapshots").glob(".*")]
    found += [str(path) for path in (home / "run").glob("*")]
    found += [str(path) for path in home.glob(".*")]
    live = (home / "live").resolve().name
    found += [str(path) for path in home.glob("live.*") if path.name != live]
    return [*found, *(f"process {pid}" for pid in strays(home))]
