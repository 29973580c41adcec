"""A dataset as SPARQL has it, with an unnamed graph of its own, that updates are evaluated on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg.sparql.templates import Node
from kg.store.interface import Dataset, Patch


class PlainTarget:
    """A `Target` over an engine's store, which keeps the patches that were applied."""

    def __init__(self, quads: Iterable[ox.Quad] = ()) -> None:
        self.store = ox.Store()
        self.store.extend(quads)
        self.patches: list[Patch] = []
        self.asked: list[tuple[str, Dataset]] = []

    def select(self, text: str, dataset: Dataset) -> Iterator[Mapping[str, Node]]:
        self.asked.append((text, dataset))
        default = [ox.DefaultGraph()] if dataset.default is None else list(dataset.default)
        named = self.graphs() if dataset.named is None else list(dataset.named)
        state, default = _merged(self.store, default, named)
        found = state.query(text, default_graph=default, named_graphs=named)
        names = [variable.value for variable in found.variables]
        for row in found:
            yield {name: row[name] for name in names if row[name] is not None}

    def quads(self, graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
        return self.store.quads_for_pattern(None, None, None, graph)

    def graphs(self) -> list[ox.NamedNode]:
        return sorted({q.graph_name for q in self.store if q.graph_name != UNNAMED}, key=str)

    def apply(self, patch: Patch) -> None:
        self.patches.append(patch)
        for quad in patch.removed:
            self.store.remove(quad)
        self.store.extend(patch.added)


UNNAMED = ox.DefaultGraph()


def _merged(store, default, named):
    """The engine does not merge several default graphs by itself."""
    if len(default) < 2:
        return store, default
    merged = ox.Store()
    for graph in named:
        merged.extend(store.quads_for_pattern(None, None, None, graph))
    for graph in default:
        found = store.quads_for_pattern(None, None, None, graph)
        merged.extend(ox.Quad(q.subject, q.predicate, q.object) for q in found)
    return merged, [UNNAMED]


def shape(store: Iterable[ox.Quad]) -> Counter[str]:
    """The quads with each blank node written as what is said of it, and of those around it.

    The engine's own way of telling whether two datasets are isomorphic takes exponential time for
    blank nodes that are all alike, such as those of an INSERT with many solutions.
    """
    quads = list(store)
    called = {term: "_" for quad in quads for term in _blank_nodes(quad)}
    for _ in range(4):
        said: dict[ox.BlankNode, list[str]] = {term: [] for term in called}
        for quad in quads:
            for term in set(_blank_nodes(quad)):
                said[term].append(_written(quad, called | {term: "self"}))
        called = {term: str(hash(tuple(sorted(lines)))) for term, lines in said.items()}
    return Counter(_written(quad, called) for quad in quads)


def _written(quad: ox.Quad, called: Mapping[ox.BlankNode, str]) -> str:
    text = str(quad)
    for term in _blank_nodes(quad):
        text = text.replace(str(term), f"_:{called[term]}")
    return text


def _blank_nodes(quad: ox.Quad) -> list[ox.BlankNode]:
    found: list[ox.BlankNode] = []
    todo: list[object] = [quad.subject, quad.object]
    for term in todo:
        if isinstance(term, ox.BlankNode):
            found.append(term)
        elif isinstance(term, ox.Triple):
            todo += (term.subject, term.object)
    return found
