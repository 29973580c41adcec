"""Texts that are made to hurt the parser: read in a child, since a native stack may overflow."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.rdf.test_upload import JSON, NT, SAME, TRIG, TURTLE, XML

from kg.errors import KgError
from kg.rdf.characters import FORBIDDEN
from kg.rdf.upload import MEDIA_TYPES, read_upload

ARROW = "<http://e/s> <http://e/p> "
RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/"'

CHILD = """
    import sys, time
    from kg.errors import KgError
    from kg.rdf.upload import read_upload

    media_type, before, unit, inner, after, end, times = sys.argv[1:]
    text = before + unit * int(times) + inner + after * int(times) + end
    start = time.process_time()
    try:
        found = f"{len(read_upload(text.encode(), media_type))} quads"
    except KgError as error:
        found = str(error)
    print(f"{time.process_time() - start:.1f} {found}")
"""


def outcome(media_type, parts, times):
    """Seconds, and what a child says of a text; the parts are before, unit, inner, after, end."""
    command = [sys.executable, "-c", textwrap.dedent(CHILD), media_type, *parts, str(times)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, (done.returncode, done.stderr[-500:])
    seconds, _, found = done.stdout.strip().partition(" ")
    return float(seconds), found


@pytest.mark.parametrize(
    ("media_type", "parts", "found"),
    [
        (TURTLE, (ARROW, "[ <http://e/p> ", "1", "]", " ."), "more than 20000 blank nodes"),
        (TURTLE, (ARROW, "(", "1", ")", " ."), "more than 20000 blank nodes"),
        (TURTLE, (ARROW, f"<<( {ARROW}", "1", ")>>", " ."), "1:27: triples about triples"),
        (NT, (ARROW, f"<<( {ARROW}", "<e:e>", ")>>", " ."), "1:27: triples about triples"),
        (TRIG, (f"{{ {ARROW}", f"<<( {ARROW}", "1", ")>>", " }"), "1:29: triples about triples"),
        (TURTLE, ("", "<< ", f"{ARROW} 1", ">>", " ."), "1:1: triples about triples"),
        (TURTLE, (f"{ARROW} 1 ", f"{{| {ARROW}", "", "|}", " ."), "1:30: triples about triples"),
        (TRIG, ("", "{ ", "", "}", ""), "1:3: { is not a valid"),
        (
            XML,
            (f"<rdf:RDF {RDF}>", "<rdf:Description><e:p>", "", "</e:p></rdf:Description>", ""),
            "nested more than 128 deep",
        ),
        (JSON, ("", "[", "", "]", ""), "1:65: nested more than 64 deep"),
        (JSON, ("", '{"e:p":', "1", "}", ""), "nested more than 64 deep"),
        (JSON, ("", '{"@list":[', "1", "]}", ""), "nested more than 64 deep"),
        (JSON, ('{"@context":', '{"p":{"@id":"e:p","@context":', "{}", "}}", "}"), "nested more"),
    ],
)
@pytest.mark.sample(2)
def test_depth_does_not_end_the_process(media_type, parts, found):
    seconds, told = outcome(media_type, parts, 100_000 if media_type == JSON else 70_000)
    assert found in told
    assert seconds < 10


@pytest.mark.parametrize(
    ("media_type", "parts", "times"),
    [
        (TURTLE, ("", "#\n", "", "", ""), 4_000_000),
        (TURTLE, ("", '"', "", "", ""), 9_000_000),
        (TURTLE, ("", "<a ", "", "", ""), 3_000_000),
        (TURTLE, (f"{ARROW} '''", "\\'", "", "", ""), 4_000_000),
        (TURTLE, ("@base <http://e/", "a/", "> .", "<../a><b><c>.", ""), 900),
        (TRIG, ("", "{}", "", "", ""), 4_000_000),
        (XML, (f"<rdf:RDF {RDF}>", "<a/>", "", "", ""), 2_000_000),
        (XML, ("<a ", " a=''", "", "", "/>"), 1_000_000),
        (XML, (f"<rdf:RDF {RDF}>", "<!---->", "", "", "</rdf:RDF>"), 1_000_000),
        (JSON, ("[", "[],", "", "", "1]"), 3_000_000),
        (JSON, ('["', '\\"', "", "", ""), 4_000_000),
        (JSON, ("[", '""', "", "", "]"), 4_000_000),
        (JSON, ('{"@context":[', '{"@vocab":"x"},', "", "", '{}],"a":1}'), 60_000),
    ],
)
@pytest.mark.sample(2)
def test_large_texts_take_linear_time(media_type, parts, times):
    seconds, _ = outcome(media_type, parts, times)
    assert seconds < 10


PIECES = st.sampled_from(
    [
        *"\"'<>[](){}|~\\,.;:@#&^ a\n\r\u202e",
        *('<< <<( )>> {| """ \\u0000 \\u00e9 &#0; <!-- --> <![CDATA[ ]]> <!DOCTYPE').split(),
        *("@context null @base xml:base= javascript: _:a").split(),
    ]
)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(MEDIA_TYPES),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 9), PIECES), max_size=5),
    st.sampled_from([None, "http://e/"]),
)
def test_altered_texts_raise_only_our_errors(media_type, changes, base):
    text = SAME[media_type]
    for start, length, piece in changes:
        text = text[:start] + piece + text[start + length :]
    check(text.encode(), media_type, base)


@settings(max_examples=examples(100), deadline=None)
@given(st.sampled_from(MEDIA_TYPES), st.binary(max_size=60) | st.lists(PIECES).map("".join))
def test_any_bytes_raise_only_our_errors(media_type, data):
    check(data if isinstance(data, bytes) else data.encode(), media_type, None)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_texts_with_parts_exchanged_raise_only_our_errors(media_type):
    chance = random.Random(7)
    for _ in range(100):
        data = bytearray(SAME[media_type].encode())
        for _ in range(chance.randrange(1, 4)):
            start, end = sorted(chance.choices(range(len(data) + 1), k=2))
            at = chance.randrange(len(data) + 1)
            data[at:at] = data[start:end]
        check(bytes(data), media_type, "http://e/")


def check(data, media_type, base):
    try:
        quads = read_upload(data, media_type, base=base)
    except KgError as error:
        told = str(error)
        assert "\n" not in told
        return
    for term in {term for quad in quads for term in quad}:
        assert isinstance(term, ox.NamedNode | ox.Literal | ox.DefaultGraph)
        if not isinstance(term, ox.DefaultGraph):
            assert not FORBIDDEN.search(term.value)
            assert not term.value.startswith("kg-no-base:")
