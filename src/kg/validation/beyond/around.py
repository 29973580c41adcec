"""Look-ups around new triples, each in an index of the store and none longer than is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeAlias

import pyoxigraph as ox
from rdflib import RDF, RDFS, URIRef

from kg.namespaces import ONTOLOGY

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

MOST: Final = 1_000
"""Of more quads that lead to one node, the first so many are looked at."""


def node(iri: URIRef) -> ox.NamedNode:
    """A term of rdflib's namespaces as one of the store."""
    return ox.NamedNode(str(iri))


TYPE: Final = node(RDF.type)
SUBCLASS: Final = node(RDFS.subClassOf)


class Around:
    """What a store says near some nodes, in whichever graph."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._classes: dict[ox.NamedNode, frozenset[str]] = {}

    def objects(self, subject: Term, predicate: ox.NamedNode) -> list[Term]:
        """The objects of a node for a predicate, each once."""
        if not isinstance(subject, ox.NamedNode | ox.BlankNode):
            return []
        return list(dict.fromkeys(q.object for q in self._quads(subject, predicate, None)))

    def subjects(self, predicate: ox.NamedNode | None, value: Term) -> list[ox.NamedNode]:
        """The IRIs of which a triple leads to a node, each once and not more than `MOST` quads."""
        found = (q.subject for q in islice(self._quads(None, predicate, value), MOST))
        return list(dict.fromkeys(s for s in found if isinstance(s, ox.NamedNode)))

    def literals(self, subject: Term, predicate: ox.NamedNode) -> list[str]:
        """The texts of the literals of a node for a predicate."""
        return [o.value for o in self.objects(subject, predicate) if isinstance(o, ox.Literal)]

    def describes(self, iri: ox.NamedNode) -> bool:
        """Whether anything is said of a node."""
        return any(True for _ in self._quads(iri, None, None))

    def instances(self, kind: ox.NamedNode) -> Iterator[ox.NamedNode]:
        """All things of a class, however many, some more than once."""
        found = (quad.subject for quad in self._quads(None, TYPE, kind))
        return (subject for subject in found if isinstance(subject, ox.NamedNode))

    def below(self, kinds: Iterable[str]) -> list[ox.NamedNode]:
        """Some classes and all below them, sorted."""
        found: set[ox.NamedNode] = set()
        waiting = list(map(ox.NamedNode, kinds))
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.subjects(SUBCLASS, one)
        return sorted(found, key=str)

    def terms(self, namespace: str) -> frozenset[str]:
        """The local names of all terms that the ontology describes in a namespace."""
        quads = self._store.quads_for_pattern(None, None, None, node(ONTOLOGY))
        subjects = {q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)}
        return frozenset(s.removeprefix(namespace) for s in subjects if s.startswith(namespace))

    def classes(self, subject: Term) -> frozenset[str]:
        """The classes of a node and all above these, as IRIs."""
        found: set[str] = set()
        for kind in self.objects(subject, TYPE):
            if isinstance(kind, ox.NamedNode):
                found |= self._above(kind)
        return frozenset(found)

    def _above(self, kind: ox.NamedNode) -> frozenset[str]:
        if kind not in self._classes:
            found: set[str] = set()
            waiting: list[Term] = [kind]
            while waiting:
                one = waiting.pop()
                if isinstance(one, ox.NamedNode) and one.value not in found:
                    found.add(one.value)
                    waiting += self.objects(one, SUBCLASS)
            self._classes[kind] = frozenset(found)
        return self._classes[kind]

    def _quads(
        self,
        subject: ox.NamedNode | ox.BlankNode | None,
        predicate: ox.NamedNode | None,
        value: Term | None,
    ) -> Iterator[ox.Quad]:
        return self._store.quads_for_pattern(subject, predicate, value, None)
