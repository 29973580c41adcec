"""A store's graph as columns of keys: one scan of a predicate, and then sets at the speed of C.

A *key* is a term as bytes, as the engine writes it in TSV. The same term has always the same key,
and no object is made of a term before somebody asks for it.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterable
from functools import cached_property
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.shacl.graph import StoreGraph
from kg.shacl.paths import Path, Step, to_sparql
from kg.shacl.reading import subclasses
from kg.shacl.terms import TYPE, Term

Key: TypeAlias = bytes

KEPT: Final = 2
"""How many relations are held at a time: one of a large graph takes hundreds of megabytes."""

_TSV: Final = ox.QueryResultsFormat.TSV


class Relation:
    """The pairs that a path leads from and to, read when they are asked for.

    A pair can be there twice. Both columns are read at once: the second costs next to nothing.
    """

    def __init__(self, graph: StoreGraph, path: Path) -> None:
        self._graph = graph
        self._path = to_sparql(path)
        self.suspects: dict[object, frozenset[Key] | None] = {}

    @cached_property
    def subjects(self) -> list[Key]:
        """The subject of each pair."""
        return self._cells[0:-1:2]

    @cached_property
    def objects(self) -> list[Key]:
        """The object of each pair."""
        return self._cells[1::2]

    @cached_property
    def _cells(self) -> list[Key]:
        body = tsv(self._graph.query(f"SELECT ?s ?o {{ ?s {self._path} ?o }}"))
        return body.replace(b"\n", b"\t").split(b"\t")

    @cached_property
    def domain(self) -> frozenset[Key]:
        """All subjects."""
        return frozenset(self.subjects)

    @cached_property
    def range(self) -> frozenset[Key]:
        """All objects."""
        return frozenset(self.objects)

    @property
    def pairs(self) -> set[tuple[Key, Key]]:
        """All pairs, each once."""
        return set(zip(self.subjects, self.objects, strict=True))

    @cached_property
    def counts(self) -> Counter[Key]:
        """How many pairs each subject is in, if that is more than one."""
        if len(self.domain) == len(self.subjects):
            return Counter()
        return Counter({s: number for s, number in Counter(self.subjects).items() if number > 1})

    def leading_to(self, objects: frozenset[Key] | set[Key]) -> set[Key]:
        """The subjects of some objects."""
        if not objects:
            return set()
        return {s for s, o in zip(self.subjects, self.objects, strict=True) if o in objects}

    def leading_elsewhere(self, condition: str) -> set[Key]:
        """The subjects of objects, `?o`, of which an expression of SPARQL is not true."""
        fails = f"FILTER(!COALESCE({condition}, false))"
        return set(column(self._graph.query(f"SELECT ?s {{ ?s {self._path} ?o {fails} }}")))


class Columns:
    """Relations and classes of a graph, read when they are asked for; it must not change."""

    def __init__(self, graph: StoreGraph) -> None:
        self._graph = graph
        self._relations: OrderedDict[Path, Relation] = OrderedDict()
        self._direct: dict[Term, frozenset[Key]] = {}

    def relation(self, path: Path) -> Relation:
        """The relation of a path without repetition."""
        if path not in self._relations:
            while len(self._relations) >= KEPT:
                self._relations.popitem(last=False)
            self._relations[path] = Relation(self._graph, path)
        self._relations.move_to_end(path)
        return self._relations[path]

    def instances(self, of: Term) -> frozenset[Key]:
        """The instances of a class and of its subclasses."""
        return frozenset().union(*(self._of(c) for c in subclasses(self._graph, of)))

    def instances_without(self, of: Term, condition: str) -> frozenset[Key]:
        """The instances of a class, `?o`, of which an expression of SPARQL is not true."""
        fails = f"FILTER(!COALESCE({condition}, false))"
        classes = subclasses(self._graph, of)
        named = [c for c in classes if isinstance(c, ox.NamedNode)]
        found = [self._column(f"SELECT ?o {{ ?o {TYPE} {c} {fails} }}") for c in named]
        blank = [self._of(c) for c in classes if c not in named]  # not to be written in a query
        return frozenset().union(*found, *blank)

    def subjects_with(self, path: Path, value: Term) -> frozenset[Key]:
        """The nodes from which a path leads to a value."""
        if isinstance(value, ox.BlankNode):  # it cannot be written in a query
            relation = self.relation(path)
            return frozenset(relation.leading_to({key_of(value)}))
        return frozenset(self._column(f"SELECT ?s {{ ?s {to_sparql(path)} {value} }}"))

    def predicates(self) -> list[ox.NamedNode]:
        """Every predicate of the graph."""
        keys = self._column("SELECT DISTINCT ?p { ?s ?p ?o }")
        return [term for term in terms_of(keys).values() if isinstance(term, ox.NamedNode)]

    def _of(self, one: Term) -> frozenset[Key]:
        if one not in self._direct:
            self._direct[one] = self.subjects_with(Step(TYPE), one)
        return self._direct[one]

    def _column(self, query: str) -> list[Key]:
        return column(self._graph.query(query))


def column(solutions: object) -> list[Key]:
    """The only value of each solution."""
    return tsv(solutions).split(b"\n")[:-1]


def tsv(solutions: object) -> bytes:
    """Solutions as lines of TSV, without the header."""
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError("only a SELECT query has solutions")
    text = solutions.serialize(format=_TSV) or b""
    return text[text.index(b"\n") + 1 :]


def key_of(node: Term) -> Key:
    """The key of an IRI or a blank node."""
    return str(node).encode()


def terms_of(keys: Iterable[Key]) -> dict[Key, Term]:
    """The term of each key."""
    listed = list(keys)
    text = b"?term\n" + b"".join(key + b"\n" for key in listed)
    solutions = ox.parse_query_results(text, format=_TSV)
    if not isinstance(solutions, ox.QuerySolutions):
        raise TypeError("only a SELECT query has solutions")
    return dict(zip(listed, (solution[0] for solution in solutions), strict=True))
