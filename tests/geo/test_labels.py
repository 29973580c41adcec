"""Names in a picture are in it, and none covers another."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.geo.frame import WIDTH, frame
from kg.geo.labels import LETTER, LINE, LONGEST, Label, apart, at_mark, inside

FRAME = frame([(44.5, 40.0)])
names = st.text("abc ", min_size=1, max_size=30)
labels = st.builds(Label, names, st.floats(-50, WIDTH + 50), st.floats(-50, 600), st.just("thing"))


@given(st.lists(labels, max_size=30))
def test_no_name_covers_another_and_all_are_in_the_picture(wanted: list[Label]) -> None:
    found = list(apart(FRAME, wanted))
    assert [label.text for label in found[:1]] == [label.text for label in wanted[:1]]
    for one, other in combinations(found, 2):
        near = (len(one.text) + len(other.text)) / 2 * LETTER
        assert abs(one.y - other.y) >= LINE or abs(one.x - other.x) >= near
    for label in found:
        assert label.x - len(label.text) * LETTER / 2 >= 0
        assert label.x + len(label.text) * LETTER / 2 <= WIDTH
        assert LINE <= label.y <= FRAME.height


def test_a_mark_has_its_name_above_it_shortened_where_it_is_long() -> None:
    label = at_mark("x" * 100, (50.0, 80.0), "thing")
    assert label.y < 80
    assert len(label.text) == LONGEST


@pytest.mark.parametrize(("width", "there"), [(200.0, True), (10.0, False)])
def test_an_outline_has_its_name_in_its_middle_unless_it_is_narrow(
    width: float, there: bool
) -> None:
    line = ((10.0, 10.0), (10.0 + width, 10.0), (10.0 + width, 90.0), (10.0, 90.0))
    label = inside(FRAME, "Uplands", [line, line[:3]], "area")
    assert (label is not None) == there
    if label:
        assert label.x == pytest.approx(10 + width / 2)
