"""`kg revert`: a contribution that takes an accepted one back."""

from __future__ import annotations

from typing import Final

import click

from kg.cli.contributing import author_option, fails, form_option, here, key_option, tell, wish


@click.command()
@click.argument("number", type=click.IntRange(min=1), metavar="N")
@click.option("--reason", required=True, help="Why it should go.")
@author_option
@key_option
@form_option
@click.pass_context
def revert(
    context: click.Context, number: int, reason: str, author: str | None, key: str, form: str
) -> None:
    """Propose to take back what accepting contribution N has changed.

    That is a contribution of its own, to be accepted by somebody else. What was changed since then
    is told as a conflict, side by side (exit 1).
    """
    contributions = here()
    made = contributions.revert(number, wish(author, reason, key), submit=True)
    tell(contributions, made, form, whole=False)
    fails(context, contributions, made.number)


COMMANDS: Final = (revert,)
