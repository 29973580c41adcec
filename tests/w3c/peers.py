"""The W3C's tests of queries and updates through the remote home.

`python -m tests.w3c.peers fuseki` prints how many are passed, and the names of the others. What
fails is the engine there, our guard in front of it (`SERVICE`, `LOAD`), or that literals are
compared in the forms in which our engine keeps them. Updates are tried on a copy, by our engine,
before they are sent.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
from tests.peers.servers import PEERS, Peer
from tests.sparql.w3c import Case
from tests.store.endpoints import place_of
from tests.w3c.evaluation import cases_of, wrong
from tests.w3c.known_peers import QUERIES, UPDATES
from tests.w3c.scratch import Scratch

from kg.errors import KgError
from kg.processes.opening import PLAIN
from kg.store.interface import Patch
from kg.store.remote import RemoteStore
from kg.store.remote_mark import OURS, data_update
from kg.tokens import Scope, Tokens
from kg.web import create_app


class PeerScratch(Scratch):
    """The real application over an endpoint of others, which is filled from outside."""

    def __init__(self, store: RemoteStore) -> None:
        self.remote = store
        self.client = create_app(store).test_client()
        self.token = ""
        self._numbers = count()
        self._filled = frozenset()

    def fill(self, quads: Iterable[ox.Quad] = ()) -> None:
        """Have just these quads there."""
        wanted = frozenset(quads)
        if wanted != self._filled:
            self.remote.update_raw("DROP ALL")
            if wanted:
                self.remote.update_raw(data_update(wanted))
            self._filled = wanted

    def send(self, method, path, headers=None, body=b""):
        """Send a request of anybody."""
        return self.client.open(path, method=method, headers=headers, data=body or None)


class PeerUpdates(Scratch):
    """The same application with a token, over a dataset that is emptied before each test.

    A commit begins with an empty dataset or with what the last one left. So what a test needs is a
    commit, too, of a store that knows of nothing before.
    """

    own = frozenset(OURS)

    def __init__(self, peer: Peer, folder: Path) -> None:
        self._place = place_of(peer)
        self._folder = folder
        self._tokens = Tokens(folder / "tokens.json")
        _, self.token = self._tokens.create("tester", [Scope.WRITE])
        self._numbers = count()
        self._admin = RemoteStore(self._place, PLAIN, folder / "admin")
        self._probed = replace(self._admin.probe(), conditional=True)  # nobody else writes
        self.fill()

    def fill(self, quads: Iterable[ox.Quad] = ()) -> None:
        """Have just these quads there, in the first commit of a store."""
        self._admin.update_raw("DROP ALL")
        place = self._folder / str(next(self._numbers))
        self.store = RemoteStore(self._place, PLAIN, place, self._probed)
        self.client = create_app(self.store, tokens=self._tokens).test_client()
        self._generation = 0
        if wanted := tuple(quads):
            self._commit(Patch(wanted))

    def changed(self) -> None:
        """Each test begins anew anyway."""


def failures(cases: Iterable[Case], scratch: Scratch) -> dict[str, str]:
    """The tests that are not passed, and what is wrong; what the home refuses to hold, too."""
    found: dict[str, str] = {}
    for case in cases:
        try:
            words = wrong(case, scratch)
        except KgError as error:
            words = str(error)
        if words:
            found[case.name] = words
    return found


@contextmanager
def peer_updates(name: str) -> Iterator[PeerUpdates]:
    """One that writes, over a server of others, for a while."""
    with TemporaryDirectory() as folder, PEERS[name]() as peer:
        yield PeerUpdates(peer, Path(folder))


@contextmanager
def peer_scratch(name: str) -> Iterator[PeerScratch]:
    """One over a server of others, for a while."""
    with TemporaryDirectory() as folder, PEERS[name]() as peer:
        yield PeerScratch(RemoteStore(place_of(peer), PLAIN, Path(folder)))


def main() -> None:
    """Print a line for each suite, and one for each test that is not passed."""
    for suites, opened in ((QUERIES, peer_scratch), (UPDATES, peer_updates)):
        with opened(sys.argv[1]) as scratch:
            for suite in suites:
                cases = cases_of(suite)
                found = failures(cases, scratch)
                sys.stdout.write(f"{suite}: {len(cases) - len(found)} of {len(cases)}\n")
                for name, words in found.items():
                    sys.stdout.write(f"  {name}: {words[:150]!r}\n")


if __name__ == "__main__":
    main()
