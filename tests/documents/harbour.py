"""A small invented note, encoded whole, for tests to break one thing at a time."""

from __future__ import annotations

from pathlib import Path

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from kg.documents.passages import find, passage_iri, passage_triples
from kg.documents.text import Span, sha256
from kg.namespaces import CKG, OA, concept, iri

SLUG = "quay-note"
FILE = "quay-note.txt"
TEXT = (
    "Ferry returns\n\n"
    "Ada Lark said that the ferry had been late “by an hour”, and the keeper, who had watched "
    "the quay since dawn, blamed fog.\n\n"
    "Well then.\n"
)
NOTE = iri("document", SLUG)
LARK = iri("person", "ada-lark")
KEEPER = iri("person", "the-keeper")
SENTENCES = ["Ferry returns", TEXT.splitlines()[2], "Well then."]
CLAUSES: dict[str, tuple[str, Node | None]] = {
    "1-1": ("Ferry returns", NOTE),
    "2-1": ("Ada Lark said that the ferry had been late “by an hour”", LARK),
    "2-2": ("and the keeper, who had watched the quay since dawn, blamed fog.", KEEPER),
    "3-1": ("Well then.", None),
}
"""Words of each clause and the claimant of its claim; the last has a reason for having none."""


def sentence(number: int) -> URIRef:
    return iri("sentence", f"{SLUG}-{number}")


def clause(name: str) -> URIRef:
    return iri("clause", f"{SLUG}-{name}")


def claim(name: str) -> URIRef:
    return iri("claim", f"{SLUG}-{name}")


def passage(name: str) -> URIRef:
    return passage_iri(SLUG, find(TEXT, CLAUSES[name][0]))


def place(graph: Graph, node: Node, start: int, end: int) -> None:
    graph.set((node, OA.start, Literal(start)))
    graph.set((node, OA.end, Literal(end)))


def harbour() -> Graph:
    """The note with three sentences, four clauses, three claims and three passages."""
    graph = Graph()
    graph.add((NOTE, RDF.type, CKG.Document))
    graph.add((NOTE, CKG.textFile, Literal(FILE)))
    graph.add((NOTE, CKG.textLength, Literal(len(TEXT))))
    graph.add((NOTE, CKG.sha256, Literal(sha256(TEXT))))
    spans: list[tuple[URIRef, Span]] = []
    for number, words in enumerate(SENTENCES, start=1):
        span = find(TEXT, words)
        spans.append((sentence(number), span))
        graph.add((sentence(number), RDF.type, CKG.Sentence))
        graph.add((sentence(number), CKG.inDocument, NOTE))
        graph.add((sentence(number), CKG.number, Literal(number)))
        graph.add((sentence(number), CKG.sha256, Literal(sha256(words))))
        place(graph, sentence(number), *span)
    for name, (words, claimant) in CLAUSES.items():
        graph.add((clause(name), RDF.type, CKG.Clause))
        graph.add((clause(name), CKG.inSentence, sentence(int(name[0]))))
        graph.add((clause(name), CKG.holder, claimant or NOTE))
        place(graph, clause(name), *find(TEXT, words))
        if claimant is None:
            graph.add((clause(name), CKG.notEncoded, concept("reason", "rhetorical")))
            continue
        graph.add((clause(name), CKG.encodedAs, claim(name)))
        graph.add((claim(name), RDF.type, CKG.Claim))
        graph.add((claim(name), CKG.claimant, claimant))
        graph.add((claim(name), CKG.evidence, passage(name)))
        for triple in passage_triples(SLUG, TEXT, find(TEXT, words), spans):
            graph.add(triple)
    return graph


def write_harbour(folder: Path, graph: Graph | None = None) -> tuple[Path, Path]:
    """The folders of data and texts, as the commands read them."""
    data, texts = folder / "data", folder / "texts"
    (data / "documents").mkdir(parents=True)
    texts.mkdir()
    (texts / FILE).write_bytes(TEXT.encode())
    (graph if graph is not None else harbour()).serialize(data / "documents" / "note.ttl")
    return data, texts
