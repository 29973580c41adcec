"""Rows are counted in the bytes of an answer, however these come."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest

from kg.errors import LimitError
from kg.store.interface import Limits
from kg.store.meter import Meter

ODD = (
    "},{",
    '"},{"',
    "[{",
    "{}",
    "\\",
    '\\"',
    '}},{"x":{',
    "a\nb",
    "a\tb",
    "</result>",
    " .",
    "é",
    "",
)
VALUES = " ".join(
    f"({ox.Literal(one)} {ox.Literal(other) if other else 'UNDEF'})" for one in ODD for other in ODD
)
QUERIES = {
    f"SELECT * {{ VALUES (?one ?other) {{ {VALUES} }} }}": len(ODD) ** 2,
    f"SELECT ?other {{ VALUES (?one ?other) {{ {VALUES} }} }}": len(ODD) ** 2,
    "SELECT ?none { VALUES ?x { 1 2 3 } }": 3,
    "SELECT ?none ?x { VALUES (?none ?x) { (UNDEF UNDEF) (UNDEF 1) (UNDEF UNDEF) } }": 3,
    "SELECT ?x { VALUES ?x {} }": 0,
    "SELECT ?t { VALUES ?o { 1 2 } BIND(<<( <http://e/s> <http://e/p> ?o )>> AS ?t) }": 2,
}
FORMATS = (
    ox.QueryResultsFormat.JSON,
    ox.QueryResultsFormat.XML,
    ox.QueryResultsFormat.CSV,
    ox.QueryResultsFormat.TSV,
)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100_000])
@pytest.mark.parametrize("wanted", FORMATS, ids=lambda found: found.file_extension)
@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_rows_are_counted_in_chunks_of_any_size(query, wanted, size):
    data = io.BytesIO()
    ox.Store().query(query).serialize(data, wanted)
    meter = Meter(Limits(result_rows=QUERIES[query]))
    for start in range(0, len(data.getvalue()), size):
        meter.add(data.getvalue()[start : start + size], wanted.media_type)
    assert meter.rows == QUERIES[query]
    assert meter.bytes == len(data.getvalue())


def test_json_may_be_indented():
    meter = Meter(Limits(result_rows=2))
    data = (
        b'{ "results": { "bindings": [\n {"x": {"value": "1"},\n "y": {"value": "2"} },\n { } ] } }'
    )
    meter.add(data, "application/sparql-results+json")
    assert meter.rows == 2


def test_more_rows_than_may_be_are_refused_before_any_is_passed_on_where_it_is_known():
    with pytest.raises(LimitError, match="the answer is longer than 5 rows"):
        Meter(Limits(result_rows=5)).add(b"{", "application/sparql-results+json", 6)
    meter = Meter(Limits(result_rows=6))
    meter.add(b"{", "application/sparql-results+json", 6)
    meter.add(b"},{" * 20, "application/sparql-results+json", 6)
    assert meter.rows == 6
