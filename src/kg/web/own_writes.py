"""Whoever writes reads what was written: the newest generation that each client has made.

An acknowledged commit is on disk and may not be readable for some milliseconds yet; other clients
need not wait for it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from kg.store.interface import Asker, Generation

CLIENTS: Final = 10_000
"""So many are remembered; the one that wrote longest ago is forgotten first."""


class OwnWrites:
    """Generations by client, for the threads of one process."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, Generation] = OrderedDict()
        self._lock = threading.Lock()
        self.newest: Generation = 0
        """The newest generation that anybody was told to have made."""

    def wrote(self, asker: Asker, generation: Generation) -> None:
        """Remember what a client was told."""
        with self._lock:
            self.newest = max(generation, self.newest)
            self._made[asker.client] = max(generation, self._made.get(asker.client, 0))
            self._made.move_to_end(asker.client)
            while len(self._made) > CLIENTS:
                self._made.popitem(last=False)

    def at_least(self, asker: Asker, wished: Generation | None) -> Generation | None:
        """The oldest generation that may answer a client, which may have a wish."""
        made = self._made.get(asker.client)
        return max(made or 0, wished or 0) or None
