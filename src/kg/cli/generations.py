"""`--at G`: which generation a command is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from kg.store.interface import Generation
from kg.store.log import CommitLog

Command = TypeVar("Command", bound=Callable[..., Any])


def generation_options(command: Command) -> Command:
    """`--at G`."""
    return click.option(
        "--at", type=click.IntRange(min=0), metavar="G", help="An earlier generation."
    )(command)


def chosen(log: CommitLog, at: Generation | None) -> Generation:
    """The generation that is meant; raises `NotFoundError` for one that there is not."""
    if at:
        log.entry(at)
    return log.head()[0] if at is None else at
