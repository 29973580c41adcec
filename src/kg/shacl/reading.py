"""Values of parameters in a graph of shapes, read strictly: what is ill-formed is a failure."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from kg.errors import ShaclFailure
from kg.shacl.graph import Graph
from kg.shacl.literals import INTEGERS, well_typed
from kg.shacl.terms import BOOLEAN, LANG_STRING, STRING, SUBCLASS_OF, TYPE, Term, sh

TRUE: Final = ox.Literal("true", datatype=BOOLEAN)


def optional(graph: Graph, node: Term, predicate: ox.NamedNode) -> Term | None:
    """The value of a property, of which there is at most one."""
    found = graph.objects(node, predicate)
    if len(found) > 1:
        raise ShaclFailure(f"{node} has at most one {predicate}")
    return found[0] if found else None


def iri(value: Term, predicate: ox.NamedNode) -> ox.NamedNode:
    """A value that is an IRI."""
    if not isinstance(value, ox.NamedNode):
        raise ShaclFailure(f"a value of {predicate} is an IRI, not {value}")
    return value


def literal(value: Term, predicate: ox.NamedNode) -> ox.Literal:
    """A value that is a literal."""
    if not isinstance(value, ox.Literal):
        raise ShaclFailure(f"a value of {predicate} is a literal, not {value}")
    return value


def text(value: Term, predicate: ox.NamedNode) -> str:
    """A value that is an xsd:string."""
    if literal(value, predicate).datatype != STRING:
        raise ShaclFailure(f"a value of {predicate} is an xsd:string, not {value}")
    return value.value  # type: ignore[union-attr]


def whole_number(value: Term, predicate: ox.NamedNode) -> int:
    """A value that is a well-typed xsd:integer, or of a type derived from it."""
    given = literal(value, predicate)
    if given.datatype not in INTEGERS or not well_typed(given.value, given.datatype):
        raise ShaclFailure(f"a value of {predicate} is an xsd:integer, not {value}")
    return int(given.value)


def boolean(value: Term | None, predicate: ox.NamedNode) -> bool:
    """Whether a value is true; without one it is not.

    Only the literal true counts as such: "1" of xsd:boolean is a boolean, and not that literal.
    """
    if value is None:
        return False
    if literal(value, predicate).datatype != BOOLEAN:
        raise ShaclFailure(f"a value of {predicate} is an xsd:boolean, not {value}")
    return value == TRUE


def messages(graph: Graph, node: Term) -> tuple[ox.Literal, ...]:
    """The messages of a shape or constraint, in a stable order."""
    found = [literal(value, sh("message")) for value in graph.objects(node, sh("message"))]
    for message in found:
        if message.datatype not in (STRING, LANG_STRING):
            raise ShaclFailure(f"a message is a text, not {message}")
    return tuple(sorted(found, key=str))


def subclasses(graph: Graph, of: Term) -> dict[Term, None]:
    """A class and its subclasses, direct or not."""
    found: dict[Term, None] = {of: None}
    edge = [of]
    while edge:
        below = [c for above in edge for c in graph.subjects(SUBCLASS_OF, above)]
        edge = [c for c in dict.fromkeys(below) if c not in found]
        found.update(dict.fromkeys(edge))
    return found


def instances(graph: Graph, of: Term) -> dict[Term, None]:
    """The instances of a class and of its subclasses."""
    return {node: None for c in subclasses(graph, of) for node in graph.subjects(TYPE, c)}
