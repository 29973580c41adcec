"""A claim, with all that it needs, from the few things that only a person can say.

Those are the document, the number of the sentence, the words, and the parts of the proposition.
What follows from them is made here: the passage with its offsets and its digest, the IRIs that are
hashes, the next free number, and the clause by which coverage knows the claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rdflib import RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from kg.claims.minting import proposition_iri
from kg.documents import records
from kg.documents.passages import find, passage_iri, passage_triples
from kg.documents.text import Span, sha256
from kg.errors import InputError, NotFoundError
from kg.namespaces import CKG, OA, PREFIXES, compact, concept, iri
from kg.rdf.spelling import did_you_mean

ARTICLE: Final = "article-"
"""What the slug of a claim leaves out of that of its document."""


@dataclass(frozen=True)
class Parts:
    """The parts of a proposition: one thing, one predicate of the list, one thing."""

    subject: URIRef
    predicate: URIRef
    object: URIRef


@dataclass(frozen=True)
class Holding:
    """Who holds a claim and how firmly; None as `claimant` is the document, in its own voice."""

    claimant: URIRef | None = None
    mode: str = "fact"
    certainty: str = "certain"
    polarity: str = "positive"
    made_in: URIRef | None = None
    disputes: tuple[URIRef, ...] = ()


@dataclass(frozen=True)
class Draft:
    """What a person says of a claim.

    `words` are those of the passage as they stand in the sentence; None is the whole sentence.
    `content` is a node that is there, or the parts of a proposition, which may be there or not.
    Without a `gloss` the claim is labelled as its content is, which seldom reads well alone.
    """

    document: URIRef
    sentence: int
    content: URIRef | Parts
    words: str | None = None
    holding: Holding = Holding()
    gloss: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Drafted:
    """The claim, and every triple that it adds to what is known."""

    claim: URIRef
    triples: Graph


def draft_claim(known: Graph, text: str, draft: Draft) -> Drafted:
    """A claim on a sentence of a text.

    `known` holds what is known of the document (its sentences, clauses and claims) and of whatever
    the draft names. Raises `NotFoundError` for what is not there, `PassageError` unless the words
    stand once in the sentence, and `InputError` where the text is not that of the document.
    """
    digest = known.value(draft.document, CKG.sha256)
    if digest is None or str(digest) != sha256(text):
        raise InputError(f"this is not the text of {compact(str(draft.document))}")
    return _Drafting(known, text, draft).claim()


def draft_claim_in_sentence(known: Graph, text: str, draft: Draft) -> Drafted:
    """The same for who has the text of the sentence only, which is that of the committed list."""
    sentence, span = _numbered(known, draft)
    if sentence.sha256 != sha256(text):
        raise InputError(
            f"this is not sentence {draft.sentence} of {compact(str(draft.document))}: it has"
            f" {span.end - span.start} characters, and what was sent {len(text)}",
            hint="copy the whole sentence; quotation marks, dashes and line ends count",
        )
    return _Drafting(known, " " * span.start + text, draft).claim()


def _numbered(known: Graph, draft: Draft) -> tuple[records.Sentence, Span]:
    """The sentence of a draft, with its place."""
    sentences = records.sentences(known, draft.document)
    for each in sentences:
        if each.number == draft.sentence and each.span is not None:
            return each, each.span
    raise NotFoundError(
        f"{compact(str(draft.document))} has no sentence {draft.sentence}",
        hint=f"its sentences are numbered to {len(sentences)}",
    )


class _Drafting:
    def __init__(self, known: Graph, text: str, draft: Draft) -> None:
        self.known, self.text, self.draft = known, text, draft
        self.triples = Graph(bind_namespaces="none")
        self.slug = records.slug(draft.document)
        self.sentences = records.sentences(known, draft.document)
        sentence, self.place = _numbered(known, draft)
        self.sentence = sentence.iri
        self.claimant = draft.holding.claimant or draft.document

    def claim(self) -> Drafted:
        content = self._content()
        span = self._passage()
        claim = self._free("claim", self.slug.removeprefix(ARTICLE))
        holding = self.draft.holding
        self._add(claim, RDF.type, CKG.Claim)
        self._add(claim, RDFS.label, Literal(self.draft.gloss or self._label(content), "en"))
        self._add(claim, CKG.claimant, self._declared(self.claimant))
        self._add(claim, CKG.content, content)
        self._add(claim, CKG.evidence, passage_iri(self.slug, span))
        for scheme in ("mode", "certainty", "polarity"):
            self._add(claim, CKG[scheme], concept(scheme, getattr(holding, scheme)))
        if holding.made_in is not None:
            self._add(claim, CKG.madeIn, self._declared(holding.made_in))
        for disputed in holding.disputes:
            self._add(claim, CKG.disputes, self._declared(disputed))
        if self.draft.note is not None:
            self._add(claim, SKOS.editorialNote, Literal(self.draft.note, "en"))
        self._encode(claim, span)
        return Drafted(claim, self.triples)

    def _content(self) -> URIRef:
        content = self.draft.content
        if isinstance(content, URIRef):
            return self._declared(content)
        if (content.predicate, RDF.type, CKG.Predicate) not in self.known:
            raise self._no_predicate(content.predicate)
        for part in (content.subject, content.object):
            self._declared(part)
        node = proposition_iri(content.subject, content.predicate, content.object)
        label = " – ".join(
            self._label(part) for part in (content.subject, content.predicate, content.object)
        )
        if (node, RDF.type, CKG.Proposition) not in self.known:
            self._add(node, RDF.type, CKG.Proposition)
            self._add(node, RDFS.label, Literal(label, "en"))
            self._add(node, RDF.subject, content.subject)
            self._add(node, RDF.predicate, content.predicate)
            self._add(node, RDF.object, content.object)
        return node

    def _passage(self) -> Span:
        words = self.draft.words
        span = self.place if words is None else find(self.text, words, self.place)
        places = [(URIRef(str(each.iri)), each.span) for each in self.sentences if each.span]
        for triple in passage_triples(self.slug, self.text, span, places):
            self._add(*triple)
        return span

    def _encode(self, claim: URIRef, span: Span) -> None:
        """Name the claim in the clause that holds its passage, or in a new one of its words."""
        clauses = records.clauses(self.known, self.sentence)
        clause = next((c for c in clauses if c.span and c.span.contains(span)), None)
        if clause is not None and clause.reasons:
            raise InputError(
                f"{compact(str(clause.iri))} has a reason for having no claim",
                hint="remove its ckg:notEncoded first",
            )
        node = self._new_clause(span) if clause is None else clause.iri
        self._add(node, CKG.holder, self.claimant)
        self._add(node, CKG.encodedAs, claim)

    def _new_clause(self, span: Span) -> URIRef:
        node = self._free("clause", self.slug)
        number = str(node).rpartition("-")[2]
        label = f"Clause {number} of sentence {self.draft.sentence} of {self.slug}"
        self._add(node, RDF.type, CKG.Clause)
        self._add(node, RDFS.label, Literal(label, "en"))
        self._add(node, OA.start, Literal(span.start))
        self._add(node, OA.end, Literal(span.end))
        self._add(node, CKG.inSentence, self.sentence)
        return node

    def _free(self, kind: str, slug: str) -> URIRef:
        """The IRI of a part of the sentence with the number after the highest that is taken."""
        start = str(iri(kind, f"{slug}-{self.draft.sentence}-"))
        names = map(str, self.known.all_nodes())
        ends = [name.removeprefix(start) for name in names if name.startswith(start)]
        return URIRef(f"{start}{max((int(end) for end in ends if end.isdecimal()), default=0) + 1}")

    def _declared(self, node: URIRef) -> URIRef:
        if (node, RDF.type, None) not in self.known:
            raise NotFoundError(
                f"nothing is known of {compact(str(node))}",
                hint="`kg search WORDS` finds what there is; what is new is declared first",
            )
        return node

    def _label(self, node: Node) -> str:
        found = [
            label
            for graph in (self.known, self.triples)
            for label in graph.objects(node, RDFS.label)
            if isinstance(label, Literal) and label.language == "en"
        ]
        return str(min(found)) if found else compact(str(node))

    def _no_predicate(self, predicate: URIRef) -> NotFoundError:
        known = self.known.subjects(RDF.type, CKG.Predicate)
        names = [str(node).removeprefix(PREFIXES["ckg"]) for node in known]
        near = did_you_mean(str(predicate).removeprefix(PREFIXES["ckg"]), names)
        return NotFoundError(
            f"{compact(str(predicate))} is no predicate of propositions",
            hint=near or "docs/terms.md lists them; what fits none is a situation",
        )

    def _add(self, subject: Node, predicate: Node, value: Node) -> None:
        self.triples.add((subject, predicate, value))
