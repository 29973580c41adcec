"""Updates of ``/sparql``: without a token all are refused, with one some run into a limit."""

from __future__ import annotations

from functools import partial

from tests.attacks.heavy import CROSS, DIGITS
from tests.attacks.model import ANY, FORM, REFUSED, STOPPED, UPDATE, Attack, Weakness

CONSENSUS = "<https://w3id.org/conflict-kg/graph/consensus>"
SHAPES = "<https://w3id.org/conflict-kg/graph/shapes>"
CURATED = "<https://w3id.org/conflict-kg/graph/curated>"

calls = partial(
    Attack, kind="update", weakness=Weakness.CALLS_OTHERS, expect=REFUSED, with_token=REFUSED
)
files = partial(
    Attack, kind="update", weakness=Weakness.LOCAL_FILES, expect=REFUSED, with_token=REFUSED
)
writes = partial(
    Attack, kind="update", weakness=Weakness.WRITING, expect=REFUSED, with_token=REFUSED
)
heavy = partial(Attack, kind="update", expect=REFUSED, with_token=STOPPED)

CALLS = [
    calls("load", text="LOAD <http://127.0.0.1:{port}/data.ttl>"),
    calls("load-silent", text="LOAD SILENT <http://127.0.0.1:{port}/data.ttl> INTO GRAPH <g:g>"),
    calls("load-escaped", text=r"L\u004FAD <http://127.0.0.1:{port}/data.ttl>"),
    calls("load-between-comments", text="load#x\n<http://127.0.0.1:{port}/#>#y\r into graph <g:g>"),
    calls("load-prefixed", text="PREFIX load: <http://127.0.0.1:{port}/> LOAD load:x"),
    calls(
        "load-after-harmless-updates",
        text="INSERT DATA {} ; " * 20 + "LOAD <http://127.0.0.1:{port}/>",
    ),
    calls(
        "load-as-a-form",
        text="update=LO%41D+%3Chttp%3A%2F%2F127.0.0.1%3A{port}%2F%3E",
        headers=(("Content-Type", FORM),),
    ),
    calls(
        "service-in-where",
        text="INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    ),
    calls(
        "service-as-a-way-out",
        text="DELETE {} INSERT {} WHERE { GRAPH ?g { ?s ?p ?o } "
        'BIND(IRI(CONCAT("http://127.0.0.1:{port}/?", ENCODE_FOR_URI(STR(?o)))) AS ?e) '
        "SERVICE SILENT ?e {} }",
        note="carries the store away in addresses",
    ),
    calls(
        "service-in-exists-of-update",
        text="DELETE WHERE { ?s ?p ?o } ; INSERT { <a:a> <a:b> 1 } WHERE "
        "{ FILTER EXISTS { SERVICE <http://127.0.0.1:{port}/> {} } }",
    ),
    calls(
        "using-http",
        text="INSERT { <a:a> <a:b> ?o } USING <http://127.0.0.1:{port}/d> WHERE { ?s ?p ?o }",
        with_token=ANY,
        note="the name of a graph, not a place to read",
    ),
]

FILES = [
    files("load-file", text="LOAD <file:///etc/passwd>"),
    files("load-file-relative", text="BASE <file:///etc/> LOAD SILENT <passwd> INTO GRAPH <g:g>"),
    files("load-proc", text="LOAD <file:///proc/self/environ> INTO GRAPH <g:g>"),
]

WRITES = [
    writes("drop-all", text="DROP ALL"),
    writes("drop-all-after-a-query", text="DROP SILENT ALL", params=(("query", "ASK {}"),)),
    writes("clear-all-as-a-form", text="update=CLEAR+ALL", headers=(("Content-Type", FORM),)),
    writes(
        "clear-with-the-type-of-a-query",
        text="CLEAR ALL",
        headers=(("Content-Type", "application/sparql-query"),),
    ),
    writes(
        "clear-with-two-types",
        text="CLEAR ALL",
        headers=(("Content-Type", f"{UPDATE}, application/sparql-query"),),
    ),
    writes(
        "delete-everything", text="DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }"
    ),
    writes(
        "insert-into-consensus",
        text=f"INSERT DATA {{ GRAPH {CONSENSUS} {{ <a:a> <a:b> <a:c> }} }}",
        note="derived, written by nobody",
    ),
    writes("clear-shapes", text=f"CLEAR GRAPH {SHAPES}", note="whoever clears them conforms"),
    writes("move-over-consensus", text=f"MOVE {CURATED} TO {CONSENSUS}"),
    writes("copy-default-over-shapes", text=f"COPY DEFAULT TO {SHAPES}"),
    writes("with-consensus", text=f"WITH {CONSENSUS} DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}"),
    writes(
        "graph-variable-that-is-consensus",
        text=f"INSERT {{ GRAPH ?g {{ <a:a> <a:b> 1 }} }} WHERE {{ BIND({CONSENSUS} AS ?g) }}",
        note="the name appears only while it is evaluated",
    ),
    writes(
        "graph-name-computed",
        text="DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } "
        'FILTER STRENDS(STR(?g), CONCAT("conse", "nsus")) }',
    ),
    writes(
        "iri-that-runs-code",
        text="INSERT DATA { <a:a> <http://www.w3.org/2000/01/rdf-schema#seeAlso> "
        "<javascript:alert(1)> }",
    ),
]

HEAVY = [
    heavy(
        "insert-cross-product",
        weakness=Weakness.TIME,
        text=f"INSERT {{ ?s0 ?p1 ?o2 . ?s3 ?p4 ?o5 }} WHERE {{ {CROSS} }}",
        note="holds the only writer",
    ),
    heavy(
        "insert-random",
        weakness=Weakness.MEMORY,
        text=f"INSERT {{ ?u <a:b> ?n0 }} WHERE {{ {DIGITS} BIND(UUID() AS ?u) }}",
        note="10^12 new triples",
    ),
    heavy(
        "insert-blank-nodes",
        weakness=Weakness.BLANK_NODES,
        text=f"INSERT {{ [] <a:b> [ <a:c> ( ?n0 ?n1 ) ] }} WHERE {{ {DIGITS} }}",
    ),
    heavy(
        "delete-cross-product",
        weakness=Weakness.TIME,
        text=f"DELETE {{ ?s0 ?p0 ?o7 }} WHERE {{ {CROSS} }}",
    ),
    heavy(
        "operations-by-the-thousand",
        weakness=Weakness.PARSER,
        text="INSERT DATA { <a:a> <a:b> 1 } ; DELETE DATA { <a:a> <a:b> 1 } ; " * 1_400,
        with_token=ANY,
    ),
    heavy(
        "insert-data-nested",
        weakness=Weakness.NATIVE_STACK,
        text="INSERT DATA { <a:a> <a:b> "
        + "<<( <a:a> <a:b> " * 4_000
        + "1"
        + " )>>" * 4_000
        + " }",
        with_token=REFUSED,
    ),
    heavy(
        "where-nested",
        weakness=Weakness.NATIVE_STACK,
        text="DELETE {} INSERT {} WHERE " + "{ FILTER EXISTS " * 900 + "{}" + "}" * 900,
        with_token=REFUSED,
    ),
]

UPDATES = CALLS + FILES + WRITES + HEAVY
