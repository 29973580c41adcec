"""Where the store of this person lives: the one place that reads the environment for it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kg.processes.opening import open_store
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
    """The store in `store_home`, that of a server if one runs on it.

    Nothing is made there before the first commit.
    """
    return open_store(store_home())


def opened_with_words() -> Store:
    """The same, with a word on stderr if it is empty."""
    store = opened()
    if store.generation() == 0:
        click.echo(f"the store in {store_home()} is empty: `kg load` fills it", err=True)
    return store
