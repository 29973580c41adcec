"""Asks an endpoint politely: one question after the other, with pauses, as long as it is let."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.errors import EndpointError
from kg.federation.client import Client, Request
from kg.federation.endpoints import Endpoint
from kg.federation.patience import Patience
from kg.federation.solutions import Reading, Term, terms_of
from kg.federation.trouble import trouble
from kg.resources import queries_dir

Row: TypeAlias = Sequence[ox.NamedNode | ox.Literal]
Rows: TypeAlias = Mapping[str, Iterable[Row]]
"""By the head of a VALUES in a query, such as `?item` or `(?claim ?path)`."""


@dataclass(frozen=True, slots=True)
class Courtesy:
    """How an endpoint is asked; `docs/limits.md` explains each.

    Times are in seconds. `wait_seconds` is the longest pause that an endpoint may ask for.
    """

    batch: int = 50
    seconds: float = 60
    answer_bytes: int = 20_000_000
    rows: int = 100_000
    attempts: int = 3
    pause_seconds: float = 1
    wait_seconds: float = 300


DEFAULT: Final = Courtesy()


class Questions:
    """Questions to one endpoint; raises `EndpointError` when it does not answer them in the end."""

    def __init__(
        self,
        endpoint: Endpoint,
        client: Client,
        courtesy: Courtesy = DEFAULT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.endpoint = endpoint
        self.courtesy = courtesy
        self._client = client
        self._sleep = sleep
        self._asked = False

    def ask(self, name: str, values: Rows, variables: Sequence[str]) -> list[list[Term | None]]:
        """The solutions of a query of `queries/enrichment/`, its VALUES filled."""
        text = filled((queries_dir() / "enrichment" / f"{name}.rq").read_text("utf-8"), values)
        for attempt in range(1, self.courtesy.attempts):
            try:
                return self._answer(text, variables)
            except EndpointError as error:
                self._sleep(self._pause_after(error, attempt))
        return self._answer(text, variables)

    def _answer(self, text: str, variables: Sequence[str]) -> list[list[Term | None]]:
        if self._asked:
            self._sleep(self.courtesy.pause_seconds)
        self._asked = True
        patience = Patience(self.courtesy.seconds, limit="--timeout")
        request = Request(self.endpoint, text, patience, self.courtesy.answer_bytes)
        try:
            body = self._client.ask(request)
            return terms_of(body, Reading(self.endpoint.iri, variables, self.courtesy.rows))
        except EndpointError as error:
            if not error.limit.startswith("service_"):
                raise
            what = "answers with more than is taken at once"
            raise trouble(self.endpoint.iri, what, hint="ask for less with --batch") from error

    def _pause_after(self, error: EndpointError, attempt: int) -> float:
        """How long to wait before the next attempt; raises the error where none would help."""
        if error.retry_after is None:
            return float(self.courtesy.pause_seconds * 2**attempt)
        if error.retry_after > self.courtesy.wait_seconds:
            message = f"{error.message}, and asks to wait for {error.retry_after} s"
            raise EndpointError(message, endpoint=error.endpoint, hint="try again then") from error
        return error.retry_after


def filled(query: str, values: Rows) -> str:
    """A query with rows in its empty VALUES; terms are written by the engine, never by hand."""
    for head, rows in values.items():
        cells = (" ".join(str(term) for term in row) for row in rows)
        written = " ".join(f"({row})" if head.startswith("(") else row for row in cells)
        query = query.replace(f"VALUES {head} {{ }}", f"VALUES {head} {{ {written} }}")
    return query
