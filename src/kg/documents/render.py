"""Coverage, verification and proposed sentences as text for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rdflib import URIRef

from kg.documents.coverage import DocumentCoverage
from kg.documents.records import slug
from kg.documents.sentences import ProposedSentence
from kg.documents.verification import Verification
from kg.namespaces import compact

WIDTH: Final = 80
MOST_PROBLEMS: Final = 20
"""Problems of one document that are shown; more are mostly one shift of all offsets."""


def coverage_table(found: Sequence[DocumentCoverage]) -> str:
    """One row a document, then the sentences without a proposition and what is missing."""
    heads = ("document", "sentences", "with claims", "without proposition", "uncovered")
    rows = [
        (
            slug(URIRef(each.document)),
            str(each.sentences),
            str(each.with_claims),
            str(len(each.without_proposition)),
            str(len({missing.sentence for missing in each.uncovered})),
        )
        for each in found
    ]
    without = [(w.sentence, w.reason) for each in found for w in each.without_proposition]
    missing = [(u.sentence, u.explanation) for each in found for u in each.uncovered]
    lines = [*_table(heads, rows), *_notes("Without proposition", without)]
    return "\n".join([*lines, *_notes("Uncovered", missing)])


def verification_table(found: Verification) -> str:
    """One row a document that was checked, then what differs from the text."""
    heads = ("document", "sentences", "clauses", "passages", "problems")
    rows = [
        (
            slug(URIRef(each.document)),
            *(str(n) for n in (each.sentences, each.clauses, each.passages, len(each.problems))),
        )
        for each in found.checked
    ]
    lines = [*_table(heads, rows)]
    for each in found.checked:
        shown = [(p.node, p.explanation) for p in each.problems[:MOST_PROBLEMS]]
        if hidden := len(each.problems) - len(shown):
            shown.append((each.document, f"and {hidden} more problems"))
        lines += _notes(f"Problems in {slug(URIRef(each.document))}", shown)
    return "\n".join(lines)


def sentence_list(text: str, proposed: Iterable[ProposedSentence]) -> str:
    """Number, start, end and role of each sentence, with its words below."""
    return "\n".join(
        line
        for each in proposed
        for line in (
            f"{each.number:>4}  {f'{each.span.start}-{each.span.end}':<13}{each.role}",
            *_wrapped(each.span.of(text), "      "),
        )
    )


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Columns with two spaces between them, all but the first aligned to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join(cells)


def _notes(title: str, notes: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A titled list of nodes, each with the words about it."""
    if notes:
        yield from ("", f"{title}:")
    for node, words in notes:
        yield from _wrapped(f"{compact(node)}  {words}", "  ", "    ")


def _wrapped(words: str, indent: str, later: str | None = None) -> list[str]:
    return textwrap.wrap(
        words,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=later or indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
