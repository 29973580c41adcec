"""The example queries that newcomers start from: `.rq` files with a grlc header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.web.asking import without_header


@dataclass(frozen=True)
class Example:
    """A query to start from, and the question that it answers."""

    name: str
    question: str
    text: str


def examples(folder: Path) -> Sequence[Example]:
    """The queries of a folder, by file name; without the folder there are none."""
    return [
        Example(path.stem, _summary(text) or path.stem, without_header(text))
        for path in sorted(folder.glob("*.rq"))
        if (text := path.read_text(encoding="utf-8"))
    ]


def _summary(text: str) -> str | None:
    prefix = "#+ summary:"
    lines = (line.removeprefix(prefix) for line in text.splitlines() if line.startswith(prefix))
    return next((line.strip().strip('"') for line in lines), None)
