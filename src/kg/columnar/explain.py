"""Which side answers a query, what it did, and what would make it faster."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.columnar.beside import Beside
from kg.columnar.evaluate import Step
from kg.columnar.handing_over import Budget, HandedOver
from kg.columnar.keeping import NAME, keep
from kg.store.answers import Result
from kg.store.embedded import EmbeddedStore
from kg.store.interface import Dataset, Generation, Term
from kg.store.view import View

ADVICE: Final = {
    "scan": "a constant in it, or a pattern that shares a variable with fewer solutions",
    "look up": "patterns or filters that leave fewer solutions before it",
    "filter": "patterns that leave fewer distinct values: each one is evaluated",
    "optional": "fewer solutions inside of OPTIONAL, or before it",
    "groups": "fewer distinct values in what is computed for GROUP BY and for aggregates",
    "solution": "fewer solutions to be sorted",
}
"""What makes a step faster, by the word that it begins with."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One query and what the copy did with it; `reason` says why the engine answers instead."""

    text: str
    generation: Generation
    reason: str
    advice: str
    steps: tuple[Step, ...]


class ExplainingStore(EmbeddedStore):
    """The store in a folder, whose queries a copy answers where it can; `asked` has what it did.

    Use it inside of `copied`, so that there is a copy.
    """

    asked: list[Asked]
    beside: Beside

    @contextmanager
    def copied(self, budget: Budget, seconds: float) -> Iterator[None]:
        """Have the copy of the newest generation: the one of a server, or one for this while."""
        view = self._current()
        self.asked = []
        with tempfile.TemporaryDirectory(prefix="kg-columns-") as room:
            folder = self.folder.artefacts / NAME
            if not (folder / str(view.generation)).is_dir():
                folder = Path(room)
                keep(view, folder)
            self.beside = Beside(folder, budget, seconds)
            yield

    def _result(
        self, view: View, text: str, dataset: Dataset, bindings: Mapping[str, Term]
    ) -> Result:
        try:
            found = self.beside.answer(view.generation, text, dataset, bindings)
        except HandedOver as reason:
            self.asked.append(Asked(text, view.generation, str(reason), reason.advice, ()))
            return super()._result(view, text, dataset, bindings)
        advice = advice_on(found.steps)
        self.asked.append(Asked(text, view.generation, "", advice, found.steps))
        return found.result


def advice_on(steps: tuple[Step, ...]) -> str:
    """What would make the slowest step faster; empty where nothing is known."""
    slowest = max(steps, key=lambda step: step.seconds, default=None)
    if slowest is None:
        return ""
    known = (advice for word, advice in ADVICE.items() if slowest.operator.startswith(word))
    return next(known, "")
