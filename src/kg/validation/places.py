"""Where in the text of a contributor a finding is to be looked for.

A value that is wrong stands where it is written. A value that is missing is pointed at where its
node is first a subject. A check tells in words what it found: it stands at the triple of the node,
or of one of its objects, whose property and object the message names. What is asked of a node of
others is pointed at where the text mentions it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from kg.namespaces import compact
from kg.rdf.placed import Lines, Placed
from kg.rdf.placed_turtle import value_of
from kg.rdf.placing import placed_in
from kg.validation.report import Finding, Report

_UNNAMED: Final = 1_000_000
_WORD: Final = re.compile(r"[^\s\"'<>(),;]+")


def placed(report: Report, text: str, media_type: str, *, file: str | None = None) -> Report:
    """The report with the place of each finding about `file` that has none and is found in it.

    `text` is that of the file, which is well-formed; all findings without a place are about it
    where no file is named.
    """
    about = [r for r in report.results if r.file == file and r.line is None]
    if not about:
        return report
    places = _Places(text, media_type, about)
    return Report.of(
        places.put(result) if result.file == file and result.line is None else result
        for result in report.results
    )


class _Places:
    """The triples of a text that have some nodes as subject or object."""

    def __init__(self, text: str, media_type: str, about: list[Finding]) -> None:
        self._text = text
        self._media_type = media_type
        self._lines = Lines(text)
        self._about: dict[str, list[Placed]] = {}
        self._mention: dict[str, int] = {}
        self._read({finding.focus_node for finding in about})
        told_in_words = {f.focus_node for f in about if f.component is None}
        beside = {t.object for node in told_in_words for t in self._about.get(node, ())}
        if beside := beside - self._about.keys():
            self._read(beside)

    def _read(self, nodes: set[str]) -> None:
        for triple in placed_in(self._text, self._media_type):
            if triple.subject in nodes:
                self._about.setdefault(triple.subject, []).append(triple)
            if triple.object in nodes:
                self._mention.setdefault(triple.object, triple.object_at)

    def put(self, finding: Finding) -> Finding:
        """The finding with its place, if it has one."""
        offset = self._offset(finding)
        if offset is None:
            return finding
        line, column = self._lines.place(offset)
        shown = self._lines.excerpt(line, column)
        return replace(finding, line=line, column=column, excerpt=shown)

    def _offset(self, finding: Finding) -> int | None:
        triples = self._about.get(finding.focus_node, [])
        if not triples:
            return self._mention.get(finding.focus_node)
        beside = [near for triple in triples for near in self._about.get(triple.object, ())]
        found = next(_candidates(finding, triples, beside), None)
        return triples[0].subject_at if found is None else found


def _candidates(finding: Finding, triples: list[Placed], beside: list[Placed]) -> Iterator[int]:
    """Offsets that show what is wrong, the best one first.

    `triples` are those of the node, `beside` those of its objects.
    """
    if finding.path is not None:
        mine = [triple for triple in triples if triple.predicate == finding.path]
        if finding.value is not None:
            value = value_of(finding.value)
            yield from (triple.object_at for triple in mine if triple.object == value)
        # Of several values where one is asked for, the last one is too many.
        yield from (t.object_at if len(mine) > 1 else t.predicate_at for t in mine[-1:])
    elif finding.component is None:
        yield from _told(finding.message, triples, beside)


def _told(message: str, triples: list[Placed], beside: list[Placed]) -> Iterator[int]:
    """Offsets of what a message names: property and object, then an object, then a property."""
    words = [word.rstrip(".:") for word in _WORD.findall(message)]
    rank = {word: number for number, word in reversed(list(enumerate(words)))}
    near = [*triples, *beside]
    near.sort(key=lambda triple: _rank(triple.predicate, rank))
    objects = [triple for triple in near if _rank(triple.object, rank) < _UNNAMED]
    yield from (t.object_at for t in objects if _rank(t.predicate, rank) < _UNNAMED)
    yield from (t.object_at for t in objects)
    yield from (t.predicate_at for t in near if _rank(t.predicate, rank) < _UNNAMED)


def _rank(term: str, rank: Mapping[str, int]) -> int:
    """How far from the beginning a message names something, if at all."""
    return rank.get(term, rank.get(compact(term), _UNNAMED))
