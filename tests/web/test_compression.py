"""Answers in gzip: for those who accept it, and while they are made."""

from __future__ import annotations

import gzip
import zlib

import pytest
from flask.testing import FlaskClient
from tests.web.test_streaming import Slow, SlowStore, slow  # noqa: F401 - a fixture
from werkzeug.test import TestResponse

from kg.errors import StoreError
from kg.web import create_app

ALL = "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"
GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def ask(client: FlaskClient, headers: dict[str, str], query: str = ALL) -> TestResponse:
    return client.get("/sparql", query_string={"query": query, "format": "csv"}, headers=headers)


def test_a_long_answer_is_compressed_for_those_who_accept_it(client: FlaskClient) -> None:
    plain, packed = ask(client, {}), ask(client, GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize(
    "accepted", ["identity", "br", "gzip;q=0", "*;q=0", "gzip;q=0.1, identity"]
)
def test_who_prefers_another_coding_is_sent_the_bytes_as_they_are(
    client: FlaskClient, accepted: str
) -> None:
    assert "Content-Encoding" not in ask(client, {"Accept-Encoding": accepted}).headers


def test_caches_are_told_on_what_an_answer_depends(client: FlaskClient) -> None:
    for headers in ({}, GZIP):
        assert ask(client, headers).headers["Vary"] == "Accept, Accept-Encoding"


def test_a_short_answer_is_not_compressed(client: FlaskClient) -> None:
    assert "Content-Encoding" not in ask(client, GZIP, "ASK {}").headers


def test_both_codings_have_tags_of_their_own_and_either_is_known_again(
    client: FlaskClient,
) -> None:
    plain, packed = ask(client, {}).headers["ETag"], ask(client, GZIP).headers["ETag"]
    assert plain != packed
    for tag in (plain, packed, f"W/{packed}"):
        again = ask(client, {**GZIP, "If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
    assert ask(client, {**GZIP, "If-None-Match": packed}).headers["ETag"] == packed


def test_the_tag_of_a_compressed_page_is_known_again(client: FlaskClient) -> None:
    tag = client.get("/doc/state/arvonia.ttl", headers=GZIP).headers["ETag"]
    assert tag.endswith('-gzip"')
    again = client.get("/doc/state/arvonia.ttl", headers={**GZIP, "If-None-Match": tag})
    assert again.status_code == 304


def test_an_answer_that_breaks_has_no_end_in_gzip_either(slow: SlowStore) -> None:  # noqa: F811
    slow.stream = Slow(breaks=True)
    response = (
        create_app(slow)
        .test_client()
        .get("/sparql", query_string={"query": ALL}, headers=GZIP, buffered=False)
    )
    chunks: list[bytes] = []
    with pytest.raises(StoreError):
        chunks.extend(response.iter_encoded())
    unpacked = zlib.decompressobj(31)
    assert unpacked.decompress(b"".join(chunks)) == b"xxx"
    assert not unpacked.eof


def test_each_chunk_can_be_read_before_the_next_is_made(slow: SlowStore) -> None:  # noqa: F811
    slow.stream = Slow(breaks=False)
    query = {"query": ALL}
    response = (
        create_app(slow)
        .test_client()
        .get("/sparql", query_string=query, headers=GZIP, buffered=False)
    )
    chunks = iter(response.iter_encoded())
    assert zlib.decompressobj(31).decompress(next(chunks)) == b"x"
    assert slow.stream.read < slow.stream.length
    response.close()
    assert slow.stream.closed
