"""`kg validate`: whether data keeps what shapes and checks say of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import click

from kg.cli.stdin import files_of
from kg.errors import InputError
from kg.profiles import packaged
from kg.profiles.columns import profile_named
from kg.profiles.uploads import TABLE_SUFFIXES, is_table, read_file, with_rows
from kg.rdf.placing import SUFFIXES
from kg.resources import root
from kg.store.blank_nodes import CHECK, with_places
from kg.validation import (
    Report,
    Severity,
    read_files,
    seed_files,
    validate_files,
)
from kg.validation.render import DEFAULT_MAX, human, to_json
from kg.validation.render_sarif import error_as_sarif, to_sarif
from kg.validation.render_turtle import to_turtle

FAIL_ON: Final = {"violation": Severity.VIOLATION, "warning": Severity.WARNING}
RENDERERS: Final[dict[str, Callable[[Report, int], str]]] = {
    "human": lambda report, most: human(report, most=most, colour=wants_colour()),
    "json": lambda report, _: to_json(report),
    "turtle": lambda report, _: to_turtle(report).rstrip("\n"),
    "sarif": lambda report, _: to_sarif(report),
}


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(list(RENDERERS)),
    default="human",
    show_default=True,
    help="How the report is written.",
)
@click.option(
    "--max",
    "most",
    type=click.IntRange(min=1),
    default=DEFAULT_MAX,
    show_default=True,
    metavar="N",
    help="Show at most N findings of each shape or check (human only).",
)
@click.option(
    "--fail-on",
    type=click.Choice(list(FAIL_ON)),
    default="violation",
    show_default=True,
    help="The least severity that makes the exit code 1.",
)
@click.option("--template", metavar="NAME", help="Whose table a CSV is, if it does not say so.")
@click.pass_context
def validate(
    context: click.Context,
    files: tuple[Path, ...],
    form: str,
    most: int,
    fail_on: str,
    template: str | None,
) -> None:
    """Validate the data that comes with kg, or FILES together with it.

    FILES are Turtle, or what the end of their name says (.trig, .nt, .nq, .rdf, .jsonld, .csv),
    folders of such files, or - for standard input; one that is part of the data that comes with kg
    is not counted twice. With FILES, warnings are shown only where they are about something in
    these.

    Exits with 1 if the data does not conform, and with 2 if a file cannot be read or the shapes
    cannot be run.
    """
    try:
        report = _report_on(files, template)
    except InputError as error:
        if form == "sarif":
            click.echo(error_as_sarif(error))
        raise
    click.echo(RENDERERS[form](report, most))
    if report.fails(FAIL_ON[fail_on]):
        context.exit(1)


def wants_colour() -> bool:
    """Whether people look at a terminal and want colours (see no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _report_on(files: tuple[Path, ...], template: str | None) -> Report:
    profile = profile_named(template, packaged()) if template else None
    read = partial(read_file, template=profile)
    with files_of(tuple(_of_folders(files))) as given:
        report = validate_files(given.paths, read, is_table)
        if any(result.source_shape == CHECK for result in report.results):
            paths = (path.resolve() for path in given.paths)
            report = with_places(report, read_files(dict.fromkeys([*paths, *seed_files()]), read))
        return given.named(with_rows(report, root(), profile))


def _of_folders(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that are meant; of a folder all that have the suffix of RDF or of a table."""
    for path in paths:
        if not os.path.isdir(path):  # of a name that is too long, this says no
            yield path
            continue
        found = [each for each in path.rglob("*") if each.suffix in (*SUFFIXES, *TABLE_SUFFIXES)]
        if not found:
            raise InputError("no file with data is in this folder", source=str(path))
        yield from sorted(found)


COMMANDS = (validate,)
