from __future__ import annotations

import pytest

from kg.names.phrases import before


@pytest.mark.parametrize(
    ("predicate", "value", "shown"),
    [
        ("happened on", "on Friday", "happened"),
        ("started on", "since the flood", "started"),
        ("happened on", "2031-05-04", "happened on"),
        ("happened on", "Friday", "happened on"),
        ("before", "on Friday", "before"),
        ("part of", "in-between lands", "part of"),
        ("claims", "on Friday", "claims"),
        ("happened on", "", "happened on"),
    ],
)
def test_a_predicate_gives_up_its_preposition_before_another(
    predicate: str, value: str, shown: str
) -> None:
    assert before(predicate, value) == shown
