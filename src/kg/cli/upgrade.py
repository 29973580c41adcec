"""`kg upgrade`: the store as this version of kg has it."""

from __future__ import annotations

from typing import Final

import click

from kg.cli.home import own_folder
from kg.cli.load import refuse
from kg.errors import RefusedError
from kg.processes.opening import OURS
from kg.store.upgrade import upgrade
from kg.validation import Sources, read_files, seed_files
from kg.validation.render import human, summary


@click.command("upgrade")
@click.option("--dry-run", is_flag=True, help="Do it to a copy, and say what would be done.")
@click.pass_context
def upgrade_command(context: click.Context, dry_run: bool) -> None:
    """Bring the store to the format, the data and the ontology of this kg.

    A backup is made first. Of the data that comes with kg, what is newer is added and what is gone
    is removed; what others added or removed stays so. Where this would break something of others,
    it is refused with the reasons (exit 1) and the data stays as it was. No server may run.
    """
    try:
        done = upgrade(own_folder("an upgrade"), OURS, dry_run=dry_run)
    except RefusedError as error:
        refuse(context, error, Sources(read_files(seed_files())))
    for step in done.steps:
        click.echo(step)
    if done.report is not None:
        click.echo(human(done.report) if done.report.violations else summary(done.report))
    if dry_run:
        click.echo("nothing was changed: this was tried on a copy", err=True)


COMMANDS: Final = (upgrade_command,)
