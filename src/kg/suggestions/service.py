"""Asks a service of the Reconciliation API 0.2 for candidates and for what is known of them.

Two requests a batch: `queries` for the candidates, `extend` for their coordinates and dates. What
comes back is checked member by member: a service that lies can make a candidate look worse or
vanish, or suggest a wrong one to a person, and no more.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from kg.errors import EndpointError, InputError
from kg.federation.client import AGENT, Client, Request
from kg.federation.endpoints import Endpoint
from kg.federation.patience import Patience
from kg.links.authorities import Authority
from kg.suggestions.things import Other, Point, Thing

JSON: Final = "application/json"
BYTES: Final = 5_000_000
LONGEST: Final = 300
"""So many characters of a label or a value are looked at."""
TRIES: Final = 3

POINT: Final = "P625"
DAYS: Final = ("P569", "P580", "P571")
"""Born, started, founded: the first that is known counts."""

_NUMBER: Final = r"[-+]?\d{1,3}(?:\.\d+)?"
_POINT: Final = re.compile(rf"\s*({_NUMBER})\s*,\s*({_NUMBER})\s*")
_DAY: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


class Cache(Protocol):
    """Keeps answers under the text of their questions."""

    def get(self, key: str) -> str | None:
        """What is kept; None where nothing is."""

    def put(self, key: str, text: str) -> None:
        """Keep an answer."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service, and how it is asked; `seconds` is for one request, `longest_pause` too.

    `contact` goes into the user agent, as public services ask of programs.
    """

    endpoint: Endpoint
    authority: Authority
    cache: Cache
    contact: str = ""
    seconds: float = 30.0
    longest_pause: float = 120.0
    limit: int = 5
    client: Client = field(default_factory=Client)
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        """Raises `InputError` for a contact that cannot stand in a header."""
        if not (self.contact.isascii() and (self.contact.isprintable())):
            raise InputError("a contact is printable ASCII, such as an address for mail")

    def ask(self, things: Sequence[Thing]) -> list[list[Other]]:
        """The candidates of each thing; raises `EndpointError`."""
        queries = {
            f"q{n}": {"query": thing.names[0], "limit": self.limit}
            for n, thing in enumerate(things)
        }
        told = self._answer("queries", queries)
        found = [list(self._candidates(told.get(f"q{n}"))) for n in range(len(things))]
        known = self._known([other.identifier for others in found for other in others])
        return [[_with(other, known.get(other.identifier)) for other in row] for row in found]

    def _candidates(self, told: object) -> Iterator[Other]:
        results = told.get("result") if isinstance(told, dict) else None
        for entry in results[: self.limit] if isinstance(results, list) else ():
            identifier = entry.get("id") if isinstance(entry, dict) else None
            label = entry.get("name") if isinstance(entry, dict) else None
            if isinstance(label, str) and label.strip() and self._is_theirs(identifier):
                label = " ".join(label.split())[:LONGEST]
                yield Other(str(identifier), label, (label,), _ids(entry.get("type")))

    def _is_theirs(self, identifier: object) -> bool:
        return isinstance(identifier, str) and bool(re.fullmatch(self.authority.local, identifier))

    def _known(self, identifiers: Sequence[str]) -> dict[str, Any]:
        """What is known of candidates by identifier."""
        if not identifiers:
            return {}
        properties = [{"id": name} for name in (POINT, *DAYS)]
        asked = {"ids": sorted(set(identifiers)), "properties": properties}
        rows = self._answer("extend", asked).get("rows")
        return rows if isinstance(rows, dict) else {}

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
        for tries_left in reversed(range(TRIES)):
            patience = Patience(self.seconds, limit="seconds")
            agent = AGENT.replace("SERVICE", self.contact or "link suggest")
            request = Request(self.endpoint, text, patience, BYTES, parameter, JSON, agent)
            try:
                return self.client.ask(request)
            except EndpointError as error:
                pause = error.retry_after
                if pause is None or pause > self.longest_pause or not tries_left:
                    raise
                self.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _read(self, body: bytes) -> dict[str, Any]:
        try:
            found = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self._trouble() from error
        if not isinstance(found, dict):
            raise self._trouble()
        return found

    def _trouble(self) -> EndpointError:
        iri = self.endpoint.iri
        return EndpointError(
            f"the endpoint {iri} answers with what is no JSON object", endpoint=iri
        )


def _ids(types: object) -> tuple[str, ...]:
    listed = types if isinstance(types, list) else []
    ids = (t.get("id") if isinstance(t, dict) else t for t in listed)
    return tuple(i for i in ids if isinstance(i, str))


def _with(other: Other, row: object) -> Other:
    """A candidate with its point and day, where the row of an extension has them."""
    values = row if isinstance(row, dict) else {}
    points = [p for p in map(_point, _texts(values.get(POINT))) if p is not None]
    days = [day for name in DAYS for day in map(_day, _texts(values.get(name))) if day]
    return Other(
        other.identifier,
        other.label,
        other.names,
        other.classes,
        points[0] if points else None,
        days[0] if days else "",
    )


def _texts(cells: object) -> list[str]:
    listed = cells if isinstance(cells, list) else []
    values = [v for cell in listed if isinstance(cell, dict) for v in cell.values()]
    return [v[:LONGEST] for v in values if isinstance(v, str)]


def _point(text: str) -> Point | None:
    match = _POINT.fullmatch(text)
    if match is None:
        return None
    lat, long = float(match[1]), float(match[2])
    return (lat, long) if abs(lat) <= 90 and abs(long) <= 180 else None


def _day(text: str) -> str:
    match = _DAY.match(text)
    return match[0] if match else ""
