"""`kg review`: the steps of a contribution, but for those that change the data."""

from __future__ import annotations

from typing import Final

import click

from kg.cli.contributing import author_option, done, fails, form_option, here, tell, wish
from kg.contributions.model import Action


@click.command()
@click.argument("number", type=click.IntRange(min=1), metavar="N")
@click.option("--check", is_flag=True, help="Look at it once more, on the newest state.")
@click.option("--submit", is_flag=True, help="Ask for a review of a checked one.")
@click.option("--withdraw", is_flag=True, help="Take your own back.")
@click.option("--comment", metavar="TEXT", help="Say something about it.")
@click.option("--reject", metavar="REASON", help="Decline it.")
@author_option
@form_option
@click.pass_context
def review(
    context: click.Context,
    number: int,
    check: bool,
    submit: bool,
    withdraw: bool,
    comment: str | None,
    reject: str | None,
    author: str | None,
    form: str,
) -> None:
    """Show contribution N and what it would mean to accept it now, or take a step.

    Without an option nothing is changed. --check exits with 1 if it does not conform.
    """
    steps: list[tuple[Action, str]] = [(Action.COMMENT, comment)] if comment is not None else []
    steps += [(Action.REJECT, reject)] if reject is not None else []
    steps += [(Action.SUBMIT, "")] if submit else []
    steps += [(Action.WITHDRAW, "")] if withdraw else []
    if len(steps) + check > 1:
        raise click.UsageError("take one step at a time")
    contributions = here()
    for action, note in steps:
        wished = wish(author, note)
        done(lambda: contributions.move(number, action, wished), contributions)  # noqa: B023
    if check:
        contributions.check(number, wish(author))
    if not steps:
        tell(contributions, contributions.get(number), form, whole=not check)
    if check:
        fails(context, contributions, number)


COMMANDS: Final = (review,)
