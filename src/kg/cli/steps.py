"""How far a command is that takes long: bars on a terminal, a line a step elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from kg.store.telling import Tell


class _Steps:
    """The bar of the step that goes on; steps of which nobody knows how much they are have none."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._step = ""
        self._bar: Any = None

    def tell(self, step: str, done: int, of: int) -> None:
        """See `kg.store.telling.Tell`."""
        if step != self._step:
            self._begin(step, of)
        if self._bar is not None:
            self._bar.update(done - self._bar.pos)

    def _begin(self, step: str, of: int) -> None:
        self._stack.close()
        self._step, self._bar = step, None
        if of and sys.stderr.isatty():
            bar = click.progressbar(length=of, label=step, file=sys.stderr)
            self._bar = self._stack.enter_context(bar)
        else:
            click.echo(f"{step} …", err=True)


@contextmanager
def steps() -> Iterator[Tell]:
    """What long work can tell its steps to, as long as it goes on."""
    with ExitStack() as stack:
        yield _Steps(stack).tell
