from __future__ import annotations

import pytest

from kg.errors import QueryError
from kg.sparql.errors import plain, problem
from kg.sparql.grammar import stop
from kg.sparql.lexer import tokens
from kg.sparql.service import answer


def complaint(store, text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        answer(store, text)
    return caught.value


MISTAKES = [
    ("SELECT * { ?s foo:p ?o }", (1, 15), "prefix foo: is not known", "PREFIX foo: <"),
    ("SELECT * {\n ?s evnt:p ?o }", (2, 5), "prefix evnt: is not known", "did you mean event?"),
    ("SELCT * {}", (1, 1), "found SELCT", "did you mean SELECT?"),
    ("SELECT * { OPTINAL { ?s ?p ?o } }", (1, 12), "found OPTINAL", "did you mean OPTIONAL?"),
    ("SELECT * { ?s ?p ?o } ODER BY ?s", (1, 23), "found ODER", "did you mean ORDER?"),
    ("SELECT * { FILTER(?x = ) }", (1, 24), "expected an expression", None),
    ("SELECT * { FILTER(?x == 1) }", (1, 23), "found '='", "single ="),
    ("SELECT * { FILTER(?x AND ?y) }", (1, 22), "found AND", "write &&"),
    ("SELECT * { FILTER(?x or ?y) }", (1, 22), "found or", "write ||"),
    ("SELECT * { FILTER(?x & ?y) }", (1, 22), "single &", "write &&"),
    ("SELECT * { FILTER ?x = 1 }", (1, 19), "found ?x", "FILTER(…)"),
    ("SELECT COUNT(?x) { ?x ?p ?o }", (1, 8), "found COUNT", "(COUNT(…) AS ?name)"),
    ("SELECT (COUNT(?x)) { ?x ?p ?o }", (1, 18), "AS", "(… AS ?name)"),
    ("SELECT ?a, ?b { ?a ?p ?b }", (1, 10), "found ','", "separated by spaces"),
    ("SELECT ?g (COUNT(?x) AS ?n) { ?x a ?g }", (1, 8), "neither grouped", "GROUP BY"),
    ("SELECT * { ?a ?p ?b ?b ?q ?c }", (1, 21), "found ?b", "'.'"),
    ("SELECT * { ?s ?p }", (1, 18), "expected an object", "a subject, a predicate"),
    ("SELECT * { ?s ?p ?o } LIMIT 3 ORDER BY ?s", (1, 31), "found ORDER", "the order is"),
    ("SELECT * { ?s ?p ?o LIMIT 3 }", (1, 21), "found LIMIT", "after the closing }"),
    ("SELECT * { time:2010/2013 ?p ?o }", (1, 21), "found '/'", "time:2010\\/"),
    ("SELECT * { ?s rdfs:label “x” }", (1, 26), "no quotation mark", 'write "'),
    ("SELECT * { ?s rdfs:label 'O'Brien' }", (1, 34), "not closed", "same line"),
    ('SELECT * { ?s rdfs:label """x }', (1, 26), "not closed", '"""'),
    ("SELECT * { ?s ckg:mode fact }", (1, 24), "found fact", "prefix:name"),
    ("SELECT * { ?s ?p ?o", (1, 10), "'{' is never closed", None),
    ("SELECT * { ?s ?p ?o }}", (1, 22), "'}' closes nothing", None),
    ("SELECT * { FILTER(?x }", (1, 22), "where ')' is due", "1:18"),
    ("SELECT * { <http://x y> ?p ?o }", (1, 12), "found '<'", "no spaces"),
    ("SELECT * { BIND(1 AS ?x) BIND(2 AS ?x) }", (1, 36), "new name", "nothing before it"),
    ("SELECT * { _:a ?p ?o OPTIONAL { _:a ?q ?r } }", (1, 33), "blank node label", "variable"),
    ("", (1, 1), "ends too early", None),
    ("ASK { FILTER(ckg:f(1)) }", (1, 14), "no function ckg:f", "GeoSPARQL"),
    (
        "SELECT ?x { BIND(geof:distence(1) AS ?x) }",
        (1, 18),
        "no function",
        "did you mean geof:distance",
    ),
    ("PREFIX g: <http://x/> ASK { FILTER(g:f(1)) }", (None, None), "http://x/f", "GeoSPARQL"),
]


@pytest.mark.parametrize(("text", "place", "message", "hint"), MISTAKES)
def test_a_mistake_is_named_with_its_place_and_its_likely_fix(store, text, place, message, hint):
    error = complaint(store, text)
    assert (error.line, error.column) == place
    assert message in error.message
    assert (hint or "") in (error.hint or "")
    assert (hint is None) == (error.hint is None)


def test_of_two_mistakes_the_first_is_named(store):
    assert complaint(store, "SELECT * { ?s a:b ?o ; }}").column == 25
    assert complaint(store, "SELECT * { ?s a:b ?o FILTER ?o }").column == 15
    assert complaint(store, "SELECT * { ?s ?p ?o FILTER ?o . ?s a:b ?o }").column == 28


def test_a_column_counts_characters_and_not_bytes(store):
    assert complaint(store, "SELECT * { ?ով ?p ?q ) }").column == 22
    assert complaint(store, 'ASK { ?x ?y "Հայաստան😀" ) }').column == 25


def test_plain_text_is_one_line_with_the_hint_and_the_line_of_the_query_with_a_caret(store):
    text = "SELECT *\nWHERE { ?s foo:p ?o }\n"
    assert plain(complaint(store, text), text) == (
        "2:12: the prefix foo: is not known (declare it first: PREFIX foo: <…>)\n"
        "2 | WHERE { ?s foo:p ?o }\n"
        "               ^"
    )


def test_a_caret_stays_within_eighty_columns_of_a_long_line(store):
    text = "SELECT * { " + "?s ?p ?o . " * 30 + "?s foo:p ?o . " + "?s ?p ?o . " * 30 + "}"
    lines = plain(complaint(store, text), text).splitlines()
    assert max(map(len, lines[1:])) <= 80
    assert lines[1][lines[2].index("^") :].startswith("foo:p")


def test_a_problem_document_has_the_same_things_as_members(store):
    text = "SELECT * { ?s foo:p ?o }"
    assert problem(complaint(store, text), text) == {
        "type": "about:blank",
        "title": "The query cannot be answered",
        "status": 400,
        "detail": "the prefix foo: is not known",
        "hint": "declare it first: PREFIX foo: <…>",
        "line": 1,
        "column": 15,
        "excerpt": "1 | SELECT * { ?s foo:p ?o }\n                  ^",
    }


@pytest.mark.parametrize(
    "text",
    [
        "SELECT DISTINCT ?a (COUNT(DISTINCT *) AS ?n) FROM <x> FROM NAMED a:b WHERE { ?a ?b ?c }"
        " GROUP BY ?a (1 + ?b AS ?x) STR(?c) HAVING(?n > 1) ORDER BY DESC(?n) ?a LIMIT 1 OFFSET 2",
        "CONSTRUCT { ?s a [ ckg:x (1 2.0 -3e4 true) ] } WHERE { ?s ^a:b/(c:d|!e:f)* ?o . }",
        "CONSTRUCT FROM <x> WHERE { ?s ?p ?o }",
        "DESCRIBE ?x <y> WHERE { { ?x ?y ?z } UNION { } MINUS { } GRAPH ?g { } }",
        "ASK { ?x a ckg:X ; . VALUES (?a ?b) { (UNDEF 'x'@en) (1 2) } BIND(IF(?a, 1, 2) AS ?c) }",
        "ASK { FILTER NOT EXISTS { } FILTER(?a NOT IN (1, 2) && !BOUND(?b) || ?c * -1 + 2 >= 3) }",
        "SELECT (GROUP_CONCAT(DISTINCT ?a ; SEPARATOR = ', ') AS ?b) { { SELECT * { } } }"
        " VALUES ?x {}",
        "ASK { << ?s ?p ?o ~ _:r >> ?q <<( a:b c:d e:f )>> {| ?x ?y |} . FILTER(a:b(1)) }",
    ],
)
def test_the_grammar_accepts_what_is_a_query(text):
    assert stop(list(tokens(text))) is None
