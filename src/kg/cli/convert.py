"""`kg convert` and `kg template`: data for people and programs that do not write Turtle."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Final

import click

from kg.cli.stdin import DASH, files_of
from kg.conversion import FORMS, Form, convert, form_of
from kg.conversion.converting import Target
from kg.conversion.reading import Source
from kg.errors import InputError
from kg.profiles import Profile, packaged
from kg.profiles.columns import profile_named
from kg.profiles.json_schema import json_schema
from kg.profiles.text_lines import ENCODINGS, UTF_8
from kg.profiles.writing import template_csv


@click.command("convert")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="IN... OUT")
@click.option("--from", "read_as", type=click.Choice(list(FORMS)), help="The form of IN.")
@click.option("--to", "write_as", type=click.Choice(list(FORMS)), help="The form of OUT.")
@click.option("--template", metavar="NAME", help="Whose table a CSV is, if it does not say so.")
@click.option(
    "--encoding",
    type=click.Choice(ENCODINGS),
    default=UTF_8,
    show_default=True,
    help="How a CSV is encoded.",
)
@click.option("--lossy", is_flag=True, help="Write also what cannot hold everything.")
def convert_command(
    files: tuple[Path, ...],
    read_as: str | None,
    write_as: str | None,
    template: str | None,
    encoding: str,
    lossy: bool,
) -> None:
    """Convert files between Turtle, TriG, N-Triples, N-Quads, JSON-LD, RDF/XML and CSV.

    The suffixes of the names say which form each has. IN can be several files, or - for standard
    input; OUT can be - for standard output, or a folder, which gets a table for each class. What
    OUT cannot hold is told, and nothing is written unless --lossy is given.
    """
    if len(files) < 2:
        raise click.UsageError("name what to read and what to write, each perhaps -")
    profile = profile_named(template, packaged()) if template else None
    out = files[-1]
    with files_of(files[:-1]) as given:
        sources = [
            Source(path, _form(path if name == str(path) else DASH, read_as, "--from"), name)
            for path, name in zip(given.paths, given.names, strict=True)
        ]
        tables = [Source(s.path, s.form, s.name, profile, encoding) for s in sources]
        done = convert(tables, _target(out, write_as, profile, lossy=lossy), packaged())
    for words in done.notes:
        click.echo(f"note: {words}", err=True)
    for words in done.losses:
        click.echo(f"lost: {words}", err=True)
    click.echo(f"{done.quads} statements read", err=True)


def _form(path: Path, name: str | None, option: str) -> Form:
    if name is not None:
        return FORMS[name]
    if path == DASH:
        raise click.UsageError(f"- has no suffix: name its form with {option}")
    return form_of(path)


def _target(out: Path, name: str | None, profile: Profile | None, *, lossy: bool) -> Target:
    if out == DASH:
        stream = sys.stdout.buffer
        return Target(_form(out, name, "--to"), stream=stream, template=profile, lossy=lossy)
    folder = os.path.isdir(out)  # of a name that is too long, this says no
    form = FORMS["csv"] if folder and name is None else _form(out, name, "--to")
    if folder and form.format is not None:
        raise InputError(f"only tables go into a folder, not {form.title}", source=str(out))
    return Target(form, path=out, template=profile, lossy=lossy)


@click.command("template")
@click.argument("name", required=False, metavar="[CLASS]")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["csv", "json-schema"]),
    default="csv",
    show_default=True,
    help="A table with an example, or what JSON-LD of the class looks like.",
)
def template_command(name: str | None, form: str) -> None:
    """Print the template of a CLASS such as claim or person; without one, list them."""
    profiles = packaged()
    if name is None:
        width = max(map(len, profiles.templates))
        for each in sorted(profiles.templates.values(), key=lambda p: p.template):
            click.echo(f"{each.template:{width}}  {each.name}")
        return
    profile = profile_named(name, profiles)
    if form == "csv":
        click.echo(template_csv(profile, profiles), nl=False)
    else:
        click.echo(json.dumps(json_schema(profile, profiles), ensure_ascii=False, indent=2))


COMMANDS: Final = (convert_command, template_command)
