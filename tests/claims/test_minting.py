import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD

from kg.claims.minting import estimate_iri, membership_iri, proposition_iri, time_iri
from kg.namespaces import CKG, PREFIXES, iri

LARK = iri("person", "ada-lark")
FAIR = iri("event", "harbour-fair")
COUNCIL = iri("organisation", "harbour-council")
CHAIR = iri("post", "chair-of-the-harbour-council")


def test_a_proposition_is_named_by_the_digest_of_its_three_terms_one_a_line():
    lines = f"<{FAIR}>\n<{CKG.hostedBy}>\n<{LARK}>"
    digest = hashlib.sha256(lines.encode()).hexdigest()
    assert proposition_iri(FAIR, CKG.hostedBy, LARK) == iri("proposition", digest[:12])


def test_swapping_subject_and_object_gives_another_proposition():
    assert proposition_iri(FAIR, CKG.near, LARK) != proposition_iri(LARK, CKG.near, FAIR)


def test_a_literal_counts_with_its_language_whatever_the_case_of_the_tag():
    english = proposition_iri(FAIR, CKG.near, Literal("quay", lang="en"))
    assert english == proposition_iri(FAIR, CKG.near, Literal("quay", lang="EN"))
    assert english != proposition_iri(FAIR, CKG.near, Literal("quay"))


def test_a_plain_literal_and_an_xsd_string_are_one_value():
    plain, typed = Literal("a\nb"), Literal("a\nb", datatype=XSD.string)
    assert proposition_iri(FAIR, CKG.near, plain) == proposition_iri(FAIR, CKG.near, typed)


def test_a_blank_node_cannot_be_part_of_a_computed_name():
    with pytest.raises(ValueError, match="only IRIs and literals"):
        proposition_iri(FAIR, CKG.near, BNode())


def test_an_absent_value_of_a_membership_keeps_its_place():
    period = time_iri("2010/2013")
    assert membership_iri(LARK, CHAIR, None, period) != membership_iri(LARK, None, CHAIR, period)
    lines = f"<{LARK}>\n<{CHAIR}>\n\n<{period}>"
    digest = hashlib.sha256(lines.encode()).hexdigest()
    assert membership_iri(LARK, CHAIR, None, period) == iri("membership", digest[:12])


def test_a_number_means_something_else_in_another_place_of_an_estimate():
    assert len({estimate_iri(low=7), estimate_iri(best=7), estimate_iri(high=7)}) == 3


def test_an_estimate_is_named_by_six_values_and_its_unit_only_where_it_has_one():
    around = iri("place", "harbour")
    integer = f'"30"^^<{XSD.integer}>'
    lines = f"\n{integer}\n\n\n\n<{around}>"
    digest = hashlib.sha256(lines.encode()).hexdigest()
    assert estimate_iri(best=30, scope=around) == iri("estimate", digest[:12])
    with_unit = estimate_iri(best=30, scope=around, unit=URIRef("http://example.org/month"))
    assert with_unit != estimate_iri(best=30, scope=around)


def test_zero_is_not_an_absent_number():
    assert estimate_iri(best=0) != estimate_iri()


@pytest.mark.parametrize(
    ("edtf", "slug"),
    [
        ("2023-04-11", "2023-04-11"),
        ("2010/2013", "2010/2013"),
        ("1994~", "1994~"),
        ("199X", "199X"),
        ("1994?", "1994%3F"),
        ("1994%", "1994%25"),
        ("../2020", "until-2020"),
        ("1991-09/..", "since-1991-09"),
    ],
)
def test_a_time_is_named_by_its_expression(edtf, slug):
    assert time_iri(edtf) == iri("time", slug)


YEARS = st.integers(1000, 2999).map(str)
TIMES = st.one_of(
    YEARS,
    st.tuples(YEARS, st.sampled_from("~?%")).map("".join),
    st.tuples(st.one_of(YEARS, st.just("..")), YEARS).map("/".join),
    st.tuples(YEARS, st.just("..")).map("/".join),
)


@given(TIMES, TIMES)
def test_different_times_have_different_names_without_dot_segments(one, other):
    assert (time_iri(one) == time_iri(other)) == (one == other)
    path = time_iri(one).removeprefix(PREFIXES["time"])
    assert ".." not in path.split("/")
    assert "?" not in path
