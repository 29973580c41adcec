"""The W3C's tests of queries through the remote home: `python -m tests.w3c.peers fuseki`.

Prints how many are passed, and the names of the others. What fails is the engine there, our guard
in front of it (`SERVICE`), or that literals are compared in the forms in which our engine keeps
them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox
from tests.peers.servers import PEERS
from tests.store.endpoints import place_of
from tests.w3c.evaluation import cases_of, wrong
from tests.w3c.known_peers import QUERIES
from tests.w3c.scratch import Scratch

from kg.processes.opening import PLAIN
from kg.store.remote import RemoteStore
from kg.store.remote_mark import data_update
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


@contextmanager
def peer_scratch(name: str) -> Iterator[PeerScratch]:
    """One over a server of others, for a while."""
    with TemporaryDirectory() as folder, PEERS[name]() as peer:
        yield PeerScratch(RemoteStore(place_of(peer), PLAIN, Path(folder)))


def main() -> None:
    """Print a line for each suite, and one for each test that is not passed."""
    with peer_scratch(sys.argv[1]) as scratch:
        for suite in QUERIES:
            cases = cases_of(suite)
            failures = {c.name: found for c in cases if (found := wrong(c, scratch))}
            sys.stdout.write(f"{suite}: {len(cases) - len(failures)} of {len(cases)}\n")
            for name, found in failures.items():
                sys.stdout.write(f"  {name}: {found[:100]!r}\n")


if __name__ == "__main__":
    main()
