"""An index in the process that asks: where no server runs, and behind an endpoint of others."""

from __future__ import annotations

import threading
from typing import Final

from kg.publication.seldom import seldom
from kg.reconciliation.build import build
from kg.reconciliation.index import Index
from kg.reconciliation.service import Answer, Question, answer
from kg.store.interface import Store

ARTEFACT: Final = "reconciliation-3"
"""With the number of its layout, so that one of an older kg is never opened."""


class LocalReconciler:
    """Answers from an index of the newest generation, or of one shortly before it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()

    def ask(self, question: Question) -> Answer:
        """See `Reconciler.ask`; the first question waits until there is an index."""
        with self._lock:
            index = index_of(self._store)
        return answer(index, question)


def index_of(store: Store) -> Index:
    """The index of the newest generation, or of one shortly before it, built if need be."""
    found = seldom(store, ARTEFACT, build, Index)
    if not isinstance(found, Index):
        raise TypeError(f"the artefact {ARTEFACT} is something else")
    return found
