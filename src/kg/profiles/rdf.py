"""The graph that profiles are read from: ontology and shapes, and for examples the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.namespaces import EXTERNAL_PREFIXES

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

RDF: Final = EXTERNAL_PREFIXES["rdf"]
TYPE: Final = f"{RDF}type"


class Rdf:
    """Triples that are asked for by IRIs as texts; whatever is listed is sorted."""

    def __init__(self, triples: Iterable[ox.Triple] = ()) -> None:
        self._store = ox.Store()
        self._store.extend(ox.Quad(*triple) for triple in triples)

    @classmethod
    def of_folder(cls, folder: Path) -> Rdf:
        """All Turtle of a folder."""
        return cls(
            quad.triple
            for path in sorted(folder.rglob("*.ttl"))
            for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
        )

    def terms(self, subject: str | ox.BlankNode, predicate: str) -> list[Term]:
        """What a predicate leads to."""
        found = self._store.quads_for_pattern(_node(subject), ox.NamedNode(predicate), None)
        return sorted((quad.object for quad in found), key=str)

    def iris(self, subject: str | ox.BlankNode, predicate: str) -> list[str]:
        """The IRIs that a predicate leads to."""
        found = self.terms(subject, predicate)
        return [term.value for term in found if isinstance(term, ox.NamedNode)]

    def texts(self, subject: str | ox.BlankNode, predicate: str) -> list[str]:
        """The texts that a predicate leads to."""
        found = self.terms(subject, predicate)
        return [term.value for term in found if isinstance(term, ox.Literal)]

    def text(self, subject: str, predicate: str) -> str:
        """The texts that a predicate leads to, as one."""
        return " ".join(self.texts(subject, predicate))

    def subjects(self, predicate: str, value: str) -> list[str]:
        """The IRIs from which a predicate leads to an IRI."""
        found = self._store.quads_for_pattern(None, ox.NamedNode(predicate), ox.NamedNode(value))
        nodes = (quad.subject for quad in found)
        return sorted(node.value for node in nodes if isinstance(node, ox.NamedNode))

    def pairs(self, subject: str) -> list[tuple[str, Term]]:
        """The predicates of a subject, each with one object."""
        found = self._store.quads_for_pattern(ox.NamedNode(subject), None, None)
        return sorted(((quad.predicate.value, quad.object) for quad in found), key=str)

    def objects(self, predicate: str) -> list[Term]:
        """Everything that a predicate leads to, as often as it does."""
        found = self._store.quads_for_pattern(None, ox.NamedNode(predicate), None)
        return sorted((quad.object for quad in found), key=str)

    def members(self, head: Term) -> list[Term]:
        """The members of a list; none for what is no list."""
        found: list[Term] = []
        while isinstance(head, ox.BlankNode) and (first := self.terms(head, f"{RDF}first")):
            found += first[:1]
            rest = self.terms(head, f"{RDF}rest")
            head = rest[0] if rest else ox.NamedNode(f"{RDF}nil")
        return found

    def about(self, iri: str) -> Iterator[ox.Triple]:
        """The triples of a subject, and of the blank nodes that it leads to."""
        waiting: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(iri)]
        seen: set[object] = set()
        while waiting:
            node = waiting.pop()
            seen.add(node)
            for quad in sorted(self._store.quads_for_pattern(node, None, None), key=str):
                yield quad.triple
                if isinstance(quad.object, ox.BlankNode) and quad.object not in seen:
                    waiting.append(quad.object)


def _node(subject: str | ox.BlankNode) -> ox.NamedNode | ox.BlankNode:
    return subject if isinstance(subject, ox.BlankNode) else ox.NamedNode(subject)
