"""Uploads of blank nodes and literals that take forever to label, read or compare."""

from __future__ import annotations

from functools import partial

from tests.attacks.model import ANY, Upload, Weakness
from tests.attacks.upload_terms import NT, TRIG, TURTLE, about

lexical = partial(Upload, weakness=Weakness.LEXICAL, media_type=TURTLE, expect=ANY)
blank = partial(Upload, weakness=Weakness.BLANK_NODES, expect=ANY, conforms=False)


def clique(size: int) -> str:
    """A complete graph of blank nodes: labelling it takes all their orders."""
    return "".join(f"_:c{a} <p:p> _:c{b} .\n" for a in range(size) for b in range(size) if a != b)


def cycles(count: int, length: int) -> str:
    return "".join(
        f"_:y{c}x{n} <p:p> _:y{c}x{(n + 1) % length} .\n"
        for c in range(count)
        for n in range(length)
    )


BLANKS = [
    blank("clique", media_type=NT, body=partial(clique, 24), note="RDFC-1.0 takes 24! steps"),
    blank(
        "cliques",
        media_type=NT,
        body=lambda: "".join(clique(9).replace("_:c", f"_:c{n}x") for n in range(20)),
    ),
    blank(
        "cycles",
        media_type=NT,
        body=partial(cycles, 40, 40),
        note="equal cycles that nothing tells apart",
    ),
    blank(
        "star",
        media_type=NT,
        body=lambda: "".join(f"_:hub <p:p> _:s{n} .\n_:s{n} <p:p> _:hub .\n" for n in range(3_000)),
    ),
    blank(
        "labels-of-engines",
        media_type=NT,
        body="_:b0 <a:b> _:c14n0 .\n_:N0 <a:b> _:genid1 .\n<urn:bnid:b0> <a:b> "
        "<https://w3id.org/.well-known/genid/b0> .",
    ),
    blank(
        "labels-across-graphs", media_type=TRIG, body="<g:1> { _:x <a:b> 1 } <g:2> { _:x <a:b> 2 }"
    ),
    blank(
        "label-of-a-megabyte", media_type=TURTLE, body=lambda: "_:" + "a" * 900_000 + " <a:b> 1 ."
    ),
    blank(
        "label-all-digits",
        media_type=NT,
        body="_:" + "f" * 32 + " <a:b> _:" + "0" * 32 + " .",
        note="forms of numeric labels that an engine uses itself",
    ),
]

ILL_TYPED = " , ".join(f'"x{n}"^^xsd:integer' for n in range(5_000))
DATES = (
    "9999999999999-01-01T00:00:00Z -0001-02-30T25:61:61Z 2020-01-01T24:00:00+99:99 "
    "0000-00-00T00:00:00 1-1-1T0:0:0 2020-02-30T00:00:00Z ٢٠٢٠-01-01T00:00:00 "
    "999999999-12-31T23:59:59.999999999999"
).split()
LEXICAL = [
    lexical("ill-typed-by-the-thousand", body=about(f"ckg:low {ILL_TYPED}"), conforms=False),
    lexical(
        "datetime-extremes",
        body=about("ckg:earliest " + " , ".join(f'"{d}"^^xsd:dateTime' for d in DATES)),
        conforms=False,
    ),
    lexical("integer-of-a-million-digits", body=lambda: about("ckg:low " + "9" * 1_000_000)),
    lexical(
        "integer-beyond-pythons-limit",
        body=about("ckg:low " + "9" * 5_000),
        note="Python refuses to read more than 4,300 digits",
    ),
    lexical("decimal-of-a-million-digits", body=lambda: about("ckg:low 0." + "3" * 900_000)),
    lexical(
        "double-extremes",
        body=about("ckg:low 1e999999 , -1e-999999 , 'INF'^^xsd:double , 'NaN'^^xsd:double"),
        conforms=False,
    ),
    lexical(
        "decimal-with-huge-exponent",
        body=about("ckg:low '1E999999999'^^xsd:decimal"),
        conforms=False,
    ),
    lexical("boolean-that-is-none", body=about("ckg:low '2'^^xsd:boolean , 'TRUE'^^xsd:boolean")),
    lexical(
        "xml-literal-bomb",
        body=about(
            "rdfs:comment '''<!DOCTYPE a [<!ENTITY b \""
            + "b" * 1_000
            + '"><!ENTITY c "'
            + "&b;" * 1_000
            + "\">]><a>&c;</a>'''^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral>"
        ),
        note="rdflib parses these literals",
    ),
    lexical(
        "html-literal-nested",
        body=lambda: about(
            "rdfs:comment '"
            + "<b>" * 50_000
            + "'^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML>"
        ),
    ),
    lexical(
        "json-literal-nested",
        body=lambda: about(
            "rdfs:comment '"
            + "[" * 90_000
            + "]" * 90_000
            + "'^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>"
        ),
    ),
    lexical(
        "hex-binary-odd",
        body=about("rdfs:comment 'abc'^^xsd:hexBinary , '====='^^xsd:base64Binary"),
    ),
    lexical(
        "duration-extremes",
        body=about("ckg:duration 'P99999999999999999999Y'^^xsd:duration , '-P1M-1D'^^xsd:duration"),
        conforms=False,
    ),
    lexical(
        "datatype-of-langstring",
        body=about("rdfs:label 'x'^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>"),
        conforms=False,
    ),
    lexical(
        "literal-of-nine-megabytes", body=lambda: about('rdfs:label "' + "x" * 9_000_000 + '"@en')
    ),
    lexical("edtf-that-is-long", body=lambda: about('ckg:edtf "' + "1990/" * 20_000 + '"')),
]
