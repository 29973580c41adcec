"""Evaluates updates: each operation becomes a patch, and sees the effect of those before it.

The engine can do an update but cannot say which quads it changed, and what is committed is a patch.
Empty graphs are not kept: CREATE makes none, and CLEAR is all that DROP does.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.errors import QueryError
from kg.sparql.clauses import Clear, Create, Transfer
from kg.sparql.each_graph import for_each_graph
from kg.sparql.guard import UPDATE_LIMITS, UpdateLimits
from kg.sparql.lexer import place, tokens
from kg.sparql.prologue import read_prologue
from kg.sparql.rewrites import rewritten, rewritten_for_ours
from kg.sparql.templates import Graph
from kg.sparql.update import Modify, read_update
from kg.store.candidate import Target
from kg.store.interface import WHOLE, Dataset, Patch, Update


def run(update: Update, target: Target, limits: UpdateLimits = UPDATE_LIMITS) -> None:
    """Evaluate an update of anybody on a target.

    Raises `QueryError` with place and hint. What is wrong with the text is raised before anything
    is applied; what is wrong with an operation, after those before it were.
    """
    data = _Data()
    for operation in read_update(update.text, limits):
        if isinstance(operation, Patch):
            data.add(operation)
            continue
        _apply(data.patch(), target)
        data = _Data()
        _apply(_evaluated(operation, update, target), target)
    _apply(data.patch(), target)


class _Data:
    """Many INSERT DATA and DELETE DATA as one patch: what was said of a quad last is true."""

    def __init__(self) -> None:
        self._there: dict[ox.Quad, bool] = {}

    def add(self, patch: Patch) -> None:
        """Take what comes next."""
        self._there |= dict.fromkeys(patch.removed, False) | dict.fromkeys(patch.added, True)

    def patch(self) -> Patch:
        """All of it."""
        return _patch(
            (quad for quad, there in self._there.items() if there),
            (quad for quad, there in self._there.items() if not there),
        )


def _apply(patch: Patch, target: Target) -> None:
    if patch.added or patch.removed:
        target.apply(patch)


def _evaluated(
    operation: Modify | Clear | Create | Transfer, update: Update, target: Target
) -> Patch:
    match operation:
        case Modify():
            return _modified(operation, update, target)
        case Clear():
            return _cleared(operation, target)
        case Create():
            return _created(operation, update, target)
        case Transfer():
            return _transferred(operation, update, target)


def _modified(operation: Modify, update: Update, target: Target) -> Patch:
    if operation.dataset is not None and update.using != WHOLE:
        raise _error(
            update,
            operation.start,
            "WITH or USING cannot stand in an update whose request names graphs",
            "leave out using-graph-uri and using-named-graph-uri, or these clauses",
        )
    added: dict[ox.Quad, None] = {}
    removed: dict[ox.Quad, None] = {}
    dataset = operation.dataset or update.using
    if dataset == WHOLE:  # told in full: no word in a string is to be taken for a FROM
        dataset = Dataset(named=tuple(target.graphs()))
    for solution in target.select(_as_is_meant(operation.select, dataset, target), dataset):
        for template, quads in ((operation.removed, removed), (operation.added, added)):
            if template is not None:
                quads.update(dict.fromkeys(template.filled(solution)))
    return _patch(added, (quad for quad in removed if quad not in added))


def _as_is_meant(text: str, dataset: Dataset, target: Target) -> str:
    """The query of a WHERE so that our engine answers it as SPARQL says."""
    found = tuple(tokens(text))
    plain = rewritten(text, found)
    changed = rewritten_for_ours(plain, tuple(tokens(plain)), read_prologue(text, found)[0])
    graphs = target.graphs() if dataset.named is None else dataset.named
    names = sorted({graph.value for graph in graphs})
    return for_each_graph(changed, names, UPDATE_LIMITS.operation.query_bytes)


def _cleared(operation: Clear, target: Target) -> Patch:
    graphs: list[Graph] = []
    match operation.graphs:
        case "NAMED":
            graphs += target.graphs()
        case "ALL":
            graphs += (ox.DefaultGraph(), *target.graphs())
        case graph:
            graphs.append(graph)
    return _patch((), (quad for graph in graphs for quad in target.quads(graph)))


def _created(operation: Create, update: Update, target: Target) -> Patch:
    if not operation.silent and _exists(operation.graph, target):
        raise _error(
            update,
            operation.start,
            f"the graph {operation.graph} exists already",
            "a graph exists as long as it has triples; CREATE SILENT lets this pass",
        )
    return Patch()


def _transferred(operation: Transfer, update: Update, target: Target) -> Patch:
    source, graph = operation.source, operation.target
    if source == graph:
        return Patch()
    if not _exists(source, target):
        if operation.silent:
            return Patch()
        raise _error(
            update,
            operation.start,
            f"there is no graph {source} to {operation.verb.lower()}",
            f"{operation.verb} SILENT lets this pass",
        )
    found = list(target.quads(source))
    added = dict.fromkeys(
        ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in found
    )
    removed: list[ox.Quad] = []
    if operation.verb != "ADD":
        removed += (quad for quad in target.quads(graph) if quad not in added)
    if operation.verb == "MOVE":
        removed += found
    return _patch(added, removed)


def _exists(graph: Graph, target: Target) -> bool:
    """Whether a graph has a triple; the unnamed graph is always there."""
    return isinstance(graph, ox.DefaultGraph) or any(True for _ in target.quads(graph))


def _patch(added: Iterable[ox.Quad], removed: Iterable[ox.Quad]) -> Patch:
    return Patch(tuple(added), tuple(removed))


def _error(update: Update, start: int, message: str, hint: str) -> QueryError:
    line, column = place(update.text, start)
    return QueryError(message, hint=hint, line=line, column=column)
