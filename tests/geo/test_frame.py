"""Things of the globe in a picture: where they are, round the globe too, and cut off outside."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.geo.backdrop import backdrop
from kg.geo.frame import FLATTEST, LEAST, MARGIN, STEEPEST, WIDTH, frame, middle, path
from kg.geo.wkt import Point

longitudes = st.floats(-180, 180)
latitudes = st.floats(-90, 90)
SQUARE = ((44.0, 40.0), (45.0, 40.0), (45.0, 41.0), (44.0, 41.0), (44.0, 40.0))


@given(st.lists(st.tuples(longitudes, latitudes), min_size=1, max_size=6))
@example([(0.0, -90.0), (150.0, 0.0)])
@example([(0.0, 90.0), (150.0, 0.0)])
def test_all_that_a_frame_is_made_for_is_in_it(points: list[Point]) -> None:
    framed = frame(points)
    assert FLATTEST * WIDTH - 1 <= framed.height <= STEEPEST * WIDTH + 1
    for point in points:
        spot = framed.spot(point)
        assert spot is not None, point
        assert 0 <= spot[0] <= WIDTH
        assert 0 <= spot[1] <= framed.height


def test_a_point_is_in_the_middle_of_a_few_degrees() -> None:
    framed = frame([(44.5, 40.0)])
    assert framed.spot((44.5, 40.0)) == pytest.approx((WIDTH / 2, framed.height / 2), abs=0.1)
    assert framed.spot((44.5, 40.0 + LEAST)) is None
    assert framed.spot((44.5 - 180, 40.0)) is None


def test_north_is_up_and_east_is_right() -> None:
    framed = frame([(44.0, 40.0), (45.0, 41.0)])
    west, east = framed.spot((44.0, 40.0)), framed.spot((45.0, 41.0))
    assert west is not None
    assert east is not None
    assert west[0] < east[0]
    assert west[1] > east[1]


def test_what_lies_on_both_sides_of_180_degrees_is_together() -> None:
    framed = frame([(179.0, 10.0), (-179.0, 12.0)])
    east, west = framed.spot((179.0, 10.0)), framed.spot((-179.0, 12.0))
    assert east is not None
    assert west is not None
    assert 0 < west[0] - east[0] < WIDTH


def test_an_outline_is_cut_off_just_outside_of_the_picture() -> None:
    framed = frame([(44.5, 40.5)])
    large = tuple((44.5 + 40 * (x - 44.5), 40.5 + 40 * (y - 40.5)) for x, y in SQUARE)
    [line] = framed.lines([(large,)])
    xs, ys = zip(*line, strict=True)
    assert (min(xs), max(xs)) == pytest.approx((-MARGIN, WIDTH + MARGIN))
    assert (min(ys), max(ys)) == pytest.approx((-MARGIN, framed.height + MARGIN))
    assert framed.lines([(tuple((x + 90, y) for x, y in SQUARE),)]) == []


def test_a_path_has_a_part_for_each_ring() -> None:
    rings = [((0.0, 0.0), (10.04, 0.0), (10.0, 9.96)), ((1.0, 1.0), (2.0, 1.0), (2.0, 2.0))]
    assert path(rings) == "M0 0L10 0L10 10ZM1 1L2 1L2 2Z"
    assert path([]) == ""


def test_the_middle_of_a_ring_is_its_centre_of_gravity() -> None:
    assert middle(((0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (0.0, 2.0))) == pytest.approx((2.0, 1.0))
    assert middle(((1.0, 1.0), (2.0, 2.0), (3.0, 3.0))) == (1.0, 1.0)


def test_the_backdrop_has_every_state_and_disputed_area_with_its_note() -> None:
    found = backdrop()
    assert len({state.code for state in found.states}) == len(found.states) > 150
    assert {area.code: area.note for area in found.areas}["B38"] == "Self admin.; Claimed by Azer."
    for shape in (*found.states, *found.areas):
        assert all(ring[0] == ring[-1] for polygon in shape.polygons for ring in polygon)
