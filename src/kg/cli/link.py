"""`kg link`: links to collections of others."""

from __future__ import annotations

import click

from kg.cli.suggest import review, suggest
from kg.errors import InputError
from kg.links.rows import problems
from kg.links.sssom import REVIEW_BELOW, mapping_sets, wanted
from kg.links.turtle import files
from kg.resources import data_dir, is_checkout


@click.group()
def link() -> None:
    """Links to Wikidata and other collections, as reviewed rows."""


@link.command()
@click.pass_context
def build(context: click.Context) -> None:
    """Write the Turtle of the rows in data/links.

    Prints the files that changed. Rows that are wrong are shown, and then nothing is written
    (exit 1).
    """
    if not is_checkout():
        raise InputError("this installation is not a checkout")
    folder = data_dir() / "links"
    wrong = [found for mappings in mapping_sets(folder) for found in problems(mappings)]
    for subject, words in wrong:
        click.echo(f"{subject}: {words}", err=True)
    if wrong:
        context.exit(1)
    for path, text in files(folder).items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            click.echo(path)


@link.command("list")
@click.option("--review", is_flag=True, help="Only those that are to be looked at again.")
@click.option("--wanted", "missing", is_flag=True, help="What was looked for and not found.")
def list_(review: bool, missing: bool) -> None:
    """List the links that come with kg, a line each, with tabs between the columns."""
    folder = data_dir() / "links"
    if missing:
        for entry in wanted(folder):
            click.echo("\t".join((entry.subject_id, entry.authority, entry.label, entry.note)))
        return
    for mappings in mapping_sets(folder):
        for row in mappings.rows:
            if not review or float(row.confidence) < REVIEW_BELOW:
                columns = (row.subject_id, row.predicate_id, row.object_id, row.confidence)
                click.echo("\t".join(columns))


link.add_command(suggest)
link.add_command(review)

COMMANDS = (link,)
