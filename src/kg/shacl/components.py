"""SPARQL-based constraints and constraint components, read from a graph of shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

import pyoxigraph as ox

from kg.errors import ShaclFailure
from kg.shacl import reading
from kg.shacl.graph import Graph
from kg.shacl.shapes import Constraint
from kg.shacl.sparql import AskConstraint, Query, SparqlConstraint
from kg.shacl.terms import IMPORTS, TYPE, Term, core, sh

_ALWAYS: Final = frozenset({"this", "shapesGraph", "currentShape"})
_RESERVED: Final = frozenset({"this", "shapesGraph", "currentShape", "path", "PATH", "value"})


def sparql_constraints(graph: Graph, node: Term, *, has_path: bool) -> Iterator[Constraint]:
    """The constraints that sh:sparql gives a shape."""
    for constraint in sorted(graph.objects(node, sh("sparql")), key=str):
        deactivated = reading.optional(graph, constraint, sh("deactivated"))
        if reading.boolean(deactivated, sh("deactivated")):
            continue
        query = _query(graph, constraint, sh("select"), _ALWAYS)
        if not has_path and "PATH" in query.text:
            raise ShaclFailure("only the query of a property shape has $PATH")
        query.check()
        messages = reading.messages(graph, constraint)
        yield SparqlConstraint(core("SPARQL"), query, constraint, messages, {})


@dataclass(frozen=True, slots=True)
class Component:
    """A constraint component of somebody's own: its parameters and its validators."""

    node: ox.NamedNode
    mandatory: Mapping[str, ox.NamedNode]
    optional: Mapping[str, ox.NamedNode]

    def constraints(self, graph: Graph, node: Term, *, has_path: bool) -> Iterator[Constraint]:
        """The constraints that a shape has by it: none, unless it has every mandatory parameter.

        Where there is one parameter each value of it is a constraint; of several, each has one.
        """
        given = {
            name: sorted(graph.objects(node, predicate), key=str)
            for name, predicate in {**self.mandatory, **self.optional}.items()
        }
        if not self.mandatory or not all(given[name] for name in self.mandatory):
            return
        if len(given) > 1 and any(len(values) > 1 for values in given.values()):
            raise ShaclFailure(f"{node} has one value of each parameter of {self.node}")
        names = [name for name, values in given.items() if values]
        for values in product(*(given[name] for name in names)):
            parameters = dict(zip(names, values, strict=True))
            yield self._constraint(graph, parameters, has_path=has_path)

    def _constraint(
        self, graph: Graph, parameters: Mapping[str, Term], *, has_path: bool
    ) -> Constraint:
        special = sh("propertyValidator" if has_path else "nodeValidator")
        found = graph.objects(self.node, special) or graph.objects(self.node, sh("validator"))
        if not found:
            raise ShaclFailure(f"{self.node} has no validator for such a shape")
        validator = min(found, key=str)
        names = frozenset({*self.mandatory, *self.optional}) | _ALWAYS
        messages = reading.messages(graph, validator) or reading.messages(graph, self.node)
        if graph.objects(validator, sh("ask")):
            query = _query(graph, validator, sh("ask"), names | {"value"})
            query.check()
            return AskConstraint(self.node, query, messages, parameters)
        query = _query(graph, validator, sh("select"), names)
        query.check()
        return SparqlConstraint(self.node, query, None, messages, parameters)


def read_components(graph: Graph) -> list[Component]:
    """The constraint components that a graph of shapes declares."""
    found = reading.instances(graph, sh("ConstraintComponent"))
    return [_component(graph, node) for node in sorted(found, key=str)]


def _component(graph: Graph, node: Term) -> Component:
    mandatory: dict[str, ox.NamedNode] = {}
    optional: dict[str, ox.NamedNode] = {}
    for parameter in graph.objects(node, sh("parameter")):
        path = reading.optional(graph, parameter, sh("path"))
        if not isinstance(path, ox.NamedNode):
            raise ShaclFailure(f"a parameter of {node} has one sh:path, an IRI")
        name = path.value[max(path.value.rfind(mark) for mark in "#/:") + 1 :]
        if not name or name in _RESERVED:
            raise ShaclFailure(f"a parameter is not named {name!r}")
        given = reading.optional(graph, parameter, sh("optional"))
        is_optional = reading.boolean(given, sh("optional"))
        (optional if is_optional else mandatory)[name] = path
    return Component(reading.iri(node, TYPE), mandatory, optional)


def _query(graph: Graph, node: Term, predicate: ox.NamedNode, names: frozenset[str]) -> Query:
    given = reading.optional(graph, node, predicate)
    if given is None:
        raise ShaclFailure(f"{node} has one {predicate}")
    return Query(reading.text(given, predicate), names, _prefixes(graph, node))


def _prefixes(graph: Graph, node: Term) -> dict[str, str]:
    """The prefixes that sh:prefixes declares, also in what that imports."""
    prefixes: dict[str, str] = {}
    edge = list(graph.objects(node, sh("prefixes")))
    seen: set[Term] = set()
    while edge:
        source = edge.pop()
        if source in seen:
            continue
        seen.add(source)
        edge.extend(graph.objects(source, IMPORTS))
        for declaration in graph.objects(source, sh("declare")):
            prefix = reading.optional(graph, declaration, sh("prefix"))
            namespace = reading.optional(graph, declaration, sh("namespace"))
            if not isinstance(prefix, ox.Literal) or not isinstance(namespace, ox.Literal):
                raise ShaclFailure(f"a prefix declaration of {source} has prefix and namespace")
            if prefixes.setdefault(prefix.value, namespace.value) != namespace.value:
                raise ShaclFailure(f"the prefix {prefix.value} is declared twice")
    return prefixes
