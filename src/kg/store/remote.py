"""The remote home: any endpoint of SPARQL 1.1, of whatever engine, that somebody else looks after.

Its queries are answered as they are; that they end is seen to here, by the connection. A commit is
tried on a copy in memory and sent as one update that is made on the state it was tried on, or not
at all (`kg.store.remote_mark`). It is kept as durably as the endpoint keeps what it acknowledges.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from kg.errors import (
    NotFoundError,
    QueryError,
    StaleError,
    StoreError,
    UnsupportedError,
)
from kg.store import remote_mark as marks
from kg.store.answers import graph_format, results_format, write_graph
from kg.store.artefacts import Artefacts
from kg.store.candidate import Setup
from kg.store.interface import (
    OURSELVES,
    WHOLE,
    Asker,
    ByteStream,
    Cancel,
    Change,
    CommitMeta,
    Dataset,
    Generation,
    Limits,
    LogEntry,
    Patch,
    Receipt,
    Snapshot,
    Term,
)
from kg.store.live import Mark
from kg.store.remote_copy import Copy, Step
from kg.store.remote_http import Http, Request, checked_address
from kg.store.remote_place import Place, capabilities_of
from kg.store.remote_probe import Probed, probe
from kg.store.remote_reading import Watched, nothing, parsed_graph, parsed_results, write_results
from kg.store.remote_text import form_of, has_from, with_bindings, with_prologue
from kg.store.stream import Answer, Sink, produce
from kg.store.turns import Turns
from kg.store.view import explained

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/sparql-results+json"
TRIPLES: Final = "application/n-triples"
ATTEMPTS: Final = 40
PAUSE_SECONDS: Final = 0.05
NOTHING: Final = "urn:kg:nothing"
"""The name of a graph that is not there, for a dataset without graphs."""

GRAPHS_QUERY: Final = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
OTHER_RESULTS: Final = f"{JSON};q=0.5, application/sparql-results+xml;q=0.4"
OTHER_GRAPHS: Final = f"{TRIPLES}, text/turtle;q=0.5, application/rdf+xml;q=0.3"


@dataclass(frozen=True, slots=True)
class _Known:
    """What was last known of the endpoint."""

    since: float
    mark: Mark
    graphs: tuple[ox.NamedNode, ...]
    keeps_union: bool


class RemoteStore:
    """A `Store` at a SPARQL endpoint."""

    def __init__(
        self,
        place: Place,
        setup: Setup,
        artefacts: Path,
        probed: Probed | None = None,
        turns: Turns | None = None,
    ) -> None:
        for address in (place.query, place.update, place.data):
            if address is not None:
                checked_address(address, place.access)
        self.place: Final = place
        self.probed = probed
        self.capabilities = capabilities_of(place, setup, probed)
        self._setup = setup
        self._turns = turns
        self._http = Http(place.access)
        self._artefacts = Artefacts(artefacts)
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._known: _Known | None = None
        self._copy: Copy | None = None

    def probe(self) -> Probed:
        """Find out what the endpoint can do; `capabilities` tell it from then on."""
        self.probed = probe(self, writes=self.place.update is not None)
        self.capabilities = capabilities_of(self.place, self._setup, self.probed)
        return self.probed

    def generation(self) -> Generation:
        """See `Store.generation`."""
        return self._generation(self._now())

    def _generation(self, known: _Known) -> Generation:
        if known.mark.generation or not known.graphs:
            return known.mark.generation
        return int(time.time() / self.place.unmarked_seconds)

    def _now(self) -> _Known:
        """What is known of the endpoint, asked again where that is too old."""
        with self._lock:
            known = self._known
            if known is None or time.monotonic() - known.since > self.place.fresh_seconds:
                known = self._known = self._asked(known)
            return known

    def _asked(self, before: _Known | None) -> _Known:
        since = time.monotonic()
        mark = marks.mark_from(self.ask_raw(marks.MARK_QUERY))
        if before is not None and mark.generation and mark == before.mark:
            return replace(before, since=since)
        if self.place.graphs:
            found = {ox.NamedNode(name) for name in self.place.graphs}
        else:
            rows = self.ask_raw(GRAPHS_QUERY)
            found = {row["g"] for row in rows if isinstance(row["g"], ox.NamedNode)}
        names = sorted(found - set(marks.OURS), key=lambda graph: graph.value)
        return _Known(since, mark, tuple(names), marks.UNION in found)

    def query(
        self,
        text: str,
        *,
        accept: str,
        dataset: Dataset = WHOLE,
        bindings: Mapping[str, Term] | None = None,
        at_least: Generation | None = None,
        limits: Limits | None = None,
        asker: Asker = OURSELVES,
        cancel: Cancel | None = None,
    ) -> ByteStream:
        """See `Store.query`; the answer may be of a newer generation than it says."""
        limits = limits or Limits()
        if len(text.encode()) > limits.query_bytes:
            raise QueryError(f"the query is longer than {limits.query_bytes} bytes")
        form = form_of(text)
        is_graph = form in ("CONSTRUCT", "DESCRIBE")
        wanted = graph_format(accept) if is_graph else results_format(accept)
        known = self._now()
        generation = self._generation(known)
        if at_least is not None and generation < at_least:
            raise StoreError(f"generation {at_least} is not here yet; the newest is {generation}")
        sent = with_bindings(with_prologue(text), bindings or {})
        members = [("query", sent), *self._dataset(dataset, text, known)]
        offered = OTHER_GRAPHS if is_graph else f"{wanted.media_type}, {OTHER_RESULTS}"
        call = self._http.call(
            self._form(self.place.query, members, offered), _seconds(limits, self)
        )

        def write(sink: Sink) -> None:
            end = self._turns.enter(asker, sink.given_up) if self._turns else nothing
            with Watched(call, sink, end):
                call.open()
                if isinstance(wanted, ox.RdfFormat):
                    write_graph(parsed_graph(call), wanted, sink)
                else:
                    write_results(call, wanted, sink)

        try:
            sink, first = produce(write, limits=limits, cancel=cancel)
        except QueryError as error:
            raise explained(text, error) from error
        return Answer(sink, first, generation, urlsplit(self.place.query).netloc)

    def _dataset(self, dataset: Dataset, text: str, known: _Known) -> list[tuple[str, str]]:
        """A dataset as parameters of the protocol, which win over what stands in the query."""
        union = () if self.place.own_default_graph else self._setup.union
        if dataset == WHOLE and (not union or has_from(text)):
            return []
        if dataset.default is None and not union:
            raise UnsupportedError(
                "the default graph of this endpoint cannot be asked beside chosen named graphs"
            )
        default = union if dataset.default is None else dataset.default
        if known.keeps_union and len(set(default)) > 1:
            if set(default) != set(union):
                raise UnsupportedError(
                    "this endpoint does not merge graphs into a default graph of choice",
                    hint="choose one graph, or use GRAPH",
                )
            default = (marks.UNION,)
        named = known.graphs if dataset.named is None else dataset.named
        found = [("default-graph-uri", graph.value) for graph in default]
        found += [("named-graph-uri", graph.value) for graph in named]
        return found or [("default-graph-uri", NOTHING)]

    def commit(self, change: Change, meta: CommitMeta, *, commit_id: str) -> Receipt:
        """See `Store.commit`; raises `UnsupportedError` where no conditional update was found."""
        if (self.probed or self.probe()) and not self.capabilities.writable:
            raise UnsupportedError(
                "this endpoint is not written to", hint=" ".join(self.capabilities.notes) or None
            )
        with self._writing:
            for attempt in range(ATTEMPTS):
                known = self._entry(commit_id)
                if known is not None:
                    return _receipt(known, repeated=True)
                step = self._step(change, meta, commit_id)
                if self._sent(step):
                    return _receipt(step.entry, findings=step.findings)
                time.sleep(random.uniform(0, PAUSE_SECONDS * min(attempt + 1, 8)))  # noqa: S311
        raise StoreError("others write to the endpoint all the time", hint="try again")

    def _step(self, change: Change, meta: CommitMeta, commit_id: str) -> Step:
        merges = self.probed is None or self.probed.merges is not False
        keeps_union = bool(self._setup.union) and not merges
        return self._newest_copy().step(change, meta, commit_id, keeps_union=keeps_union)

    def _sent(self, step: Step) -> bool:
        """Whether the endpoint has taken a step; what it acknowledges may not have been made."""
        text = marks.commit_update(step.before, step.after, step.entry, step.patch)
        try:
            self.update_raw(text)
        except StoreError:
            # What went wrong may have gone wrong after it was made: only the log there tells.
            self._copy = self._known = None
            if self._entry(step.entry.commit_id) == step.entry:
                return True
            raise
        self._known = None
        taken = self._entry(step.entry.commit_id) == step.entry
        if not taken:
            self._copy = None
        return taken

    def _newest_copy(self) -> Copy:
        """A copy of the newest generation, read anew unless the last one is still that."""
        for _ in range(ATTEMPTS):
            self._known = None
            mark = self._now().mark
            if self._copy is not None and self._copy.mark == mark:
                return self._copy
            self._copy = None
            quads = self._quads(None)
            try:
                found = Copy(mark, quads, self._setup, self.place.copy_quads)
            except StoreError:
                self._known = None
                if self._now().mark == mark:
                    raise
                continue
            self._known = None
            if self._now().mark == mark:
                self._copy = found
                return found
        raise StoreError("others write to the endpoint all the time", hint="try again")

    def _entry(self, commit_id: str) -> LogEntry | None:
        rows = [str(row["json"].value) for row in self.ask_raw(marks.entry_query(commit_id))]
        return marks.entry_from(rows[0]) if rows else None

    def log(self) -> Sequence[LogEntry]:
        """See `Store.log`."""
        rows = self.ask_raw(marks.LOG_QUERY)
        found = [marks.entry_from(row["json"].value) for row in rows]
        return sorted(found, key=lambda entry: entry.generation)

    def patch(self, generation: Generation) -> Patch:
        """See `Store.patch`; not kept here."""
        raise UnsupportedError(
            "a SPARQL endpoint keeps no history: what a commit changed is not known",
            hint="`kg log` says who committed, when and why",
        )

    def snapshot(self, at: Generation | None = None) -> Snapshot:
        """See `Store.snapshot`; only the newest, and only while it is that."""
        known = self._now()
        newest = self._generation(known)
        if at is not None and at != newest:
            raise NotFoundError(
                f"generation {at} is not kept",
                hint=f"a SPARQL endpoint has the newest only, which is {newest}",
            )
        return RemoteSnapshot(self, newest, known.graphs)

    def quads(self, graph: ox.NamedNode | None) -> Iterator[ox.Quad]:
        """The quads of the newest generation."""
        return self._quads(graph)

    def _quads(self, graph: ox.NamedNode | None) -> Iterator[ox.Quad]:
        graphs: list[ox.NamedNode | ox.DefaultGraph] = [graph] if graph is not None else []
        if graph is None:
            graphs += self._now().graphs
            graphs += [] if self._setup.union else [ox.DefaultGraph()]
        for each in graphs:
            call = self._http.call(self._graph_request(each), None)
            try:
                call.open()
                for triple in parsed_graph(call):
                    yield ox.Quad(triple.subject, triple.predicate, triple.object, each)
            except NotFoundError:
                continue  # a graph store says so of a graph without triples
            finally:
                call.close()

    def _graph_request(self, graph: ox.NamedNode | ox.DefaultGraph) -> Request:
        named = isinstance(graph, ox.NamedNode)
        if self.place.data is not None:
            joint = "&" if "?" in self.place.data else "?"
            name = urlencode({"graph": graph.value}) if named else "default"  # type: ignore[union-attr]
            return Request(f"{self.place.data}{joint}{name}", OTHER_GRAPHS)
        inner = "?s ?p ?o"
        pattern = f"GRAPH {graph} {{ {inner} }}" if named else inner
        text = f"CONSTRUCT {{ {inner} }} WHERE {{ {pattern} }}"
        return self._form(self.place.query, [("query", text)], OTHER_GRAPHS)

    def register_artefact(
        self,
        name: str,
        build: Callable[[Snapshot, Path], None],
        open: Callable[[Path], object],
    ) -> None:
        """See `Store.register_artefact`."""
        self._artefacts.register(name, build, open)

    def artefact(self, name: str) -> object:
        """See `Store.artefact`."""
        return self._artefacts.get(name, self.snapshot())

    def ask_raw(self, text: str, default: tuple[str, ...] = ()) -> ox.QuerySolutions:
        """The solutions of a query as it stands."""
        members = [("query", text), *(("default-graph-uri", name) for name in default)]
        request = self._form(self.place.query, members, JSON)
        data = self._http.read(request, self.place.seconds, self.place.answer_bytes)
        found = parsed_results(data, ox.QueryResultsFormat.JSON)
        if not isinstance(found, ox.QuerySolutions):
            raise StoreError("the endpoint answers a SELECT with something else")
        return found

    def update_raw(self, text: str) -> None:
        """Make an update as it stands."""
        if self.place.update is None:
            raise UnsupportedError(
                "there is no address for updates", hint="KG_STORE_UPDATE is the one to write to"
            )
        request = self._form(self.place.update, [("update", text)], "*/*")
        try:
            self._http.read(request, self.place.seconds, self.place.answer_bytes)
        except QueryError as error:
            raise StoreError(f"the endpoint refuses our update: {error.message}") from error

    def _form(self, url: str, members: list[tuple[str, str]], accept: str) -> Request:
        return Request(url, accept, urlencode(members).encode(), FORM)


class RemoteSnapshot:
    """The newest generation as long as it is that; reading a later one raises `StaleError`."""

    def __init__(
        self, store: RemoteStore, generation: Generation, graphs: tuple[ox.NamedNode, ...]
    ) -> None:
        self.generation = generation
        self._store = store
        self._graphs = graphs

    def graphs(self) -> tuple[ox.NamedNode, ...]:
        """See `Snapshot.graphs`."""
        return self._graphs

    def quads(self, graph: ox.NamedNode | None = None) -> Iterator[ox.Quad]:
        """See `Snapshot.quads`."""
        self._check()
        yield from self._store.quads(graph)
        self._check()

    def _check(self) -> None:
        generation = self._store.generation()
        if generation != self.generation:
            raise StaleError(
                f"the endpoint is at generation {generation}, and {self.generation} is not kept",
                hint="try again",
            )


def _seconds(limits: Limits, store: RemoteStore) -> float:
    return store.place.seconds if limits.seconds is None else limits.seconds


def _receipt(
    entry: LogEntry, *, findings: Iterable[object] = (), repeated: bool = False
) -> Receipt:
    return Receipt(
        generation=entry.generation,
        commit_id=entry.commit_id,
        added=entry.added,
        removed=entry.removed,
        digest=entry.digest,
        findings=tuple(findings),
        repeated=repeated,
    )
