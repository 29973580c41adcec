from __future__ import annotations

import pytest

from kg.errors import LimitError, TooManyError
from kg.store.interface import OURSELVES, Asker
from kg.store.turns import Most, Turns


def stays() -> bool:
    return False


def test_one_client_gets_no_more_than_its_share_and_others_get_theirs():
    turns = Turns(Most(queries=3, client_queries=1, waiting_seconds=0.0))
    end = turns.enter(Asker("a"), stays)
    with pytest.raises(LimitError, match="no turn"):
        turns.enter(Asker("a"), stays)
    turns.enter(Asker("b"), stays)
    end()
    turns.enter(Asker("a"), stays)
    with pytest.raises(LimitError):
        turns.enter(Asker("c"), stays) and turns.enter(Asker("d"), stays)


def test_a_client_with_too_many_in_line_is_told_at_once():
    turns = Turns(Most(client_waiting=0))
    with pytest.raises(TooManyError):
        turns.enter(Asker("a"), stays)
    turns.enter(OURSELVES, stays)()


def test_who_has_gone_waits_no_longer():
    turns = Turns(Most(queries=0, waiting_seconds=60))
    with pytest.raises(LimitError):
        turns.enter(OURSELVES, lambda: True)
