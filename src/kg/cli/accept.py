"""`kg accept`: a contribution becomes part of the data."""

from __future__ import annotations

from typing import Final

import click

from kg.cli.contributing import author_option, done, here, key_option, wish


@click.command()
@click.argument("number", type=click.IntRange(min=1), metavar="N")
@click.option("--note", default="", help="A remark.")
@author_option
@key_option
def accept(number: int, note: str, author: str | None, key: str) -> None:
    """Merge contribution N, which is in review.

    It is judged once more on the newest state. Where others have changed the same, or it does not
    conform any more, it is a draft again and nothing else is changed (exit 1).
    """
    contributions = here()
    done(lambda: contributions.accept(number, wish(author, note, key)), contributions)


COMMANDS: Final = (accept,)
