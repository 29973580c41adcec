"""Uploads that are large, become large, or are out of shape."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from functools import partial

from tests.attacks.model import ANY, HARMLESS, REFUSED, STOPPED, Upload, Weakness
from tests.attacks.upload_terms import JSONLD, NQ, NT, PREFIXES, TURTLE

TRIPLE = "<a:a> <a:b> <a:c> .\n"

volume = partial(Upload, weakness=Weakness.VOLUME, media_type=NT, expect=ANY)
odd = partial(Upload, weakness=Weakness.HTTP, expect=REFUSED)


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("../../x.ttl"), b" " * 1_000_000)
    return file.getvalue()


def gzip_bomb() -> bytes:
    """A gigabyte of line feeds in members that cost nothing to make."""
    return gzip.compress(b"\n" * 10_000_000, mtime=0) * 100


SIZES = [
    volume(
        "triples-below-a-megabyte",
        body=lambda: "".join(f"<a:{n}> <a:b> <a:c> .\n" for n in range(40_000)),
    ),
    volume("triples-by-the-million", body=lambda: TRIPLE * 1_000_000),
    volume(
        "quads-by-the-million",
        media_type=NQ,
        body=lambda: "<a:a> <a:b> <a:c> <g:g> .\n" * 1_000_000,
    ),
    volume(
        "prefixes",
        media_type=TURTLE,
        body=lambda: "".join(f"@prefix p{n}: <p:{n}> .\n" for n in range(30_000)) + TRIPLE,
    ),
    volume(
        "prefix-bomb",
        media_type=TURTLE,
        body=lambda: (
            "@prefix p: <http://x.example/" + "a" * 200_000 + "> .\n" + "p:a p:b p:c .\n" * 20_000
        ),
        note="2 × 10^10 characters of IRIs out of half a megabyte",
    ),
    volume(
        "context-bomb",
        media_type=JSONLD,
        body=lambda: (
            '{"@context": {"@vocab": "http://x.example/'
            + "a" * 200_000
            + '"}'
            + "".join(f', "b{n}": 1' for n in range(30_000))
            + "}"
        ),
    ),
    volume(
        "claims-of-ours",
        media_type=TURTLE,
        body=lambda: PREFIXES + "".join(f"claim:x-{n} a ckg:Claim .\n" for n in range(20_000)),
        note="each breaks many shapes: the report is larger than the upload",
    ),
    volume(
        "one-node-many-labels",
        media_type=TURTLE,
        body=lambda: (
            PREFIXES
            + "claim:x-1 a ckg:Claim ; rdfs:label "
            + ",".join(f'"{n}"@en' for n in range(50_000))
            + " ."
        ),
        note="pairs are compared",
    ),
    volume("comments", media_type=TURTLE, body=lambda: "# nothing\n" * 90_000),
    volume("gzip-bomb", body=gzip_bomb, headers=(("Content-Encoding", "gzip"),), expect=STOPPED),
    volume(
        "gzip-in-gzip",
        body=lambda: gzip.compress(gzip_bomb(), mtime=0),
        headers=(("Content-Encoding", "gzip, gzip"),),
        expect=STOPPED,
    ),
    volume(
        "deflate-bomb",
        body=lambda: zlib.compress(b"\n" * 50_000_000),
        headers=(("Content-Encoding", "deflate"),),
        expect=STOPPED,
    ),
    volume(
        "zip",
        body=zipped,
        media_type="application/zip",
        expect=REFUSED,
        note="with a name that climbs",
    ),
    volume("zip-declared-as-turtle", body=zipped, media_type=TURTLE, expect=REFUSED),
    volume(
        "json-number-of-a-megabyte",
        media_type=JSONLD,
        body=lambda: '{"a:b": ' + "9" * 900_000 + "}",
    ),
    volume(
        "json-numbers-that-are-none",
        media_type=JSONLD,
        weakness=Weakness.LEXICAL,
        body='{"@id": "a:a", "a:b": [NaN, Infinity, -Infinity, 01, 0x10]}',
        expect=REFUSED,
        note="the parser of Python takes the first three",
    ),
    volume(
        "json-number-extreme",
        media_type=JSONLD,
        weakness=Weakness.LEXICAL,
        body='{"@id": "a:a", "a:b": [1e999999, -1e999999, 1e-999999, 1E400]}',
    ),
    volume(
        "json-integer-of-5000-digits",
        media_type=JSONLD,
        weakness=Weakness.LEXICAL,
        body='{"@id": "a:a", "a:b": ' + "9" * 5_000 + "}",
    ),
    volume(
        "json-duplicate-keys",
        media_type=JSONLD,
        weakness=Weakness.PARSER,
        body=lambda: "{" + '"a:b": 1, ' * 50_000 + '"a:b": 2}',
    ),
    volume(
        "json-colliding-keys",
        media_type=JSONLD,
        weakness=Weakness.PARSER,
        body=lambda: "{" + ", ".join(f'"a:b{n}": {{"@id": "a:{n}"}}' for n in range(20_000)) + "}",
    ),
    volume(
        "turtle-string-without-end",
        media_type=TURTLE,
        weakness=Weakness.PARSER,
        body=lambda: '<a:a> <a:b> """' + '""\\"' * 200_000,
        expect=STOPPED,
    ),
]

OUT_OF_SHAPE = [
    odd("empty", media_type=TURTLE, body="", expect=HARMLESS),
    odd("type-missing", media_type=None, body=TRIPLE),
    odd("type-empty", media_type="", body=TRIPLE),
    odd("type-unknown", media_type="application/x-pickle", body=b"\x80\x04cos\nsystem\n."),
    odd("type-wrong", media_type=JSONLD, body=TRIPLE),
    odd(
        "type-with-endless-parameters",
        media_type=TURTLE + ";a=b" * 2_000,
        body=TRIPLE,
        expect=HARMLESS,
    ),
    odd("invalid-utf-8", media_type=TURTLE, body=b'<a:a> <a:b> "\xff\xfe\xc0\xaf" .'),
    odd("surrogates-as-bytes", media_type=NT, body=b'<a:a> <a:b> "\xed\xa0\x80" .'),
    odd("surrogates-escaped", media_type=TURTLE, body=r'<a:a> <a:b> "\ud800" .'),
    odd(
        "surrogates-in-json",
        media_type=JSONLD,
        body=r'{"@id": "a:a", "a:b": "\ud800"}',
        expect=HARMLESS,
    ),
    odd("utf-16", media_type=TURTLE, body=TRIPLE.encode("utf-16")),
    odd("cut-off", media_type=TURTLE, body="<a:a> <a:b> "),
    odd("two-documents-of-json", media_type=JSONLD, body='{"a:b": 1}{"a:b": 2}'),
    odd(
        "multipart",
        media_type="multipart/form-data; boundary=x",
        body='--x\r\nContent-Disposition: form-data; name="f"; filename="../../etc/x.ttl"\r\n\r\n'
        + TRIPLE
        + "\r\n--x--\r\n",
        expect=HARMLESS,
    ),
]
