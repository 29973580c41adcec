"""Nodes as people write and read them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.claims.names import label, node, prefixed
from kg.errors import InputError

from .world import store_of

MIRA = ox.NamedNode("https://w3id.org/conflict-kg/id/person/mira")


@pytest.mark.parametrize("text", ["person:mira", MIRA.value, f"<{MIRA.value}>"])
def test_a_node_is_written_as_a_prefixed_name_or_an_iri(text: str) -> None:
    assert node(text) == MIRA


def test_a_slash_in_a_prefixed_name_needs_no_escape() -> None:
    assert node("time:2010/2013").value == "https://w3id.org/conflict-kg/id/time/2010/2013"


@pytest.mark.parametrize("text", ["mira", "nobody:mira", "", "https://no spaces"])
def test_what_is_neither_a_prefixed_name_nor_an_iri_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        node(text)


def test_a_node_is_shown_by_its_prefixed_name_and_a_literal_as_in_turtle() -> None:
    assert prefixed(MIRA) == "person:mira"
    assert prefixed(ox.Literal("a", language="en")) == '"a"@en'


def test_the_english_label_comes_first() -> None:
    store = ox.Store()
    rdfs_label = node("rdfs:label")
    for text, language in (("Aaa", "az"), ("Mira", "en"), ("Zzz", "ru")):
        store.add(ox.Quad(MIRA, rdfs_label, ox.Literal(text, language=language)))
    assert label(store, MIRA) == "Mira"
    assert label(store_of(), node("person:nobody")) is None
