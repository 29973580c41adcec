"""What a contributor is told beside a result: what is asked for, an example, where to read on.

Examples are taken from one small world that keeps every shape and every check
(`kg.resources.example_world`), so that each of them conforms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from rdflib import RDF, RDFS, SH, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Literal, Node

from kg.namespaces import CKG, expand, split
from kg.rdf.terms import Terms, object_key
from kg.rdf.turtle import read_turtle
from kg.resources import example_world, ontology_dir
from kg.validation.report import Finding

_NEXT: Final = "\n        "
_VALUES: Final = 2
"""So many values of a property are shown in an example."""
_NAME: Final = re.compile(r"[a-z][a-z0-9-]*:[A-Za-z][\w-]*(?![\w/]|:\S)")
_LONG: Final = 64
"""A property and its values that are longer stand on two lines."""


class Guide:
    """The shapes, the ontology and a world that conforms; it is read once and not changed."""

    def __init__(self, shapes: Graph, ontology: Graph, world: Graph) -> None:
        self.shapes = shapes
        self._ontology = ontology
        self._world = world
        self._all = world + ontology
        self._examples: dict[tuple[str, str, frozenset[str]], str | None] = {}
        self._owner = {o: s for s, o in shapes.subject_objects(SH.property)}

    def parameter(self, shape: str, name: str) -> Node | None:
        """The value of a parameter of a shape, such as `datatype`; the least of several."""
        return min(self.shapes.objects(URIRef(shape), SH[name]), key=str, default=None)

    def listed(self, shape: str, name: str) -> tuple[Node, ...]:
        """The members of the list that is a parameter of a shape."""
        head = self.parameter(shape, name)
        return () if head is None else tuple(Collection(self.shapes, head))

    def scheme(self, shape: str) -> str | None:
        """The scheme that the values of a shape are concepts of, by its sh:node."""
        node = self.parameter(shape, "node")
        for property_ in self.shapes.objects(node, SH.property):
            for value in self.shapes.objects(property_, SH.hasValue):
                return str(value)
        return None

    def documentation(self, finding: Finding) -> str | None:
        """The IRI of the term that a finding is about, at which its documentation is found."""
        if finding.path is not None and finding.component is not None:
            return finding.path
        targets = self._targets(URIRef(finding.source_shape))
        named = next(self._named(finding.message), finding.path)
        return next((str(target) for target in targets), named)

    def example(self, finding: Finding) -> str | None:
        """Turtle without its prefixes that keeps what the finding breaks; None if there is none.

        For a check: a node of the same kind, with the properties that its message names.
        """
        kind = _prefix_of(finding.focus_node)
        properties = frozenset(self._named(finding.message))
        key = (finding.source_shape, kind, properties)
        if key not in self._examples:
            self._examples[key] = self._example(*key)
        return self._examples[key]

    def _example(self, name: str, kind: str, properties: frozenset[str]) -> str | None:
        shape = URIRef(name)
        if (shape, None, None) in self.shapes:
            return self.example_of(shape, kind)
        nodes = (s for s in set(self._world.subjects()) if _prefix_of(str(s)) == kind)
        return self._turtle(sorted(nodes, key=str), {URIRef(each) for each in properties})

    def example_of(self, shape: URIRef, kind: str = "") -> str | None:
        """Turtle without its prefixes that keeps a shape; None for one without a target.

        It is about a thing of this kind (the prefix of its IRI), if there is one.
        """
        path = self.shapes.value(shape, SH.path)
        properties = {path} if isinstance(path, URIRef) else set()
        nodes = self._focus_nodes(self._owner.get(shape, shape))
        nodes.sort(key=lambda node: _prefix_of(str(node)) != kind)
        if path is None:
            return self._turtle(nodes[:1], {RDF.type})
        return self._turtle(nodes, properties)

    def _targets(self, shape: URIRef) -> tuple[Node, ...]:
        owner = self._owner.get(shape, shape)
        return tuple(sorted(self.shapes.objects(owner, SH.targetClass), key=str))

    def _focus_nodes(self, shape: Node) -> list[Node]:
        """What a shape targets, things of the world before terms of the ontology."""
        found = {
            node
            for target in self.shapes.objects(shape, SH.targetClass)
            for kind in self._all.transitive_subjects(RDFS.subClassOf, target)
            for node in self._all.subjects(RDF.type, kind)
        }
        for target in self.shapes.objects(shape, SH.targetSubjectsOf):
            found.update(self._all.subjects(target, None))
        for target in self.shapes.objects(shape, SH.targetObjectsOf):
            found.update(self._all.objects(None, target))
        return sorted(found, key=lambda node: ((node, None, None) not in self._world, str(node)))

    def _named(self, message: str) -> Iterator[str]:
        """The IRIs of the terms of the ontology that a message names, in its order."""
        for name in _NAME.findall(message):
            iri = expand(name)
            if iri is not None and (URIRef(iri), None, None) in self._ontology:
                yield iri

    def _turtle(self, nodes: Iterable[Node], properties: set[URIRef]) -> str | None:
        """The first node that has all these properties, else the one that has most of them."""
        best: tuple[int, Node] | None = None
        for node in nodes:
            number = sum((node, each, None) in self._all for each in properties)
            if number and (best is None or number > best[0]):
                best = (number, node)
        return None if best is None else self._written(best[1], properties)

    def _written(self, node: Node, properties: set[URIRef]) -> str:
        terms = Terms()
        kinds = sorted(self._all.objects(node, RDF.type), key=_ours_first)
        lines = [f"a {terms.iri(kind)}" for kind in kinds[:1]]
        for each in sorted(properties - {RDF.type}):
            values = sorted(self._all.objects(node, each), key=object_key)[:_VALUES]
            if values:
                said = ", ".join(_term(value, terms) for value in values)
                name = terms.iri(each)
                lines.append(f"{name}{' ' if len(name + said) < _LONG else _NEXT}{said}")
        return f"{terms.iri(node)} " + " ;\n    ".join(lines) + " ."


def _ours_first(term: Node) -> tuple[bool, str]:
    return not str(term).startswith(CKG), str(term)


def _prefix_of(iri: str) -> str:
    """The prefix of a kind of things, whose slugs may have slashes in them."""
    parts = split(iri)
    return parts[0] if parts else ""


def _term(term: Node, terms: Terms) -> str:
    return terms.literal(term) if isinstance(term, Literal) else terms.iri(term)


@cache
def guide() -> Guide:
    """The guide to the shapes and the ontology that come with kg."""
    shapes, ontology = Graph(bind_namespaces="none"), Graph(bind_namespaces="none")
    for path in sorted(ontology_dir().rglob("*.ttl")):
        graph = shapes if path.is_relative_to(ontology_dir() / "shapes") else ontology
        graph += read_turtle(path)
    return Guide(shapes, ontology, read_turtle(example_world()))
