"""A served store for those who read a whole generation: they read its copy, where there is one.

Nobody reads what the engine dumps while a copy is made of it: whoever wants the generation waits
for the copy, which is then made at once.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Final

from kg.columnar.copied import Copied
from kg.columnar.delta import opened
from kg.columnar.keeping import NAME
from kg.errors import StoreError
from kg.store.interface import Generation, Snapshot
from kg.store.served import ServedStore

LOOK_SECONDS: Final = 0.2
"""How often it is asked whether the copy is there."""


class CopiedStore(ServedStore):
    """Reads the newest generation from its copy, and from the engine if there will be none."""

    def snapshot(self, at: Generation | None = None) -> Snapshot:
        """See `Store.snapshot`."""
        if at is None and (generation := self._copied()) is not None:
            with suppress(StoreError, OSError, ValueError):  # damaged, or removed meanwhile
                return Copied(opened(self.folder.artefacts / NAME / str(generation)))
        return super().snapshot(at)

    def _copied(self) -> Generation | None:
        """A generation with a copy, none older than what is the newest now; None without one."""
        least = self.generation()
        while True:
            found = self.ask({"do": "copy"})
            there: Generation | None = found["generation"]
            if there is not None and there >= least:
                return there
            if not found["coming"]:
                return None
            time.sleep(LOOK_SECONDS)
