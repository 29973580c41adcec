"""Where the store of this person lives: the one place that reads the environment for it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kg.cli.remote import place
from kg.errors import UnsupportedError
from kg.processes.opening import open_remote, open_store
from kg.store.folder import Folder
from kg.store.interface import Store


def store_home() -> Path:
    """`KG_HOME`, or the folder for data of the XDG base directories."""
    if given := os.environ.get("KG_HOME"):
        return Path(given).expanduser()
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "kg"


def folder() -> Folder:
    """The folder of the store, whether there is one yet or not."""
    return Folder(store_home())


def opened() -> Store:
    """The store at the endpoint that `KG_STORE` names, else the one in `store_home`.

    That of a server, if one runs there. Nothing is made there before the first commit.
    """
    there = place()
    return open_store(store_home()) if there is None else open_remote(there, store_home())


def own_folder(what: str) -> Folder:
    """The folder of the store; raises `UnsupportedError` where the store is somewhere else."""
    if place() is not None:
        raise UnsupportedError(
            f"{what} is not there for a SPARQL endpoint of others",
            hint="unset KG_STORE for the store in KG_HOME; docs/remote.md says what there is",
        )
    return folder()


def where() -> str:
    """Where the store is, in words."""
    there = place()
    return f"in {store_home()}" if there is None else f"at {there.query}"


def opened_with_words() -> Store:
    """The same, with a word on stderr if it is empty."""
    store = opened()
    if store.generation() == 0:
        click.echo(f"the store {where()} is empty: `kg load` fills it", err=True)
    return store
