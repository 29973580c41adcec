"""The one canonical Turtle: same graph, same bytes.

Prefixes (only those used) and subjects are sorted; in a subject `a` comes first, then rdfs:label,
then the other predicates by IRI; objects are sorted. Blank nodes, where they are allowed at all,
are written in place as `[ … ]` or `( … )`, in the order of their content, never of their label.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

from rdflib import BNode, Graph, Literal
from rdflib.namespace import RDF, XSD
from rdflib.term import Node

from kg.errors import TurtleError
from kg.namespaces import PREFIXES
from kg.rdf.terms import SortKey, Terms, natural, object_key, predicate_key

WIDTH: Final = 100
INDENT: Final = "    "
DEEPEST: Final = 50
"""Blank nodes nested deeper than this are refused: nobody writes them by hand."""

Properties = dict[Node, dict[Node, set[Node]]]


def canonical(graph: Graph, *, blank_nodes: bool = False) -> str:
    """The canonical Turtle of a graph.

    Blank nodes raise `TurtleError` unless `blank_nodes` is set, as for shapes and the ontology;
    even then each must be the object of exactly one triple, or it could not be written in place.
    """
    properties: Properties = defaultdict(lambda: defaultdict(set))
    for s, p, o in graph:
        plain = isinstance(o, Literal) and o.datatype == XSD.string
        properties[s][p].add(Literal(str(o)) if plain else o)
    _check_blank_nodes(graph, allowed=blank_nodes)
    return _Writer(properties).text()


def _check_blank_nodes(graph: Graph, *, allowed: bool) -> None:
    """Every blank node must be allowed, and be the object of exactly one triple."""
    uses = Counter(o for o in graph.objects() if isinstance(o, BNode))
    for s in graph.subjects():
        if isinstance(s, BNode):
            uses.setdefault(s, 0)
    if uses and not allowed:
        near = min((f"{s.n3()} {p.n3()}" for s, p, o in graph if isinstance(o, BNode)), default="")
        raise TurtleError(
            f"data has no blank nodes, but here is one{f' at {near}' if near else ''}",
            hint="give the thing an IRI of its own, such as passage:article-000-1-9-position",
        )
    for wrong, said in ((0, "never used"), (2, "used more than once")):
        if any(min(count, 2) == wrong for count in uses.values()):
            raise TurtleError(
                f"a blank node is {said}, so it cannot be written in place",
                hint="give the thing an IRI of its own",
            )


class _Writer:
    """One run over one graph whose blank nodes are each used exactly once."""

    def __init__(self, properties: Properties) -> None:
        self.terms = Terms()
        self.properties = properties
        self.depth = 0
        self.lines: dict[BNode, str] = {}
        self.lists: dict[BNode, list[Node]] = {}
        self.written: set[Node] = set()

    def text(self) -> str:
        """Header and subjects; an empty graph is an empty text."""
        blank = {s for s in self.properties if isinstance(s, BNode)}
        subjects = self.properties.keys() - blank
        blocks = [self.block(s) for s in sorted(subjects, key=lambda s: natural(str(s)))]
        if blank - self.written:
            raise TurtleError(
                "blank nodes refer to each other in a circle", hint="give one of them an IRI"
            )
        header = "".join(f"@prefix {p}: <{PREFIXES[p]}> .\n" for p in sorted(self.terms.used))
        return "\n".join([header, *blocks] if header else blocks)

    def block(self, subject: Node) -> str:
        pairs = " ;\n".join(self.pairs(subject, 1)).lstrip()
        return f"{self.terms.iri(subject)} {pairs} .\n"

    def pairs(self, subject: Node, level: int) -> Iterable[str]:
        """A predicate with its objects, over as many lines as they need, for each predicate."""
        for predicate, objects in self.ordered(subject):
            name = self.terms.predicate(predicate)
            yield INDENT * level + self.pair(name, objects, level)

    def ordered(self, subject: Node) -> list[tuple[Node, list[Node]]]:
        pairs = self.properties[subject]
        return [(p, sorted(pairs[p], key=self.key)) for p in sorted(pairs, key=predicate_key)]

    def key(self, term: Node) -> SortKey:
        return (2, self.line(term)) if isinstance(term, BNode) else object_key(term)

    def pair(self, predicate: str, objects: list[Node], level: int) -> str:
        line = f"{predicate} {', '.join(map(self.line, objects))}"
        if _fits(line, level):
            return line
        if len(objects) == 1:
            return f"{predicate} {self.spread(objects[0], level)}"
        pad = "\n" + INDENT * (level + 1)
        return predicate + ",".join(pad + self.spread(o, level + 1) for o in objects)

    def line(self, term: Node) -> str:
        """A term on one line, but for the line breaks inside a literal."""
        if isinstance(term, Literal):
            return self.terms.literal(term)
        if not isinstance(term, BNode):
            return "()" if term == RDF.nil else self.terms.iri(term)
        if term not in self.lines:
            if self.depth == DEEPEST:
                raise TurtleError(
                    f"blank nodes are nested more than {DEEPEST} deep",
                    hint="give one of them an IRI",
                )
            self.depth += 1
            self.lines[term] = self.blank_line(term)
            self.depth -= 1
        return self.lines[term]

    def blank_line(self, node: BNode) -> str:
        self.written.add(node)
        items = self.items(node)
        if items:
            return f"( {' '.join(map(self.line, items))} )"
        if node not in self.properties:
            return "[]"
        pairs = (
            f"{self.terms.predicate(p)} {', '.join(map(self.line, objects))}"
            for p, objects in self.ordered(node)
        )
        return f"[ {' ; '.join(pairs)} ]"

    def spread(self, term: Node, level: int) -> str:
        """A term over as many lines as it needs."""
        line = self.line(term)
        if not isinstance(term, BNode) or line == "[]" or _fits(line, level):
            return line
        pad = "\n" + INDENT * level
        if term in self.lists:
            inner = pad + INDENT
            items = "".join(inner + self.spread(i, level + 1) for i in self.lists[term])
            return f"({items}{pad})"
        pairs = " ;\n".join(self.pairs(term, level + 1))
        return f"[\n{pairs}{pad}]"

    def items(self, head: BNode) -> list[Node]:
        """The items of the list that starts here; empty when this is not a well-formed list."""
        items: list[Node] = []
        cells: list[Node] = []
        cell: Node = head
        while isinstance(cell, BNode):
            found = self.properties.get(cell, {})
            first, rest = found.get(RDF.first, set()), found.get(RDF.rest, set())
            if (
                len(found) != 2
                or len(first) != 1
                or len(rest) != 1
                or len(cells) > len(self.properties)
            ):
                return []
            cells.append(cell)
            items.extend(first)
            (cell,) = rest
        if cell != RDF.nil:
            return []
        self.lists[head] = items
        self.written.update(cells)
        return items


def _fits(line: str, level: int) -> bool:
    """Whether a line is short enough to stand whole, its ` ;` included."""
    return "\n" not in line and len(INDENT) * level + len(line) + 2 <= WIDTH
