"""`kg redact` and `kg authors`: what is taken out of the log, and whose names it has."""

from __future__ import annotations

import getpass
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
import pyoxigraph as ox

from kg.claims.saying import thing
from kg.cli.contributing import wish
from kg.cli.home import own_folder
from kg.cli.load import refuse
from kg.contributions.redacting import Wanted, messages_with, reaching, without
from kg.errors import InputError, RefusedError
from kg.processes.opening import OURS
from kg.publication.releasing import complete
from kg.store.authors import Authors
from kg.store.folder import Folder
from kg.store.interface import CommitMeta, Generation, Guarded
from kg.store.log import CommitLog
from kg.store.redaction import Chosen, Redacted, redact
from kg.store.releases import Releases
from kg.validation import Sources


@click.command("redact")
@click.option("--subject", multiple=True, help="Take out all that names this thing.")
@click.option("--text", multiple=True, help="Take out all that has these words.")
@click.option(
    "--quads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take out the quads of this file of N-Quads.",
)
@click.option(
    "--message-of",
    "messages",
    multiple=True,
    type=click.IntRange(min=1),
    metavar="G",
    help="Take out the message of the commit that made G.",
)
@click.option("--reason", required=True, help="Kept in the log: do not repeat what is taken out.")
@click.confirmation_option(prompt="This cannot be taken back. Take it out of all history?")
@click.pass_context
def redact_command(
    context: click.Context,
    subject: tuple[str, ...],
    text: tuple[str, ...],
    quads: Path | None,
    messages: tuple[int, ...],
    reason: str,
) -> None:
    """Take something out of the store and out of its whole history, for good.

    That is triples, what was sent in contributions with their words, and, of --text, messages of
    commits. The chain of hashes still holds, and the log says when, why and how much was taken out,
    not what. What the newest state says of it is removed first, by a commit that is judged like
    others. No server may run. Backups and files that were exported are yours to renew.
    """
    if not (subject or text or quads or messages):
        raise InputError("nothing is named", hint="give --subject, --text, --quads or --message-of")
    if repeated := [words for words in text if words in reason]:
        raise InputError(f"the reason repeats {repeated[0]!r}", hint="it is kept in the log")
    things = [str(thing(each, "--subject")) for each in subject]
    wanted = Wanted(_chosen(things, text, _quads_of(quads)), things, text)
    folder = own_folder("a redaction")
    folder.check_format()
    try:
        done = _taken_out(folder, wanted, frozenset(messages), reason)
    except RefusedError as error:
        refuse(context, error, Sources({}))
    for each in Releases(folder).all():
        complete(folder, OURS, each, anew=True)
        click.echo(f"release {each.version}: its files were made anew", err=True)
    click.echo(f"generation {done.generation}: {done.quads} quads of {done.commits} commits")
    for path in done.copies:
        click.echo(f"still has it, if it is older: {click.format_filename(path)}", err=True)


def _taken_out(
    folder: Folder, wanted: Wanted, messages: frozenset[Generation], reason: str
) -> Redacted:
    log, by = CommitLog(folder), wish(None, reason)
    chosen = reaching(log, wanted)

    def leaving(written: Collection[ox.Quad], commit_id: str) -> Guarded:
        return without(written, chosen, replace(by, commit_id=commit_id))

    meta = CommitMeta(getpass.getuser(), reason, datetime.now(UTC))
    messages |= messages_with(log, wanted.words)
    return redact(folder, OURS, chosen, meta, messages, leaving)


def _chosen(things: Collection[str], words: Collection[str], quads: Collection[ox.Quad]) -> Chosen:
    def chosen(quad: ox.Quad) -> bool:
        terms = (quad.subject, quad.predicate, quad.object)
        if any(isinstance(term, ox.NamedNode) and term.value in things for term in terms):
            return True
        value = quad.object
        told = value.value if isinstance(value, ox.Literal) else ""
        return quad in quads or any(word in told for word in words)

    return chosen


def _quads_of(path: Path | None) -> frozenset[ox.Quad]:
    if path is None:
        return frozenset()
    try:
        return frozenset(ox.parse(path=str(path), format=ox.RdfFormat.N_QUADS))
    except (OSError, SyntaxError) as error:
        raise InputError(f"cannot be read: {error}", source=str(path)) from error


@click.group()
def authors() -> None:
    """The names of those who commit, which the log has only as ids."""


@authors.command("list")
def list_authors() -> None:
    """List ids and names."""
    for author, name in sorted(_authors().all().items()):
        click.echo(f"{author}\t{name}")


@authors.command("erase")
@click.argument("who", metavar="NAME|ID")
def erase_author(who: str) -> None:
    """Forget a name: its commits stay, and nobody can tell any more whose they were."""
    click.echo(f"{_authors().erase(who)} has no name any more")
    click.echo("backups made before have it still", err=True)


def _authors() -> Authors:
    folder = own_folder("the names of authors")
    folder.check_format()
    return Authors(folder.authors)


COMMANDS: Final[tuple[click.Command, ...]] = (redact_command, authors)
