"""Uploads that aim at parsers: entities, contexts from elsewhere, depth."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.attacks.model import ANY, HARMLESS, REFUSED, STOPPED, Upload, Weakness
from tests.attacks.upload_terms import JSONLD, NT, TRIG, TURTLE, XML

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
LISTENER = "http://127.0.0.1:{port}/"
PASSWD = b"root:x:0:0"
TRIPLE = "<a:a> <a:b> <a:c> .\n"

entity = partial(Upload, weakness=Weakness.ENTITIES, media_type=XML, expect=REFUSED, never=PASSWD)
context = partial(Upload, weakness=Weakness.REMOTE_CONTEXT, media_type=JSONLD, expect=REFUSED)
deep = partial(Upload, weakness=Weakness.NATIVE_STACK, expect=ANY)


def xml(doctype: str, value: str = "x", attributes: str = "") -> str:
    return (
        f'{doctype}<r:RDF xmlns:r="{RDF}" xmlns:a="a:" {attributes}>'
        f'<r:Description r:about="a:a"><a:b>{value}</a:b></r:Description></r:RDF>'
    )


def laughs(levels: int, times: int) -> str:
    """Entities each made of ``times`` of the one before."""
    declared = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * times}">' for n in range(levels))
    return xml(f'<!DOCTYPE r [<!ENTITY e0 "lol">{declared}]>', f"&e{levels};")


def nested(
    before: str, opening: str, inner: str, closing: str, after: str = ""
) -> Callable[[], str]:
    return lambda: before + opening * 20_000 + inner + closing * 20_000 + after


ENTITIES = [
    entity("billion-laughs", body=partial(laughs, 9, 10), note="3 GB"),
    entity(
        "quadratic-blowup",
        body=lambda: xml(f'<!DOCTYPE r [<!ENTITY e "{"x" * 100_000}">]>', "&e;" * 50_000),
    ),
    entity(
        "laughs-in-an-attribute",
        body=lambda: laughs(9, 10).replace('r:about="a:a"', 'r:about="a:&e9;"'),
    ),
    entity(
        "entity-of-itself", body=xml('<!DOCTYPE r [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;")
    ),
    entity(
        "parameter-entities",
        body=xml("<!DOCTYPE r [<!ENTITY % a \"<!ENTITY b 'lol'>\"> %a; %a;]>", "&b;"),
    ),
    entity(
        "external-file", body=xml('<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>', "&e;")
    ),
    entity("external-address", body=xml(f'<!DOCTYPE r [<!ENTITY e SYSTEM "{LISTENER}">]>', "&e;")),
    entity("external-subset", body=xml(f'<!DOCTYPE r SYSTEM "{LISTENER}x.dtd">')),
    entity("external-parameter", body=xml(f'<!DOCTYPE r [<!ENTITY % e SYSTEM "{LISTENER}"> %e;]>')),
    entity("doctype-alone", body=xml("<!DOCTYPE r>"), expect=HARMLESS),
    entity(
        "doctype-utf-16",
        body=lambda: ('<?xml version="1.0" encoding="UTF-16"?>' + laughs(9, 10)).encode("utf-16"),
        note="who looks for the bytes of <!DOCTYPE finds none",
    ),
    entity("doctype-utf-16-unmarked", body=lambda: laughs(9, 10).encode("utf-16-be")),
    entity(
        "doctype-utf-7", body=b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE r+AD4-<r/>'
    ),
    entity(
        "doctype-ebcdic",
        body=lambda: ('<?xml version="1.0" encoding="cp037"?>' + laughs(9, 10)).encode("cp037"),
    ),
    entity("doctype-declared-as-turtle", media_type=TURTLE, body=partial(laughs, 9, 10)),
    entity(
        "xinclude",
        expect=HARMLESS,
        body=xml(
            "",
            '<i:include xmlns:i="http://www.w3.org/2001/XInclude" '
            'href="file:///etc/passwd" parse="text"/>',
        ),
    ),
    entity(
        "stylesheet",
        expect=HARMLESS,
        body=xml(f'<?xml-stylesheet type="text/xsl" href="{LISTENER}x.xsl"?>'),
    ),
    entity(
        "attributes-by-the-thousand",
        expect=ANY,
        body=lambda: xml("", attributes=" ".join(f'a:b{n}="{n}"' for n in range(20_000))),
    ),
    entity(
        "namespaces-by-the-thousand",
        expect=ANY,
        body=lambda: xml("", attributes=" ".join(f'xmlns:b{n}="b:"' for n in range(20_000))),
    ),
]

CONTEXTS = [
    context("context-remote", body=f'{{"@context": "{LISTENER}c.jsonld", "@id": "a:a", "b": 1}}'),
    context("context-in-a-list", body=f'{{"@context": [{{"b": "a:b"}}, "{LISTENER}c"], "b": 1}}'),
    context(
        "context-scoped",
        body=f'{{"@context": {{"b": {{"@id": "a:b", "@context": "{LISTENER}c"}}}}, '
        f'"b": {{"b": 1}}}}',
    ),
    context(
        "context-of-a-type",
        body=f'{{"@context": {{"T": {{"@id": "a:T", "@context": "{LISTENER}t"}}}}, '
        f'"@type": "T", "b": 1}}',
    ),
    context(
        "context-imported",
        body=f'{{"@context": {{"@version": 1.1, "@import": "{LISTENER}c"}}, "a:b": 1}}',
    ),
    context(
        "context-nested-node",
        body=f'{{"@id": "a:a", "a:b": {{"@context": "{LISTENER}c", "@id": "a:c", "b": 1}}}}',
    ),
    context(
        "context-relative",
        body=f'[{{"@context": {{"@base": "{LISTENER}"}}, "a:b": {{"@context": '
        f'"c.jsonld", "b": 1}}}}]',
    ),
    context(
        "context-file",
        body='{"@context": "file:///etc/passwd", "@id": "a:a", "b": 1}',
        never=PASSWD,
    ),
    context("context-path", body='{"@context": "/etc/passwd", "@id": "a:a", "b": 1}', never=PASSWD),
    context(
        "context-escaped",
        body=f'{{"\\u0040context": "\\u0068{LISTENER[1:]}c", "@id": "a:a", "b": 1}}',
    ),
    context(
        "context-twice",
        body=f'{{"@context": {{}}, "@context": "{LISTENER}c", "@id": "a:a", "b": 1}}',
        note="parsers take one or the other",
    ),
    context(
        "context-by-header",
        expect=HARMLESS,
        body='{"@id": "a:a", "a:b": 1}',
        headers=(
            ("Link", '<http://127.0.0.1:{port}/c>; rel="http://www.w3.org/ns/json-ld#context"'),
        ),
    ),
    context(
        "context-by-link-header-of-json",
        media_type="application/json",
        body=f'{{"@context": "{LISTENER}c", "b": 1}}',
    ),
    context(
        "context-that-is-itself",
        body='{"@context": {"a": "b:", "b": "a:"}, "@id": "a:a", "a:b": 1}',
        expect=HARMLESS,
    ),
    context(
        "contexts-by-the-thousand",
        expect=ANY,
        body=lambda: (
            '{"@context": ['
            + ",".join(f'{{"t{n}": "a:{n}"}}' for n in range(10_000))
            + '], "t1": 1}'
        ),
    ),
]

NESTED = [
    deep("turtle-collections", media_type=TURTLE, body=nested("<a:a> <a:b> ", "(", "1", ")", " .")),
    deep(
        "turtle-blank-nodes",
        media_type=TURTLE,
        body=nested("<a:a> <a:b> ", "[ <a:b> ", "1", "]", " ."),
    ),
    deep(
        "turtle-unclosed",
        media_type=TURTLE,
        body="<a:a> <a:b> " + "[ <a:b> (" * 90_000,
        expect=STOPPED,
    ),
    deep(
        "turtle-triple-terms",
        media_type=TURTLE,
        body=nested("<a:a> <a:b> ", "<<( <a:a> <a:b> ", "1", " )>>", " ."),
    ),
    deep(
        "turtle-reified-triples",
        media_type=TURTLE,
        body=nested("", "<< ", "<a:a> <a:b> 1", " >> <a:b> 1", " ."),
    ),
    deep(
        "turtle-annotations",
        media_type=TURTLE,
        body=nested("<a:a> <a:b> 1 ", "{| <a:b> 1 ", "", "|}", " ."),
    ),
    deep(
        "ntriples-triple-terms",
        media_type=NT,
        body=nested("<a:a> <a:b> ", "<<( <a:a> <a:b> ", "<a:c>", " )>>", " ."),
    ),
    deep(
        "xml-elements",
        media_type=XML,
        body=lambda: xml("", "<r:Description><a:b>" * 20_000 + "</a:b></r:Description>" * 20_000),
    ),
    deep(
        "xml-literal",
        media_type=XML,
        body=lambda: xml("", "<x>" * 50_000 + "</x>" * 50_000).replace(
            "<a:b>", '<a:b r:parseType="Literal">'
        ),
    ),
    deep("json-lists", media_type=JSONLD, body=nested('{"a:b": ', "[", "1", "]", "}")),
    deep("json-objects", media_type=JSONLD, body=nested("", '{"a:b": ', "1", "}")),
    deep(
        "json-at-lists", media_type=JSONLD, body=nested('{"a:b": ', '{"@list": [', "1", "]}", "}")
    ),
    deep(
        "json-reverse",
        media_type=JSONLD,
        body=nested("", '{"@reverse": {"a:b": ', '{"@id": "a:a"}', "}}"),
    ),
    deep("json-unclosed", media_type=JSONLD, body="[" * 900_000, expect=STOPPED),
    deep("trig-graphs", media_type=TRIG, body=nested("", "<g:g> { ", TRIPLE, "}"), expect=STOPPED),
]
