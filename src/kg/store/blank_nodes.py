"""Blank nodes in files of data: refused before they get IRIs, with the place where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rdflib import RDF, BNode, Graph, URIRef
from rdflib.term import Node

from kg.errors import InputError
from kg.namespaces import CURATED, IMPORTED, LINKS, compact
from kg.rdf.blank_nodes import blank_node_lines
from kg.rdf.placed import excerpt
from kg.rdf.placing import media_type_of
from kg.rdf.reader import read_text
from kg.resources import root
from kg.validation import Finding, Report, Severity
from kg.validation.files import graph_of

CHECK: Final = "blank-node-violation"
MESSAGE: Final = "Subjects and objects of data are IRIs or literals, never blank nodes"
DATA: Final = (CURATED, IMPORTED, LINKS)
"""Graphs that have none, and the only ones that files of others are loaded into."""

_NOT_TURTLE: Final = ("application/ld+json", "application/rdf+xml")


def blank_nodes(files: Mapping[Path, Graph], graph: URIRef | None = None) -> Report:
    """What is to be said of the blank nodes in files that go to a graph of data."""
    return Report.of(
        finding
        for path, content in files.items()
        if (graph or graph_of(path.resolve())) in DATA
        for finding in _found(path, content)
    )


def with_places(report: Report, files: Mapping[Path, Graph]) -> Report:
    """A report on these files that tells each blank node once, by its file, line and neighbour.

    A check over the whole dataset sees neither files nor lines. What else such a node lacks is
    told when it has an IRI.
    """
    others = (r for r in report.results if r.source_shape != CHECK and ":" in r.focus_node)
    return blank_nodes(files) + Report.of(others)


def _found(path: Path, content: Graph) -> Iterator[Finding]:
    neighbours = {_neighbour(content, node) for node in _blank(content)}
    text, lines = _lines(path) if neighbours else ("", [])
    line = lines[0] if lines else None
    place, shown = _said(lines), excerpt(text, line, None)
    file = str(path.relative_to(root()) if path.is_relative_to(root()) else path)
    for neighbour in neighbours:
        yield Finding(
            neighbour,
            f"{MESSAGE}{place}.",
            Severity.VIOLATION,
            CHECK,
            file=file,
            line=line,
            excerpt=shown,
        )


def _blank(content: Graph) -> set[BNode]:
    return {term for s, _, o in content for term in (s, o) if isinstance(term, BNode)}


def _neighbour(content: Graph, node: BNode) -> str:
    """The IRI from which a blank node is reached, else what is said of it."""
    seen: set[Node] = set()
    reached: list[Node] = [node]
    while reached:
        subjects = {s for each in reached for s in content.subjects(None, each)} - seen
        named = sorted(str(subject) for subject in subjects if isinstance(subject, URIRef))
        if named:
            return named[0]
        seen |= subjects
        reached = list(subjects)
    kinds = sorted(compact(str(kind)) for kind in content.objects(node, RDF.type))
    if kinds:
        return f"[ a {kinds[0]} ]"
    predicates = sorted(compact(str(predicate)) for predicate in content.predicates(node))
    return f"[ {predicates[0]} … ]"


def _lines(path: Path) -> tuple[str, list[int]]:
    """The text of a file and the lines on which its blank nodes stand, if it is like Turtle."""
    if media_type_of(path) in _NOT_TURTLE:
        return "", []
    try:
        text = read_text(path)
    except InputError:  # it has been read before, from what cannot be read twice
        return "", []
    return text, blank_node_lines(text)


def _said(lines: list[int]) -> str:
    named = ", ".join(str(line) for line in lines[:10]) + (", …" if len(lines) > 10 else "")
    return f": see line{'' if len(lines) == 1 else 's'} {named}" if lines else ""
