"""`--at G` and `--release V`: which generation a command is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kg.errors import InputError
from kg.store.folder import Folder
from kg.store.interface import Generation
from kg.store.log import CommitLog
from kg.store.releases import Releases

Command = TypeVar("Command", bound=Callable[..., Any])


def generation_options(command: Command) -> Command:
    """`--at G` and `--release V`."""
    for option in (
        click.option("--release", metavar="V", help="The generation of a release, such as 1.2.0."),
        click.option(
            "--at", type=click.IntRange(min=0), metavar="G", help="Generation G; `kg log` has them."
        ),
    ):
        command = option(command)
    return command


def chosen(folder: Folder, at: Generation | None, release: str | None) -> Generation | None:
    """The generation that is meant, None where none is named.

    Raises `NotFoundError` for one that there is not, and `InputError` where both are named.
    """
    if at is not None and release is not None:
        raise InputError("give --at or --release, not both")
    if release is not None:
        return Releases(folder).get(release).generation
    if at:
        CommitLog(folder).entry(at)
    return at
