from __future__ import annotations

import json

import pytest

from kg.errors import InputError, NotAcceptableError
from kg.sparql.formats import FORMATS, GRAPHS, RESULTS, media_type, negotiate
from kg.sparql.service import answer
from kg.store.interface import Dataset


def rows(answered) -> list[dict[str, str]]:
    found = json.loads(b"".join(answered.stream))["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


# --- formats


@pytest.mark.parametrize(
    ("accept", "form", "answered"),
    [
        (None, "SELECT", "application/sparql-results+json"),
        ("", "ASK", "application/sparql-results+json"),
        ("*/*", "SELECT", "application/sparql-results+json"),
        ("*/*", "CONSTRUCT", "text/turtle"),
        ("text/csv", "SELECT", "text/csv"),
        ("application/json", "SELECT", "application/sparql-results+json"),
        ("application/json", "DESCRIBE", "application/ld+json"),
        ("application/xml;q=0.5, text/csv;q=0.4", "SELECT", "application/sparql-results+xml"),
        ("text/html, application/xml;q=0.9", "CONSTRUCT", "application/rdf+xml"),
        ("text/*", "SELECT", "text/csv"),
        ("application/n-triples, text/turtle;q=0.9", "CONSTRUCT", "application/n-triples"),
        ("text/csv;q=0, */*;q=0.1", "SELECT", "application/sparql-results+json"),
        ("text/turtle, application/sparql-results+xml", "SELECT", "application/sparql-results+xml"),
        ("text/plain", "CONSTRUCT", "application/n-triples"),
    ],
)
def test_the_accept_header_chooses_the_format(accept, form, answered):
    assert negotiate(accept, form) == answered


@pytest.mark.parametrize(
    ("accept", "form"), [("image/png", "SELECT"), ("text/csv", "CONSTRUCT"), ("text/turtle", "ASK")]
)
def test_what_cannot_be_had_is_not_acceptable_and_the_hint_says_what_can(accept, form):
    with pytest.raises(NotAcceptableError) as caught:
        negotiate(accept, form)
    assert FORMATS[form][0].media_type in caught.value.hint


@pytest.mark.parametrize(("form", "article"), [("ASK", "an"), ("SELECT", "a")])
def test_a_form_has_its_article(form, article):
    with pytest.raises(InputError, match=f"^{article} {form} has no form ttl"):
        media_type("ttl", form)
    with pytest.raises(NotAcceptableError, match=f"^{article} {form} cannot"):
        negotiate("image/png", form)


def test_a_format_has_a_short_name_per_form():
    assert media_type("xml", "SELECT") == "application/sparql-results+xml"
    assert media_type("ttl", "DESCRIBE") == "text/turtle"
    with pytest.raises(InputError, match="SELECT has no form ttl"):
        media_type("ttl", "SELECT")


@pytest.mark.parametrize("fmt", RESULTS, ids=lambda fmt: fmt.name)
@pytest.mark.parametrize("text", ["SELECT * { ?s ?p ?o }", "ASK {}"])
def test_solutions_are_served_in_each_of_their_formats(store, text, fmt):
    answered = answer(store, text, accept=fmt.media_type)
    assert answered.stream.media_type.split(";")[0] == fmt.media_type
    assert b"".join(answered.stream)


@pytest.mark.parametrize("fmt", GRAPHS, ids=lambda fmt: fmt.name)
@pytest.mark.parametrize("text", ["CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE claim:000-1-2"])
def test_graphs_are_served_in_each_of_their_formats(store, text, fmt):
    answered = answer(store, text, accept=fmt.media_type)
    assert answered.stream.media_type.split(";")[0] == fmt.media_type
    assert b"Two, " in b"".join(answered.stream)


# --- datasets


def test_a_triple_of_two_from_graphs_is_answered_once(store):
    text = "SELECT * FROM graph:curated FROM graph:imported { ?c a ckg:Claim }"
    assert len(rows(answer(store, text))) == 2


@pytest.mark.parametrize(
    ("clauses", "default", "named"),
    [
        ("FROM graph:imported", {"Claim", "State"}, set()),
        ("FROM NAMED graph:curated", set(), {"curated"}),
        ("FROM graph:imported FROM NAMED graph:curated", {"Claim", "State"}, {"curated"}),
        ("FROM <graph/imported>", {"Claim", "State"}, set()),
        ("FROM <http://example.org/none>", set(), set()),
    ],
)
def test_from_and_from_named_make_the_dataset(store, clauses, default, named):
    text = f"SELECT DISTINCT ?t {clauses} WHERE {{ ?x a ?t FILTER(?t != owl:Class) }}"
    assert {row["t"].rpartition("#")[2] for row in rows(answer(store, text))} == default
    text = f"SELECT DISTINCT ?g {clauses} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert {row["g"].rpartition("/")[2] for row in rows(answer(store, text))} == named


def test_from_knows_the_prefixes_and_the_base_of_the_query(store):
    text = "BASE <https://w3id.org/conflict-kg/graph/> PREFIX g: <> ASK FROM g:curated { ?s a ?o }"
    assert b"true" in b"".join(answer(store, text).stream)
    text = "BASE <https://w3id.org/conflict-kg/id/> ASK FROM <../graph/none> { ?s a ?o }"
    assert b"false" in b"".join(answer(store, text).stream)


def test_a_dataset_that_is_handed_in_wins_over_from(store, graph):
    text = "SELECT * FROM graph:curated { ?x a ckg:State }"
    assert rows(answer(store, text)) == []
    assert len(rows(answer(store, text, dataset=Dataset(default=(graph("imported"),))))) == 1


# --- warnings


def warned(store, text: str) -> list[str]:
    return [str(warning) for warning in answer(store, text).warnings]


@pytest.mark.parametrize(
    ("term", "warning"),
    [
        ("ckg:claiment", "ckg:claiment is not a term of the ontology: did you mean ckg:claimant"),
        ("<ns#claiment>", "ckg:claiment is not a term of the ontology: did you mean ckg:claimant"),
        ("kind:blame", "kind:blame is no concept of kind: did you mean kind:accuse"),
        ("kind:acuse", "kind:acuse is no concept of kind: did you mean kind:accuse"),
        ("mode:zzzzzz", "mode:zzzzzz is no concept of mode"),
    ],
)
def test_an_unknown_term_of_ours_is_a_warning_that_says_what_was_meant(store, term, warning):
    (said,) = warned(store, f"SELECT *\nWHERE {{ ?s ?p {term} . {term} ?q ?r }}")
    assert said.startswith(f"2:15: {warning}")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?c a ckg:Claim ; ckg:claimant ?x ; ckg:mode mode:fact }",
        "SELECT * { ?c dcterms:anything ?x ; schema:else state:b }",
        'SELECT * { ?c rdfs:label "ckg:claiment" } # ckg:claiment',
        "PREFIX ckg: <http://example.org/> SELECT * { ?c ckg:claiment ?x }",
        "PREFIX c: <https://w3id.org/conflict-kg/ns#claim> SELECT * { ?c c:ant ?x }",
    ],
)
def test_what_is_declared_or_not_ours_is_no_warning(store, text):
    assert warned(store, text) == []


def test_more_than_ten_warnings_are_counted(store):
    def unknown(count: int) -> str:
        return "SELECT * {\n" + "".join(f"?s ckg:nope{n} ?o{n} .\n" for n in range(count)) + "}"

    assert len(warned(store, unknown(10))) == 10
    assert warned(store, unknown(11))[-1] == "12:4: 1 more warning, from here on"
    many = warned(store, unknown(60))
    assert (len(many), many[-1]) == (11, "12:4: 50 more warnings, from here on")


def test_a_role_without_standing_is_warned_of(store):
    (said,) = warned(store, "SELECT ?who { ?s ckg:roleAgent ?who }")
    assert said.startswith("1:18: situations are described, not true")
    assert "ckg:standing" in said


@pytest.mark.parametrize("term", ["standing", "claimant", "mode"])
def test_a_role_with_its_standing_or_its_claim_is_no_warning(store, term):
    text = f"SELECT * {{ ?s ckg:roleAgent ?who . ?x ckg:{term} ?y }}"
    assert warned(store, text) == []


def test_an_empty_store_knows_no_terms_and_warns_of_none(tmp_path):
    from kg.store.embedded import EmbeddedStore

    assert warned(EmbeddedStore(tmp_path), "SELECT * { ?s ckg:claiment ?who }") == []
