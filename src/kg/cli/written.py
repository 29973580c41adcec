"""A type of click for texts that have to look as a pattern says."""

from __future__ import annotations

import re
from typing import Any

import click


class Written(click.ParamType[str]):
    """A text that looks as a pattern says; `words` say what it is, if it does not."""

    name = "text"

    def __init__(self, pattern: str, words: str) -> None:
        self._pattern = re.compile(pattern)
        self._words = words

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text, or a word of what is wrong with it."""
        if not self._pattern.fullmatch(str(value)):
            self.fail(f"{value!r} is {self._words}", param, ctx)
        return str(value)
