"""The homes that the contract suite runs against; a new home is one line here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from tests.peers.servers import PEERS
from tests.store.endpoints import endpoint, peer, place_of
from tests.store.serving import supervised
from tests.store.toy import SETUP

from kg.store.embedded import EmbeddedStore
from kg.store.interface import (
    CommitMeta,
    Dataset,
    Patch,
    Receipt,
    Store,
)
from kg.store.remote import RemoteStore
from kg.store.remote_probe import Probed
from kg.store.served import ServedStore
from kg.store.values import Solution, read

NOON = datetime(2024, 1, 2, 12, 0, tzinfo=UTC)
META = CommitMeta(author="a curator", message="a reason", time=NOON)
JSON = "application/sparql-results+json"

ALL = "SELECT ?s ?o WHERE { ?s <http://example.org/p> ?o } ORDER BY ?s ?o"


@contextmanager
def embedded(folder: Path) -> Iterator[Callable[[], Store]]:
    """Each process that asks opens the folder itself."""
    yield lambda: EmbeddedStore(folder, SETUP)


@contextmanager
def served(folder: Path) -> Iterator[Callable[[], Store]]:
    """All ask the one server."""
    with supervised(folder, "tests.store.toy:SETUP"):
        yield lambda: ServedStore(folder)


@contextmanager
def remote(folder: Path) -> Iterator[Callable[[], Store]]:
    """All ask an endpoint over HTTP, which happens to be one of ours over a plain dataset."""
    with endpoint(folder) as place:
        probed = Probed(queries=True, merges=True, updates=True, conditional=True)
        yield lambda: RemoteStore(place, SETUP, folder / "artefacts-there", probed)


def at_peer(name: str) -> Callable[[Path], AbstractContextManager[Callable[[], Store]]]:
    """A home at a server of others, which is emptied first."""

    @contextmanager
    def opened(folder: Path) -> Iterator[Callable[[], Store]]:
        place = place_of(peer(name))
        RemoteStore(place, SETUP, folder).update_raw("DROP ALL")
        folder.mkdir()
        probed = probed_peer(name)
        yield lambda: RemoteStore(place, SETUP, folder / "artefacts", probed)

    return opened


@cache
def probed_peer(name: str) -> Probed:
    """What a server of others can do, found out once; one writer at a time is safe anywhere."""
    found = RemoteStore(place_of(peer(name)), SETUP, Path()).probe()
    return replace(found, conditional=True)


HOMES: dict[str, Callable[[Path], AbstractContextManager[Callable[[], Store]]]] = {
    "embedded": embedded,
    "served": served,
    "remote": remote,
}

PEER_HOMES = {name: at_peer(name) for name in PEERS}
"""Homes at servers of others, for `make peers`."""


def commit(
    store: Store,
    *added: ox.Quad,
    removed: Sequence[ox.Quad] = (),
    commit_id: str | None = None,
) -> Receipt:
    name = commit_id or f"commit {store.generation() + 1}"
    return store.commit(Patch(added, tuple(removed)), META, commit_id=name)


def names(solutions: Sequence[Solution]) -> list[tuple[str, ...]]:
    """The last parts of the IRIs in each solution."""
    return [tuple(str(t).rstrip(">").rpartition("/")[2] for t in row.values()) for row in solutions]


def rows(store: Store, text: str, dataset: Dataset) -> int:
    """How many solutions there are over a dataset."""
    data = read(store.query(text, accept=JSON, dataset=dataset))
    return len(json.loads(data)["results"]["bindings"])
