"""What comes back from an endpoint, good and bad, as rows of VALUES."""

from __future__ import annotations

import json
import sys
import threading

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import EndpointError
from kg.federation.solutions import Reading, read
from kg.rdf.skolem import GENID

IRI = "https://remote.example/sparql"


def document(*rows: dict[str, object], names: tuple[str, ...] = ("a", "b")) -> bytes:
    found = {"head": {"vars": names}, "results": {"bindings": rows}}
    return json.dumps(found).encode()


def back(rows: list[str], names: str = "?a ?b") -> list[ox.QuerySolution]:
    """What the engine makes of the rows."""
    found = ox.Store().query(f"SELECT * {{ VALUES ({names}) {{ {' '.join(rows)} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    return list(found)


def reading(*names: str, rows: int = 100) -> Reading:
    return Reading(IRI, names or ("a", "b"), rows)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
literals = st.one_of(
    st.builds(ox.Literal, texts),
    st.builds(lambda value: ox.Literal(value, language="zh-hant"), texts),
    st.builds(lambda value: ox.Literal(value, datatype=ox.NamedNode("http://e/t#é")), texts),
    st.sampled_from([ox.Literal(True), ox.Literal(1.5), ox.Literal(-7)]),
)


def as_json(term: ox.Literal) -> dict[str, object]:
    found: dict[str, object] = {"type": "literal", "value": term.value}
    if term.language:
        return {**found, "xml:lang": term.language}
    return {**found, "datatype": term.datatype.value}


@given(literals)
def test_literals_with_any_characters_come_through(term):
    rows = read(document({"a": as_json(term)}), reading())
    assert [(row["a"], row["b"]) for row in back(rows)] == [(term, None)]


def test_solutions_keep_their_number_and_what_is_unbound():
    iri = {"type": "uri", "value": "http://e/é'"}
    rows = read(document({"a": iri}, {"a": iri}, {}), reading())
    assert rows == ["(<http://e/é'> UNDEF)"] * 2 + ["(UNDEF UNDEF)"]
    assert len(back(rows)) == 3


def test_variables_that_the_pattern_does_not_have_are_left_out():
    found = document({"a": {"type": "literal", "value": "x"}}, names=("a", "secret"))
    assert read(found, reading("b", "a")) == ['(UNDEF "x")']


def test_a_blank_node_is_one_iri_in_one_answer_and_another_one_in_the_next():
    node = {"type": "bnode", "value": "b0"}
    found = document({"a": node, "b": node})
    first, second = (back(read(found, reading()))[0] for _ in range(2))
    assert first["a"] == first["b"] != second["a"]
    assert first["a"].value.startswith(GENID)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "cannot be read"),
        (b"<html>", "cannot be read"),
        (b"{}", "cannot be read"),
        (b"\xff\xfe{}", "cannot be read"),
        (document()[:-3], "cannot be read"),
        (document({"a": {"type": "uri", "value": "http://e/> ."}}), "cannot be read"),
        (document({"a": {"type": "uri", "value": "relative"}}), "cannot be read"),
        (document({"a": {"type": "literal", "value": "x", "xml:lang": "e n"}}), "cannot be read"),
        (document({"a": {"type": "literal", "value": "x", "datatype": "> }"}}), "cannot be read"),
        (document({"a": {"type": "literal"}}), "cannot be read"),
        (document({"c": {"type": "literal", "value": "x"}}), "cannot be read"),
        (document(names=("a) { } } #",)), "cannot be read"),
        (b'{"head":{},"boolean":true}', "true or false"),
        (b'{"head":' + b'{"x":' * 100_000, "brackets in brackets"),
        (b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":'
         + b'{"type":"triple","value":{"subject":' * 50_000, "brackets in brackets"),
        (document(*[{}] * 101), "more than 100 solutions"),
        (b'"\\' * 9_000_000, "too many strings"),
        (b'"' + b"\\" * 20_000_001, "cannot be read"),
        (b'{"head":{"vars":["a"]},"results":{"bindings":[' + b"{}," * 600_000, "brackets in"),
    ],
)  # fmt: skip
def test_what_cannot_be_an_answer_is_refused_with_the_endpoint(body, words):
    with pytest.raises(EndpointError, match=words) as found:
        read(body, reading())
    assert found.value.endpoint == IRI


def test_an_error_can_be_dropped_by_any_thread(monkeypatch):
    """Solutions of the engine cannot, so that no error leads to them."""
    told, errors = [], []
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    cut_off = (
        b'{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"uri","value":"http://e"}},'
    )
    for body in (document(*[{}] * 101), cut_off, b'{"head":{},"boolean":true}'):
        try:
            read(body, reading())
        except EndpointError as error:
            errors.append(error)
    assert len(errors) == 3
    thread = threading.Thread(target=errors.clear)
    thread.start()
    thread.join()
    assert told == []


def test_brackets_in_strings_do_not_count():
    value = '[{"' * 1000 + "\\"
    rows = read(document({"a": {"type": "literal", "value": value}}), reading())
    assert back(rows)[0]["a"] == ox.Literal(value)


def test_a_triple_term_is_refused():
    uri = {"type": "uri", "value": "http://e/x"}
    triple = {"subject": uri, "predicate": uri, "object": uri}
    with pytest.raises(EndpointError, match="a triple term"):
        read(document({"a": {"type": "triple", "value": triple}}), reading())
