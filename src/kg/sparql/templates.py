"""Templates of quads: read by the engine, filled here with the solutions of a WHERE.

The engine reads no variables in data. So each is written as an IRI that nobody can know before,
and these are looked for in what the engine has read.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from kg.sparql.lexer import tokens
from kg.sparql.scratch import read_quads

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Solution: TypeAlias = Mapping[str, Node]
Graph: TypeAlias = ox.NamedNode | ox.DefaultGraph

_Filler: TypeAlias = Callable[[Solution, dict[ox.BlankNode, ox.BlankNode]], Node | None]


@dataclass(frozen=True, slots=True)
class Template:
    """Quads with variables; those without a graph of their own are of the graph `default`."""

    variables: frozenset[str]
    has_blank_nodes: bool
    default: Graph
    _quads: tuple[tuple[_Filler, _Filler, _Filler, _Filler | None], ...]

    def filled(self, solution: Solution) -> Iterator[ox.Quad]:
        """The quads of one solution, blank nodes of its own in them.

        What lacks a value, or would be no quad with it, is left out (SPARQL 1.1 Update, 3.1.3).
        """
        fresh: dict[ox.BlankNode, ox.BlankNode] = {}
        for fill_subject, fill_predicate, fill_object, fill_graph in self._quads:
            graph = fill_graph(solution, fresh) if fill_graph else self.default
            triple = _triple(
                fill_subject(solution, fresh),
                fill_predicate(solution, fresh),
                fill_object(solution, fresh),
            )
            if triple is not None and isinstance(graph, ox.NamedNode | ox.DefaultGraph):
                yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def read_template(prologue: str, block: str, default: Graph) -> Template:
    """Read a block in brackets. Raises `QueryError` for what no solution makes a quad."""
    secret = f"urn:variable:{secrets.token_hex(16)}:"
    names: dict[str, str] = {}
    parts: list[str] = []
    done = 0
    for token in tokens(block):
        if token.kind == "var":
            name = token.text[1:]
            placeholder = names.setdefault(name, f"{secret}{len(names)}")
            parts += (block[done : token.start], f" <{placeholder}> ")
            done = token.start + len(token.text)
    quads = read_quads(prologue, "".join((*parts, block[done:])))
    by_placeholder = {placeholder: name for name, placeholder in names.items()}
    return Template(
        variables=frozenset(names),
        has_blank_nodes=any(_has_blank_nodes(quad.triple) for quad in quads),
        default=default,
        _quads=tuple(_fillers(quad, by_placeholder) for quad in quads),
    )


def _fillers(
    quad: ox.Quad, names: Mapping[str, str]
) -> tuple[_Filler, _Filler, _Filler, _Filler | None]:
    graph = quad.graph_name
    return (
        _filler(quad.subject, names),
        _filler(quad.predicate, names),
        _filler(quad.object, names),
        None if isinstance(graph, ox.DefaultGraph) else _filler(graph, names),
    )


def _filler(term: Node, names: Mapping[str, str]) -> _Filler:
    if isinstance(term, ox.NamedNode) and term.value in names:
        name = names[term.value]
        return lambda solution, _: solution.get(name)
    if isinstance(term, ox.BlankNode):
        label = term
        return lambda _, fresh: fresh.setdefault(label, ox.BlankNode())
    if isinstance(term, ox.Triple):
        subject, predicate, object_ = (_filler(part, names) for part in _parts(term))
        return lambda solution, fresh: _triple(
            subject(solution, fresh), predicate(solution, fresh), object_(solution, fresh)
        )
    return lambda _solution, _fresh: term


def _triple(subject: Node | None, predicate: Node | None, object_: Node | None) -> ox.Triple | None:
    """The triple of these terms; None if they make none."""
    if not isinstance(subject, ox.NamedNode | ox.BlankNode):
        return None
    if not isinstance(predicate, ox.NamedNode) or object_ is None:
        return None
    return ox.Triple(subject, predicate, object_)


def _has_blank_nodes(triple: ox.Triple) -> bool:
    return any(
        isinstance(term, ox.BlankNode) or (isinstance(term, ox.Triple) and _has_blank_nodes(term))
        for term in _parts(triple)
    )


def _parts(triple: ox.Triple) -> tuple[Node, Node, Node]:
    return triple.subject, triple.predicate, triple.object
