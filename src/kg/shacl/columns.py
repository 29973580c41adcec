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

from kg.shacl.constraints import Matching
from kg.shacl.graph import StoreGraph
from kg.shacl.paths import Path, Step, to_sparql
from kg.shacl.reading import subclasses
from kg.shacl.terms import TYPE, Term

Key: TypeAlias = bytes

KEPT: Final = 3
"""How many relations are held at a time: one of a large graph takes hundreds of megabytes."""

_TSV: Final = ox.QueryResultsFormat.TSV


class Relation:
    """The pairs that a path leads from and to; a pair can be there twice."""

    def __init__(self, subjects: list[Key], objects: list[Key]) -> None:
        self.subjects = subjects
        self.objects = objects
        self.suspects: dict[object, frozenset[Key] | None] = {}

    @cached_property
    def domain(self) -> frozenset[Key]:
        """All subjects."""
        return frozenset(self.subjects)

    @cached_property
    def range(self) -> frozenset[Key]:
        """All objects."""
        return frozenset(self.objects)

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
        pairs = zip(self.subjects, self.objects, strict=True)
        return {s for s, o in pairs if o in objects}


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
            self._relations[path] = self._read(path)
        self._relations.move_to_end(path)
        return self._relations[path]

    def instances(self, of: Term) -> frozenset[Key]:
        """The instances of a class and of its subclasses."""
        return frozenset().union(*(self._of(c) for c in subclasses(self._graph, of)))

    def not_matching(self, of: Term, constraint: Matching) -> frozenset[Key]:
        """The instances of a class and of its subclasses that a pattern does not match."""
        fits = matching_filter("?s", constraint)
        classes = subclasses(self._graph, of)
        named = [c for c in classes if isinstance(c, ox.NamedNode)]
        found = [self._column(f"SELECT ?s {{ ?s {TYPE} {c} FILTER(!({fits})) }}") for c in named]
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

    def _read(self, path: Path) -> Relation:
        body = self._tsv(f"SELECT ?s ?o {{ ?s {to_sparql(path)} ?o }}")
        cells = body.replace(b"\n", b"\t").split(b"\t")
        return Relation(cells[0:-1:2], cells[1::2])

    def _column(self, query: str) -> list[Key]:
        return self._tsv(query).split(b"\n")[:-1]

    def _tsv(self, query: str) -> bytes:
        return tsv(self._graph.query(query))


def matching_filter(variable: str, constraint: Matching) -> str:
    """The expression that is true if a pattern matches the value of a variable."""
    pattern, flags = ox.Literal(constraint.pattern), ox.Literal(constraint.flags)
    return f"!isBlank({variable}) && REGEX(STR({variable}), {pattern}, {flags})"


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
