"""Puts the solutions of other endpoints in the place of the `SERVICE` clauses of a query.

`SERVICE <iri> { P }` becomes `{ VALUES (?a ?b) { (…) (…) } }` with the solutions of
`SELECT * WHERE { P }` there. That is what SPARQL 1.1 Federated Query means by it: the solutions of
P at the endpoint, as often as they are there, joined with what stands around. What becomes of a
clause that fails is said there too: an error, or with SILENT one solution that binds nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph as ox

from kg.errors import EndpointError, LimitError, QueryError
from kg.federation.clauses import Clause, clauses
from kg.federation.client import RESULTS, Client, Request
from kg.federation.endpoints import Endpoint
from kg.federation.patience import ImpatientError, Patience
from kg.federation.places import Places
from kg.federation.pushing import Before, Solution, batches, before, sendable
from kg.federation.solutions import Reading, read, row
from kg.federation.trouble import NARROWER, trouble
from kg.namespaces import BASE, PREFIXES
from kg.sparql.guard import Scan, check
from kg.sparql.service import Question, Replaced
from kg.store.interface import Generation, Limits

_LOG: Final = logging.getLogger("kg.federation")

NOTHING: Final = "{ VALUES () { } }"
"""Stands for a clause while the rest of the query is looked at."""

PROLOGUE_BYTES: Final = 10_000
"""What our declarations may add to a query that was short enough."""


@dataclass(frozen=True, slots=True)
class FederationLimits:
    """What asking others may cost; `docs/limits.md` explains each of them.

    `seconds` and `seconds_known` are those of a whole query; 0 is no limit.
    """

    seconds: float = 10.0
    seconds_known: float = 60.0
    service_seconds: float = 30.0
    service_bytes: int = 10_000_000
    service_rows: int = 10_000
    service_bindings: int = 1_000
    service_requests: int = 20
    service_fetches: int = 4
    client_queries: int = 2
    client_waiting: int = 4
    waiting_seconds: float = 5.0


class Federation:
    """The endpoints that are allowed, and the client that asks them; for many threads."""

    def __init__(
        self,
        allowed: Sequence[Endpoint],
        limits: FederationLimits,
        client: Client | None = None,
    ) -> None:
        self.allowed = {endpoint.iri: endpoint for endpoint in allowed}
        self.limits = limits
        self.client = client or Client()
        self.places = Places(limits.service_fetches, limits.client_queries, limits.client_waiting)

    def replaced(self, scan: Scan, question: Question) -> Replaced:
        """See `kg.sparql.service.Services`."""
        limits = self.limits
        seconds = limits.seconds_known if question.asker.known else limits.seconds
        patience = Patience(seconds or None, question.cancel)
        try:
            return _Replacing(self, scan, question, patience).replaced()
        except ImpatientError as error:
            words = f"the query ran longer than {error.seconds:g} s, other endpoints included"
            raise LimitError(words, limit=error.limit) from error


class _Replacing:
    """One query while its clauses are replaced."""

    def __init__(
        self, federation: Federation, scan: Scan, question: Question, patience: Patience
    ) -> None:
        self._federation = federation
        self._limits = federation.limits
        self._scan = scan
        self._question = question
        self._patience = patience
        self._clauses = clauses(scan, federation.allowed)
        self._prologue = _prologue(scan)
        self._requests = 0
        self._bytes = 0
        self._generations: set[Generation] = set()

    def replaced(self) -> Replaced:
        self._refuse()
        groups = [self._solutions(clause) for clause in self._clauses]
        outside = list(self._scan.tokens)
        for clause in reversed(self._clauses):
            del outside[clause.start : clause.end]
        self._patience.left()
        limits = replace(
            self._question.limits,
            seconds=self._patience.remaining,
            service_bytes=self._limits.service_bytes + PROLOGUE_BYTES,
        )
        return Replaced(self._text(groups), tuple(outside), limits, frozenset(self._generations))

    def _refuse(self) -> None:
        """Have the guard look at all that is left, and at all that is sent, before it is."""
        limits = self._question.limits
        if len(self._clauses) > self._limits.service_requests:
            words = f"the query has more than {self._limits.service_requests} SERVICE clauses"
            raise QueryError(words, hint="ask in several queries")
        check(self._text([NOTHING] * len(self._clauses)), limits)
        for clause in self._clauses:
            check(self._request(clause), _with_room(limits))

    def _text(self, groups: Sequence[str]) -> str:
        """The query with these groups in the place of its clauses."""
        text, parts, done = self._scan.text, [], 0
        for clause, group in zip(self._clauses, groups, strict=True):
            start, end = self._span(clause.start, clause.end)
            parts += [text[done:start], group]
            done = end
        return "".join([*parts, text[done:]])

    def _span(self, first: int, end: int) -> tuple[int, int]:
        last = self._scan.tokens[end - 1]
        return self._scan.tokens[first].start, last.start + len(last.text)

    def _request(self, clause: Clause, values: str = "") -> str:
        first = clause.end - len(clause.group) - 2
        start, end = self._span(first, clause.end)
        pattern = self._scan.text[start:end]
        where = f"{{ {values} {pattern} }}" if values else pattern
        return f"{self._prologue}\nSELECT * WHERE {where}"

    def _solutions(self, clause: Clause) -> str:
        """The group that takes the place of a clause."""
        names = clause.variables
        try:
            rows = self._rows(clause, names)
        except EndpointError as error:
            if not clause.silent or error.limit == "seconds":
                raise
            rows = [row(["UNDEF"] * len(names))]
        head = " ".join(f"?{name}" for name in names)
        text = f"{{ VALUES ({head}) {{ {' '.join(rows)} }} }}"
        self._bytes += len(text.encode())
        if self._bytes > self._limits.service_bytes:
            most = self._limits.service_bytes
            words = f"the solutions of other endpoints have more than {most} bytes"
            raise LimitError(words, hint=NARROWER, limit="service_bytes")
        return text

    def _rows(self, clause: Clause, names: Sequence[str]) -> list[str]:
        reading = Reading(clause.endpoint.iri, names, self._limits.service_rows)
        rows: list[str] = []
        for values in self._sent(clause):
            rows += read(self._asked(clause, self._request(clause, values)), reading)
            if len(rows) > reading.rows:
                what = f"answers with more than {reading.rows} solutions"
                raise trouble(reading.iri, what, hint=NARROWER, limit="service_rows")
        return rows

    def _asked(self, clause: Clause, query: str) -> bytes:
        limits = self._limits
        self._requests += 1
        client = self._question.asker.client
        wait = self._patience.part(limits.waiting_seconds, "service_fetches")
        with self._federation.places.taken(client, wait):
            patience = self._patience.part(limits.service_seconds, "service_seconds")
            request = Request(clause.endpoint, query, patience, limits.service_bytes)
            return self._logged(request)

    def _logged(self, request: Request) -> bytes:
        """Ask, and leave a line for operators: neither the query nor who asks."""
        fields: dict[str, object] = {"request": self._question.asker.request}
        fields["endpoint"] = request.endpoint.iri
        try:
            body = self._federation.client.ask(request)
            fields["bytes"] = len(body)
            return body
        except EndpointError as error:
            fields["failed"] = error.message
            raise
        finally:
            fields["milliseconds"] = round(1000 * request.patience.ran)
            _LOG.info("another endpoint was asked", extra={"fields": fields})

    def _sent(self, clause: Clause) -> list[str]:
        """VALUES for each request for a clause: one without any where no bindings are sent."""
        found = before(self._scan, clause)
        if found is None:
            return [""]
        solutions = self._bindings(found)
        chosen = sendable(solutions, found.shared)
        if len(solutions) > self._limits.service_bindings or not chosen:
            return [""]
        places = [found.shared.index(name) for name in chosen]
        values = batches(chosen, [[solution[at] for at in places] for solution in solutions])
        others = len(self._clauses) - 1
        most = self._limits.service_requests - self._requests - others
        return values if len(values) <= most else [""]

    def _bindings(self, found: Before) -> list[Solution]:
        """What the shared variables take before a clause; the generation is noted."""
        asked = self._question
        text = found.query(self._prologue, self._limits.service_bindings)
        self._patience.left()
        limits = replace(_with_room(asked.limits), seconds=self._patience.remaining)
        check(text, limits)
        stream = asked.store.query(
            text,
            accept=RESULTS,
            dataset=asked.dataset,
            at_least=max((asked.at_least or 0, *self._generations)) or None,
            limits=limits,
            asker=asked.asker,
            cancel=asked.cancel,
        )
        self._generations.add(stream.generation)
        solutions = ox.parse_query_results(b"".join(stream), format=ox.QueryResultsFormat.JSON)
        if not isinstance(solutions, ox.QuerySolutions):
            raise TypeError("a SELECT has solutions")
        return [[solution[name] for name in found.shared] for solution in solutions]


def _with_room(limits: Limits) -> Limits:
    """The limits for a part of a query with all declarations that it needs."""
    return replace(
        limits,
        query_bytes=limits.query_bytes + PROLOGUE_BYTES,
        tokens=limits.tokens + 3 * len(PREFIXES) + 100,
        service_bytes=PROLOGUE_BYTES,
    )


def _prologue(scan: Scan) -> str:
    """The declarations of a query as they are written, and ours that it uses undeclared."""
    used = {token.text.partition(":")[0] for token in scan.tokens if token.kind == "pname"}
    ours = sorted(used & PREFIXES.keys() - scan.prologue.declared)
    lines = [f"PREFIX {prefix}: <{PREFIXES[prefix]}>" for prefix in ours]
    written = scan.text[: scan.body[0].start]
    return "\n".join([f"BASE <{BASE}>", *lines, written])
