"""Geometries are read from text as it is, or refused in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.geo import wkt
from kg.geo.wkt import Geometry

SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0))
HOLE = ((0.5, 0.5), (1.0, 0.5), (1.0, 1.0), (0.5, 0.5))
AFAR = tuple((x + 10, y) for x, y in SQUARE)


@pytest.mark.parametrize(
    ("text", "geometry"),
    [
        ("POINT (44.5 -40.25)", Geometry(points=((44.5, -40.25),))),
        (f"<{wkt.CRS84}> POINT(1e1 .5)", Geometry(points=((10.0, 0.5),))),
        ("POLYGON((0 0,2 0,2 2,0 2,0 0))", Geometry(polygons=((SQUARE,),))),
        (
            "MultiPolygon (((0 0, 2 0, 2 2, 0 2, 0 0), (0.5 0.5, 1 0.5, 1 1, 0.5 0.5)),"
            " ((10 0, 12 0, 12 2, 10 2, 10 0)))",
            Geometry(polygons=((SQUARE, HOLE), (AFAR,))),
        ),
    ],
)
def test_points_and_polygons_are_read(text: str, geometry: Geometry) -> None:
    assert wkt.read(text) == geometry
    assert wkt.read(wkt.write(geometry)) == geometry


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no POINT"),
        ("POINT EMPTY", "no POINT"),
        ("LINESTRING (0 0, 1 1)", "no POINT"),
        ("POINT (1 2) <script>alert(1)</script>", "no POINT"),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (40 44)", "EPSG/0/4326"),
        ("POINT (1)", "not two numbers"),
        ("POINT (1 2, 3 4)", "not two numbers"),
        ("POINT (181 0)", "off the globe"),
        ("POINT (0 1e999)", "off the globe"),
        ("POLYGON (0 0, 1 0, 1 1, 0 0)", "other brackets"),
        ("POLYGON ((0 0, 1 0, 1 1, 0 0)))", "other brackets"),
        ("MULTIPOLYGON ((0 0, 1 0, 1 1, 0 0))", "other brackets"),
        ("POLYGON ((0 0, 1 0, 1 1))", "does not end where it begins"),
        ("POLYGON ((0 0, 1 0, 0 0))", "does not end where it begins"),
        ("POINT (" + "1" * wkt.LONGEST + " 1)", "longer than"),
    ],
)
def test_anything_else_is_refused_with_a_hint(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        wkt.read(text)
    assert "longitude, then latitude" in (refused.value.hint or "")


@given(st.text("POINTLYGMU ()<>,.-+0123456789eE\n", max_size=60))
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    try:
        geometry = wkt.read(text)
    except InputError:
        return
    assert bool(geometry.points) != bool(geometry.polygons)


def test_rounding_leaves_out_points_that_become_equal_and_rings_that_vanish() -> None:
    ring = ((0.0, 0.0), (0.001, 0.001), (2.0, 0.0), (2.0, 2.0), (0.0, 0.0))
    assert wkt.rounded(ring, 1) == ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 0.0))
    assert wkt.rounded(((0.01, 0.0), (0.02, 0.0), (0.02, 0.01), (0.01, 0.0)), 1) == ()
