"""Whether everything that the documents say is in the graph; needs the graph only, not the texts.

Each clause of a sentence names, for each of its holders, a claim of that holder or a reason for
having none. What can be told without the text is checked too: that claims exist and rest on words
of the clause, and that sentences and clauses leave no more out than the spaces between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rdflib import RDF, Graph
from rdflib.term import Node

from kg.documents import records
from kg.documents.records import Clause, Document, Sentence
from kg.documents.text import Span, gaps
from kg.namespaces import CKG, PREFIXES, compact

WIDEST_GAP: Final = 3
"""Code points between two clauses that can be spaces and punctuation."""
WIDEST_BREAK: Final = 8
"""Code points between two sentences that can be line breaks."""


@dataclass(frozen=True)
class WithoutProposition:
    """A sentence none of whose clauses says anything that could be held, and why."""

    sentence: str
    reason: str


@dataclass(frozen=True)
class Uncovered:
    """A sentence of which something is missing (or a document, for want of one), and what."""

    sentence: str
    explanation: str


@dataclass(frozen=True)
class DocumentCoverage:
    """How much of a document is encoded; the field names are those of the JSON."""

    document: str
    sentences: int
    with_claims: int
    without_proposition: list[WithoutProposition]
    uncovered: list[Uncovered]


def coverage(graph: Graph) -> list[DocumentCoverage]:
    """The coverage of every document whose text is held, sorted."""
    return [_of_document(graph, document) for document in records.documents(graph)]


def _of_document(graph: Graph, document: Document) -> DocumentCoverage:
    sentences = records.sentences(graph, document.iri)
    uncovered = [
        Uncovered(str(node), words) for node, words in _document_problems(document, sentences)
    ]
    without, with_claims = [], 0
    for sentence in sentences:
        clauses = records.clauses(graph, sentence.iri)
        problems = _sentence_problems(graph, document, sentence, clauses)
        uncovered += [Uncovered(str(sentence.iri), words) for words in problems]
        if any(_exists(graph, claim) for clause in clauses for claim in clause.claims):
            with_claims += 1
        elif clauses and all(clause.reasons and not clause.claims for clause in clauses):
            reasons = dict.fromkeys(compact(str(r)) for clause in clauses for r in clause.reasons)
            without.append(WithoutProposition(str(sentence.iri), ", ".join(reasons)))
    return DocumentCoverage(str(document.iri), len(sentences), with_claims, without, uncovered)


def _document_problems(document: Document, sentences: list[Sentence]) -> Iterator[tuple[Node, str]]:
    if not sentences:
        yield document.iri, "no sentence of this document is listed"
        return
    if document.text_length is None:
        yield document.iri, "the document has no ckg:textLength, so its end cannot be checked"
    placed = sorted((s.span, s) for s in sentences if s.span)
    for (one, _), (other, sentence) in pairwise(placed):
        if one.overlaps(other):
            yield sentence.iri, f"it overlaps the sentence at {one.start}-{one.end}"
    length = document.text_length or max((span.end for span, _ in placed), default=0)
    for gap in _wide_gaps(Span(0, length), [span for span, _ in placed], WIDEST_BREAK):
        yield document.iri, f"no sentence covers {gap.start}-{gap.end}"


def _sentence_problems(
    graph: Graph, document: Document, sentence: Sentence, clauses: list[Clause]
) -> Iterator[str]:
    if sentence.span is None:
        yield "it has no usable oa:start and oa:end"
        return
    if not clauses:
        yield "it has no clause"
        return
    for clause in clauses:
        for problem in _clause_problems(graph, document, sentence.span, clause):
            yield f"{compact(str(clause.iri))} {problem}"
    spans = [clause.span for clause in clauses if clause.span]
    for gap in _wide_gaps(sentence.span, spans, WIDEST_GAP):
        yield f"no clause covers {gap.start}-{gap.end}"


def _clause_problems(
    graph: Graph, document: Document, sentence: Span, clause: Clause
) -> Iterator[str]:
    if clause.span is None:
        yield "has no usable oa:start and oa:end"
    elif not sentence.contains(clause.span):
        yield f"is outside its sentence at {sentence.start}-{sentence.end}"
    if not clause.holders:
        yield "names no ckg:holder"
    for reason in clause.reasons:
        if not str(reason).startswith(PREFIXES["reason"]):
            yield f"has a reason that is not of the scheme reason: {compact(str(reason))}"
    claimants = {graph.value(claim, CKG.claimant) for claim in clause.claims}
    for holder in clause.holders:
        if holder not in claimants and not clause.reasons:
            yield f"has neither claim nor reason for {compact(str(holder))}"
    for claim in clause.claims:
        yield from _claim_problems(graph, document, clause, claim)


def _claim_problems(graph: Graph, document: Document, clause: Clause, claim: Node) -> Iterator[str]:
    if not _exists(graph, claim):
        yield f"names {compact(str(claim))}, which does not exist"
        return
    claimant = graph.value(claim, CKG.claimant)
    if claimant not in clause.holders:
        whose = compact(str(claimant)) if claimant is not None else "nobody"
        yield f"names {compact(str(claim))}, whose claimant {whose} is none of its holders"
    passages = [records.passage(graph, iri) for iri in graph.objects(claim, CKG.evidence)]
    spans = [p.span for p in passages if p.span and p.document == document.iri]
    if clause.span and not any(clause.span.overlaps(span) for span in spans):
        yield f"names {compact(str(claim))}, none of whose passages overlaps it"


def _exists(graph: Graph, claim: Node) -> bool:
    return (claim, RDF.type, CKG.Claim) in graph


def _wide_gaps(within: Span, spans: list[Span], widest: int) -> Iterator[Span]:
    return (gap for gap in gaps(within, spans) if gap.end - gap.start > widest)
