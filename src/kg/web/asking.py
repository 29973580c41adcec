"""The queries behind the pages: `.rq` files beside this module, run with values bound."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import Final, TypeVar, cast

import pyoxigraph as ox

from kg.sparql.service import Services
from kg.store.interface import Generation, Store, Term
from kg.store.releases import Releases, released
from kg.web.facts import Facts
from kg.web.history import History
from kg.web.own_writes import OwnWrites
from kg.web.withdrawn import Withdrawn

Made = TypeVar("Made")

_SOLUTIONS: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples"
_LABELS_KEPT: Final = 20_000
_MADE_KEPT: Final = 200
_NOT_YET: Final = object()
_LAST_LIMIT: Final = re.compile(r"\nLIMIT \d+$")


@lru_cache
def query_text(name: str) -> str:
    """The text of one of our own queries, by its file name without suffix."""
    return files("kg.web").joinpath("queries", f"{name}.rq").read_text(encoding="utf-8")


def without_header(text: str) -> str:
    """A query as people want to see it: without the lines that describe it."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")).strip()


def for_people(name: str, **bound: str) -> str:
    """One of our own queries as people can run it: variables bound to IRIs, without its limit."""
    text = without_header(query_text(name))
    values = (f"{variable} {{ {ox.NamedNode(iri)} }}" for variable, iri in bound.items())
    return _LAST_LIMIT.sub("", with_values(text, *values))


def with_values(text: str, *values: str) -> str:
    """A query of ours whose first pattern is rows of values, such as `x { <urn:a> <urn:b> }`."""
    rows = "".join(f"\n  VALUES ?{each}" for each in values)
    return text.replace("WHERE {", f"WHERE {{{rows}", 1)


class Asking:
    """Runs our own queries over a store; what it remembers lasts as long as the generation.

    `services` is for the queries of others that ask other endpoints, `releases` for those that are
    about an earlier state.
    """

    def __init__(
        self,
        store: Store,
        services: Services | None = None,
        releases: Releases | None = None,
    ) -> None:
        self.store = store
        self.releases = releases
        self.services = services
        self.withdrawn = Withdrawn(store)
        self.history = History(store)
        self.own_writes = OwnWrites()
        self._labels: dict[str, str | None] = {}
        self._kept: dict[str, list[Mapping[str, Term]]] = {}
        self._made: dict[tuple[str, str], object] = {}
        self._generation = -1

    def shown_to_all(self) -> Generation | None:
        """The newest generation; None while somebody has made one that is not there to be read."""
        generation = self.store.generation()
        return generation if self.own_writes.newest <= generation else None

    def store_of(self, release: str | None) -> Store:
        """The store as it is, or one of its releases."""
        return self.store if release is None else released(self.store, self.releases, release)

    def rows(self, name: str, **bindings: Term) -> list[Mapping[str, Term]]:
        """The solutions of a SELECT query, each a mapping of bound variables."""
        data = self.read(name, _SOLUTIONS, **bindings)
        found = ox.parse_query_results(BytesIO(data), format=ox.QueryResultsFormat.JSON)
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError(f"{name}.rq is no SELECT query")
        names = [variable.value for variable in found.variables]
        return [{n: row[n] for n in names if row[n] is not None} for row in found]

    def facts(self, name: str, **bindings: Term) -> Facts:
        """The triples of a CONSTRUCT query."""
        return Facts(self.triples(name, **bindings))

    def facts_of(self, name: str, variable: str, iris: Iterable[str]) -> Facts:
        """The triples of a CONSTRUCT query for many values of a variable; none for no value."""
        values = " ".join(str(ox.NamedNode(iri)) for iri in iris)
        if not values:
            return Facts(())
        text = with_values(query_text(name), f"{variable} {{ {values} }}")
        return Facts(_parsed(b"".join(self.store.query(text, accept=_TRIPLES))))

    def triples(self, name: str, **bindings: Term) -> list[ox.Triple]:
        """The triples of a CONSTRUCT query, in the order in which the store writes them: sorted."""
        return _parsed(self.read(name, _TRIPLES, **bindings))

    def exists(self, iri: str) -> bool:
        """Whether anything is said about a thing."""
        return bool(self.rows("exists", entity=ox.NamedNode(iri)))

    def kept(self, name: str) -> list[Mapping[str, Term]]:
        """The solutions of a SELECT query without bindings, asked once per generation."""
        self._forget_older()
        if name not in self._kept:
            self._kept[name] = self.rows(name)
        return self._kept[name]

    def once(self, what: str, iri: str, make: Callable[[], Made]) -> Made:
        """What is made of a thing, made once per generation, for the things asked for last."""
        self._forget_older()
        kept, key = self._made, (what, iri)  # others may begin a new generation meanwhile
        found = kept.get(key, _NOT_YET)
        if found is _NOT_YET:
            kept[key] = found = make()
            for oldest in list(kept)[: len(kept) - _MADE_KEPT]:
                kept.pop(oldest, None)
        return cast("Made", found)

    def label(self, iri: str) -> str | None:
        """The English label of anything, remembered."""
        self._forget_older()
        labels = self._labels
        if iri not in labels:
            rows = self.rows("labels", entity=ox.NamedNode(iri))
            labels[iri] = rows[0]["label"].value if rows else None
        return labels[iri]

    def _forget_older(self) -> None:
        generation = self.store.generation()
        if generation != self._generation or len(self._labels) > _LABELS_KEPT:
            self._labels, self._kept, self._made = {}, {}, {}
            self._generation = generation

    def read(self, name: str, accept: str, **bindings: Term) -> bytes:
        """The whole answer to one of our own queries, in a media type."""
        return b"".join(self.store.query(query_text(name), accept=accept, bindings=bindings))


def _parsed(data: bytes) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(BytesIO(data), format=ox.RdfFormat.N_TRIPLES)]
