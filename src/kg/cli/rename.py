"""`kg merge` and `kg rename`: one IRI takes the place of another, which goes on resolving."""

from __future__ import annotations

import getpass
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import click

from kg.claims.saying import thing
from kg.cli.home import opened_with_words
from kg.cli.load import refuse, told
from kg.errors import RefusedError
from kg.namespaces import compact
from kg.store.interface import CommitMeta, Patch, Snapshot
from kg.store.patches import patch_text
from kg.store.renaming import merge, rename
from kg.validation import Sources

Command = TypeVar("Command", bound=Callable[..., Any])


def _shared_options(command: Command) -> Command:
    for option in (
        click.option("--dry-run", is_flag=True, help="Only show what would change."),
        click.option("--reason", required=True, help="Why, and on what evidence."),
        click.argument("present", metavar="NEW"),
        click.argument("former", metavar="OLD"),
    ):
        command = option(command)
    return command


@click.command("merge")
@_shared_options
@click.pass_context
def merge_command(
    context: click.Context, former: str, present: str, reason: str, dry_run: bool
) -> None:
    """Make one thing of two: all that is said of OLD is said of NEW, in one commit.

    OLD goes on resolving, to NEW. Its names become other names of NEW. What both say differently
    and only one may say is refused with its reason (exit 1): remove one of the two first.
    """
    _commit(context, (merge, "merged into"), (former, present), reason, dry_run=dry_run)


@click.command("rename")
@_shared_options
@click.pass_context
def rename_command(
    context: click.Context, former: str, present: str, reason: str, dry_run: bool
) -> None:
    """Give a thing the IRI NEW, which nothing has yet, in one commit; OLD goes on resolving."""
    _commit(context, (rename, "renamed to"), (former, present), reason, dry_run=dry_run)


def _commit(
    context: click.Context,
    change: tuple[Callable[[Snapshot, str, str], Patch], str],
    names: tuple[str, str],
    reason: str,
    *,
    dry_run: bool,
) -> None:
    """Make a change, of which the words of the commit say what was done."""
    former, present = str(thing(names[0], "OLD")), str(thing(names[1], "NEW"))
    store = opened_with_words()
    patch = change[0](store.snapshot(), former, present)
    if dry_run:
        click.echo(patch_text(patch), nl=False)
        return
    meta = CommitMeta(
        author=getpass.getuser(),
        message=f"{compact(former)} {change[1]} {compact(present)}: {reason}",
        time=datetime.now(UTC),
    )
    try:
        told(store.commit(patch, meta, commit_id=f"rename/{uuid.uuid4()}"))
    except RefusedError as error:
        refuse(context, error, Sources({}))


COMMANDS: Final[tuple[click.Command, ...]] = (merge_command, rename_command)
