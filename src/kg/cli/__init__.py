"""The `kg` command: one group that collects the commands of the modules beside it.

A module with commands exposes them as `COMMANDS`. Data goes to stdout and words to stderr. This is
the one place where an error of kg becomes a line on stderr and an exit code:

    0  fine (an empty SELECT too)
    1  does not conform, ASK is false, not found
    2  usage, or input that cannot be read
    3  a remote service failed
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Iterator
from typing import Any, Final

import click

from kg.errors import InputError, KgError, NotFoundError, RefusedError

EXIT_CODES: Final[tuple[tuple[type[KgError], int], ...]] = (
    (NotFoundError, 1),
    (RefusedError, 1),
    (KgError, 2),
)
"""The first class that fits an error decides."""


class KgGroup(click.Group):
    """A group that shows errors of kg in words, with what to do about them."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; errors that are not ours stay what they are."""
        try:
            return super().invoke(ctx)
        except KgError as error:
            click.echo(in_words(error), err=True)
            ctx.exit(exit_code(error))


def in_words(error: KgError) -> str:
    """Input that cannot be read in one line with place and hint; else the hint on a second."""
    if isinstance(error, InputError) or not error.hint:
        return f"error: {error}"
    return f"error: {error.message}\nhint: {error.hint}"


def exit_code(error: KgError) -> int:
    """The exit code of an error, from the table above."""
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


def _commands() -> Iterator[click.Command]:
    for found in pkgutil.iter_modules(__path__, prefix=f"{__name__}."):
        yield from getattr(importlib.import_module(found.name), "COMMANDS", ())


@click.group(cls=KgGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="conflict-kg", prog_name="kg")
def main() -> None:
    """Claims about conflicts as linked data: validate, query and serve them."""
    # rdflib logs a traceback for each ill-typed literal; the shapes report them properly.
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)


for _command in _commands():
    main.add_command(_command)
