"""Whether documents, sentences, clauses and passages are where the data says, word by word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rdflib import Graph
from rdflib.term import Node

from kg.documents import records
from kg.documents.passages import edge_words, passage_iri
from kg.documents.records import Clause, Document, Passage, Sentence
from kg.documents.text import Span, gaps, read_text, sha256
from kg.errors import InputError
from kg.namespaces import compact

WORD: Final = re.compile(r"\w+")
SHOWN: Final = 5
"""Words left out that a problem spells out."""


@dataclass(frozen=True)
class Problem:
    """Something in the data that the text does not bear out."""

    node: str
    explanation: str


@dataclass(frozen=True)
class DocumentVerification:
    """What was compared with the text of a document, and what differs from it."""

    document: str
    sentences: int
    clauses: int
    passages: int
    problems: list[Problem]


@dataclass(frozen=True)
class Unchecked:
    """A document whose text could not be had, and why."""

    document: str
    reason: str


@dataclass(frozen=True)
class Verification:
    """All documents with a text or with positions in one, each either checked or unchecked."""

    checked: list[DocumentVerification]
    unchecked: list[Unchecked]

    @property
    def confirmed(self) -> bool:
        """Whether every document was checked and nothing differs."""
        return not self.unchecked and not any(each.problems for each in self.checked)


def verify(graph: Graph, folder: Path) -> Verification:
    """Compare all documents of the graph with their text files in `folder`."""
    passages: dict[Node | None, list[Passage]] = defaultdict(list)
    for passage in records.passages(graph):
        passages[passage.document].append(passage)
    checked, unchecked = [], []
    for document in records.documents(graph):
        found = passages.pop(document.iri, [])
        try:
            text = _text_of(document, folder)
        except InputError as error:
            unchecked.append(Unchecked(str(document.iri), str(error)))
        else:
            checked.append(_of_document(graph, document, text, found))
    for source, found in passages.items():
        reason = f"names no text file, but has {len(found)} passages with a position"
        unchecked.append(Unchecked(str(source), reason))
    return Verification(checked, unchecked)


def _text_of(document: Document, folder: Path) -> str:
    if Path(document.text_file).name != document.text_file:
        raise InputError(f"ckg:textFile is not a file name: {document.text_file}")
    return read_text(folder / document.text_file)


def _of_document(
    graph: Graph, document: Document, text: str, passages: list[Passage]
) -> DocumentVerification:
    sentences = records.sentences(graph, document.iri)
    clauses = {sentence.iri: records.clauses(graph, sentence.iri) for sentence in sentences}
    spans = {sentence.iri: sentence.span for sentence in sentences if sentence.span}
    found: list[tuple[Node, str]] = []
    found += [(document.iri, words) for words in _document_problems(document, text, spans.values())]
    for sentence in sentences:
        found += [(sentence.iri, words) for words in _sentence_problems(sentence, text)]
        found += _clause_problems(sentence, clauses[sentence.iri], text)
    for passage in passages:
        found += [
            (passage.iri, words) for words in _passage_problems(document, passage, text, spans)
        ]
    return DocumentVerification(
        str(document.iri),
        len(sentences),
        sum(len(each) for each in clauses.values()),
        len(passages),
        [Problem(str(node), words) for node, words in found],
    )


def _document_problems(document: Document, text: str, spans: Iterable[Span]) -> Iterator[str]:
    if document.sha256 != sha256(text):
        yield f"its ckg:sha256 is not that of {document.text_file}"
    if document.text_length != len(text):
        yield f"its ckg:textLength is not {len(text)}"
    yield from _left_out("sentence", text, Span(0, len(text)), spans)


def _sentence_problems(sentence: Sentence, text: str) -> Iterator[str]:
    yield from _stretch_problems(sentence.span, sentence.sha256, text)


def _stretch_problems(span: Span | None, digest: str | None, text: str) -> Iterator[str]:
    if span is None:
        yield "it has no usable oa:start and oa:end"
    elif span.end > len(text):
        yield f"{span.start}-{span.end} is not inside the document of {len(text)} code points"
    elif digest != sha256(span.of(text)):
        yield "its ckg:sha256 is not that of the text at its position"


def _clause_problems(
    sentence: Sentence, clauses: list[Clause], text: str
) -> Iterator[tuple[Node, str]]:
    if sentence.span is None:
        return
    for clause in clauses:
        if clause.span is None:
            yield clause.iri, "it has no usable oa:start and oa:end"
        elif not sentence.span.contains(clause.span):
            yield clause.iri, f"it is not inside {compact(str(sentence.iri))}"
    spans = [clause.span for clause in clauses if clause.span]
    for words in _left_out("clause", text, sentence.span, spans):
        yield sentence.iri, words


def _passage_problems(
    document: Document, passage: Passage, text: str, sentences: dict[Node, Span]
) -> Iterator[str]:
    yield from _stretch_problems(passage.span, passage.sha256, text)
    if passage.span is None or passage.span.end > len(text):
        return
    expected = passage_iri(records.slug(document.iri), passage.span)
    if passage.iri != expected:
        yield f"its IRI would be {compact(expected)}"
    named = {iri for iri in passage.sentences if iri in sentences}
    touched = {iri for iri, span in sentences.items() if span.overlaps(passage.span)}
    for iri in sorted(touched - named, key=str):
        yield f"it stands in {compact(str(iri))} too, which it does not name"
    for iri in sorted(set(passage.sentences) - touched, key=str):
        yield f"it does not stand in {compact(str(iri))}"
    yield from _left_out("sentence", text, passage.span, [sentences[iri] for iri in touched])
    edges = edge_words(passage.span.of(text)) or (None, None)
    if passage.first_words != edges[0]:
        yield f"its ckg:firstWords should be {_expected(edges[0])}"
    if passage.last_words != edges[1]:
        yield f"its ckg:lastWords should be {_expected(edges[1])}"


def _expected(words: str | None) -> str:
    return f"«{words}»" if words else "absent, since the passage has fewer than 12 words"


def _left_out(parts: str, text: str, within: Span, spans: Iterable[Span]) -> Iterator[str]:
    """One line about the words of a stretch that no span covers whole, if there are any."""
    holes = list(gaps(within, spans))
    words = [
        f"«{word.group()}» at {word.start()}"
        for word in WORD.finditer(text, *within)
        if any(hole.overlaps(Span(*word.span())) for hole in holes)
    ]
    if words:
        more = f" and {len(words) - SHOWN} more" if len(words) > SHOWN else ""
        yield f"no {parts} covers {', '.join(words[:SHOWN])}{more}"
