"""A report as text: for people, at 80 columns, and as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any, Final

from kg.namespaces import compact
from kg.validation.report import Finding, Report

WIDTH: Final = 80
DEFAULT_MAX: Final = 10


def human(report: Report, *, most: int = DEFAULT_MAX) -> str:
    """The report by shape or check, with counts; at most `most` findings of each are shown."""
    groups = groupby(report.results, key=lambda r: (r.severity.rank, r.source_shape))
    blocks = ["\n".join(_group(list(group), most)) for _, group in groups]
    return "\n\n".join([*blocks, summary(report)])


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
        "results": [_row(result) for result in report.results],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _row(result: Finding) -> dict[str, Any]:
    return asdict(result) | {"severity": result.severity.value}


def _group(found: list[Finding], most: int) -> Iterator[str]:
    first = found[0]
    yield f"{first.severity.value} {compact(first.source_shape)} ({len(found)})"
    shared = len({result.message for result in found}) == 1
    if shared:
        yield _wrapped(first.message, 2)
    file: str | None = None
    for result in found[:most]:
        if result.file is not None and result.file != file:
            yield f"  {result.file}"
            file = result.file
        yield f"    {compact(result.focus_node)}{_value(result)}"
        if not shared:
            yield _wrapped(result.message, 6)
    if len(found) > most:
        yield f"    … and {len(found) - most} more"


def _value(result: Finding) -> str:
    if result.value is None or result.value == result.focus_node:
        return ""
    return f"  {textwrap.shorten(compact(result.value), 40, placeholder=' …')}"


def _wrapped(text: str, indent: int) -> str:
    words = " ".join(short_inside(word) for word in text.split())
    return textwrap.fill(
        words,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def short_inside(word: str) -> str:
    """A word of a message, shortened if it is an IRI of ours, with its punctuation kept."""
    bare = word.rstrip(".,:;")
    return compact(bare) + word[len(bare) :]
