"""`-` among files: standard input, read once and called `stdin` in what is told of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kg.errors import InputError
from kg.validation import Report

DASH: Final = Path("-")
NAME: Final = "stdin"


class Files:
    """The files of a command; one of them may hold what came on standard input."""

    def __init__(self, paths: tuple[Path, ...], stdin: Path | None = None) -> None:
        self.paths = tuple(stdin if stdin and path == DASH else path for path in paths)
        self._stdin = str(stdin) if stdin else None

    @property
    def names(self) -> list[str]:
        """What the files are called where they are told of."""
        return [NAME if str(path) == self._stdin else str(path) for path in self.paths]

    def named(self, report: Report) -> Report:
        """The report, with standard input by its name."""
        return Report.of(
            replace(result, file=NAME) if result.file and result.file == self._stdin else result
            for result in report.results
        )

    def renamed(self, error: InputError) -> InputError:
        """The error, with standard input by its name."""
        error.source = NAME if error.source and error.source == self._stdin else error.source
        return error


@contextmanager
def files_of(paths: tuple[Path, ...]) -> Iterator[Files]:
    """The files that are meant by the arguments of a command."""
    if DASH not in paths:
        yield Files(paths)
        return
    with TemporaryDirectory(prefix="kg-") as folder:
        stdin = Path(folder).resolve() / NAME
        stdin.write_bytes(sys.stdin.buffer.read())
        files = Files(paths, stdin)
        try:
            yield files
        except InputError as error:
            raise files.renamed(error) from error.__cause__
