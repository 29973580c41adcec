"""Queries that make the server call somebody, or read a file of its own."""

from __future__ import annotations

from functools import partial

from tests.attacks.model import FORM, HARMLESS, REFUSED, Attack, Weakness

LISTENER = "<http://127.0.0.1:{port}/sparql>"
PASSWD = b"root:x:0:0"

call = partial(Attack, weakness=Weakness.CALLS_OTHERS, expect=REFUSED)
harmless_call = partial(Attack, weakness=Weakness.CALLS_OTHERS, expect=HARMLESS)
file = partial(Attack, weakness=Weakness.LOCAL_FILES, expect=HARMLESS, never=PASSWD)


def service(before: str, after: str, endpoint: str = LISTENER) -> str:
    return f"{before} SERVICE {endpoint} {{ ?s ?p ?o }} {after}"


def thousand_silent_services() -> str:
    return "SELECT * { " + "SERVICE SILENT <http://127.0.0.1:{port}/> { ?s ?p ?o } " * 1000 + "}"


CALLS = [
    call("service", text=service("SELECT * {", "}")),
    call("service-silent", text=f"SELECT * {{ SERVICE SILENT {LISTENER} {{ ?s ?p ?o }} }}"),
    call(
        "service-escaped-keyword",
        text=rf"SELECT * {{ \u0053\u0045RVICE {LISTENER} {{ ?s ?p ?o }} }}",
        note="escapes of code points are read before words are",
    ),
    call(
        "service-escaped-long",
        text=rf"SELECT * {{ SERVI\U00000043E {LISTENER} {{ ?s ?p ?o }} }}",
    ),
    call(
        "service-escaped-comment-end",
        text=rf"SELECT * {{ # harmless \u000A SERVICE {LISTENER} {{ ?s ?p ?o }} }}",
        note="the escape may end the comment",
        expect=HARMLESS,
    ),
    call(
        "service-escaped-bracket",
        text=rf"SELECT * {{ ?s ?p ?o \u007D \u007B SERVICE {LISTENER} {{ ?s ?p ?o }} }}",
    ),
    call("service-mixed-case", text=f"sElEcT*{{sErViCe{LISTENER}{{?s?p?o}}}}"),
    call(
        "service-between-comments",
        text=f"SELECT * {{ SERVICE#{{\n#}}\r\n{LISTENER}#x\n{{ ?s ?p ?o }} }}",
    ),
    call(
        "service-after-carriage-return",
        text=f"SELECT * {{ # no line feed \r SERVICE {LISTENER} {{ ?s ?p ?o }} }}",
    ),
    call(
        "service-as-prefix-of-itself",
        text="PREFIX service: <http://127.0.0.1:{port}/> "
        "SELECT * { service:a service:b ?o . SERVICE service: { ?s ?p ?o } }",
    ),
    harmless_call(
        "prefix-named-service",
        text="PREFIX service: <http://127.0.0.1:{port}/> SELECT * { service:a service:b ?o }",
        note="no SERVICE in it: must not be mistaken for one, nor call",
    ),
    harmless_call(
        "service-in-a-string",
        text='ASK { ?s ?p "SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o }" }',
    ),
    call(
        "service-after-a-string-with-a-quote",
        text=service("SELECT * { BIND('''\\''' # ''' AS ?x)", "}"),
    ),
    call(
        "service-after-an-iri-with-a-hash",
        text=service("SELECT * { ?a <http://x.example/#a> ?b .", "}"),
    ),
    call(
        "service-after-a-comparison",
        text=service("SELECT * { ?a ?b ?c FILTER(?a<?b#>\n)", "}"),
        note="not an IRI: the hash begins a comment",
    ),
    call(
        "service-variable",
        text=service("SELECT * { BIND(<http://127.0.0.1:{port}/> AS ?e)", "}", "?e"),
    ),
    call(
        "service-values",
        text=service("SELECT * { VALUES ?e { <http://127.0.0.1:{port}/> }", "}", "?e"),
    ),
    call(
        "service-values-after",
        text=service("SELECT * {", "} VALUES ?e { <http://127.0.0.1:{port}/> }", "$e"),
    ),
    call(
        "service-computed",
        text=service(
            'SELECT * { BIND(IRI(CONCAT("ht", "tp://127.0.0.1:{port}/")) AS ?e)', "}", "?e"
        ),
    ),
    call(
        "service-relative-to-base",
        text=service("BASE <http://127.0.0.1:{port}/> SELECT * {", "}", "<sparql>"),
    ),
    call("service-in-subselect", text=service("SELECT * { { SELECT * { {", "} } } }")),
    call("service-in-exists", text=service("ASK { ?s ?p ?o FILTER EXISTS {", "} }")),
    call(
        "service-in-not-exists-in-bind",
        text=service("SELECT * { BIND(NOT EXISTS {", "} AS ?x) }"),
    ),
    call(
        "service-in-having",
        text=service("SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING(EXISTS {", "})"),
    ),
    call(
        "service-in-order-by",
        text=service("SELECT ?s { ?s ?p ?o } ORDER BY DESC(EXISTS {", "})"),
    ),
    call(
        "service-in-projection",
        text=service("SELECT (IF(EXISTS {", "}, 1, 2) AS ?x) { ?s ?p ?o }"),
    ),
    call("service-in-optional-minus", text=service("SELECT * { OPTIONAL { MINUS {", "} } }")),
    call("service-in-union-graph", text=service("SELECT * { {} UNION { GRAPH ?g {", "} } }")),
    call("service-in-construct", text=service("CONSTRUCT { ?s ?p ?o } WHERE {", "}")),
    call("service-in-describe", text=service("DESCRIBE ?s WHERE {", "}")),
    call(
        "service-for-itself",
        text=service("SELECT * {", "}", "<http://localhost:{port}/sparql>"),
        note="a server that asks itself exhausts itself",
    ),
    call(
        "service-other-schemes",
        text="SELECT * { SERVICE SILENT <ftp://127.0.0.1:{port}/> {} "
        "SERVICE SILENT <gopher://127.0.0.1:{port}/_x> {} }",
    ),
    call(
        "service-disguised-addresses",
        text="SELECT * { "
        + "".join(
            f"SERVICE SILENT <http://{host}:{{port}}/> {{ ?s ?p ?o }} "
            for host in (
                "2130706433",
                "0x7f.1",
                "0177.0.0.1",
                "[::1]",
                "[::ffff:127.0.0.1]",
                "0",
                "localhost",
                "127.1",
                "user:word@127.0.0.1",
            )
        )
        + "}",
        note="loopback under other names",
    ),
    call(
        "service-beyond-this-machine",
        text=service("SELECT * {", "}", "<http://192.0.2.1/latest/meta-data/>"),
        note="stands for an inner network; the address is reserved for documentation",
    ),
    call("service-a-thousand-times", text=thousand_silent_services),
    call(
        "service-in-a-form",
        text="query=SELECT+*+%7B+SERV%49CE+%3Chttp%3A%2F%2F127.0.0.1%3A{port}%2F%3E+%7B%7D+%7D",
        headers=(("Content-Type", FORM),),
    ),
    call(
        "service-in-the-address",
        text=None,
        params=(("query", "SELECT * { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }"),),
    ),
    harmless_call(
        "from-http",
        text="SELECT * FROM <http://127.0.0.1:{port}/data.ttl> { ?s ?p ?o }",
        note="the name of a graph, not a place to read",
    ),
    harmless_call(
        "from-named-http",
        text="SELECT * FROM NAMED <http://127.0.0.1:{port}/d> { GRAPH ?g { ?s ?p ?o } }",
    ),
    harmless_call(
        "default-graph-uri-http",
        text="SELECT * { ?s ?p ?o }",
        params=(("default-graph-uri", "http://127.0.0.1:{port}/data.ttl"),),
    ),
    harmless_call(
        "describe-http",
        text="DESCRIBE <http://127.0.0.1:{port}/thing>",
        note="nothing is looked up elsewhere",
    ),
    harmless_call(
        "custom-function-with-an-address",
        text="SELECT (<http://127.0.0.1:{port}/f>(1) AS ?x) {}",
    ),
    call(
        "load-in-a-query",
        text="LOAD <http://127.0.0.1:{port}/data.ttl>",
        note="an update where a query is asked for",
    ),
]

FILES = [
    file("from-file", text="SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"),
    file("from-file-localhost", text="SELECT * FROM <file://localhost/etc/passwd> { ?s ?p ?o }"),
    file(
        "from-named-file",
        text="SELECT * FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }",
    ),
    file("graph-file", text="SELECT * { GRAPH <file:///etc/passwd> { ?s ?p ?o } }"),
    file(
        "base-file",
        text="BASE <file:///etc/> CONSTRUCT { ?s ?p ?o } FROM <passwd> WHERE { ?s ?p ?o }",
    ),
    file(
        "default-graph-uri-file",
        text="SELECT * { ?s ?p ?o }",
        params=(("default-graph-uri", "file:///etc/passwd"),),
    ),
    file(
        "service-file",
        text="SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }",
        expect=REFUSED,
    ),
    file("describe-file", text="DESCRIBE <file:///etc/passwd>"),
    file(
        "format-that-is-a-path",
        text="SELECT * { ?s ?p ?o } LIMIT 1",
        params=(("format", "../../../../etc/passwd"),),
    ),
]
