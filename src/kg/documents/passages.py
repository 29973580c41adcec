"""Passages: where the words stand that a claim rests on, without the words themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

from rdflib import RDF, RDFS, Literal, URIRef
from rdflib.term import Node

from kg.documents.text import Span, sha256
from kg.errors import PassageError
from kg.namespaces import CKG, OA, iri

Triple = tuple[Node, Node, Node]

FEWEST_WORDS: Final = 12
"""A shorter passage would be reproduced whole by its first and last words."""
EDGE_WORDS: Final = 2
SHOWN: Final = 5
"""Occurrences that an error spells out."""
MOST_ADDED: Final = 8
"""Words that a hint adds at most to make words unique."""
WORD: Final = re.compile(r"\S+")

FOLDED: Final = str.maketrans("“”„«»‘’‚–—‐‑\u00a0\n\r\t", '"""""\'\'\'---- ' + " " * 3)
"""Characters that people type for others, each folded into one, so that offsets stay."""


def find(text: str, words: str, within: tuple[int, int] | None = None) -> Span:
    """The one place where `words` stand in `text`, code point for code point.

    Looks only between the two offsets `within`, if given, and not inside longer words. White space
    around `words` is ignored. Raises PassageError unless there is exactly one place.
    """
    area = Span(0, len(text)) if within is None else Span(*within)
    if not 0 <= area.start <= area.end <= len(text):
        raise PassageError(f"{area.start}-{area.end} is not inside the text of {len(text)}")
    wanted = words.strip()
    if not wanted:
        raise PassageError("no words to look for")
    found = list(_places(text, wanted, area))
    if len(found) == 1:
        return found[0]
    if found:
        raise PassageError(_often(wanted, found), hint=_longer(text, found, area))
    raise PassageError(f"{_quoted(wanted)} does not occur", hint=_nearest(text, wanted, area))


def passage_iri(document_slug: str, span: Span) -> URIRef:
    """The IRI of the passage of a document with this span."""
    return iri("passage", f"{document_slug}-{span.start}-{span.end}")


def edge_words(passage: str) -> tuple[str, str] | None:
    """The first and the last two words of a passage, or None where it has fewer than twelve."""
    words = passage.split()
    if len(words) < FEWEST_WORDS:
        return None
    return " ".join(words[:EDGE_WORDS]), " ".join(words[-EDGE_WORDS:])


def passage_triples(
    document_slug: str,
    text: str,
    span: Span,
    sentences: Iterable[tuple[URIRef, Span]] = (),
) -> list[Triple]:
    """All triples of a passage and its selector; it is in those of `sentences` that it touches."""
    if not 0 <= span.start < span.end <= len(text):
        raise PassageError(f"{span.start}-{span.end} is not inside the text of {len(text)}")
    passage = passage_iri(document_slug, span)
    selector = URIRef(f"{passage}-position")
    start, end = span
    triples: list[Triple] = [
        (passage, RDF.type, CKG.Passage),
        (passage, RDFS.label, Literal(f"Code points {start} to {end} of {document_slug}", "en")),
        (passage, OA.hasSource, iri("document", document_slug)),
        (passage, OA.hasSelector, selector),
        (passage, CKG.sha256, Literal(sha256(span.of(text)))),
        (selector, RDF.type, OA.TextPositionSelector),
        (selector, RDFS.label, Literal(f"Position {start} to {end}", "en")),
        (selector, OA.start, Literal(start)),
        (selector, OA.end, Literal(end)),
    ]
    triples += [
        (passage, CKG.inSentence, sentence) for sentence, place in sentences if place.overlaps(span)
    ]
    if edges := edge_words(span.of(text)):
        triples.append((passage, CKG.firstWords, Literal(edges[0])))
        triples.append((passage, CKG.lastWords, Literal(edges[1])))
    return triples


def text_fragment_url(url: str, first: str, last: str) -> str:
    """A link that makes a browser show the text from the words `first` to the words `last`.

    A fragment that `url` has already is kept before the directive.
    """
    page, _, fragment = url.partition("#")
    return f"{page}#{fragment}:~:text={_directive(first)},{_directive(last)}"


def _directive(words: str) -> str:
    """Percent-encoded, with the characters that structure a text directive: `&`, `-` and `,`."""
    return quote(words, safe="").replace("-", "%2D")


def _places(text: str, words: str, area: Span) -> Iterator[Span]:
    start = text.find(words, area.start, area.end)
    while start != -1:
        end = start + len(words)
        if not _cuts_word(text, start) and not _cuts_word(text, end):
            yield Span(start, end)
        start = text.find(words, start + 1, area.end)


def _cuts_word(text: str, offset: int) -> bool:
    return 0 < offset < len(text) and text[offset - 1].isalnum() and text[offset].isalnum()


def _quoted(words: str) -> str:
    return f"«{words}»"


def _often(words: str, found: list[Span]) -> str:
    places = ", ".join(f"{start}-{end}" for start, end in found[:SHOWN])
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"{_quoted(words)} occurs {len(found)} times: at {places}{more}"


def _longer(text: str, found: list[Span], area: Span) -> str:
    """For each place the fewest whole words around it that occur once."""
    ways = []
    for place in found[:SHOWN]:
        unique = _unique_around(text, place, area)
        way = _quoted(unique.of(text)) if unique else "nothing near is unique"
        ways.append(f"{place.start}: {way}")
    return "give more words, or the sentence; " + "; ".join(ways)


def _unique_around(text: str, place: Span, area: Span) -> Span | None:
    """The shortest such span on the line of the place, words to the right of it preferred."""
    line_start = max(text.rfind("\n", 0, place.start) + 1, area.start)
    line_end = min(text.find("\n", place.end) % (len(text) + 1), area.end)
    before = [m.start() for m in WORD.finditer(text, line_start, place.start)]
    after = [m.end() for m in WORD.finditer(text, place.end, line_end)]
    starts, ends = [place.start, *reversed(before)], [place.end, *after]
    for words in range(1, MOST_ADDED + 1):
        for left in range(words + 1):
            if left < len(starts) and words - left < len(ends):
                span = Span(starts[left], ends[words - left])
                if len(list(_places(text, span.of(text), area))) == 1:
                    return span
    return None


def _nearest(text: str, words: str, area: Span) -> str:
    """Why the words may not have been found: typed otherwise, outside the area, or cut."""
    folded = list(_places(text.translate(FOLDED), words.translate(FOLDED), area))
    if folded:
        return f"the text has {_quoted(folded[0].of(text))} at {folded[0].start}"
    outside = list(_places(text, words, Span(0, len(text))))
    if outside:
        return f"it stands outside {area.start}-{area.end}, at {outside[0].start}"
    inside = text.find(words, area.start, area.end)
    if inside != -1:
        return f"only inside a longer word, at {inside}; passages consist of whole words"
    return "copy the words from the text; quotation marks, dashes and line ends count"
