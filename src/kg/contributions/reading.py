"""Contributions are read from the store by queries; each answer says of which generation it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.contributions import content, record
from kg.contributions.content import Content
from kg.contributions.model import Contribution, State
from kg.errors import NotFoundError
from kg.namespaces import CONTRIBUTION
from kg.store.interface import WHOLE, Dataset, Generation, Store, Term
from kg.store.workflow import AUTHORED, STEPS

Row: TypeAlias = Mapping[str, Term]

RESULTS: Final = "application/sparql-results+json"


@dataclass(frozen=True, slots=True)
class Listed:
    """A contribution in a list; `agent` is the id of who made it."""

    number: int
    title: str
    state: State
    version: int
    agent: str


class Reader:
    """Reads contributions, never older than what this has seen or made."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.seen: Generation = 0

    def all(self) -> list[Listed]:
        """All contributions, the newest first."""
        found = [
            Listed(
                int(row["contribution"].value.removeprefix(str(CONTRIBUTION))),
                row["title"].value,
                State(row["state"].value),
                int(row["version"].value),
                row["agent"].value.removeprefix(record.AGENT),
            )
            for row in self._rows("list")
        ]
        return sorted(found, key=lambda each: -each.number)

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

    def about(self, subjects: Sequence[ox.NamedNode]) -> tuple[ox.Quad, ...]:
        """What is written about some things."""
        dataset = Dataset((), AUTHORED)
        return tuple(
            quad for node in subjects for quad in _quads(self._rows("graphs", dataset, s=node))
        )

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


def _quads(rows: Iterable[Row], graph: ox.NamedNode | None = None) -> list[ox.Quad]:
    return [
        ox.Quad(_iri(row["s"]), _iri(row["p"]), row["o"], graph or _iri(row["g"])) for row in rows
    ]


def _iri(term: Term) -> ox.NamedNode:
    """A name: what is written has no blank nodes, so that nothing else stands there."""
    return ox.NamedNode(term.value)
