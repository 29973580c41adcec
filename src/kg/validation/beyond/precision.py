"""Times that are more precise than what they are taken from, as far as the model knows that.

The words of a source stay outside, so how precise a plain date was there cannot be known. Known
are the expression of a relative time, and the time of what it is anchored to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

import pyoxigraph as ox
from rdflib import RDF
from rdflib.namespace import DCTERMS

from kg.errors import EdtfError
from kg.namespaces import CKG, compact
from kg.rdf.edtf import bounds
from kg.validation.beyond.around import Around, Term, node
from kg.validation.report import Finding, Kind, Severity

PRECISE: Final = "more-precise-than-source-warning"
FIRST_DAY: Final = "first-of-january-info"

EARLIEST, LATEST, LATEST_START, EDTF, EXPRESSION, ANCHOR = (
    node(CKG[name])
    for name in ("earliest", "latest", "latestStart", "edtf", "expression", "anchor")
)
ISSUED: Final = node(DCTERMS.issued)
SUBJECT, OBJECT = node(RDF.subject), node(RDF.object)
BOUNDING: Final = frozenset((EARLIEST, LATEST, EXPRESSION, ANCHOR))

UNITS: Final = (
    (re.compile(r"\b(?:day|yesterday|today|tomorrow|\w+day|night|morning|evening)\b", re.I), 1),
    (re.compile(r"\bdecades?\b", re.I), 3_652),
    (re.compile(r"\byears?\b", re.I), 365),
    (re.compile(r"\bmonths?\b", re.I), 28),
    (re.compile(r"\bweeks?\b", re.I), 7),
)
"""Words of an expression and the days that such a time spans at least; the first that fits."""

_JANUARY: Final = re.compile(r"[0-9]{4}-01-01")


def too_precise(around: Around, added: Iterable[ox.Triple]) -> Iterator[Finding]:
    """Relative times with bounds that are narrower than their words or than their anchor."""
    triples = list(added)
    times = {t.subject for t in triples if t.predicate in BOUNDING}
    for time in sorted((t for t in times if isinstance(t, ox.NamedNode)), key=str):
        span = _span(around, time)
        if span is not None:
            yield from _beyond_words(around, time, span)
            yield from _beyond_anchor(around, time, span)
    for triple in triples:
        if triple.predicate == EDTF:
            yield from _new_year(triple.subject, triple.object)


def _span(around: Around, time: Term) -> int | None:
    """How many days a time can touch; None where an end is open or is no day."""
    ends = (around.literals(time, name) for name in (EARLIEST, LATEST))
    try:
        [first], [last] = (list(map(date.fromisoformat, end)) for end in ends)
    except ValueError:  # none, several, or no date: that is told by shapes
        return None
    return (last - first).days + 1


def _beyond_words(around: Around, time: ox.NamedNode, span: int) -> Iterator[Finding]:
    for words in around.literals(time, EXPRESSION):
        least = next((days for unit, days in UNITS if unit.search(words)), 1)
        if span < least:
            why = f'"{words}" spans {least} days at least, and the bounds only {span}'
            yield _finding(time, f"The bounds of a relative time follow from its words: {why}.")


def _beyond_anchor(around: Around, time: ox.NamedNode, span: int) -> Iterator[Finding]:
    for anchor in around.objects(time, ANCHOR):
        known = [days for days in _spans_of(around, anchor) if days is not None]
        if known and span < min(known):
            name = compact(anchor.value) if isinstance(anchor, ox.NamedNode) else str(anchor)
            why = f"that of {name} is known to {min(known)} days, and the bounds are {span}"
            said = f"A relative time is no more precise than its anchor: {why}."
            yield _finding(time, said)


def _spans_of(around: Around, anchor: Term) -> Iterator[int | None]:
    """The days that the time of an anchor spans: of a document, or of an event that is no period.

    What lasts for years can begin on a day that is known.
    """
    for text in around.literals(anchor, ISSUED):
        try:
            issued = bounds(text)
        except EdtfError:  # told by the shape of documents
            continue
        if issued.earliest and issued.latest:
            yield (issued.latest - issued.earliest).days + 1
    for proposition in around.subjects(SUBJECT, anchor):
        for time in around.objects(proposition, OBJECT):
            if not around.objects(time, LATEST_START):
                yield _span(around, time)


def _new_year(time: Term, text: Term) -> Iterator[Finding]:
    """The first day of a year is what some programs write where only the year is known."""
    if not isinstance(time, ox.NamedNode) or not isinstance(text, ox.Literal):
        return
    if _JANUARY.fullmatch(text.value):
        year = text.value[:4]
        said = (
            f"Is 1 January {year} what the source says? Where it gives the year only, the time is"
            f" time:{year}."
        )
        yield _finding(time, said, Severity.INFO, FIRST_DAY)


def _finding(
    time: ox.NamedNode, message: str, severity: Severity = Severity.WARNING, name: str = PRECISE
) -> Finding:
    return Finding(time.value, message, severity, name, kind=Kind.PRECISION)
