"""A new document: its description, the digest of its text and the places of its sentences.

The text itself is neither kept nor quoted; its title is the only thing of it that stands here.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from rdflib import RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node

from kg.documents.sentences import propose
from kg.documents.text import sha256
from kg.errors import InputError
from kg.namespaces import CKG, OA, SCHEMA, concept, iri

ENGLISH: Final = "en"
RIGHTS: Final = "The text belongs to its publisher and is not part of this graph."
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DATES: Final[tuple[tuple[re.Pattern[str], URIRef], ...]] = (
    (re.compile(r"\d{4}"), XSD.gYear),
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])"), XSD.gYearMonth),
    (re.compile(r"\d{4}-\d{2}-\d{2}"), XSD.date),
)
_WORDS: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Description:
    """What is known of a document beside its text; `label` is what we call it, in English.

    `published` is a day, a month or a year; None where it is not known, since nothing is guessed.
    """

    slug: str
    title: str
    label: str
    language: str = ENGLISH
    publisher: URIRef | None = None
    published: str | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        if not _SLUG.fullmatch(self.slug):
            raise InputError(
                f"not a slug: {self.slug!r}",
                hint="a slug has lower-case ASCII letters, digits and single hyphens",
            )


def slug_of(name: str) -> str:
    """A name in lower-case ASCII with hyphens; empty where no letter of it is left."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    ascii_only = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’")
    return "-".join(_WORDS.findall(ascii_only))


def register(text: str, file_name: str, description: Description) -> Graph:
    """The triples of a document and of the sentences that its text seems to have.

    `file_name` is the name by which the text is found again in a folder of texts. Raises
    `InputError` for an empty text, a name that does not end in .txt, and a date that is none.
    """
    if not file_name.endswith(".txt"):
        raise InputError(
            "the name of a text ends in .txt", source=file_name, hint="rename or convert it"
        )
    sentences = propose(text)
    if not sentences:
        raise InputError("there is no sentence in this text", source=file_name)
    graph = _described(description)
    document = iri("document", description.slug)
    graph.add((document, CKG.textFile, Literal(file_name)))
    graph.add((document, CKG.textLength, Literal(len(text))))
    graph.add((document, CKG.sha256, Literal(sha256(text))))
    for each in sentences:
        _add_sentence(graph, description.slug, each.number)
        node = sentence_iri(description.slug, each.number)
        graph.add((node, OA.start, Literal(each.span.start)))
        graph.add((node, OA.end, Literal(each.span.end)))
        graph.add((node, CKG.sentenceRole, concept("sentence-role", each.role)))
        graph.add((node, CKG.sha256, Literal(sha256(each.span.of(text)))))
    return graph


def sentence_iri(document_slug: str, number: int) -> URIRef:
    """The IRI of a sentence of a document."""
    return iri("sentence", f"{document_slug}-{number}")


def _described(description: Description) -> Graph:
    graph = Graph(bind_namespaces="none")
    document = iri("document", description.slug)
    values: list[tuple[Node, Node]] = [
        (RDF.type, CKG.Document),
        (RDFS.label, Literal(description.label, ENGLISH)),
        (DCTERMS.title, Literal(description.title, description.language)),
        (DCTERMS.language, Literal(description.language)),
        (DCTERMS.rights, Literal(RIGHTS, ENGLISH)),
    ]
    if description.publisher is not None:
        values.append((DCTERMS.publisher, description.publisher))
    if description.published is not None:
        values.append((DCTERMS.issued, _date(description.published)))
    if description.url is not None:
        values.append((SCHEMA.url, Literal(description.url, datatype=XSD.anyURI)))
    for predicate, value in values:
        graph.add((document, predicate, value))
    return graph


def _date(text: str) -> Literal:
    for pattern, datatype in _DATES:
        if pattern.fullmatch(text):
            value = Literal(text, datatype=datatype)
            if not value.ill_typed:
                return value
    raise InputError(f"not a date: {text!r}", hint="write 2031, 2031-05 or 2031-05-02")


def _add_sentence(graph: Graph, document_slug: str, number: int) -> None:
    node = sentence_iri(document_slug, number)
    graph.add((node, RDF.type, CKG.Sentence))
    graph.add((node, RDFS.label, Literal(f"Sentence {number} of {document_slug}", ENGLISH)))
    graph.add((node, CKG.inDocument, iri("document", document_slug)))
    graph.add((node, CKG.number, Literal(number)))
