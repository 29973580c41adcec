"""What the tests of the embedded home share."""

from __future__ import annotations

import sys
from pathlib import Path

import pyoxigraph as ox
from tests.store.homes import ALL
from tests.store.toy import RULES

from kg.store.candidate import Setup
from kg.store.digest import EMPTY, added
from kg.store.embedded import EmbeddedStore
from kg.store.values import solutions


def opened(home: Path) -> EmbeddedStore:
    """The store in a folder with the toy rules, as another process would open it."""
    return EmbeddedStore(home, Setup(RULES))


def subjects(home: Path) -> list[str]:
    """What is in the default graph."""
    return [row["s"].value.rpartition("/")[2] for row in solutions(opened(home), ALL)]


def authored(home: Path) -> set[ox.Quad]:
    """The quads of the newest generation that somebody wrote."""
    return {q for q in opened(home).snapshot().quads() if q.graph_name not in RULES.graphs}


def digest(home: Path) -> str:
    """Worked out from nothing."""
    return added(EMPTY, authored(home))


def hold(home: str) -> None:
    """Be the writer of a folder until standard input ends."""
    with opened(Path(home)).writing():
        print("held", flush=True)  # noqa: T201 - another process waits for it
        sys.stdin.read()
