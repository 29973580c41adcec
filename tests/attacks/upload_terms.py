"""Uploads whose terms or graph names are hostile."""

from __future__ import annotations

from functools import partial

from tests.attacks.model import ANY, HARMLESS, REFUSED, STOPPED, Upload, Weakness

TURTLE = "text/turtle"
NT = "application/n-triples"
NQ = "application/n-quads"
TRIG = "application/trig"
XML = "application/rdf+xml"
JSONLD = "application/ld+json"
OURS = "https://w3id.org/conflict-kg/"
PREFIXES = f"""PREFIX ckg: <{OURS}ns#>
PREFIX claim: <{OURS}id/claim/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

term = partial(
    Upload, weakness=Weakness.HOSTILE_TERMS, media_type=TURTLE, expect=HARMLESS, conforms=False
)
graph = partial(Upload, weakness=Weakness.OTHER_GRAPHS, expect=HARMLESS, conforms=False)


def about(statement: str) -> str:
    """A claim of which the statement is said, and nothing else."""
    return f"{PREFIXES}claim:000-1-1 {statement} .\n"


TERMS = [
    term("nul-raw", body=b'<a:a> <a:b> "a\0b" .'),
    term("nul-escaped", body=r'<a:a> <a:b> "a\u0000b" .'),
    term("nul-in-json", media_type=JSONLD, body=r'{"@id": "a:a", "a:b": "a\u0000b"}'),
    term(
        "nul-in-xml",
        media_type=XML,
        expect=REFUSED,
        body='<r:RDF xmlns:r="http://www.w3.org/1999/'
        '02/22-rdf-syntax-ns#"><r:Description r:about="a:a"><b '
        'xmlns="a:">&#0;</b></r:Description></r:RDF>',
    ),
    term("control-characters", body=about('rdfs:label "a\x01\x08\x1b[2Jb"@en')),
    term("control-characters-escaped", body=about(r'rdfs:label "\u0007\u001B]0;owned\u0007"@en')),
    term("control-characters-in-an-iri", expect=REFUSED, body=b"<http://x.example/\x01> <a:b> 1 ."),
    term(
        "control-characters-in-an-iri-escaped",
        body=r"<http://x.example/\u0000\u0020> <a:b> 1 .",
        expect=REFUSED,
    ),
    term("bidi-override", body=about('rdfs:label "a \u202e lamron b"@en')),
    term("bidi-isolates-escaped", body=about(r'rdfs:label "\u2066\u2067\u2069\u202A"@en')),
    term("bidi-in-an-iri", body=f"<{OURS}id/person/\u202enikasya> <a:b> 1 ."),
    term(
        "zero-width",
        body=f"<{OURS}id/person/ian\u200b-kelly> <a:b> 1 .",
        note="looks like another thing",
    ),
    term("look-alike", body=f"<{OURS}id/person/i\u0430n-kelly> <a:b> 1 .", note="a Cyrillic а"),
    term("noncharacters", body=about('rdfs:label "\ufffe\uffff\U0010ffff"@en')),
    term("javascript-iri", body=about("rdfs:seeAlso <javascript:alert(document.domain)>")),
    term("javascript-iri-disguised", body=about(r"rdfs:seeAlso <JaVaScRiPt:alert\u00281\u0029>")),
    term(
        "javascript-as-graph", media_type=TRIG, body="GRAPH <javascript:alert(1)> { <a:a> <a:b> 1 }"
    ),
    term("data-iri", body=about("rdfs:seeAlso <data:text/html,%3Cscript%3Ealert(1)%3C/script%3E>")),
    term("vbscript-iri", body=about("rdfs:seeAlso <vbscript:msgbox(1)>")),
    term("file-iri", body=about("rdfs:seeAlso <file:///etc/passwd>")),
    term("credentials-in-an-iri", body=about("rdfs:seeAlso <https://w3id.org:word@evil.example/>")),
    term(
        "iri-of-a-megabyte",
        expect=STOPPED | HARMLESS,
        body=lambda: "<http://x.example/" + "a" * 1_000_000 + "> <a:b> 1 .",
    ),
    term("iri-that-climbs", body=f"<{OURS}id/person/../../../graph/consensus> <a:b> 1 ."),
    term(
        "markup-in-a-literal",
        body=about('rdfs:label "<script>alert(1)</script>"@en'),
        never=b"<script>alert(1)",
        headers=(("Accept", "text/html"),),
    ),
    term(
        "markup-in-an-iri-escaped",
        body=r"<http://x.example/\u003Cscript\u003E> <a:b> 1 .",
        expect=REFUSED,
    ),
    term("base-of-ours", body=f"BASE <{OURS}id/person/> <ian-kelly> <../../ns#label> 'x' ."),
    term("base-that-is-a-script", body="BASE <javascript:alert(1)> <> <#b> <//x> ."),
    term(
        "base-missing",
        body="<relative> <path> <../../etc/passwd> .",
        note="must not be read against a path or an address of the server",
        never=b"file:///",
    ),
    term("language-tag-of-10000", body=lambda: about('rdfs:label "x"@a' + "-abcdefgh" * 1_111)),
    term("language-tag-not-one", body=about('rdfs:label "x"@toolonglanguage-1')),
    term(
        "same-as-between-ours",
        body=f"<{OURS}id/state/armenia> <http://www.w3.org/2002/07/owl#sameAs> "
        f"<{OURS}id/state/azerbaijan> .",
    ),
]

GRAPHS = [
    graph("trig-consensus", media_type=TRIG, body=f"<{OURS}graph/consensus> {{ <a:a> <a:b> 1 }}"),
    graph("trig-shapes", media_type=TRIG, body=f"GRAPH <{OURS}graph/shapes> {{ <a:a> <a:b> 1 }}"),
    graph("nquads-consensus", media_type=NQ, body=f"<a:a> <a:b> <a:c> <{OURS}graph/consensus> ."),
    graph(
        "nquads-declared-as-ntriples",
        media_type=NT,
        body=f"<a:a> <a:b> <a:c> <{OURS}graph/ontology> .",
        expect=REFUSED,
    ),
    graph(
        "trig-declared-as-turtle",
        media_type=TURTLE,
        body=f"<{OURS}graph/shapes> {{ <a:a> <a:b> 1 }}",
        expect=REFUSED,
    ),
    graph(
        "json-ld-graph",
        media_type=JSONLD,
        body=f'{{"@id": "{OURS}graph/consensus", "@graph": [{{"@id": "a:a", "a:b": 1}}]}}',
    ),
    graph(
        "trig-graph-by-base",
        media_type=TRIG,
        body=f"BASE <{OURS}> GRAPH <id/../graph/./consensus> {{ <a:a> <a:b> 1 }}",
    ),
    graph("trig-graph-that-is-blank", media_type=TRIG, body="_:g { <a:a> <a:b> 1 }"),
    graph(
        "nquads-graphs-by-the-thousand",
        media_type=NQ,
        expect=ANY,
        body=lambda: "".join(f"<a:a> <a:b> <a:c> <g:{n}> .\n" for n in range(30_000)),
    ),
]
