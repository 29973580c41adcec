"""`kg token`: who may do what from elsewhere."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import click

from kg.cli.home import store_home
from kg.tokens import Scope, Token, Tokens

WIDTH: Final = 80
SCOPES: Final = [scope.value for scope in Scope]
DAYS: Final = re.compile(r"([0-9]{1,5})d")
DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _moment_of(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> datetime | None:
    """The end that is meant by a number of days from now, or by a day."""
    if value is None:
        return None
    now = datetime.now(UTC)
    if days := DAYS.fullmatch(value):
        moment = now + timedelta(days=int(days[1]))
    elif DATE.fullmatch(value):
        try:
            moment = datetime.fromisoformat(f"{value}T00:00:00+00:00")
        except ValueError as error:
            raise click.BadParameter(f"{value}: {error}") from error
    else:
        raise click.BadParameter(f"{value!r} is neither like 90d nor like 2027-01-01")
    if moment <= now:
        raise click.BadParameter(f"{value} is not in the future")
    return moment


@click.group()
def token() -> None:
    """Tokens: create, list and revoke them.

    A token lets its bearer do from elsewhere what its scopes allow: read; propose (and read);
    review (and propose); write (and propose); admin, which is everything.
    """


@token.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    required=True,
    help="What it allows; may be given several times.",
)
@click.option(
    "--expires",
    metavar="DAYS|DATE",
    callback=_moment_of,
    help="Until when it is valid: 90d is so many days, 2027-01-01 the start of that day in UTC;"
    " else it is valid until it is revoked.",
)
def create_command(name: str, scopes: Sequence[str], expires: datetime | None) -> None:
    """Make a token for NAME, a person or a program, and print it.

    Only its hash is kept.
    """
    made, secret = _tokens().create(name, {Scope(value) for value in scopes}, expires)
    click.echo(secret)
    until = f"until {made.expires:%Y-%m-%d %H:%M} UTC" if made.expires else "until it is revoked"
    click.echo("keep it: it is not shown again", err=True)
    click.echo(f"valid {until}; `kg token revoke {made.id}` ends it", err=True)


@token.command("list")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How the answer is written.",
)
def list_command(form: str) -> None:
    """List all tokens, without their secrets."""
    tokens = _tokens()
    found, now = tokens.all(), datetime.now(UTC)
    if form == "json":
        records = [_record(each, now) for each in found]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
    elif found:
        click.echo("\n".join(_table(found, now)))
    else:
        click.echo("there are none: `kg token create NAME --scope write` makes one", err=True)
    for problem in tokens.problems():
        click.echo(f"warning: {problem}", err=True)


@token.command("revoke")
@click.argument("id")
def revoke_command(id: str) -> None:
    """End the token with this ID, at once and for good."""
    ended = _tokens().revoke(id)
    click.echo(f"{ended.id} of {ended.name} was revoked at {_moment(ended.revoked)}", err=True)


def _tokens() -> Tokens:
    return Tokens(store_home() / "tokens.json")


def _scopes(token: Token) -> list[str]:
    return [scope.value for scope in Scope if scope in token.scopes]


def _moment(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None


def _record(token: Token, now: datetime) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": _scopes(token),
        "state": token.state(now),
        "created": _moment(token.created),
        "expires": _moment(token.expires),
        "revoked": _moment(token.revoked),
    }


def _table(tokens: Sequence[Token], now: datetime) -> list[str]:
    """One row a token; a name that is too long for the last column goes on below itself."""
    rows = [("id", "state", "expires", "scopes")]
    rows += [
        (
            each.id,
            each.state(now),
            f"{each.expires:%Y-%m-%d}" if each.expires else "never",
            ",".join(_scopes(each)),
        )
        for each in tokens
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row, name in zip(rows, ("name", *(each.name for each in tokens)), strict=True):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        start = "  ".join([*cells, ""])
        lines += textwrap.wrap(
            name, WIDTH, initial_indent=start, subsequent_indent=" " * len(start)
        )
    return lines


COMMANDS: Final[tuple[click.Command, ...]] = (token,)
