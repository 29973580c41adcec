"""Another endpoint in this process: it is asked by the text that would be sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pyoxigraph as ox

from kg.federation.client import Request
from kg.federation.endpoints import Endpoint, endpoints
from kg.federation.service import Federation, FederationLimits
from kg.namespaces import BASE, PREFIXES
from kg.sparql.guard import check
from kg.sparql.service import Question, Replaced
from kg.store.interface import OURSELVES, WHOLE, Limits

REMOTE = "https://remote.example/sparql"
OTHER = "https://other.example/sparql"
LIMITS = FederationLimits()
GENERATION = 7


@dataclass
class Answered:
    """The bytes of an answer, as a store hands them out."""

    body: bytes
    generation: int = GENERATION

    def __iter__(self) -> Any:
        return iter([self.body])

    def close(self) -> None:
        pass


class Near:
    """A store as far as federation asks it."""

    def __init__(self, data: ox.Store) -> None:
        self.data = data
        self.asked: list[str] = []

    def query(self, text: str, **_: object) -> Answered:
        self.asked.append(text)
        return Answered(in_json(self.data, text))


@dataclass
class Far:
    """In place of the client: what it is asked, it asks a store with the data of the endpoint."""

    stores: dict[str, ox.Store]
    asked: list[str] = field(default_factory=list)

    def ask(self, request: Request) -> bytes:
        self.asked.append(request.query)
        return in_json(self.stores[request.endpoint.iri], request.query)


def in_json(data: ox.Store, text: str) -> bytes:
    # No prefixes: another endpoint knows those only that it is sent.
    found = data.query(text)
    return found.serialize(format=ox.QueryResultsFormat.JSON)


def store(triples: str) -> ox.Store:
    made = ox.Store()
    made.load(f"PREFIX : <http://e/>\n{triples}".encode(), format=ox.RdfFormat.TURTLE)
    return made


def federation(far: Far, limits: FederationLimits = LIMITS) -> Federation:
    allowed: tuple[Endpoint, ...] = endpoints(far.stores)
    return Federation(allowed, limits, far)  # type: ignore[arg-type]


def replaced(
    text: str, local: ox.Store, far: Far, limits: FederationLimits = LIMITS
) -> tuple[Replaced, Near]:
    """A query with the solutions in it, and the store that was asked for bindings."""
    near = Near(local)
    question = Question(near, WHOLE, None, Limits(), OURSELVES, None)  # type: ignore[arg-type]
    found = federation(far, limits).replaced(check(text, Limits(), service=True), question)
    return found, near


def together(local: ox.Store, far: Far) -> ox.Store:
    """The oracle: each endpoint's data is a named graph that has its name."""
    made = ox.Store()
    made.extend(local)
    for iri, data in far.stores.items():
        made.extend(ox.Quad(*quad.triple, ox.NamedNode(iri)) for quad in data)
    return made


def solutions(data: ox.Store, text: str) -> tuple[frozenset[str], Counter[frozenset[Any]]]:
    """The variables of a SELECT, and its solutions with how often each is there."""
    found = data.query(text, base_iri=BASE, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    names = [variable.value for variable in found.variables]
    rows: Iterable[Any] = found
    counted = Counter(
        frozenset((name, str(row[name])) for name in names if row[name] is not None) for row in rows
    )
    return frozenset(names), counted


UNPUSHED = replace(LIMITS, service_bindings=-1)
"""No bindings are few enough to be sent along."""
