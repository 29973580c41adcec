"""Where in the text of a contributor a finding is to be looked for.

A value that is wrong stands where it is written. A value that is missing is pointed at where its
node is first a subject. A check tells in words what it found: the first triple of the node whose
property or object the message names, and what is asked of a node of others is pointed at where the
text mentions it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from kg.namespaces import compact
from kg.rdf.placed import Lines, Placed, excerpt
from kg.rdf.placed_turtle import value_of
from kg.rdf.placing import placed_in
from kg.validation.report import Finding, Report

_WORD: Final = re.compile(r"[^\s\"'<>(),;]+")


def placed(report: Report, text: str, media_type: str, *, file: str | None = None) -> Report:
    """The report with the place of each finding about `file` that has none and is found in it.

    `text` is that of the file, which is well-formed; all findings without a place are about it
    where no file is named.
    """
    about = [r for r in report.results if r.file == file and r.line is None]
    if not about:
        return report
    places = _Places(text, media_type, {result.focus_node for result in about})
    return Report.of(
        places.put(result) if result.file == file and result.line is None else result
        for result in report.results
    )


class _Places:
    """The triples of a text that have some nodes as subject or object."""

    def __init__(self, text: str, media_type: str, nodes: set[str]) -> None:
        self._text = text
        self._lines = Lines(text)
        self._about: dict[str, list[Placed]] = {}
        self._mention: dict[str, int] = {}
        for triple in placed_in(text, media_type):
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
        shown = excerpt(self._text, line, column)
        return replace(finding, line=line, column=column, excerpt=shown)

    def _offset(self, finding: Finding) -> int | None:
        triples = self._about.get(finding.focus_node, [])
        if not triples:
            return self._mention.get(finding.focus_node)
        found = next(_candidates(finding, triples), None)
        return triples[0].subject_at if found is None else found


def _candidates(finding: Finding, triples: list[Placed]) -> Iterator[int]:
    """Offsets that show what is wrong, the best one first; `triples` are those of the node."""
    if finding.path is not None:
        mine = [triple for triple in triples if triple.predicate == finding.path]
        if finding.value is not None:
            value = value_of(finding.value)
            yield from (triple.object_at for triple in mine if triple.object == value)
        # Of several values where one is asked for, the last one is too many.
        yield from (t.object_at if len(mine) > 1 else t.predicate_at for t in mine[-1:])
    elif finding.component is None:
        words = {word.rstrip(".:") for word in _WORD.findall(finding.message)}
        yield from (t.object_at for t in triples if not words.isdisjoint(_names(t.object)))
        yield from (t.predicate_at for t in triples if not words.isdisjoint(_names(t.predicate)))


def _names(iri: str) -> tuple[str, str]:
    return iri, compact(iri)
