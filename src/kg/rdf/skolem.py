"""IRIs for blank nodes, made of what the graph says: the same graph gives the same IRIs.

The canonical labels of RDFC-1.0 take exponential time on some graphs: eight blank nodes that all
know each other take seconds, a list of 1,000 takes minutes. Here nodes are told apart by what is
said of them and of their neighbours; where that leaves a tie, one is picked and the rest follows.
It needs no search, and ends within a bound: beyond it, ties are broken by the order of the quads,
so that at least the same text gives the same IRIs.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

import pyoxigraph as ox

GENID: Final = "https://w3id.org/.well-known/genid/conflict-kg/"
"""Where blank nodes of files get their IRIs (RDF 1.1, section 3.5)."""

_STEPS: Final = 200_000
"""How many edges are looked at again before ties are broken by order."""

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph


class _Edge(NamedTuple):
    """What a quad says of a blank node, apart from the other blank node in it."""

    said: str
    other: ox.BlankNode | None


_Edges: TypeAlias = Mapping[ox.BlankNode, list[_Edge]]


def skolemised(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The quads with an IRI for each blank node that is a subject or an object."""
    listed = list(quads)
    edges = _edges(listed)
    if not edges:
        return listed
    labels = {node: f"b{number}" for number, node in enumerate(_ordered(edges))}
    lines = sorted(" ".join(_text(term, labels) for term in quad) for quad in listed)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
    named = {node: ox.NamedNode(f"{GENID}{digest}/{label}") for node, label in labels.items()}
    return [_renamed(quad, named) for quad in listed]


def _renamed(quad: ox.Quad, named: Mapping[ox.BlankNode, ox.NamedNode]) -> ox.Quad:
    subject, object_ = quad.subject, quad.object
    if isinstance(subject, ox.BlankNode):
        subject = named[subject]
    if isinstance(object_, ox.BlankNode):
        object_ = named[object_]
    return ox.Quad(subject, quad.predicate, object_, quad.graph_name)


def _text(term: Term, labels: Mapping[ox.BlankNode, str]) -> str:
    return f"_:{labels[term]}" if isinstance(term, ox.BlankNode) else str(term)


def _edges(quads: Iterable[ox.Quad]) -> dict[ox.BlankNode, list[_Edge]]:
    """What is said of each blank node, in the order in which they are met."""
    edges: dict[ox.BlankNode, list[_Edge]] = {}
    for quad in quads:
        ends = (("s", quad.subject, quad.object), ("o", quad.object, quad.subject))
        for role, node, other in ends:
            if isinstance(node, ox.BlankNode):
                blank = other if isinstance(other, ox.BlankNode) else None
                rest = "_:" if blank is not None else str(other)
                said = f"{role} {quad.graph_name} {quad.predicate} {rest}"
                edges.setdefault(node, []).append(_Edge(said, blank))
    return edges


def _ordered(edges: _Edges) -> Iterator[ox.BlankNode]:
    """The blank nodes in an order that follows from the graph."""
    steps = _STEPS
    parts: list[tuple[list[str], list[ox.BlankNode]]] = []
    for part in _connected(edges):
        coloured, steps = _told_apart(part, edges, steps)
        nodes = sorted(part, key=coloured.__getitem__)
        parts.append(([coloured[node] for node in nodes], nodes))
    for _, nodes in sorted(parts, key=lambda part: part[0]):
        yield from nodes


def _connected(edges: _Edges) -> Iterator[list[ox.BlankNode]]:
    """The blank nodes, those together that are reached from each other."""
    seen: set[ox.BlankNode] = set()
    order = {node: number for number, node in enumerate(edges)}
    for start in edges:
        if start in seen:
            continue
        seen.add(start)
        part = [start]
        for node in part:  # grows while it is read
            fresh = {edge.other for edge in edges[node] if edge.other is not None} - seen
            seen |= fresh
            part.extend(fresh)
        yield sorted(part, key=order.__getitem__)


def _told_apart(
    part: list[ox.BlankNode], edges: _Edges, steps: int
) -> tuple[dict[ox.BlankNode, str], int]:
    """A colour for each node, and the steps that are left; two have the same only at the bound."""
    colours = dict.fromkeys(part, "")
    tied = part
    classes = 0
    while True:
        colours |= {node: _hash(colours[node], edges[node], colours) for node in tied}
        sizes = Counter(colours.values())
        tied = [node for node in tied if sizes[colours[node]] > 1]
        steps -= sum(len(edges[node]) for node in tied)
        if not tied or steps < 0:
            return colours, steps
        if len(sizes) == classes:
            _pick(tied, edges, colours)
        classes = len(sizes)


def _pick(tied: list[ox.BlankNode], edges: _Edges, colours: dict[ox.BlankNode, str]) -> None:
    """Give one of the tied nodes a colour of its own; to all of its class if they are twins."""
    colour = min(colours[node] for node in tied)
    alike = [node for node in tied if colours[node] == colour]
    undecided = set(tied)
    if any(edge.other in undecided for node in alike for edge in edges[node]):
        alike = alike[:1]
    for number, node in enumerate(alike):
        colours[node] = f"{colour} {number}"


def _hash(colour: str, edges: list[_Edge], colours: Mapping[ox.BlankNode, str]) -> str:
    said = sorted(
        edge.said if edge.other is None else f"{edge.said}{colours[edge.other]}" for edge in edges
    )
    return hashlib.sha256("\n".join((colour, *said)).encode()).hexdigest()
