"""Every triple has the line and the column at which it is written, in every format."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.rdf.placed import Lines, Placed, excerpt
from kg.rdf.placed_turtle import value_of
from kg.rdf.placing import placed_in
from kg.rdf.upload import MEDIA_TYPES
from kg.resources import data_dir

EX = "http://example.org/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

TURTLE = '''@prefix ex: <http://example.org/> .
# a ex:comment .
ex:s a ex:C ;
    ex:text "a . \\"b\\" ;"@en-GB, """two
lines""" ;  ex:number -1.5e3 .
PREFIX o: <http://example.org/>
BASE <http://example.org/base/>
o:list ex:of ( 1 [ ex:in o:a\\,b ] ) .
<rel> ex:last <#end>, 'x'^^ex:t .
'''
TRIG = """@prefix ex: <http://example.org/> .
ex:g { ex:s ex:p ex:o . ex:t ex:p 1 }
GRAPH ex:h { ex:u ex:p true }
"""
QUADS = """<http://example.org/s> <http://example.org/p> "o"@en <http://example.org/g> .
<http://example.org/t> <http://example.org/p> <http://example.org/o> .
"""
JSON = """{"@context": {"ex": "http://example.org/", "name": {"@id": "ex:text"}, "id": "@id",
              "@vocab": "http://example.org/"},
 "@graph": [{"id": "ex:s", "@type": "C",
   "name": "a \\u0062",
   "knows": [{"id": "ex:t", "ex:number": 3}, {"id": "ex:u"}],
   "ex:text": {"@value": "z", "@language": "en"}}]}
"""
XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns="http://example.org/" xmlns:ex="http://example.org/">
<C rdf:about="http://example.org/s" ex:text="é">
  <text>ä</text> <knows rdf:resource="http://example.org/u"/>
  <knows><C rdf:about="http://example.org/t"/></knows>
  <of rdf:parseType="Resource"><number>2</number></of>
</C>
</rdf:RDF>
"""


def places(text: str, media_type: str) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Where each object stands."""
    lines = Lines(text)
    return {placed[:3]: lines.place(placed.object_at) for placed in placed_in(text, media_type)}


def test_turtle_is_followed_through_every_way_to_write_a_triple() -> None:
    found = places(TURTLE, "text/turtle")
    assert found[f"{EX}s", TYPE, f"{EX}C"] == (3, 8)
    assert found[f"{EX}s", f"{EX}text", 'a . "b" ;'] == (4, 13)
    assert found[f"{EX}s", f"{EX}text", "two\nlines"] == (4, 34)
    assert found[f"{EX}s", f"{EX}number", "-1.5e3"] == (5, 23)
    assert found[f"{EX}base/rel", f"{EX}last", f"{EX}base/#end"] == (9, 15)
    assert found[f"{EX}base/rel", f"{EX}last", "x"] == (9, 23)
    assert [place for (_, p, o), place in found.items() if o == f"{EX}a,b"] == [(8, 26)]


def test_names_and_statements_of_graphs_are_told_apart() -> None:
    assert places(TRIG, "application/trig") == {
        (f"{EX}s", f"{EX}p", f"{EX}o"): (2, 18),
        (f"{EX}t", f"{EX}p", "1"): (2, 35),
        (f"{EX}u", f"{EX}p", "true"): (3, 24),
    }
    assert places(QUADS, "application/n-quads") == {
        (f"{EX}s", f"{EX}p", "o"): (1, 47),
        (f"{EX}t", f"{EX}p", f"{EX}o"): (2, 47),
    }


def test_a_property_of_json_ld_stands_at_its_key() -> None:
    lines = Lines(JSON)
    found = {p[:3]: lines.place(p.predicate_at) for p in placed_in(JSON, "application/ld+json")}
    assert found[f"{EX}s", TYPE, f"{EX}C"] == (3, 28)
    assert found[f"{EX}s", f"{EX}text", "a b"] == (4, 4)
    assert found[f"{EX}s", f"{EX}text", "z"] == (6, 4)
    assert found[f"{EX}s", f"{EX}knows", f"{EX}u"] == (5, 4)
    assert found[f"{EX}t", f"{EX}number", "3"] == (5, 29)


def test_a_triple_of_rdf_xml_stands_at_its_element() -> None:
    found = places(XML, "application/rdf+xml")
    assert found[f"{EX}s", TYPE, f"{EX}C"] == (3, 1)
    assert found[f"{EX}s", f"{EX}text", "é"] == (3, 1)
    assert found[f"{EX}s", f"{EX}text", "ä"] == (4, 3)
    assert found[f"{EX}s", f"{EX}knows", f"{EX}u"] == (4, 18)
    assert found[f"{EX}s", f"{EX}knows", f"{EX}t"] == (5, 10)
    assert [place for (_, p, o), place in found.items() if o == "2"] == [(6, 32)]


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        (TURTLE, "text/turtle"),
        (TRIG, "application/trig"),
        (QUADS, "application/n-quads"),
        (JSON, "application/ld+json"),
        (XML, "application/rdf+xml"),
    ],
)
def test_no_triple_of_the_parser_is_left_out(text: str, media_type: str) -> None:
    format_ = ox.RdfFormat.from_media_type(media_type)
    parsed = {named(quad) for quad in ox.parse(text, format=format_)} - {None}
    found = {placed[:3] for placed in placed_in(text, media_type)}
    assert {p[2] for p in parsed if p} <= {triple[2] for triple in found}
    assert {p for p in parsed if p and p[0]} <= found


def named(quad: ox.Quad) -> tuple[str, str, str] | None:
    """A triple without blank nodes; lists are followed, but not as the parser makes them."""
    subject, predicate, object_ = quad.triple
    if isinstance(subject, ox.BlankNode) or isinstance(object_, ox.BlankNode):
        return None
    return subject.value, predicate.value, object_.value


def test_all_triples_of_our_own_files_are_found_where_they_stand() -> None:
    path = data_dir() / "curated" / "entities" / "states.ttl"
    text = path.read_text(encoding="utf-8")
    found: list[Placed] = list(placed_in(text, "text/turtle"))
    parsed = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    assert [p[:3] for p in found] == [(s.value, p.value, o.value) for s, p, o in parsed]
    for placed in found:
        assert text[placed.object_at] not in " \n.;,"


def test_every_format_that_is_read_has_places() -> None:
    samples = {"text/turtle": TURTLE, "application/trig": TRIG, "application/n-quads": QUADS}
    samples |= {"application/ld+json": JSON, "application/rdf+xml": XML}
    samples["application/n-triples"] = QUADS.replace(" <http://example.org/g> .", " .")
    assert set(samples) == set(MEDIA_TYPES)
    for media_type, text in samples.items():
        assert list(placed_in(text, f"{media_type}; charset=utf-8"))


def test_lines_end_as_in_turtle() -> None:
    lines = Lines("a\r\nb\rc\n")
    assert [lines.place(at) for at in (0, 3, 5, 7)] == [(1, 1), (2, 1), (3, 1), (4, 1)]


def test_an_excerpt_has_a_caret_under_the_column_and_fits() -> None:
    text = f"first\n{'x' * 200}\tlast\n"
    assert excerpt(text, 1, 3) == "1 | first\n      ^"
    assert excerpt(text, 1, 99) == "1 | first\n         ^"
    assert excerpt(text, None, None) == ""
    assert excerpt(text, 9, 1) == ""
    shown, caret = excerpt(text, 2, 202).splitlines()
    assert shown[len(caret) - 1] == "l"
    assert len(shown) <= 80


@pytest.mark.parametrize(
    ("term", "value"),
    [
        ("http://example.org/", "http://example.org/"),
        ('"a \\"b\\""@en', 'a "b"'),
        ('"1"^^<http://www.w3.org/2001/XMLSchema#integer>', "1"),
        ('"', '"'),
    ],
)
def test_the_value_of_a_term_is_its_iri_or_its_text(term: str, value: str) -> None:
    assert value_of(term) == value
