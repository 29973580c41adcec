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

from kg.namespaces import CONSENSUS, CURATED, DERIVED, IMPORTED
from kg.processes.opening import update
from kg.store.candidate import Setup
from kg.store.embedded import EmbeddedStore
from kg.store.interface import (
    CommitMeta,
    Dataset,
    Gate,
    Patch,
    Receipt,
    Rules,
    Store,
    Trial,
    Verdict,
)
from kg.store.remote import RemoteStore
from kg.store.remote_probe import Probed
from kg.store.served import ServedStore
from kg.store.values import Solution, read

NOON = datetime(2024, 1, 2, 12, 0, tzinfo=UTC)
META = CommitMeta(author="a curator", message="a reason", time=NOON)
JSON = "application/sparql-results+json"

curated = ox.NamedNode(CURATED)
imported = ox.NamedNode(IMPORTED)
consensus = ox.NamedNode(CONSENSUS)
derived = ox.NamedNode(DERIVED)


def ex(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"http://example.org/{name}")


def quad(s: str, o: str | ox.Literal, graph: ox.NamedNode = curated) -> ox.Quad:
    return ox.Quad(ex(s), ex("p"), ex(o) if isinstance(o, str) else o, graph)


def computed(store: ox.Store) -> list[ox.Quad]:
    """Toy rules: what is curated and imported is agreed, and how much that is."""
    both = list(store.quads_for_pattern(None, None, None, curated))
    agreed = [
        ox.Quad(q.subject, q.predicate, q.object, consensus)
        for q in both
        if ox.Quad(q.subject, q.predicate, q.object, imported) in store
    ]
    return [*agreed, ox.Quad(ex("consensus"), ex("size"), ox.Literal(len(agreed)), derived)]


def no_evil(trial: Trial) -> Verdict:
    """A toy gate that refuses new `evil`, and has a word to say about `odd`."""
    after = {q.subject for q in trial.store}
    with trial.without() as before:
        new = after - {q.subject for q in before}
    findings = ("odd things happen",) if ex("odd") in new else ()
    return Verdict(ex("evil") not in new, "a report about evil", findings)


RULES = Rules((consensus, derived), computed)
GATE: Gate = no_evil

ALL = "SELECT ?s ?o WHERE { ?s <http://example.org/p> ?o } ORDER BY ?s ?o"

SETUP = Setup(RULES, GATE, update)
"""What processes of a server know as `tests.store.homes:SETUP`."""


@contextmanager
def embedded(folder: Path) -> Iterator[Callable[[], Store]]:
    """Each process that asks opens the folder itself."""
    yield lambda: EmbeddedStore(folder, SETUP)


@contextmanager
def served(folder: Path) -> Iterator[Callable[[], Store]]:
    """All ask the one server."""
    with supervised(folder, "tests.store.homes:SETUP"):
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
