"""What only RDF/XML or only JSON-LD can bring."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from tests.rdf.test_upload import JSON, XML, refused, xml

from kg.rdf.upload import read_upload

# RDF/XML.


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        (xml("", before="\n <!DOCTYPE r>"), "document type", (2, 2)),
        (xml("", before='<!DOCTYPE r [<!ENTITY a "b">]>'), "document type", (1, 1)),
        (xml("", before='<?xml version="1.0" encoding="UTF-16"?>'), "encoding UTF-16", (1, 1)),
        (xml("", before='<?xml version="1.0" encoding="utf-7"?>'), "encoding utf-7", (1, 1)),
        (xml("<e:p>&foo;</e:p>"), "undefined entity", (3, 6)),
        (xml("<e:p>\n</e:q>"), "mismatched tag", (4, 3)),
        (xml('<e:p rdf:parseType="Literal"><b/></e:p>'), "XML literals", (3, 1)),
        (xml("<e:p>1</e:p> loose"), "Unexpected text", (3, 13)),
        (xml("<rdf:Description>" * 130), "nested more than 128", (3, 2143)),
        ("", "no element found", (1, 1)),
    ],
)
def test_xml_that_is_not_for_us_is_refused_where_it_stands(text, message, place):
    told, found = refused(text, XML)
    assert message in told
    assert found == place


def test_harmless_parts_of_xml_are_read():
    value = "<!-- <!DOCTYPE --><?x <!ENTITY ?><e:p><![CDATA[<!DOCTYPE &#0;]]></e:p>"
    (quad,) = read_upload(xml(value, before='<?xml version="1.0" encoding="utf-8"?>').encode(), XML)
    assert quad.object == ox.Literal("<!DOCTYPE &#0;")


# JSON-LD.

ELSEWHERE = "contexts are not fetched from elsewhere"
TWICE = "stands twice in one object"


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ('{\n"@context": "http://e/c", "a": 1}', ELSEWHERE, (2, 13)),
        ('{"@context": [{}, "c"], "a": 1}', ELSEWHERE, (1, 19)),
        ('{"@context": [["c"]], "a": 1}', ELSEWHERE, (1, 16)),
        ('{"\\u0040context": "http://e/c"}', ELSEWHERE, (1, 19)),
        ('{"@context": {"@import": "c"}}', ELSEWHERE, (1, 15)),
        ('{"@context": {"p": {"@id": "e:p", "@context": "c"}}}', ELSEWHERE, (1, 47)),
        ('{"e:p": [{"@context": "c"}]}', ELSEWHERE, (1, 23)),
        ('{"e:p": 1, "@context": {}, "@context": "c"}', TWICE, (1, 28)),
        ('{"e:p": 1,\n "e:p": 2}', TWICE, (2, 2)),
        ('{"e:p": 1, "e:\\u0070": 2}', TWICE, (1, 12)),
        ('{"@context": {"q": "e:q"}, "p": 1}', "no context defines 'p'", (1, 28)),
        ("[" * 65 + "]" * 65, "nested more than 64", (1, 65)),
        ('{"e:p": "x}', "not closed", (1, 9)),
        ('{"e:p": ["" ""]}', "Array values", (1, 13)),
        ("{}]", "nothing is open", (1, 3)),
        ('"x"', "not JSON-LD", (1, 1)),
        ("", "not JSON-LD", (1, 1)),
        ('{"e:p": NaN}', "Unexpected char", (1, 9)),
        ('{"e:p": ' + "1" * 1000 + "}", "a number of", (1, 9)),
        (
            '{"@context": {' + ",".join(f'"a{n}": "a{n + 1}:x"' for n in range(20)) + "}}",
            "prefixes are made of each other",
            (1, 2),
        ),
    ],
)
def test_json_ld_that_is_not_for_us_is_refused_where_it_stands(text, message, place):
    told, found = refused(text, JSON)
    assert message in told
    assert found == place


def test_contexts_within_the_text_are_read():
    text = """{"@context": [{"p": {"@id": "http://e/p", "@context": {"q": "http://e/q"}}}, null,
        {"p": "http://e/p", "name": {"@id": "http://e/name", "@container": "@language"}}],
        "@id": "http://e/s", "p": {"@id": "http://e/o", "http://e/r": "null"},
        "name": {"en": "@context", "hy": "x"}}"""
    assert len(read_upload(text.encode(), JSON)) == 4


def test_a_context_that_is_copied_too_often_is_refused():
    terms = ",".join(f'"a{n}": "e:{n}"' for n in range(3_000))
    nodes = ",".join('{"@context": {}, "a1": 1}' for _ in range(3_000))
    text = f'{{"@context": {{{terms}}}, "@graph": [{nodes}]}}'
    assert "3001 contexts of 3000 terms" in refused(text, JSON)[0]


def test_a_namespace_that_makes_a_short_text_large_is_refused():
    text = f'{{"@context": {{"p": "e:{"x" * 10_000}"}}, "e:p": [{"1," * 20_000}1]}}'
    assert "too long for so many values" in refused(text, JSON)[0]
