"""Where the store of this person lives: the one place that reads the environment for it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kg.store.embedded import InProcessStore
from kg.store.opening import open_store


def store_home() -> Path:
    """`KG_HOME`, or the folder for data of the XDG base directories."""
    if given := os.environ.get("KG_HOME"):
        return Path(given).expanduser()
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "kg"


def opened() -> InProcessStore:
    """The store in `store_home`; nothing is made there before the first commit."""
    return open_store(store_home())


def opened_with_words() -> InProcessStore:
    """The same, with a word on stderr if it is empty."""
    store = opened()
    if store.generation() == 0:
        click.echo(f"the store in {store_home()} is empty: `kg load` fills it", err=True)
    return store
