"""Copies beside the engine: each is asked before the engine is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from kg.columnar.answer import Answer, answer
from kg.columnar.delta import opened
from kg.columnar.handing_over import Budget, HandedOver, Tried
from kg.columnar.layout import Copy
from kg.errors import StoreError
from kg.store.interface import WHOLE, Dataset, Generation, Term
from kg.store.live import MARK
from kg.store.workflow import is_draft


class Beside:
    """Answers from the copy of a generation, where there is one in the folder.

    A query is handed over that takes more than `seconds` of a processor.
    """

    def __init__(self, folder: Path, budget: Budget, seconds: float) -> None:
        self._folder = folder
        self._budget = budget
        self._seconds = seconds
        self._copy: Copy | None = None
        self._damaged: set[int] = set()

    def answer(
        self,
        generation: Generation,
        text: str,
        dataset: Dataset,
        bindings: Mapping[str, Term],
        tried: Tried | None = None,
    ) -> Answer:
        """The answer to a query; raises `HandedOver` where the engine has to give it.

        One that is `tried` is to be small; see `Budget`.
        """
        if bindings:
            raise HandedOver("it gives values to variables")
        graph = None if dataset == WHOLE else _only_graph(dataset)
        copy = self._of(generation)
        budget = replace(self._budget, tried=tried)
        try:
            return answer(copy, text, budget, self._seconds, graph)
        except MemoryError as error:
            raise HandedOver("it would take more memory than there is") from error

    def is_open(self, generation: Generation) -> bool:
        """Whether the copy of a generation is open."""
        return self._copy is not None and self._copy.generation == generation

    def open(self, generation: Generation) -> None:
        """Open the copy of a generation, where there is one that can be used."""
        with suppress(HandedOver):
            self._of(generation)

    def let_go(self) -> None:
        """See `Copy.let_go`."""
        if self._copy is not None:
            self._copy.let_go()

    def unknown(self, generation: Generation, iris: Sequence[str]) -> list[str]:
        """Those of some IRIs that no triple has; raises `HandedOver` without a copy."""
        ids = self._of(generation).find_all([f"<{iri}>" for iri in iris])
        return [iri for iri, known in zip(iris, ids, strict=True) if not known]

    def _of(self, generation: Generation) -> Copy:
        if self._copy is None or self._copy.generation != generation:
            self._copy = None
            path, folder = self._folder / str(generation), 0
            try:
                folder = path.stat().st_ino  # one that takes its place may be whole again
                if folder not in self._damaged:
                    self._copy = opened(path)
            except FileNotFoundError as error:
                raise HandedOver(f"there is no copy of generation {generation}") from error
            except (StoreError, OSError, ValueError) as error:
                self._damaged.add(folder)
                raise HandedOver(f"the copy of generation {generation} is damaged") from error
            if self._copy is None:
                raise HandedOver(f"the copy of generation {generation} is damaged")
        return self._copy


def _only_graph(dataset: Dataset) -> str:
    """The one graph that a query sees, which is its default graph."""
    default, named = dataset.default or (), dataset.named
    if len(default) != 1 or named != ():
        raise HandedOver("it chooses several graphs, or named ones")
    if is_draft(default[0]) or default[0] == MARK:
        raise HandedOver("it chooses a graph that the copy leaves out")
    return str(default[0])
