"""Proposes the sentences of a text.

A proposal only: a curator corrects it, and the list of sentences in `data/` is what counts. What a
proposal promises is that its spans are in order, do not overlap, and leave out nothing but white
space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from kg.documents.text import Span

Role = Literal["heading", "body", "caption", "credit"]

LONGEST_HEADING: Final = 15
"""Words; a longer line without a full stop is taken for a sentence that lacks one."""

CLOSERS: Final = "\"'”’»)]"
OPENERS: Final = "\"'“‘«(["
LINE: Final = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
SENTENCE_END: Final = re.compile(rf"[.!?…]+[{re.escape(CLOSERS)}]*(?=\s)")
CREDIT: Final = re.compile(
    r"(photo|picture|image|illustration|credit|©).*|[\w.'’ -]+/[\w.'’ -]+", re.IGNORECASE
)

TITLES: Final = re.compile(
    r"(adm|brig|capt|col|cpl|dr|fr|gen|gov|hon|lt|maj|mrs?|ms|messrs|no|pres|prof|rep|rev|sec|sen"
    r"|sgt|st|vs|cf|e\.g|i\.e|[^\W\d_])\.",
    re.IGNORECASE,
)
"""Abbreviations that never end a sentence, since a name or a number follows; single initials."""
ABBREVIATIONS: Final = re.compile(
    r"(co|corp|etc|inc|jr|ltd|sr|jan|feb|mar|apr|aug|sept?|oct|nov|dec|[^\W\d_](\.[^\W\d_])+)\.",
    re.IGNORECASE,
)
"""Those, and letters like `U.S.`, that end one only before a word that likes to begin one."""
STARTERS: Final = re.compile(
    r"(a|after|although|an|and|as|at|before|but|by|for|from|he|her|his|if|in|it|its|no|on|our|she"
    r"|since|so|some|that|the|their|then|there|these|they|this|those|to|we|what|when|while|who"
    r"|with|you)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ProposedSentence:
    """A sentence as proposed; `number` counts from 1 through the whole text."""

    number: int
    span: Span
    role: Role


def propose(text: str) -> list[ProposedSentence]:
    """The sentences that `text` seems to have, headings and credits included."""
    found = [
        (span, role)
        for block in _blocks(text)
        for line, role in zip(block, _roles(text, block), strict=True)
        for span in ([line] if role in ("heading", "credit") else _split(text, line))
    ]
    return [ProposedSentence(number, *each) for number, each in enumerate(found, start=1)]


def _blocks(text: str) -> Iterator[list[Span]]:
    """Lines that follow each other without an empty one between them, trimmed."""
    block: list[Span] = []
    reached = 0
    for match in LINE.finditer(text):
        line = _trimmed(text, match.start(), match.end())
        line_breaks = text[reached : match.start()].replace("\r\n", "\n")
        if block and (line is None or len(line_breaks) > 1):
            yield block
            block = []
        if line is not None:
            block.append(line)
        reached = match.end()
    if block:
        yield block


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None


def _roles(text: str, block: list[Span]) -> list[Role]:
    """What each line of a block is; a block that ends with a credit belongs to a picture."""
    lines = [line.of(text) for line in block]
    if not CREDIT.fullmatch(lines[-1]) or not _is_short(lines[-1]):
        return ["heading" if _is_short(line) else "body" for line in lines]
    roles: list[Role] = ["caption" for _ in lines]
    roles[-1] = "credit"
    if len(lines) > 2 and _is_short(lines[0]):
        roles[0] = "heading"
    return roles


def _is_short(line: str) -> bool:
    """Whether the line is short and not ended as a sentence or a lead-in is."""
    ended = line.rstrip(CLOSERS).endswith((".", "!", "?", "…", ",", ";", ":"))
    return not ended and len(line.split()) <= LONGEST_HEADING


def _split(text: str, line: Span) -> Iterator[Span]:
    start = line.start
    for match in SENTENCE_END.finditer(text, line.start, line.end):
        rest = _trimmed(text, match.end(), line.end)
        if rest is None:
            break
        if _ends_sentence(text[start : match.end()], match.group(), rest.of(text)):
            yield Span(start, match.end())
            start = rest.start
    yield Span(start, line.end)


def _ends_sentence(before: str, mark: str, after: str) -> bool:
    next_word = after.lstrip(OPENERS)
    if not next_word or not (next_word[0].isupper() or next_word[0].isdigit()):
        return False
    word = before.split()[-1].lstrip(OPENERS).rstrip(CLOSERS)
    if mark.rstrip(CLOSERS) != ".":
        return True
    if TITLES.fullmatch(word):
        return False
    return not ABBREVIATIONS.fullmatch(word) or bool(STARTERS.match(next_word))
