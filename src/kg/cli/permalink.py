"""`kg permalink`: queries that visitors have kept at short addresses."""

from __future__ import annotations

from typing import Final

import click

from kg.cli.home import store_home
from kg.errors import NotFoundError
from kg.permalinks import FILE, Permalinks


@click.group()
def permalink() -> None:
    """Queries at short addresses: show and remove them."""


@permalink.command("show")
@click.argument("address")
def show_command(address: str) -> None:
    """Print the query that is kept at ADDRESS, such as the end of …/q/abcdefghij."""
    found = _kept().read(_name(address))
    if found is None:
        raise NotFoundError(f"the query at {_name(address)} was removed")
    click.echo(found.query)
    click.echo(
        f"kept at {found.made:%Y-%m-%d %H:%M} UTC, on generation {found.generation}", err=True
    )


@permalink.command("remove")
@click.argument("address")
def remove_command(address: str) -> None:
    """Erase the query at ADDRESS for good; a server may run meanwhile."""
    _kept().remove(_name(address))
    click.echo(f"{_name(address)} was removed; the same query is not kept again", err=True)


def _kept() -> Permalinks:
    path = store_home() / FILE
    if not path.exists():
        raise NotFoundError("this store keeps no queries", hint="visitors of `kg serve` keep them")
    return Permalinks(path)


def _name(address: str) -> str:
    """The last part of an address, which may be given whole."""
    return address.rstrip("/").rpartition("/")[2]


COMMANDS: Final[tuple[click.Command, ...]] = (permalink,)
