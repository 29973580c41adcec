"""`kg enrich`: what Wikidata says of the things that we link to."""

from __future__ import annotations

import getpass
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import click

from kg.cli import in_words
from kg.cli.ask import TABLE, terminal_width
from kg.cli.home import opened_with_words
from kg.cli.load import told
from kg.cli.written import Written
from kg.enrichment import wikibase
from kg.enrichment.asking import DEFAULT, Courtesy, Questions
from kg.enrichment.comparing import Difference, differences
from kg.enrichment.fetching import LANGUAGES, Fetched, Wanted
from kg.enrichment.refreshing import Due, refresh
from kg.errors import RefusedError
from kg.federation.client import Client, agent_for
from kg.federation.endpoints import Endpoint, endpoints
from kg.namespaces import compact
from kg.sparql.table import table
from kg.store.interface import CommitMeta, Patch, Store
from kg.store.patches import patch_text
from kg.validation import Report
from kg.validation.render import human

ENDPOINTS: Final = {"wikidata": "https://query.wikidata.org/sparql"}
"""Where each authority is asked unless somebody says otherwise."""

COLUMNS: Final = ("thing", "item", "what", "here", "there", "note")


PROPERTY: Final = Written(wikibase.PROPERTY.pattern, "no id of a property, such as P580")
LANGUAGE: Final = Written("[a-z]+(-[a-z0-9]+)*", "no tag of a language, such as en or zh-hant")


@click.command()
@click.option(
    "--authority",
    type=click.Choice(list(ENDPOINTS)),
    default="wikidata",
    show_default=True,
    help="Whose collection is asked.",
)
@click.option("--endpoint", metavar="URL", help="Where it is asked, else at its own endpoint.")
@click.option(
    "--older-than",
    type=click.IntRange(0, 36_500),
    default=30,
    show_default=True,
    metavar="DAYS",
    help="Ask only for what was fetched so long ago, or never; 0 is all.",
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    type=LANGUAGE,
    default=LANGUAGES,
    show_default=True,
    help="Languages of names and descriptions.",
)
@click.option(
    "--property",
    "dates",
    multiple=True,
    type=PROPERTY,
    default=wikibase.DATES,
    show_default=True,
    help="Properties whose values are dates.",
)
@click.option(
    "--batch",
    type=click.IntRange(1, 500),
    default=DEFAULT.batch,
    show_default=True,
    help="How many entities one question is about.",
)
@click.option(
    "--timeout",
    type=click.IntRange(1, 3_600),
    default=int(DEFAULT.seconds),
    show_default=True,
    metavar="SECONDS",
    help="How long one answer may take.",
)
@click.option(
    "--attempts",
    type=click.IntRange(1, 10),
    default=DEFAULT.attempts,
    show_default=True,
    help="How often one question is asked until it is answered.",
)
@click.option(
    "--wait",
    type=click.IntRange(0, 86_400),
    default=int(DEFAULT.wait_seconds),
    show_default=True,
    metavar="SECONDS",
    help="The longest pause that the endpoint may ask for.",
)
@click.option("--contact", default="", metavar="TEXT", help="Whom the endpoint may write to.")
@click.option("--dry-run", is_flag=True, help="Print what would change, as a patch.")
@click.option(
    "--compare",
    "compares",
    is_flag=True,
    help="Ask nobody: list where what was fetched differs from what stands here.",
)
@click.option(
    "--km",
    type=click.IntRange(0, 20_000),
    default=10,
    show_default=True,
    help="With --compare: places that are not farther apart are the same.",
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice([TABLE, "tsv"]),
    help="With --compare: table on a terminal, else tsv.",
)
@click.pass_context
def enrich(
    context: click.Context,
    authority: str,
    endpoint: str | None,
    older_than: int,
    languages: tuple[str, ...],
    dates: tuple[str, ...],
    batch: int,
    timeout: int,
    attempts: int,
    wait: int,
    contact: str,
    dry_run: bool,
    compares: bool,
    km: int,
    form: str | None,
) -> None:
    """Fetch names, descriptions, coordinates and dates of the things that links lead to.

    They go to a graph of their own, graph:wikidata, which is asked by name only, and replace what
    was fetched before. Nothing of ours is changed. Exits with 3 if the endpoint does not answer;
    then nothing is changed at all.
    """
    store = opened_with_words()
    if compares and dry_run:
        raise click.UsageError("--compare changes nothing: leave --dry-run out")
    if compares:
        print_differences(differences(store, km), form)
        return
    now = datetime.now(UTC)
    due = Due.of(store.snapshot(), now, timedelta(days=older_than))
    courtesy = replace(DEFAULT, batch=batch, seconds=timeout, attempts=attempts, wait_seconds=wait)
    questions = asker(ENDPOINTS[authority] if endpoint is None else endpoint, courtesy, contact)
    if due.ids:
        click.echo(f"asking {questions.endpoint.iri} for {len(due.ids)} entities", err=True)
    with progress(len(due.ids)) as told_of:
        done = refresh(due, Wanted(languages, dates), questions, now, told_of)
    for words in looked_at_again(due, done.fetched):
        click.echo(words, err=True)
    if dry_run:
        print_patch(done.patch)
    elif not (done.patch.added or done.patch.removed):
        click.echo(f"generation {store.generation()}: nothing is due")
    else:
        count = len(done.fetched.entities)
        commit(
            context,
            store,
            done.patch,
            f"{authority}: {count} entities from {questions.endpoint.iri}",
        )


def print_patch(patch: Patch) -> None:
    """What would change, and how much."""
    click.echo(patch_text(patch), nl=False)
    counts = f"{len(patch.added)} quads would be added, {len(patch.removed)} removed"
    click.echo(f"{counts}; nothing was changed", err=True)


def print_differences(found: Sequence[Difference], form: str | None) -> None:
    """A row for each difference, and how many there are."""
    rows = [[compact(d.thing), d.item, d.what, d.ours, d.theirs, d.note] for d in found]
    if (form or (TABLE if sys.stdout.isatty() else "tsv")) == TABLE:
        click.echo(table(COLUMNS, rows, terminal_width()))
    else:
        for row in (COLUMNS, *rows):
            click.echo("\t".join(" ".join(cell.split()) for cell in row))
    click.echo(f"({len(rows)} difference{'' if len(rows) == 1 else 's'})", err=True)


@contextmanager
def progress(length: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr, if that is a terminal."""
    with click.progressbar(length=length, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield lambda steps: bar.update(steps)


def asker(iri: str, courtesy: Courtesy, contact: str) -> Questions:
    """Who asks the endpoint of an IRI.

    Whoever names it on a command line may mean one in a network of theirs.
    """
    (named,) = endpoints([iri])
    endpoint: Endpoint = replace(named, private=True)
    return Questions(endpoint, Client(agent=agent_for("kg enrich", contact)), courtesy)


def commit(context: click.Context, store: Store, patch: Patch, message: str) -> None:
    """Commit a patch and say so, or say why it is refused (exit 1)."""
    meta = CommitMeta(author=getpass.getuser(), message=message, time=datetime.now(UTC))
    try:
        told(store.commit(patch, meta, commit_id=f"enrich/{uuid.uuid4()}"))
    except RefusedError as error:
        if isinstance(error.report, Report):
            click.echo(human(error.report), err=True)
        click.echo(in_words(error), err=True)
        context.exit(1)


def looked_at_again(due: Due, fetched: Fetched) -> Iterable[str]:
    """What to say of links whose entity is not there any more."""
    for identifier, target in sorted(fetched.merged.items()):
        yield f"{_ours(due, identifier)}: {identifier} was merged into {target}, change the link"
    for identifier in fetched.missing:
        yield f"{_ours(due, identifier)}: {identifier} is not known there, look at the link again"
    for identifier in due.unlinked:
        yield f"{identifier}: no link leads there any more, what was fetched goes"


def _ours(due: Due, identifier: str) -> str:
    return ", ".join(sorted(map(compact, due.links[identifier])))


COMMANDS: Final = (enrich,)
