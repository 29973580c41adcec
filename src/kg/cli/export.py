"""`kg export`: a generation as the files of `data/`, or as one dump."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, cast

import click

from kg.cli.generations import chosen, generation_options
from kg.cli.home import own_folder
from kg.cli.log import tell_of_redactions
from kg.errors import InputError
from kg.processes.opening import OURS
from kg.publication.dumps import DUMPS, LEVEL, Dump
from kg.publication.files import Mark, write
from kg.store.history import difference, state_at
from kg.store.log import CommitLog

WRITERS: Final[dict[str, Dump]] = {
    ".nq": DUMPS["conflict-kg.nq.gz"],
    ".trig": DUMPS["conflict-kg.trig.gz"],
    ".ttl": DUMPS["conflict-kg-rdf12.ttl.gz"],
}
"""What the end of a file's name says of its form."""


@click.command()
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FOLDER|FILE",
    help="A folder such as data/, or a file (.nq, .trig, .ttl for RDF 1.2; also with .gz).",
)
@generation_options
def export(target: Path, at: int | None, release: str | None) -> None:
    """Write the newest generation, or any other, as files.

    A FOLDER gets the data as canonical Turtle, one file for each kind of thing and each document:
    files that are there are brought to say what the store does, so that a git-based project reviews
    contributions as files. A FILE gets all graphs, computed ones included.
    """
    folder = own_folder("an export")
    folder.check_format()
    log = CommitLog(folder)
    named = chosen(folder, at, release)
    generation = log.head()[0] if named is None else named
    tell_of_redactions(log, generation)
    with _writing(target):
        if _is_dump(target):
            with state_at(folder, OURS, generation) as store, _opened(target) as file:
                WRITERS[_form(target)].write(store.snapshot(), file)
            click.echo(click.format_filename(target))
            return
        mark = Mark(generation, log.entry(generation).hash if generation else "")
        written = write(target, difference(log, 0, generation).added, mark)
    for name in written.changed:
        click.echo(click.format_filename(target / name))
    for name in written.removed:
        click.echo(
            f"{click.format_filename(target / name)}: removed, nothing is left in it", err=True
        )
    click.echo(f"generation {generation}: {len(written.changed)} files changed", err=True)


def _form(target: Path) -> str:
    return Path(target.name.removesuffix(".gz")).suffix


def _is_dump(target: Path) -> bool:
    """Whether the name is one of a file of RDF; what is there and is no folder has to have one."""
    if target.is_dir():
        return False
    if _form(target) not in WRITERS and target.exists():
        raise InputError("is no folder, and no file of RDF by its name", source=str(target))
    return _form(target) in WRITERS


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot be written: {reason}", source=str(target)) from error


@contextmanager
def _opened(target: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name once it is whole; gzipped if its name ends so."""
    partial = target.with_name(f".{target.name}.part")
    try:
        with partial.open("wb") as file:
            if target.suffix == ".gz":
                with gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as packed:
                    yield cast(IO[bytes], packed)
            else:
                yield file
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


COMMANDS: Final[tuple[click.Command, ...]] = (export,)
