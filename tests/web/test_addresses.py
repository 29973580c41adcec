"""IRIs of ours and paths of the server are two names of one thing."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from kg.namespaces import BASE, CKG, KINDS
from kg.web.addresses import href, is_web_address, local_path, split_iri, thing_iri


@pytest.mark.parametrize(
    ("iri", "path"),
    [
        (f"{BASE}id/state/arvonia", "/doc/state/arvonia"),
        (f"{BASE}id/time/2010/2013", "/doc/time/2010/2013"),
        (f"{BASE}id/time/1994%3F", "/doc/time/1994%3F"),
        (f"{BASE}vocab/kind/protect", "/vocab/kind/protect"),
        (f"{BASE}vocab/kind", "/vocab/kind"),
        (f"{BASE}ns", "/ns"),
        (str(CKG.claimant), "/ns#claimant"),
        (f"{BASE}graph/consensus", None),
        ("https://example.org/x", None),
    ],
)
def test_an_iri_of_ours_has_a_path(shared_app: Flask, iri: str, path: str | None) -> None:
    with shared_app.test_request_context():
        assert local_path(iri) == path


def test_paths_carry_the_prefix_that_a_proxy_adds(shared_app: Flask) -> None:
    with shared_app.test_request_context(environ_overrides={"SCRIPT_NAME": "/kg"}):
        assert local_path(f"{BASE}id/state/arvonia") == "/kg/doc/state/arvonia"


@given(st.sampled_from(KINDS), st.text("abc/-.~?#% é", min_size=1))
def test_a_slug_survives_the_way_to_its_iri_and_back(kind: str, slug: str) -> None:
    assert split_iri(thing_iri(kind, slug)) == (kind, slug)


@pytest.mark.parametrize(
    "iri", ["javascript:alert(1)", "data:text/html,x", "http:", "https:///x", "http://[", "//x/y"]
)
def test_what_is_no_address_of_the_web_becomes_no_link(shared_app: Flask, iri: str) -> None:
    assert not is_web_address(iri)
    with shared_app.test_request_context():
        assert href(iri) is None
