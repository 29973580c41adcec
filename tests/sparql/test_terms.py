"""The terms of the ontology where a server runs: they stay at hand once somebody has asked."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from kg.sparql import terms
from kg.sparql.terms import terms_at_hand, terms_of


class Served:
    """A store whose artefacts another process builds."""

    def __init__(self) -> None:
        self.capabilities = SimpleNamespace(artefacts=True, home="served")
        self.read = 0

    def register_artefact(self, *_: object) -> None:
        """Nothing is built here."""

    def artefact(self, _: str) -> object:
        self.read += 1
        return {"a term": [str(self.read)]}


def test_terms_are_at_hand_from_the_first_time_on_and_not_older_than_they_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store: Any = Served()
    assert terms_at_hand(store) is None
    assert store.read == 0
    assert terms_of(store) == terms_at_hand(store) == {"a term": ["1"]}
    monkeypatch.setattr(terms, "LAG_SECONDS", 0.0)
    assert terms_at_hand(store) == {"a term": ["2"]}
