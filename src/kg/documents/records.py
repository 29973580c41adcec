"""Documents, sentences, clauses and passages as they stand in a graph.

What is missing or malformed there becomes None or an empty tuple: the shapes report it, and
coverage and verification go on with the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import RDF, Graph, Literal
from rdflib.term import Node

from kg.documents.text import Span
from kg.namespaces import CKG, OA, PREFIXES
from kg.rdf.terms import natural


@dataclass(frozen=True)
class Document:
    """A document whose text is held in the folder of texts, under the name `text_file`."""

    iri: Node
    text_file: str
    text_length: int | None
    sha256: str | None


@dataclass(frozen=True)
class Sentence:
    """A sentence of the committed list."""

    iri: Node
    number: int | None
    span: Span | None
    sha256: str | None


@dataclass(frozen=True)
class Clause:
    """A part of a sentence, whose words it is, and the claims or the reason it has instead."""

    iri: Node
    span: Span | None
    holders: tuple[Node, ...]
    claims: tuple[Node, ...]
    reasons: tuple[Node, ...]


@dataclass(frozen=True)
class Passage:
    """A passage that has a position in its document."""

    iri: Node
    document: Node | None
    span: Span | None
    sha256: str | None
    sentences: tuple[Node, ...]
    first_words: str | None
    last_words: str | None


def documents(graph: Graph) -> list[Document]:
    """The documents that have a text file, sorted."""
    return [
        Document(
            iri,
            str(graph.value(iri, CKG.textFile)),
            _integer(graph.value(iri, CKG.textLength)),
            _text(graph.value(iri, CKG.sha256)),
        )
        for iri in _sorted(graph.subjects(CKG.textFile, unique=True))
    ]


def sentences(graph: Graph, document: Node) -> list[Sentence]:
    """The sentences of a document in the order of their IRIs, which end with their numbers."""
    return [
        Sentence(
            iri,
            _integer(graph.value(iri, CKG.number)),
            _span(graph, iri),
            _text(graph.value(iri, CKG.sha256)),
        )
        for iri in _sorted(graph.subjects(CKG.inDocument, document, unique=True))
        if (iri, RDF.type, CKG.Sentence) in graph
    ]


def clauses(graph: Graph, sentence: Node) -> list[Clause]:
    """The clauses of a sentence, sorted."""
    return [
        Clause(
            iri,
            _span(graph, iri),
            _sorted(graph.objects(iri, CKG.holder)),
            _sorted(graph.objects(iri, CKG.encodedAs)),
            _sorted(graph.objects(iri, CKG.notEncoded)),
        )
        for iri in _sorted(graph.subjects(CKG.inSentence, sentence, unique=True))
        if (iri, RDF.type, CKG.Clause) in graph
    ]


def passages(graph: Graph) -> list[Passage]:
    """All passages that have a position, sorted; those with a locator only are left out."""
    return [
        passage(graph, iri)
        for iri in _sorted(graph.subjects(RDF.type, CKG.Passage, unique=True))
        if (iri, OA.hasSelector, None) in graph
    ]


def passage(graph: Graph, iri: Node) -> Passage:
    """One passage by its IRI."""
    selector = graph.value(iri, OA.hasSelector)
    return Passage(
        iri,
        graph.value(iri, OA.hasSource),
        _span(graph, selector) if selector is not None else None,
        _text(graph.value(iri, CKG.sha256)),
        _sorted(graph.objects(iri, CKG.inSentence)),
        _text(graph.value(iri, CKG.firstWords)),
        _text(graph.value(iri, CKG.lastWords)),
    )


def slug(document: Node) -> str:
    """The last part of the IRI of a document of ours, such as `article-000`."""
    return str(document).removeprefix(PREFIXES["document"])


def _sorted(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=lambda node: natural(str(node))))


def _span(graph: Graph, node: Node) -> Span | None:
    """Start and end of a node, unless one is missing or they do not enclose anything."""
    start = _integer(graph.value(node, OA.start))
    end = _integer(graph.value(node, OA.end))
    return Span(start, end) if start is not None and end is not None and 0 <= start < end else None


def _integer(node: Node | None) -> int | None:
    value = node.toPython() if isinstance(node, Literal) else None
    return value if isinstance(value, int) else None


def _text(node: Node | None) -> str | None:
    return str(node) if isinstance(node, Literal) else None
