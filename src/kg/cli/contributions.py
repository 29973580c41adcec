"""`kg contributions`: what was proposed, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

import click

from kg.cli.contributing import form_option, here, tell
from kg.cli.log import printable
from kg.contributions.model import State
from kg.contributions.reading import Listed
from kg.store.patches import patch_text


@click.command("contributions")
@click.argument("number", required=False, type=click.IntRange(min=1), metavar="[N]")
@click.option("--state", type=click.Choice([each.value for each in State]), help="Only these.")
@click.option("--diff", is_flag=True, help="The triples of N that come and go.")
@form_option
def contributions_command(number: int | None, state: str | None, diff: bool, form: str) -> None:
    """List contributions, the newest first, or show contribution N and what it means.

    With --diff, one line a quad: D for one that goes, A for one that comes.
    """
    contributions = here()
    if number is None:
        if diff:
            raise click.UsageError("name the contribution whose diff is meant")
        _list(contributions.all(State(state) if state else None), form)
    elif diff:
        contributions.get(number)
        click.echo(patch_text(contributions.content(number).patch), nl=False)
    else:
        tell(contributions, contributions.get(number), form, whole=True)


def _list(found: Iterable[Listed], form: str) -> None:
    if form == "json":
        members = [
            {"number": e.number, "title": e.title, "state": e.state.value, "version": e.version}
            for e in found
        ]
        click.echo(json.dumps(members, ensure_ascii=False, indent=2))
        return
    shown = False
    for each in found:
        shown = True
        click.echo(printable(f"{each.number:5}  {each.state.value:9}  {each.title}")[:80])
    if not shown:
        click.echo("there are no contributions: `kg propose` makes one", err=True)


COMMANDS: Final = (contributions_command,)
