"""Where blank nodes are written in Turtle text: parsers do not say it."""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(
    r'''"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^'\\]|\\.|'(?!''))*+\'\'\''''
    r"""|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'"""
    r"""|<[^<>\s]*+>|\#[^\n]*+|\\."""
    r"""|(?P<blank>(?<![\w:.-])_:|\[|\((?!\s*+\)))""",
    re.DOTALL,
)


def blank_node_lines(text: str) -> list[int]:
    """The lines, from 1, on which `_:x`, `[` or a list that is not empty begins."""
    places = [match.start() for match in _TOKEN.finditer(text) if match["blank"]]
    return sorted({text.count("\n", 0, place) + 1 for place in places})
