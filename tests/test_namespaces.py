"""Prefixed names and IRIs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.namespaces import BASE, PREFIXES, compact, expand, iri, split

NAMES = {
    "person:ada": f"{BASE}id/person/ada",
    "ckg:Claim": f"{BASE}ns#Claim",
    "time:2010/2013": f"{BASE}id/time/2010/2013",
    "xsd:date": "http://www.w3.org/2001/XMLSchema#date",
    "owltime:a#b": "http://www.w3.org/2006/time#a#b",
}


@pytest.mark.parametrize(("name", "full"), NAMES.items())
def test_an_iri_and_its_prefixed_name_are_two_ways_of_writing_it(name: str, full: str) -> None:
    assert compact(full) == name
    assert expand(name) == full


@pytest.mark.parametrize(
    "full", ["http://example.org/x", f"{BASE}id/person/", f"{BASE}id/person", f"{BASE}ns#", "urn:x"]
)
def test_an_iri_that_no_prefix_fits_stays_as_it_is(full: str) -> None:
    assert compact(full) == full
    assert split(full) is None


@pytest.mark.parametrize("text", [f"{BASE}id/person/ada", f"<{BASE}id/person/ada>"])
def test_an_iri_means_itself_with_and_without_angle_brackets(text: str) -> None:
    assert expand(text) == str(iri("person", "ada"))


@pytest.mark.parametrize("text", ["ada", "nobody:ada", "person:", "", "person: Ada", "urn:x"])
def test_what_is_neither_a_prefixed_name_nor_an_iri_means_nothing(text: str) -> None:
    assert expand(text) is None


def test_the_escapes_of_turtle_may_be_written() -> None:
    assert expand("time:2010\\/2013") == expand("time:2010/2013")


def test_every_namespace_ends_where_a_local_name_can_begin() -> None:
    assert [prefix for prefix, namespace in PREFIXES.items() if namespace[-1] not in "/#"] == []


@given(st.sampled_from(sorted(PREFIXES)), st.text("ab/#.-é1", min_size=1))
def test_expanding_undoes_compacting(prefix: str, local: str) -> None:
    full = PREFIXES[prefix] + local
    assert expand(compact(full)) == full
