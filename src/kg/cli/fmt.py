"""`kg fmt`: write Turtle files in their canonical form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import click

from kg.errors import InputError
from kg.rdf.files import replace_file
from kg.rdf.turtle import canonical_file
from kg.resources import data_dir, is_checkout, ontology_dir


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a file would change.")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.pass_context
def fmt(context: click.Context, files: tuple[Path, ...], *, check: bool) -> None:
    """Write Turtle files in canonical form.

    Prefixes and subjects are sorted; in a subject `a` comes first, then the label. FILES may be
    folders; without any, all of ontology/ and data/ is meant. Prints the files that change.
    Comments do not survive: prose belongs into rdfs:comment or skos:editorialNote.
    """
    changed = list(_changed(_turtle_files(files or _default_folders())))
    for path, before, after in changed:
        click.echo(path)
        if not check:
            replace_file(path, after)
            _tell_lost_comments(path, before, after)
    if check and changed:
        click.echo(f"{len(changed)} not in canonical form: run kg fmt", err=True)
        context.exit(1)


def _default_folders() -> tuple[Path, ...]:
    if not is_checkout():
        raise InputError("this installation is not a checkout", hint="name the files to format")
    return tuple(_from_here(folder) for folder in (ontology_dir(), data_dir()) if folder.is_dir())


def _from_here(folder: Path) -> Path:
    """Relative to the current folder where that is shorter to read."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def _turtle_files(paths: Iterable[Path]) -> list[Path]:
    found = (path.rglob("*.ttl") if path.is_dir() else [path] for path in paths)
    return sorted({path for group in found for path in group})


def _changed(paths: Iterable[Path]) -> Iterator[tuple[Path, str, str]]:
    for path in paths:
        after = canonical_file(path)
        before = path.read_bytes().decode()
        if before != after:
            yield path, before, after


def _tell_lost_comments(path: Path, before: str, after: str) -> None:
    lost = _comment_lines(before) - _comment_lines(after)
    if lost > 0:
        click.echo(f"note: {path}: {lost} comment lines dropped, as they are not data", err=True)


def _comment_lines(text: str) -> int:
    return sum(line.lstrip().startswith("#") for line in text.splitlines())


COMMANDS: Final[tuple[click.Command, ...]] = (fmt,)
