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
from kg.resources import root
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
        """The report, with each file called as the command was told."""
        return Report.of(replace(r, file=self._called(r.file)) for r in report.results)

    def renamed(self, error: InputError) -> InputError:
        """The error, with its file called as the command was told."""
        error.source = self._called(error.source)
        return error

    def _called(self, file: str | None) -> str | None:
        """The name that a file was given by; others, and files of kg itself, keep theirs."""
        names = {path.resolve(): name for path, name in zip(self.paths, self.names, strict=True)}
        return None if file is None else names.get((root() / file).resolve(), file)


@contextmanager
def files_of(paths: tuple[Path, ...]) -> Iterator[Files]:
    """The files that are meant by the arguments of a command."""
    with TemporaryDirectory(prefix="kg-") as folder:
        files = Files(paths)
        if DASH in paths:
            stdin = Path(folder).resolve() / NAME
            stdin.write_bytes(sys.stdin.buffer.read())
            files = Files(paths, stdin)
        try:
            yield files
        except InputError as error:
            raise files.renamed(error) from error.__cause__
