"""The mark and the log as triples, for a home that keeps both at a SPARQL endpoint.

The mark is that of `kg.store.live`; its hash chains the commits, each of which is a node of the
graph of the log. A commit is one update that asks for the mark of the state it was prepared on,
so that it is made on exactly this state or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields, replace
from typing import Any, Final

import pyoxigraph as ox

from kg.errors import InputError, StoreError
from kg.namespaces import GRAPH
from kg.store.interface import CommitMeta, LogEntry, Patch
from kg.store.lines import chain
from kg.store.live import MARK, Mark, has_blank_node, mark_of

HEAD: Final = ox.NamedNode(str(GRAPH["head"]))
"""The graph of the mark; its name is not that in a folder, since our server is an endpoint, too."""

LOG: Final = ox.NamedNode(str(GRAPH["log"]))
"""The graph of the log."""

UNION: Final = ox.NamedNode(str(GRAPH["union"]))
"""The union of the graphs of the default graph, kept where an engine does not merge them."""

OURS: Final = (HEAD, LOG, UNION)
"""Graphs that we keep for ourselves: they are in no dataset."""

MARK_QUERY: Final = f"SELECT ?s ?p ?o WHERE {{ GRAPH {HEAD} {{ ?s ?p ?o }} }}"

LOG_QUERY: Final = (
    f"SELECT ?generation ?json WHERE {{ GRAPH {LOG} {{ "
    f"?commit <{LOG.value}#generation> ?generation ; <{LOG.value}#entry> ?json }} }}"
)

_NUMBERS: Final = ("generation", "added", "removed")
_READABLE: Final = ("author", "time", "message", "commit_id", "added", "removed", "digest")
"""What others may ask for by itself; what we read back is the entry as a whole."""


def mark_from(solutions: Iterable[ox.QuerySolution]) -> Mark:
    """The mark that the solutions of `MARK_QUERY` tell; the first one where there are none."""
    store = ox.Store()
    store.extend(ox.Quad(row["s"], row["p"], row["o"], MARK) for row in solutions)
    return mark_of(store)


def entry_for(
    before: Mark, patch: Patch, digest: str, meta: CommitMeta, commit_id: str
) -> LogEntry:
    """The entry of a commit on a state."""
    entry = LogEntry(
        generation=before.generation + 1,
        commit_id=commit_id,
        author=meta.author,
        time=meta.time.isoformat(),
        message=meta.message,
        added=len(patch.added),
        removed=len(patch.removed),
        digest=digest,
        hash="",
        validated=meta.validated,
    )
    return replace(entry, hash=chain(before.hash, _json(entry).encode()))


def entry_from(text: str) -> LogEntry:
    """The entry that a commit was logged with; raises `StoreError` for what is none."""
    try:
        found = json.loads(text)
        numbers = {name: int(found[name]) for name in _NUMBERS}
        names = {each.name for each in fields(LogEntry)} - {"validated"}
        texts = {name: str(found[name]) for name in names}
        validated = bool(found.get("validated", True))
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError("an entry of the log there cannot be read") from error
    values: dict[str, Any] = {**texts, **numbers, "validated": validated}
    return LogEntry(**values)


def entry_query(commit_id: str) -> str:
    """A query for the entry of one commit."""
    wanted = ox.Literal(commit_id)
    return (
        f"SELECT ?json WHERE {{ GRAPH {LOG} {{ "
        f"?commit <{LOG.value}#commit_id> {wanted} ; <{LOG.value}#entry> ?json }} }}"
    )


def commit_update(before: Mark, after: Mark, entry: LogEntry, patch: Patch) -> str:
    """One operation that makes a patch, the next mark and an entry, on a state or not at all.

    `patch` has the quads of all graphs, computed ones too. Raises `InputError` for blank nodes,
    which an update cannot name.
    """
    for quad in (*patch.removed, *patch.added):
        if has_blank_node(quad):
            raise InputError(
                f"a blank node cannot be written at a SPARQL endpoint: {quad}",
                hint="give the node an IRI; no update can name a blank node again",
            )
    old = _head(before) if before.generation else []
    removed = _blocks([*patch.removed, *old])
    added = _blocks([*patch.added, *_head(after), *_entry_quads(entry)])
    condition = _blocks(quad for quad in old if quad.predicate.value.endswith("#hash"))
    condition = condition or f"FILTER NOT EXISTS {{ GRAPH {HEAD} {{ ?s ?p ?o }} }}"
    delete = f"DELETE {{\n{removed}}}\n" if removed else ""
    return f"{delete}INSERT {{\n{added}}}\nWHERE {{\n{condition}}}"


def data_update(quads: Iterable[ox.Quad]) -> str:
    """An update that adds quads on any state, each blank node as a new one."""
    return f"INSERT DATA {{\n{_blocks(quads)}}}"


def _head(mark: Mark) -> list[ox.Quad]:
    return [ox.Quad(quad.subject, quad.predicate, quad.object, HEAD) for quad in mark.quads()]


def _entry_quads(entry: LogEntry) -> Iterator[ox.Quad]:
    node = ox.NamedNode(f"{LOG.value}/{entry.generation}")
    told = {
        "generation": ox.Literal(entry.generation),
        "entry": ox.Literal(_json(entry)),
        **{name: ox.Literal(getattr(entry, name)) for name in _READABLE},
    }
    for name, value in told.items():
        yield ox.Quad(node, ox.NamedNode(f"{LOG.value}#{name}"), value, LOG)


def _json(entry: LogEntry) -> str:
    told = asdict(entry)
    if entry.validated:  # as entries were before some were not
        del told["validated"]
    return json.dumps(told, ensure_ascii=True, sort_keys=True)


def _blocks(quads: Iterable[ox.Quad]) -> str:
    by_graph: dict[str, list[str]] = {}
    for quad in quads:
        by_graph.setdefault(str(quad.graph_name), []).append(f"{quad.triple} .\n")
    return "".join(
        "".join(lines) if name == "DEFAULT" else f"GRAPH {name} {{\n{''.join(lines)}}}\n"
        for name, lines in by_graph.items()
    )
