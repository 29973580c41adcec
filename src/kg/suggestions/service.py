"""Asks a service of the Reconciliation API 0.2 for candidates and for what is known of them.

Two requests a batch: `queries` for the candidates, `extend` for their coordinates and dates. What
comes back is checked member by member: a service that lies can make a candidate look worse or
vanish, or suggest a wrong one to a person, and no more.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from kg.errors import EndpointError
from kg.federation.client import Client, Request, agent_for
from kg.federation.endpoints import Endpoint
from kg.federation.patience import Patience
from kg.links.authorities import Authority
from kg.suggestions.answers import candidates, day_of, point_of
from kg.suggestions.things import Other, Thing

JSON: Final = "application/json"
NAMES: Final = 3
"""So many names of a thing are asked for, the usual ones first."""


@dataclass(frozen=True, slots=True)
class Properties:
    """What a service calls coordinates and days; of `days`, the first that is known counts."""

    point: str = ""
    days: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """All that are asked for."""
        return tuple(filter(None, (self.point, *self.days)))


PROPERTIES: Final = {"wikidata": Properties("P625", ("P569", "P580", "P585"))}
"""Those of each authority: coordinate location; date of birth, start time, point in time.

`data/external/wikidata.tsv` names a public file for each of these identifiers. Nothing but a name
and types is known of the candidates of the other authorities.
"""


class Cache(Protocol):
    """Keeps answers under the text of their questions."""

    def get(self, key: str) -> str | None:
        """What is kept; None where nothing is."""

    def put(self, key: str, text: str) -> None:
        """Keep an answer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a service may cost.

    `seconds` is for one request, `longest_pause` in seconds for one pause that it asks for;
    `tries` are of one request, `most_bytes` of one answer, `candidates` of one name.
    """

    seconds: float = 30.0
    longest_pause: float = 120.0
    tries: int = 3
    most_bytes: int = 5_000_000
    candidates: int = 10


@dataclass(frozen=True, slots=True)
class Service:
    """A service, and how it is asked."""

    endpoint: Endpoint
    authority: Authority
    cache: Cache
    limits: Limits = field(default_factory=Limits)
    client: Client = field(default_factory=lambda: Client(agent=agent_for("kg link suggest")))
    sleep: Callable[[float], None] = time.sleep

    def ask(self, things: Sequence[Thing]) -> list[list[Other]]:
        """The candidates of each thing, sorted by identifier; raises `EndpointError`."""
        asked = {
            f"t{at}n{n}": {"query": name, "limit": self.limits.candidates}
            for at, thing in enumerate(things)
            for n, name in enumerate((*thing.names, *thing.aliases)[:NAMES])
        }
        told = self._answer("queries", asked)
        self._refuse_what_is_missing(asked, told)
        found: list[dict[str, Other]] = [{} for _ in things]
        for key in asked:
            at = int(key[1:].partition("n")[0])
            for other in candidates(told[key], self.authority, self.limits.candidates):
                found[at].setdefault(other.identifier, other)
        known = self._known(sorted({i for others in found for i in others}))
        return [[self._with(others[i], known.get(i)) for i in sorted(others)] for others in found]

    def _refuse_what_is_missing(
        self, asked: Mapping[str, object], told: Mapping[str, object]
    ) -> None:
        """A name without an answer is an error: it must not look like a name without candidates."""
        for key in asked:
            row = told.get(key)
            if not isinstance(row, dict) or not isinstance(row.get("result"), list):
                raise self._trouble("leaves a query without an answer")

    def _known(self, identifiers: Sequence[str]) -> Mapping[str, Any]:
        """What is known of candidates by identifier."""
        properties = PROPERTIES.get(self.authority.name, Properties()).all
        if not identifiers or not properties:
            return {}
        asked = {"ids": identifiers, "properties": [{"id": name} for name in properties]}
        rows = self._answer("extend", asked).get("rows")
        if not isinstance(rows, dict):
            raise self._trouble("answers without the rows of an extension")
        return rows

    def _with(self, other: Other, row: object) -> Other:
        """A candidate with its point and day, where the row of an extension has them."""
        cells = row if isinstance(row, dict) else {}
        names = PROPERTIES.get(self.authority.name, Properties())
        days = (day_of(cells.get(name)) for name in names.days)
        return replace(
            other, point=point_of(cells.get(names.point)), day=next(filter(None, days), "")
        )

    def _answer(self, parameter: str, value: object) -> dict[str, Any]:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
        key = f"{self.endpoint.iri}\n{parameter}\n{text}"
        kept = self.cache.get(key)
        if kept is not None:
            return self._read(kept.encode())
        body = self._patiently(parameter, text)
        found = self._read(body)
        self.cache.put(key, body.decode())
        return found

    def _patiently(self, parameter: str, text: str) -> bytes:
        """Ask again where the service says when; a pause that is too long is an error."""
        for left in reversed(range(self.limits.tries)):
            patience = Patience(self.limits.seconds, limit="seconds")
            request = Request(
                self.endpoint,
                text,
                patience,
                self.limits.most_bytes,
                parameter,
                JSON,
            )
            try:
                return self.client.ask(request)
            except EndpointError as error:
                pause = error.retry_after
                if pause is None or pause > self.limits.longest_pause or not left:
                    raise
                self.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _read(self, body: bytes) -> dict[str, Any]:
        try:
            found = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self._trouble("answers with what is no JSON") from error
        if not isinstance(found, dict):
            raise self._trouble("answers with JSON that is no object")
        if found.get("status") == "error":
            raise self._trouble("answers with an error instead of candidates")
        return found

    def _trouble(self, words: str) -> EndpointError:
        iri = self.endpoint.iri
        return EndpointError(f"the endpoint {iri} {words}", endpoint=iri)
