from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import XSD

from kg.errors import TurtleError
from kg.rdf.turtle import parse_turtle, read_turtle

S, P = "<http://example.org/s>", "<http://example.org/p>"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('<?xml version="1.0"?>\n<rdf:RDF></rdf:RDF>', "RDF/XML"),
        ('<rdf:RDF xmlns:rdf="http://e/"></rdf:RDF>', "RDF/XML"),
        ('{"@context": {}, "@id": "http://e/"}', "JSON"),
        ('\n[ {"@id": "http://e/"} ]', "JSON"),
        ("<!DOCTYPE html><title>x</title>", "HTML"),
        ("<html><body></body></html>", "HTML"),
    ],
)
def test_another_format_is_named_and_not_repaired(text: str, name: str) -> None:
    with pytest.raises(TurtleError, match=f"^x.ttl: this is not Turtle but {name} ") as caught:
        parse_turtle(text, source="x.ttl")
    assert caught.value.hint == "convert it to Turtle first"


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        (f'{S} {P} "é",\n  claim:x .', (2, 3), "prefix claim:", "id/claim/> .' at the top"),
        (f"{S} {P} {S}\n{S} {P} {S} .", (2, 1), "dot", "closing ' .'"),
        (f"{S} <p> {S} .", (1, 24), "scheme", "full IRI"),
        (f"{S} {P} <http://example.org/a b> .", (1, 47), "' '", "%20"),
        (f"{S} {P} <http://example.org/a\nb> .", (1, 47), r"'\n'", "percent-encode"),
        (f'{S} {P} "one\ntwo" .', (1, 51), "Line jumps", '"""'),
        (f'{S} {P} "open', (1, 47), "end of file", "not closed"),
        (f"{S} {P} {S}", (1, 69), "end", "closing ' .'"),
        (f'{S} {P} "a "quoted" word" .', (1, 51), "quoted", "check the quotes"),
        (f'{S} {P} "a"@ .', (1, 51), "language", "@en"),
        ("@prefix a: <http://a/> .\na:b a:c/d a:e .", (2, 8), "'/'", "full IRI"),
    ],
)
def test_a_syntax_error_has_its_place_and_a_hint(
    text: str, place: tuple[int, int], message: str, hint: str
) -> None:
    with pytest.raises(TurtleError) as caught:
        parse_turtle(text, source="x.ttl")
    error = caught.value
    assert (error.source, (error.line, error.column)) == ("x.ttl", place)
    assert message in error.message
    assert "\n" not in error.message
    assert "Parser error" not in error.message
    assert hint in (error.hint or "")


@pytest.mark.parametrize("rdf_1_2", ['"x"@en--ltr', f"<<( {S} {P} {S} )>>"])
def test_rdf_1_2_in_a_file_is_refused(rdf_1_2: str) -> None:
    with pytest.raises(TurtleError, match=r"RDF 1\.2"):
        parse_turtle(f"{S} {P} {rdf_1_2} .")


@pytest.mark.parametrize(
    ("lexical", "datatype"),
    [("01", XSD.integer), ("1.50", XSD.decimal), ("+1", XSD.integer), ("2023-99-01", XSD.date)],
)
def test_lexical_forms_stay_as_written(lexical: str, datatype: URIRef) -> None:
    graph = parse_turtle(f'{S} {P} "{lexical}"^^<{datatype}> .')
    (found,) = graph.objects()
    assert isinstance(found, Literal)
    assert (str(found), found.datatype) == (lexical, datatype)


def test_a_plain_string_and_an_xsd_string_are_one_literal() -> None:
    graph = parse_turtle(f'{S} {P} "a", "a"^^<{XSD.string}> .')
    assert list(graph.objects()) == [Literal("a")]


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "bom.ttl"
    path.write_bytes(b"\xef\xbb\xbf" + f"{S} {P} {S} .".encode())
    assert len(read_turtle(path)) == 1


def test_bytes_that_are_not_utf_8_have_their_place(tmp_path: Path) -> None:
    path = tmp_path / "latin.ttl"
    path.write_bytes(f'{S} {P}\n  "é'.encode() + b'\xe9" .')
    with pytest.raises(TurtleError, match="UTF-8") as caught:
        read_turtle(path)
    assert (caught.value.line, caught.value.column) == (2, 5)


@pytest.mark.parametrize("name", ["missing.ttl", "."])
def test_a_file_that_cannot_be_opened_is_an_input_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(TurtleError, match="cannot be read"):
        read_turtle(tmp_path / name)
