"""Answers in Brotli and gzip: for those who accept it, and while they are made."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
from flask.testing import FlaskClient
from tests.web.test_streaming import Slow, SlowStore, slow  # noqa: F401 - a fixture
from werkzeug.test import TestResponse

from kg.errors import StoreError
from kg.web import create_app

ALL = "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"
GZIP = {"Accept-Encoding": "gzip, deflate"}
BROTLI = {"Accept-Encoding": "gzip, deflate, br, zstd"}
UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress}


def ask(client: FlaskClient, headers: dict[str, str], query: str = ALL) -> TestResponse:
    return client.get("/sparql", query_string={"query": query, "format": "csv"}, headers=headers)


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("br", "br"),
        ("gzip, deflate, br", "br"),
        ("GZIP, BR", "br"),
        ("br;q=0.9, gzip", "gzip"),
        ("br;q=0.5, gzip;q=0.5, identity;q=0.5", "br"),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("*", "gzip"),
        ("br;q=0.2, *", "gzip"),
    ],
)
def test_a_long_answer_is_compressed_for_those_who_accept_it(
    client: FlaskClient, accepted: str, coding: str
) -> None:
    plain, packed = ask(client, {}), ask(client, {"Accept-Encoding": accepted})
    assert packed.headers["Content-Encoding"] == coding
    assert UNPACK[coding](packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize(
    "accepted", ["identity", "zstd", "gzip;q=0", "*;q=0", "gzip;q=0.1, identity"]
)
def test_who_prefers_another_coding_is_sent_the_bytes_as_they_are(
    client: FlaskClient, accepted: str
) -> None:
    assert "Content-Encoding" not in ask(client, {"Accept-Encoding": accepted}).headers


def test_caches_are_told_on_what_an_answer_depends(client: FlaskClient) -> None:
    for headers in ({}, GZIP, BROTLI):
        assert ask(client, headers).headers["Vary"] == "Accept, Accept-Encoding"


def test_a_short_answer_is_not_compressed(client: FlaskClient) -> None:
    assert "Content-Encoding" not in ask(client, BROTLI, "ASK {}").headers


def test_each_coding_has_a_tag_of_its_own_and_each_is_known_again(client: FlaskClient) -> None:
    tags = [ask(client, headers).headers["ETag"] for headers in ({}, GZIP, BROTLI)]
    assert len(set(tags)) == 3
    for tag in (*tags, f"W/{tags[1]}"):
        again = ask(client, {**BROTLI, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
    for tag in tags:
        assert ask(client, {**GZIP, "If-None-Match": tag}).headers["ETag"] == tag
    assert ask(client, {**BROTLI, "If-None-Match": ", ".join(tags)}).headers["ETag"] == tags[2]


def file(client: FlaskClient, name: str = "site.css", **headers: str) -> TestResponse:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with client.get(f"/static/{name}", headers=sent) as response:
        response.get_data()
        return response


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_files_of_the_pages_are_compressed_and_known_again(
    client: FlaskClient, coding: str
) -> None:
    plain, packed = file(client), file(client, Accept_Encoding=coding)
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert UNPACK[coding](packed.data) == plain.data
    tag = packed.headers["ETag"]
    assert tag.endswith(f'-{coding}"')
    again = file(client, Accept_Encoding=coding, If_None_Match=tag)
    assert (again.status_code, again.headers["ETag"]) == (304, tag)
    part = file(client, Accept_Encoding=coding, Range="bytes=0-1999")
    assert (part.status_code, part.data) == (206, plain.data[:2000])
    assert "Content-Encoding" not in file(client, "icon.svg", Accept_Encoding=coding).headers


def test_the_tag_of_a_compressed_page_is_known_again(client: FlaskClient) -> None:
    tag = client.get("/doc/state/arvonia.ttl", headers=GZIP).headers["ETag"]
    assert tag.endswith('-gzip"')
    again = client.get("/doc/state/arvonia.ttl", headers={**GZIP, "If-None-Match": tag})
    assert again.status_code == 304


def streamed(slow: SlowStore, headers: dict[str, str]) -> TestResponse:  # noqa: F811
    query = {"query": ALL}
    client = create_app(slow).test_client()
    return client.get("/sparql", query_string=query, headers=headers, buffered=False)


def test_an_answer_that_breaks_has_no_end_in_gzip_either(slow: SlowStore) -> None:  # noqa: F811
    slow.stream = Slow(breaks=True)
    response = streamed(slow, GZIP)
    chunks: list[bytes] = []
    with pytest.raises(StoreError):
        chunks.extend(response.iter_encoded())
    unpacked = zlib.decompressobj(31)
    assert unpacked.decompress(b"".join(chunks)) == b"xxx"
    assert not unpacked.eof


def test_an_answer_that_breaks_has_no_end_in_brotli_either(slow: SlowStore) -> None:  # noqa: F811
    slow.stream = Slow(breaks=True)
    chunks: list[bytes] = []
    with pytest.raises(StoreError):
        chunks.extend(streamed(slow, BROTLI).iter_encoded())
    unpacked = brotli.Decompressor()
    assert unpacked.process(b"".join(chunks)) == b"xxx"
    assert not unpacked.is_finished()


@pytest.mark.parametrize(
    ("headers", "unpacked"),
    [
        (GZIP, lambda data: zlib.decompressobj(31).decompress(data)),
        (BROTLI, lambda data: brotli.Decompressor().process(data)),
    ],
)
def test_each_chunk_can_be_read_before_the_next_is_made(
    slow: SlowStore,  # noqa: F811
    headers: dict[str, str],
    unpacked: Callable[[bytes], bytes],
) -> None:
    slow.stream = Slow(breaks=False)
    response = streamed(slow, headers)
    assert unpacked(next(iter(response.iter_encoded()))) == b"x"
    assert slow.stream.read < slow.stream.length
    response.close()
    assert slow.stream.closed
