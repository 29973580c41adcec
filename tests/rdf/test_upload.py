from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.errors import InputError, TurtleError, UnsupportedMediaError
from kg.rdf.upload import MEDIA_TYPES, UploadLimits, read_upload

TURTLE, TRIG, NT, NQ, XML, JSON = MEDIA_TYPES
S, P = "<http://e/s>", "<http://e/p>"
G = ox.NamedNode("http://e/g")
XSD = "http://www.w3.org/2001/XMLSchema#"


def xml(value, before="", attributes='rdf:about="http://e/s"'):
    return (
        f'{before}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns:e="http://e/">\n<rdf:Description {attributes}>\n{value}\n'
        "</rdf:Description></rdf:RDF>"
    )


SAME = {
    TURTLE: f'@prefix e: <http://e/> . {S} e:p "é"@en, 01, {S} .',
    TRIG: f'{{ {S} {P} "é"@en, 01, {S} }}',
    NT: f'{S} {P} "\\u00e9"@en .\n{S} {P} "01"^^<{XSD}integer> .\n{S} {P} {S} .',
    NQ: f'{S} {P} "é"@EN .\n{S} {P} "01"^^<{XSD}integer> .\n{S} {P} {S} .',
    XML: xml(
        '<e:p xml:lang="en">&#233;</e:p><e:p rdf:resource="http://e/s"/>'
        f'<e:p rdf:datatype="{XSD}integer">01</e:p>'
    ),
    JSON: '{"@context": {"p": "http://e/p"}, "@id": "http://e/s", "p": [1, {"@id": "http://e/s"}, '
    '{"@value": "é", "@language": "en"}]}',
}


def error(text, media_type=TURTLE, **options):
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    with pytest.raises(InputError) as caught:
        read_upload(data, media_type, **options)
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    return caught.value


def refused(text, media_type=TURTLE, **options):
    """The message and the place of an error."""
    found = error(text, media_type, **options)
    assert isinstance(found, TurtleError)
    return found.message, (found.line, found.column)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_all_forms_of_a_graph_are_read_alike_and_as_a_store_keeps_them(media_type):
    quads = read_upload(SAME[media_type].encode(), f"{media_type}; charset=UTF-8")
    assert [str(quad.object) for quad in quads] == [
        '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"é"@en',
        S,
    ]
    assert {str(quad.graph_name) for quad in quads} == {"DEFAULT"}


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_the_graph_of_the_request_holds_everything(media_type):
    quads = read_upload(SAME[media_type].encode(), media_type, graph=G)
    assert {quad.graph_name for quad in quads} == {G}


@pytest.mark.parametrize(
    "media_type", ["text/html", "application/json", "", "text/turtle; charset=latin-1", "text/n3"]
)
def test_another_media_type_or_charset_is_refused(media_type):
    with pytest.raises(UnsupportedMediaError):
        read_upload(b"", media_type)


def test_a_byte_order_mark_and_line_ends_of_windows_are_read():
    assert len(read_upload(f"\ufeff{S}\r\n\t{P} 1 .\r\n".encode(), TURTLE)) == 1


def test_what_is_read_stays_the_same_when_it_is_stored():
    numbers = ("1.50", "01", "1e1", "true", "2023-01-01T00:00:00+00:00")
    kinds = ("decimal", "short", "double", "boolean", "dateTime")
    objects = ", ".join(f'"{n}"^^<{XSD}{k}>' for n, k in zip(numbers, kinds, strict=True))
    quads = read_upload(f"{S} {P} {objects} .".encode(), TURTLE)
    store = ox.Store()
    store.extend(quads)
    assert set(store) == set(quads)
    assert len(quads) == 5


@pytest.mark.parametrize("media_type", [TURTLE, NT, JSON, XML])
def test_blank_nodes_get_iris_that_are_the_same_each_time(media_type):
    text = {
        TURTLE: f"[] {P} [ {P} 1 ] .",
        NT: f"_:b0 {P} _:c14n0 .",
        JSON: '{"http://e/p": {"http://e/p": 1}}',
        XML: xml("<e:p><rdf:Description e:p='1'/></e:p>", attributes=""),
    }[media_type].encode()
    quads = read_upload(text, media_type)
    assert all(isinstance(quad.subject, ox.NamedNode) for quad in quads)
    assert any("/genid/" in str(quad.object) for quad in quads)
    assert read_upload(text, media_type) == quads


# Bytes and characters.


@pytest.mark.parametrize(
    ("data", "message", "place"),
    [
        (f'{S} {P}\n  "é'.encode() + b'\xe9" .', "is not UTF-8 text", (2, 5)),
        (b"\xed\xa0\x80", "is not UTF-8 text", (1, 1)),
        ("é".encode("utf-16"), "this is UTF-16", (1, 1)),
        (b"\xfe\xff\0a", "this is UTF-16", (1, 1)),
        ("é".encode("utf-32"), "this is UTF-32", (1, 1)),
        ("é<".encode("utf-16-be"), "is not UTF-8 text", (1, 2)),
        ("a".encode("utf-16-le"), "U+0000 is not allowed", (1, 2)),
    ],
)
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_bytes_that_are_not_utf_8_have_their_place(data, message, place, media_type):
    assert refused(data, media_type) == (message, place)


HIDDEN = ["\0", "\x01", "\x0b", "\x0c", "\x1f", "\x7f", "\x85", "\x9f", "\u202a", "\u202e"]
HIDDEN += ["\u2066", "\u2069", "\ufdd0", "\ufffe", "\uffff", "\U0001ffff"]


@pytest.mark.parametrize("character", HIDDEN)
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_a_hidden_character_is_refused_anywhere(character, media_type):
    message = f"U+{ord(character):04X} is not allowed"
    text = SAME[media_type] + "\n #" + character
    line = text.count("\n") + 1
    assert refused(text, media_type) == (message, (line, 3))


@pytest.mark.parametrize("character", HIDDEN)
@pytest.mark.parametrize("form", ["\\u{:04x}", "\\U{:08X}"])
def test_an_escape_of_a_hidden_character_is_refused_where_it_stands(character, form):
    escape = form.format(ord(character)) if ord(character) <= 0xFFFF else f"\\U{ord(character):08x}"
    text = f'{S} {P} """\\\\u0000 # \\u0041\n é{escape}""" .'
    assert refused(text) == (f"U+{ord(character):04X} is not allowed", (2, 3))


def test_an_escape_in_an_iri_is_refused_where_it_stands():
    assert refused(f"{S} {P} <http://e/\\u202e> .") == ("U+202E is not allowed", (1, 37))


def test_an_escape_in_a_comment_means_nothing():
    assert read_upload(f"# \\u0000\n{S} {P} 1 .".encode(), TURTLE)


@pytest.mark.parametrize("reference", ["&#x202e;", "&#8238;", "&#x000202E;"])
def test_a_reference_to_a_hidden_character_is_refused_where_it_stands(reference):
    found = refused(xml(f"<e:p>a{reference}</e:p>"), XML)
    assert found == ("U+202E is not allowed", (3, 7))


@pytest.mark.parametrize("reference", ["&#0;", "&#1;", "&#xD800;", "&#xFFFF;"])
def test_a_reference_to_what_is_no_character_is_refused_where_it_stands(reference):
    message, place = refused(xml(f"<e:p>a{reference}</e:p>"), XML)
    assert ("invalid character number" in message, place) == (True, (3, 7))


@pytest.mark.parametrize("escape", ["\\u0000", "\\u202E", "\\ud800", "\\udc00\\ud800", "\\uFFFF"])
@pytest.mark.parametrize("text", ['{{"http://e/p":\n "{}"}}', '{{\n"http:/{}":1}}'])
def test_a_json_escape_of_a_hidden_character_is_refused_where_it_stands(escape, text):
    message, place = refused(text.format(escape), JSON)
    assert (message[:2], place) == ("U+", (2, 3 if text.endswith('"}}') else 8))


def test_a_pair_of_surrogates_is_a_character_in_json_only():
    (quad,) = read_upload(b'{"@id":"http://e/s","http://e/p":"\\ud83d\\ude00"}', JSON)
    assert quad.object == ox.Literal("\U0001f600")
    assert refused(f'{S} {P} "\\ud83d\\ude00" .')[1] == (1, 28)


# Terms.

SCHEMES = ["javascript:x", "JavaScript:x", "data:,x", "file:///etc", "vbscript:x", "about:x"]
SCHEMES += ["blob:x", "http://user@e/", "https://user:word@e/x"]


@pytest.mark.parametrize("iri", SCHEMES)
@pytest.mark.parametrize(
    ("form", "place"),
    [
        ("<{}> {P} {S} .", (1, 1)),
        ("{S} <{}> {S} .", (1, 14)),
        ("{S} {P} <{}> .", (1, 27)),
        ('{S} {P} "x"^^<{}> .', (1, 32)),
        ("{S} {P} {S} <{}> .", (1, 40)),
    ],
)
def test_an_iri_that_runs_code_or_has_a_user_is_refused_in_every_position(iri, form, place):
    text = form.format(iri, S=S, P=P)
    assert refused(text, NQ)[1] == place


def test_a_scheme_that_comes_from_a_prefix_or_a_base_is_refused_where_that_stands():
    assert refused(f"\n@prefix j: <javascript:> . {S} {P} j:x .")[1] == (2, 12)
    assert refused(f"\n@base <file:///etc/> . <a> {P} 1 .")[1] == (2, 7)
    named = xml("<e:p>1</e:p>", attributes='\n xml:base="file:///etc/" rdf:about="x.rdf"')
    assert refused(named, XML)[1] == (3, 12)
    context = '{"@context": {\n"j": "javascript:"}, "@id": "j:x", "http://e/p": 1}'
    assert refused(context, JSON)[1] == (2, 6)


@pytest.mark.parametrize(
    ("media_type", "text", "place"),
    [
        (TURTLE, f"{S} <p>\n 1 .", (1, 14)),
        (NQ, f"{S} {P} {S} <g> .", (1, 40)),
        (XML, xml("<e:p rdf:resource='one'/>"), (3, 20)),
        (JSON, '{"@id": "http://e/s",\n "http://e/p": {"@id": "one"}}', (2, 24)),
        (JSON, '{"@id": "//e/s", "http://e/p": 1}', (1, 9)),
    ],
)
def test_a_relative_iri_is_refused_unless_there_is_a_base(media_type, text, place):
    message, found = refused(text, media_type)
    assert found == place or (media_type, text[9:11]) == (JSON, "//")
    assert "relative" in message or "scheme" in message
    if media_type != NQ:
        assert read_upload(text.encode(), media_type, base="http://e/")


@pytest.mark.parametrize(
    "base", ["", "x", "javascript:x", "http://a@e/", "http://e/%zz", "file:///"]
)
def test_a_base_is_an_iri_like_any_other(base):
    assert "base" in error(f"<a> {P} 1 .", base=base).message


@pytest.mark.parametrize(
    ("media_type", "text", "place"),
    [
        (TURTLE, f"{S} {P} <http://e/a b> .", (1, 35)),
        (TURTLE, f"{S} {P} <http://e/\\u0020> .", (1, 27)),
        (NT, f"{S} {P} <http://e/a|b> .", (1, 27)),
        (XML, xml("<e:p rdf:resource='http://e/a b'/>"), (3, 20)),
        (JSON, '{"@id": "http://e/a b", "http://e/p": 1}', (1, 9)),
        (JSON, '{"@context": {"id": "@id"}, "id": "http://e/a\\u0020b", "http://e/p": 1}', (1, 35)),
        (JSON, '{"@id": "http://e/%zz", "http://e/p": 1}', (1, 9)),
        (JSON, '{"p": "http://e/<", "@context": {"p": {"@id": "e:p", "@type": "@id"}}}', (1, 7)),
    ],
)
def test_an_iri_with_a_character_that_it_cannot_have_is_refused(media_type, text, place):
    message, found = refused(text, media_type)
    assert "IRI" in message
    assert found == place or (media_type == TURTLE and found[0] == 1)


@pytest.mark.parametrize("media_type", [TURTLE, XML, JSON])
def test_what_is_too_long_is_refused_where_it_stands(media_type):
    limits = UploadLimits(iri_length=20, literal_length=10)
    long, place = {
        TURTLE: (f'{S} {P} "{{}}",\n <{{}}> .', (1, 27)),
        XML: (xml('<e:p>{}</e:p>\n<e:p rdf:resource="{}"/>'), (3, 6)),
        JSON: ('{{"http://e/p": ["{}",\n {{"@id": "{}"}}]}}', (1, 17)),
    }[media_type]
    text = long.format("a" * 11, "http://e/x")
    message, found = refused(text, media_type, limits=limits)
    if media_type != XML:  # the namespace of RDF is longer
        assert (message, found) == ("a literal of 11 characters", place)
    message, found = refused(
        long.format("a" * 11, "http://e/" + "x" * 2_000), media_type, limits=UploadLimits()
    )
    assert "an IRI of" in message
    assert found[0] == place[0] + 1


@pytest.mark.parametrize(
    ("media_type", "text", "line"),
    [
        (TURTLE, f'{S} {P}\n "x"@abcdefghi .', 2),
        (TURTLE, f'{S} {P}\n "x"@en{"-abcdefgh" * 5} .', 2),
        (XML, xml('<e:p xml:lang="abcdefghi">x</e:p>'), 3),
        (XML, xml(f'<e:p xml:lang="en{"-abcdefgh" * 5}">x</e:p>'), 3),
        (JSON, '{"http://e/p":\n {"@value": "x", "@language": "abcdefghi"}}', 2),
        (JSON, '{"@context": {"@language":\n "e n"}, "http://e/p": "x"}', 2),
    ],
)
def test_a_language_that_is_none_is_refused(media_type, text, line):
    assert refused(text, media_type)[1][0] == line


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (f'{S} {P} "x"@en--ltr .', 27),
        (f"{S} {P} <<( {S} {P} {S} )>> .", 27),
        (f"<< {S} {P} {S} >> {P} {S} .", 1),
        (f"{S} {P} {S} {{| {P} 1 |}} .", 40),
        (f"{S} {P} {S} ~ {S} .", 40),
    ],
)
def test_rdf_1_2_is_refused_where_it_stands(text, column):
    assert "RDF 1.2" in refused(text)[0]
    assert refused(text)[1] == (1, column)


def test_signs_of_rdf_1_2_in_strings_iris_and_comments_are_read():
    text = f"""# << ~ {{| '
        {S} {P} "<< \\" ~", '<<', \"\"\"<< "" '{{|\"\"\", '''"<<''' , <http://e/#~x> . # <<"""
    assert len(read_upload(text.encode(), TURTLE)) == 5


# Graphs.


@pytest.mark.parametrize(
    ("media_type", "text", "place"),
    [
        (NQ, f"{S} {P} {S} .\n{S} {P} {S} <http://e/g> .", (2, 40)),
        (TRIG, f"{{ {S} {P} 1 }}\n <http://e/g> {{ {S} {P} 1 }}", (2, 2)),
        (TRIG, f"@prefix e: <http://e/> .\n GRAPH e:g {{ {S} {P} 1 }}", (2, 8)),
        (JSON, '[{"@id": "http://e/g",\n "@graph": {"http://e/p": 1}}]', (1, 10)),
    ],
)
def test_a_named_graph_is_refused_if_the_request_names_one(media_type, text, place):
    assert refused(text, media_type, graph=G) == ("a graph is named", place)
    assert {quad.graph_name for quad in read_upload(text.encode(), media_type)} >= {G}


def test_a_graph_is_never_a_blank_node():
    assert "blank" in refused(f"{S} {P} {S} _:g .", NQ)[0]


# Sizes.


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (UploadLimits(bytes=10), "bytes are too many"),
        (UploadLimits(quads=1), "more than 1 quads"),
        (UploadLimits(blank_nodes=1), "more than 1 blank nodes"),
        (UploadLimits(expanded=30), "more than 30 characters"),
    ],
)
def test_what_is_too_large_is_refused(limits, message):
    assert message in error(f"[] {P} 1 .\n[] {P} 2 .", limits=limits).message


def test_a_limit_itself_is_allowed():
    text = f'{S} {P} "{"x" * 100}" .'.encode()
    limits = UploadLimits(bytes=len(text), quads=1, literal_length=100, iri_length=10)
    assert read_upload(text, TURTLE, limits=limits)
