"""Requests to ``/sparql`` that are out of shape: encodings, types, parameters, addresses."""

from __future__ import annotations

import gzip
import zlib
from functools import partial

from tests.attacks.model import ANY, FORM, HARMLESS, QUERY, REFUSED, STOPPED, Attack, Weakness

ASK = "ASK { ?s ?p ?o }"
ENCODED = "ASK+%7B+%3Fs+%3Fp+%3Fo+%7D"

refused = partial(Attack, weakness=Weakness.HTTP, expect=REFUSED)
odd = partial(Attack, weakness=Weakness.HTTP, expect=HARMLESS)
volume = partial(Attack, weakness=Weakness.VOLUME, expect=REFUSED)


def typed(media_type: str, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (("Content-Type", media_type), *more)


def gzip_bomb() -> bytes:
    """A gigabyte of spaces: members one after the other cost nothing to make."""
    return gzip.compress(ASK.encode(), mtime=0) + gzip.compress(b" " * 10_000_000, mtime=0) * 100


def gzip_in_gzip() -> bytes:
    return gzip.compress(gzip_bomb(), mtime=0)


ENCODINGS = [
    refused("nul-in-a-keyword", text="AS\0K { ?s ?p ?o }"),
    odd("nul-in-a-string", text='ASK { ?s ?p "a\0b" }'),
    odd("nul-escaped", text=r'ASK { ?s ?p "a\u0000b" }'),
    odd("control-characters", text='ASK { ?s ?p "\x01\x08\x0b\x0c\x1b[2J\x7f\x9b" }'),
    refused("control-characters-in-an-iri", text="ASK { ?s ?p <http://x.example/\x01\x1b> }"),
    odd("line-feeds-for-the-log", text="ASK { } # \r\n127.0.0.1 - - GET / 200 \x1b]0;x\x07"),
    refused("invalid-utf-8", text=b'ASK { ?s ?p "\xff\xfe\xc0\xaf" }'),
    refused("utf-8-cut-off", text=b"ASK { ?s ?p ?o } # \xe2\x82"),
    refused(
        "overlong-utf-8", text=b"ASK { ?s ?p ?o \xc1\xbd SERVICE <http://127.0.0.1:{port}/> {} }"
    ),
    refused("surrogates-as-bytes", text=b'ASK { ?s ?p "\xed\xa0\x80\xed\xb0\x80" }'),
    refused("surrogate-escaped", text=r'ASK { ?s ?p "\ud800" }'),
    refused("surrogate-pair-escaped", text=r'ASK { ?s ?p "\uD83D\uDE00" }'),
    refused("escape-beyond-unicode", text=r'ASK { ?s ?p "\UFFFFFFFF" }'),
    odd("byte-order-mark", text=b"\xef\xbb\xbfASK { ?s ?p ?o }"),
    refused("utf-16", text=ASK.encode("utf-16"), headers=typed(QUERY + "; charset=utf-16")),
    odd("charset-utf-7", text=b"ASK +AHsAfQ-", headers=typed(QUERY + "; charset=utf-7")),
    odd("charset-unknown", text=ASK, headers=typed(QUERY + "; charset=no-such-thing")),
    odd("charset-that-is-a-codec", text=ASK, headers=typed(QUERY + "; charset=zlib_codec")),
    odd("bidi-controls", text="ASK { ?s ?p '\u202e\u2066' } # \u202e } o? p? s? {"),
    refused("invalid-percent-encoding", text="query=%ff%fe%80", headers=typed(FORM)),
    refused("percent-nul", text=None, params=(("query", "\0"),)),
]

SHAPES = [
    refused("empty-body", text=""),
    odd("no-parameters", text=None),
    refused("type-missing", text=ASK, headers=typed("")),
    refused("type-unknown", text=ASK, headers=typed("application/x-python-serialize")),
    refused("type-json", text='{"query": "ASK {}"}', headers=typed("application/json")),
    refused(
        "type-multipart",
        text="--x\r\nContent-Disposition: form-data; name=query\r\n\r\nASK {}",
        headers=typed("multipart/form-data; boundary=x"),
    ),
    refused(
        "type-multipart-many-parts",
        headers=typed("multipart/form-data; boundary=x"),
        text=b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 12_000 + b"--x--",
    ),
    refused("query-twice", text=f"query={ENCODED}&query={ENCODED}", headers=typed(FORM)),
    refused("query-in-both-places", text=ASK, params=(("query", ASK),)),
    refused("query-and-update", text=f"query={ENCODED}&update=CLEAR+ALL", headers=typed(FORM)),
    refused("update-in-a-get", text=None, params=(("update", "CLEAR ALL"),)),
    refused("update-as-query", text=None, params=(("query", "CLEAR ALL"),)),
    refused("query-then-update", text="ASK {} ; CLEAR ALL"),
    odd("format-twice", text=ASK, params=(("format", "csv"), ("format", "json"))),
    odd("format-with-line-feeds", text=ASK, params=(("format", "json\r\nX-Evil: 1"),)),
    odd(
        "accept-with-a-thousand-types",
        text=ASK,
        headers=typed(
            QUERY, ("Accept", ",".join(f"a{n}/b;q=0.{n}" for n in range(1_000)) + ",*/*")
        ),
    ),
    odd("accept-out-of-shape", text=ASK, headers=typed(QUERY, ("Accept", ";;q==,/,*/,;q=nan"))),
    odd(
        "etag-of-a-thousand",
        text=None,
        params=(("query", ASK),),
        headers=(("If-None-Match", ",".join(f'"{n}"' for n in range(5_000))),),
    ),
    odd(
        "forwarded-for-anybody",
        text=ASK,
        headers=typed(
            QUERY,
            ("X-Forwarded-For", "127.0.0.1, ::1"),
            ("X-Forwarded-Host", "evil.example"),
            ("Forwarded", "for=127.0.0.1;host=evil.example"),
        ),
        note="must not lift a limit, nor appear in links",
    ),
    odd(
        "method-override",
        text=None,
        params=(("query", ASK), ("_method", "DELETE")),
        headers=(("X-HTTP-Method-Override", "DELETE"),),
    ),
    odd("scheme-in-a-graph-name", text=ASK, params=(("default-graph-uri", "javascript:alert(1)"),)),
    refused("graph-name-that-is-none", text=ASK, params=(("default-graph-uri", "not an iri <>"),)),
    odd(
        "graph-names-by-the-thousand",
        text=ASK,
        headers=(),
        params=tuple(("named-graph-uri", f"g:{n}") for n in range(4_000)),
    ),
    odd(
        "parameters-by-the-thousand",
        text=lambda: f"query={ENCODED}&" + "&".join(f"a{n}=1" for n in range(50_000)),
        headers=typed(FORM),
    ),
    odd(
        "markup-in-an-error",
        text="SELECT <script>alert(1)</script>",
        expect=REFUSED,
        headers=typed(QUERY, ("Accept", "text/html")),
        never=b"<script>alert(1)",
    ),
    odd(
        "markup-in-a-value",
        text='SELECT ("</td><script>alert(1)</script>" AS ?x) {}',
        headers=typed(QUERY, ("Accept", "text/html")),
        never=b"<script>alert(1)",
    ),
    odd(
        "formula-in-csv",
        text="""SELECT ("=cmd|' /C calc'!A0" AS ?x) {}""",
        params=(("format", "csv"),),
        note="left as it is: CSV answers carry values unchanged",
    ),
]

VOLUMES = [
    volume("address-of-a-megabyte", text=None, params=(("query", ASK + " #" + "x" * 1_000_000),)),
    volume("body-of-two-megabytes", text=lambda: ASK + " " * 2_000_000),
    volume(
        "form-of-two-megabytes",
        text=lambda: f"query={ENCODED}&x=" + "y" * 2_000_000,
        headers=typed(FORM),
        expect=HARMLESS,
        note="a form may hold an update, which may be long; other fields are passed over",
    ),
    volume("body-below-a-megabyte", text=lambda: ASK + " " * 999_000),
    volume(
        "gzip",
        text=gzip.compress(ASK.encode(), mtime=0),
        expect=HARMLESS,
        headers=typed(QUERY, ("Content-Encoding", "gzip")),
    ),
    volume(
        "gzip-bomb",
        text=gzip_bomb,
        headers=typed(QUERY, ("Content-Encoding", "gzip")),
        expect=STOPPED,
        note="a gigabyte in a megabyte",
    ),
    volume(
        "gzip-in-gzip",
        text=gzip_in_gzip,
        expect=STOPPED,
        headers=typed(QUERY, ("Content-Encoding", "gzip, gzip")),
    ),
    volume(
        "deflate-bomb",
        text=lambda: zlib.compress(b" " * 50_000_000),
        expect=STOPPED,
        headers=typed(QUERY, ("Content-Encoding", "deflate")),
    ),
    volume(
        "encoding-unknown",
        text=ASK,
        expect=ANY,
        headers=typed(QUERY, ("Content-Encoding", "br, x-no-such-thing")),
    ),
]
