"""RDF lists in a graph of shapes."""

from __future__ import annotations

import pyoxigraph as ox

from kg.errors import ShaclFailure
from kg.shacl.graph import Graph
from kg.shacl.terms import FIRST, NIL, REST, Term


def members_of(graph: Graph, head: Term) -> list[Term]:
    """The members of a list; raises `ShaclFailure` if it is not well-formed."""
    members: list[Term] = []
    seen: set[Term] = set()
    node = head
    while node != NIL:
        first, rest = graph.objects(node, FIRST), graph.objects(node, REST)
        broken = len(first) != 1 or len(rest) != 1 or node in seen
        if broken or isinstance(node, ox.Literal):
            raise ShaclFailure(f"{head} is no well-formed list")
        seen.add(node)
        members.append(first[0])
        node = rest[0]
    return members
