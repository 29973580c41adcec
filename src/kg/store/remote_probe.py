"""What an endpoint can do, found out by asking it and not by its name.

Writing is tried in graphs of a name that nobody else has, which are emptied afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

import pyoxigraph as ox

from kg.errors import KgError
from kg.namespaces import GRAPH

RACERS: Final = 8
ROUNDS: Final = 12
"""A race that ends well proves nothing; several make it likely that a bad one is seen."""

_P: Final = "<urn:kg:probe>"


class Endpoint(Protocol):
    """What a probe asks."""

    def ask_raw(self, text: str, default: tuple[str, ...] = ()) -> ox.QuerySolutions:
        """The solutions of a query, over these default graphs if there are any."""

    def update_raw(self, text: str) -> None:
        """Make an update, and return when the endpoint says that it is made."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found: `None` where it could not be tried.

    `merges`: a triple of two default graphs is answered once. `conditional`: of updates that
    expect the same state and arrive together, exactly one is made. `why` says what went wrong.
    """

    queries: bool
    merges: bool | None = None
    updates: bool | None = None
    conditional: bool | None = None
    why: str = ""


def probe(endpoint: Endpoint, *, writes: bool) -> Probed:
    """Find out what an endpoint can do; updates are sent only if `writes`."""
    try:
        list(endpoint.ask_raw("SELECT ?s WHERE { ?s ?p ?o } LIMIT 1"))
    except KgError as error:
        return Probed(False, why=error.message)
    if not writes:
        return Probed(True)
    try:
        with _scratch(endpoint) as (one, two):
            data = f"{{ GRAPH {one} {{ {_P} {_P} 1 }} GRAPH {two} {{ {_P} {_P} 1 }} }}"
            endpoint.update_raw(f"INSERT DATA {data}")
            graphs = (one.value, two.value)
            found = list(endpoint.ask_raw(f"SELECT ?o WHERE {{ {_P} {_P} ?o }}", graphs))
            if not found:
                return Probed(True, updates=False, why="what is written cannot be read again")
            conditional = all(_races(endpoint, one, number) for number in range(ROUNDS))
            why = "" if conditional else "of updates for one state, not just one is made"
            return Probed(True, len(found) == 1, True, conditional, why)
    except KgError as error:
        return Probed(True, updates=False, why=error.message)


@contextmanager
def _scratch(endpoint: Endpoint) -> Iterator[tuple[ox.NamedNode, ox.NamedNode]]:
    name = f"{GRAPH}probe-{secrets.token_hex(8)}"
    one, two = ox.NamedNode(f"{name}-1"), ox.NamedNode(f"{name}-2")
    try:
        yield one, two
    finally:
        for graph in (one, two):
            endpoint.update_raw(f"DELETE WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}")


def _races(endpoint: Endpoint, graph: ox.NamedNode, number: int) -> bool:
    """Whether exactly one of several updates is made that expect the same mark.

    A mark that is not there any more must stop one, too.
    """
    mark, winner = f"<urn:kg:mark-{number}>", f"<urn:kg:won-{number}>"
    endpoint.update_raw(f"INSERT DATA {{ GRAPH {graph} {{ {mark} {_P} 0 }} }}")

    def race(racer: int) -> None:
        endpoint.update_raw(
            f"DELETE {{ GRAPH {graph} {{ {mark} {_P} 0 }} }} "
            f"INSERT {{ GRAPH {graph} {{ {winner} {_P} {racer} }} }} "
            f"WHERE {{ GRAPH {graph} {{ {mark} {_P} 0 }} }}"
        )

    _all(race)
    race(RACERS)
    query = f"SELECT ?o WHERE {{ GRAPH {graph} {{ {winner} {_P} ?o }} }}"
    return len(list(endpoint.ask_raw(query))) == 1


def _all(race: Callable[[int], None]) -> None:
    """Start all together; one that is told of a conflict has lost, which is fine."""
    errors: list[KgError] = []

    def run(racer: int) -> None:
        try:
            race(racer)
        except KgError as error:
            errors.append(error)

    with ThreadPoolExecutor(RACERS) as threads:
        list(threads.map(run, range(RACERS)))
    if len(errors) == RACERS:
        raise errors[0]
