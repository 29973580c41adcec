"""Copies beside the engine: how one is kept in a folder, and asked before the engine is."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from kg.columnar.answer import Answer, answer
from kg.columnar.build import build
from kg.columnar.delta import opened
from kg.columnar.handing_over import Budget, HandedOver
from kg.columnar.layout import Copy, check
from kg.errors import StoreError
from kg.store.interface import WHOLE, Dataset, Generation, Term
from kg.store.view import View

NAME: Final = "columns"
"""The folder of copies among what is computed from generations."""


def keep(view: View, folder: Path, most: int | None = None) -> None:
    """Make the copy of a generation, and remove those of others and what is damaged.

    Only one process at a time may do so. Raises `StoreError` where there are more than `most`
    triples, and `OSError` where the disk does not take it: no copy is left then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / str(view.generation)
    whole = _is_whole(target)
    for other in folder.iterdir():
        if other != target or not whole:
            shutil.rmtree(other, ignore_errors=True)
    if whole:
        return
    room = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        build(view, room, most)
        room.rename(target)
    except BaseException:
        shutil.rmtree(room, ignore_errors=True)
        raise


def _is_whole(target: Path) -> bool:
    with suppress(StoreError):
        check(target)
        return True
    return False


class Beside:
    """Answers from the copy of a generation, where there is one in the folder.

    A query is handed over that takes longer than `seconds`.
    """

    def __init__(self, folder: Path, budget: Budget, seconds: float) -> None:
        self._folder = folder
        self._budget = budget
        self._seconds = seconds
        self._copy: Copy | None = None
        self._damaged: set[Generation] = set()

    def answer(
        self, generation: Generation, text: str, dataset: Dataset, bindings: Mapping[str, Term]
    ) -> Answer:
        """The answer to a query; raises `HandedOver` where the engine has to give it."""
        if dataset != WHOLE or bindings:
            raise HandedOver("it chooses its graphs, or gives values to variables")
        copy = self._of(generation)
        budget = replace(self._budget, until=time.monotonic() + self._seconds)
        try:
            return answer(copy, text, budget)
        except MemoryError as error:
            raise HandedOver("it would take more memory than there is") from error

    def _of(self, generation: Generation) -> Copy:
        if self._copy is None or self._copy.generation != generation:
            self._copy = None
            path = self._folder / str(generation)
            if generation in self._damaged or not path.is_dir():
                raise HandedOver(f"there is no copy of generation {generation}")
            try:
                self._copy = opened(path)
            except (StoreError, OSError, ValueError) as error:
                self._damaged.add(generation)
                raise HandedOver(f"the copy of generation {generation} is damaged") from error
        return self._copy
