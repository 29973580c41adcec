"""Contributions are read from the store by queries; each answer says of which generation it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.contributions import content, record
from kg.contributions.content import Content
from kg.contributions.model import Contribution, State
from kg.errors import NotFoundError
from kg.store.interface import WHOLE, Dataset, Generation, Store, Term
from kg.store.workflow import STEPS

Row: TypeAlias = Mapping[str, Term]

RESULTS: Final = "application/sparql-results+json"

PAGE: Final = 50
"""So many contributions are on a page; the query asks for one more."""

NO_NUMBER: Final = 1_000_000_000
"""Higher than any number of a contribution."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A contribution in a list; `agent` is the id of who made it."""

    number: int
    title: str
    state: State
    version: int
    agent: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some contributions, the newest first; those that follow are `older` than this number."""

    found: tuple[Listed, ...]
    older: int | None


class Reader:
    """Reads contributions, never older than what this has seen or made."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.seen: Generation = 0

    def page(self, state: State | None = None, before: int | None = None) -> Page:
        """The newest contributions, in one state or any, of those with a lower number."""
        bound: dict[str, Term] = {"before": record.integer(NO_NUMBER if before is None else before)}
        if state is not None:
            bound["state"] = ox.Literal(state.value)
        rows = self._rows("list", WHOLE, **bound)
        found = tuple(map(_listed, rows[:PAGE]))
        return Page(found, found[-1].number if len(rows) > PAGE else None)

    def all(self, state: State | None = None) -> Iterator[Listed]:
        """All contributions in one state or any, the newest first, read a page at a time."""
        page = self.page(state)
        yield from page.found
        while page.older is not None:
            page = self.page(state, page.older)
            yield from page.found

    def counts(self) -> dict[State, int]:
        """How many contributions are in each state in which there are some."""
        return {State(row["state"].value): int(row["count"].value) for row in self._rows("counts")}

    def newest(self) -> int:
        """The highest number that was given; 0 where there are no contributions."""
        return max((int(row["newest"].value) for row in self._rows("counts")), default=0)

    def contribution(self, number: int) -> Contribution:
        """A contribution with its steps; raises `NotFoundError`."""
        rows = self._rows("record", contribution=record.node(number))
        if not rows:
            raise NotFoundError(
                f"there is no contribution {number}", hint="`kg contributions` lists them"
            )
        return record.contribution_of(number, _quads(rows, STEPS))

    def content(self, number: int) -> Content:
        """The content of a contribution."""
        dataset = Dataset((), content.graph_names(number))
        return content.content_of(number, _quads(self._rows("graphs", dataset)))

    def _rows(self, name: str, dataset: Dataset = WHOLE, **bindings: Term) -> list[Row]:
        text = files("kg.contributions").joinpath("queries", f"{name}.rq").read_text("utf-8")
        stream = self._store.query(
            text, accept=RESULTS, dataset=dataset, bindings=bindings, at_least=self.seen or None
        )
        data = b"".join(stream)
        self.seen = max(self.seen, stream.generation)
        found = ox.parse_query_results(BytesIO(data), format=ox.QueryResultsFormat.JSON)
        if not isinstance(found, ox.QuerySolutions):
            raise TypeError(f"{name}.rq is no SELECT query")
        names = [variable.value for variable in found.variables]
        return [{n: row[n] for n in names if row[n] is not None} for row in found]


def _listed(row: Row) -> Listed:
    return Listed(
        int(row["number"].value),
        row["title"].value,
        State(row["state"].value),
        int(row["version"].value),
        row["agent"].value.removeprefix(record.AGENT),
    )


def _quads(rows: Iterable[Row], graph: ox.NamedNode | None = None) -> list[ox.Quad]:
    return [
        ox.Quad(_iri(row["s"]), _iri(row["p"]), row["o"], graph or _iri(row["g"])) for row in rows
    ]


def _iri(term: Term) -> ox.NamedNode:
    """A name: what is written has no blank nodes, so that nothing else stands there."""
    return ox.NamedNode(term.value)
