"""A report as text for people, at 80 columns, and as JSON."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Final, TypeAlias

from kg.namespaces import compact
from kg.validation.explained import Explained, Group, explained, groups, members
from kg.validation.report import Finding, Report

WIDTH: Final = 80
DEFAULT_MAX: Final = 10

Paint: TypeAlias = Callable[[str, str], str]
"""Colours a text in one of the ways of `_CODES`, or leaves it as it is."""

_CODES: Final = {
    "violation": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "conforms": "1;32",
    "place": "1",
    "caret": "31",
    "quiet": "2",
}
_SEPARATED: Final = re.compile(r"(\s+)")


def human(report: Report, *, most: int = DEFAULT_MAX, colour: bool = False) -> str:
    """The report by shape or check, with counts; at most `most` findings of each are shown."""
    paint = _coloured if colour else _plain
    blocks = ["\n".join(_group(group, most, paint)) for group in groups(report)]
    verdict = "conforms" if report.conforms else "violation"
    return "\n\n".join([*blocks, paint(summary(report), verdict)])


def summary(report: Report) -> str:
    """One line: the verdict and the counts."""
    verdict = "conforms" if report.conforms else "does not conform"
    counts = ", ".join(
        f"{len(found)} {name}{'' if len(found) == 1 else 's'}"
        for name, found in (("violation", report.violations), ("warning", report.warnings))
    )
    return f"{verdict}: {counts}"


def to_json(report: Report) -> str:
    """The report as one JSON object with `conforms`, `counts` and `results`."""
    document = {
        "conforms": report.conforms,
        "counts": {"violation": len(report.violations), "warning": len(report.warnings)},
        "results": [members(result) for result in report.results],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def place_of(finding: Finding) -> str:
    """`file:line:column`, as far as it is known; without a file `line L, column C`."""
    if finding.file is not None:
        numbers = (finding.line, finding.column)
        return ":".join([finding.file, *(str(n) for n in numbers if n is not None)])
    if finding.line is None:
        return ""
    return f"line {finding.line}" + (f", column {finding.column}" if finding.column else "")


def _group(group: Group, most: int, paint: Paint) -> Iterator[str]:
    severity = paint(group.first.severity.value, group.first.severity.value)
    yield f"{severity} {compact(group.first.source_shape)} ({len(group.findings)})"
    if group.message is not None:
        yield _wrapped(group.message, 2)
    shown = group.findings[:most]
    for _, same in groupby(shown, key=lambda f: (f.file, f.line, f.column, f.focus_node)):
        yield from _result(list(same), paint, said=group.message)
    if len(group.findings) > most:
        yield f"\n  … and {len(group.findings) - most} more"
    yield from _advice(group.about, paint)


def _result(findings: list[Finding], paint: Paint, *, said: str | None) -> Iterator[str]:
    """What is found at one place about one node, and its line; `said` stands above it already."""
    first = findings[0]
    place, node = place_of(first), compact(first.focus_node)
    yield "\n  " + (paint(place, "place") if place else node)
    if place and first.component is None:
        yield f"    {node}"
    for finding in findings:
        problem = explained(finding).problem
        if problem != said:
            yield _wrapped(problem, 4)
    if first.excerpt:
        shown, _, caret = first.excerpt.partition("\n")
        yield f"    {shown[: WIDTH - 4]}"
        yield f"    {paint(caret, 'caret')}"


def _advice(about: Explained, paint: Paint) -> Iterator[str]:
    if about.example is not None:
        yield "\n  " + paint("Conforming data looks like this:", "quiet")
        yield textwrap.indent(about.example, "    ")
    if about.documentation is not None:
        yield ("\n" if about.example is None else "") + f"  See {about.documentation}"


def _wrapped(text: str, indent: int) -> str:
    return textwrap.fill(
        in_words(text),
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def in_words(text: str) -> str:
    """A message with the IRIs of ours in it shortened."""
    return "".join(short_inside(part) for part in _SEPARATED.split(text.strip()))


def short_inside(word: str) -> str:
    """A word of a message, shortened if it is an IRI of ours, with its punctuation kept."""
    bare = word.rstrip(".,:;")
    return compact(bare) + word[len(bare) :]


def _plain(text: str, _way: str) -> str:
    return text


def _coloured(text: str, way: str) -> str:
    return f"\x1b[{_CODES[way]}m{text}\x1b[0m"
