"""Which clauses are asked, with which text, and which are refused before anybody is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.federation.near import LIMITS, OTHER, REMOTE, Far, replaced, solutions, store

from kg.errors import InputError, QueryError, TooManyError
from kg.federation.endpoints import endpoints
from kg.federation.patience import Patience
from kg.federation.places import Places
from kg.sparql.guard import check
from kg.store.interface import Limits

HERE = store(":a :name 'A' ; :same :x . :b :name 'B' ; :same :y . :c :name 'C'@en .")
THERE = store(":x :born 1900 . :y :born 1950 . :z :born 1950 ; :name 'A', 'C'@en, 'B' .")


@pytest.fixture
def far() -> Far:
    return Far({REMOTE: THERE, OTHER: store("")})


def rows(text: str, far: Far, limits=LIMITS) -> set[frozenset[tuple[str, str]]]:
    found, _ = replaced(f"PREFIX : <http://e/>\nPREFIX r: <https://remote.example/>\n{text}",
                        HERE, far, limits)  # fmt: skip
    return set(solutions(HERE, found.text)[1])


@pytest.mark.parametrize(
    "clause",
    [
        f"SERVICE <{REMOTE}>",
        "service r:sparql",
        "SERV\\u0049CE <https://remote.example/sp\\u0061rql>",
        "\\u0053ERVICE # a comment with SERVICE <http://elsewhere.example/> {\n r:sparql",
        "SERVICE # }\n SILENT <https://remote.example/sparql>",
    ],
)
def test_a_clause_is_recognised_however_it_is_written(clause, far):
    found = rows(f"SELECT ?x {{ {clause} {{ ?x :born 1900 }} }}", far)
    assert found == {frozenset({("x", "<http://e/x>")})}
    assert len(far.asked) == 1


NOT_ASKED = {
    "SELECT * { SERVICE ?where { ?s ?p ?o } }": "1:20: SERVICE ?where is not offered",
    "SELECT * { SERVICE <http://evil.example/> { } }": f"those that are: {OTHER}, {REMOTE}",
    "SELECT * { SERVICE SILENT <http://evil.example/> { } }": "evil.example/ is not asked",
    "SELECT * { SERVICE <REMOTE/> { ?s ?p ?o } }": "is not asked from here",
    "SELECT * { SERVICE @ { SERVICE @ { ?s ?p ?o } } }": "inside of a SERVICE",
    "SELECT * { SERVICE @ { SERV\\u0049CE @ { ?s ?p ?o } } }": "inside of a SERVICE",
    "SELECT * { SERVICE @ { ?s ?p '\\u0027 SERVICE <x> { } #' } }": "SERVICE is not offered",
    "SELECT * { SERVICE @ { ?s ?p ?o } } SERVICE": "expected",
    "SELECT * { SERVICE @ { ?s ?p } }": "expected",
    "SELECT * { SERVICE @ { ?s foo:p ?o } }": "the prefix foo: is not known",
    "SELECT * { ?s ?p ?o trueSERVICE @ { ?s ?p ?o } }": "is not offered",
    "ASK { FILTER EXISTS { SERVICE @ { ?s ?p ?x FILTER(?x = ?o) } } }": "inside of EXISTS",
    "ASK { FILTER EXISTS { OPTIONAL { SERVICE @ { ?s ?p ?x } } } }": "inside of EXISTS",
    "ASK { GRAPH ?g { OPTIONAL { SERVICE @ { ?s ?p ?x } } } }": "inside of GRAPH",
    "ASK { GRAPH <http://e/> { SERVICE @ { ?s ?p ?x } } }": "inside of GRAPH",
    "ASK { ?s ?p ?o LATERAL { SERVICE @ { ?s ?p ?x } } }": "inside of LATERAL",
}


@pytest.mark.parametrize("text", NOT_ASKED)
def test_what_is_not_asked_is_refused_with_its_place_before_anybody_is_asked(text, far):
    with pytest.raises(QueryError) as found:
        replaced(text.replace("@", f"<{REMOTE}>").replace("REMOTE", REMOTE), HERE, far)
    assert NOT_ASKED[text] in str(found.value)
    assert far.asked == []


@pytest.mark.parametrize("text", ["LOAD <http://e/>", "INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }"])
def test_an_update_stays_refused_where_clauses_are_let_through(text):
    with pytest.raises(QueryError, match="is an update, and only queries"):
        check(text, Limits(), service=True)


def test_without_federation_the_word_is_refused_as_ever():
    for text in (f"ASK {{ SERVICE <{REMOTE}> {{ }} }}", "ASK { SERV\\u0049CE <x> { } }"):
        with pytest.raises(QueryError, match="this endpoint asks no other servers"):
            check(text, Limits())


def test_what_is_sent_has_the_prologue_and_the_pattern_and_no_more(far):
    text = f"""BASE <http://e/>
    SELECT ?n {{ ?s <secret> ?n . SERVICE <{REMOTE}> {{ ?z rdfs:label ?m # x
    }} }}"""
    replaced(text, HERE, far)
    assert len(far.asked) == 1
    assert "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>" in far.asked[0]
    assert "BASE <http://e/>" in far.asked[0]
    assert far.asked[0].endswith("SELECT * WHERE { ?z rdfs:label ?m # x\n    }")
    assert "secret" not in far.asked[0]


def test_bindings_of_what_stands_before_are_sent_along(far):
    clause = f"SERVICE <{REMOTE}> {{ ?x :born ?born }}"
    text = f"SELECT ?name ?born {{ ?a :same ?x ; :name ?name {clause} }}"
    found = rows(text, far)
    assert "VALUES (?x) { (<http://e/x>) (<http://e/y>) }" in far.asked[0]
    born = '"{}"^^<http://www.w3.org/2001/XMLSchema#integer>'.format
    assert found == {
        frozenset({("name", '"A"'), ("born", born(1900))}),
        frozenset({("name", '"B"'), ("born", born(1950))}),
    }


def test_filters_that_look_at_these_only_narrow_what_is_sent(far):
    text = f"SELECT * {{ ?a :same ?x ; :name ?n @ SERVICE <{REMOTE}> {{ ?x :born ?b }} }}"
    rows(text.replace("@", "FILTER(?n = 'A')"), far)
    assert "VALUES (?x) { (<http://e/x>) }" in far.asked[0]
    for each in ("FILTER(?n = 'A' && ?b > 1)", "FILTER(RAND() < 2 && ?n = 'A')"):
        far.asked.clear()
        rows(text.replace("@", each), far)
        assert "VALUES (?x) { (<http://e/x>) (<http://e/y>) }" in far.asked[0]


def test_only_terms_that_are_the_same_everywhere_are_sent(far):
    text = f"SELECT * {{ ?a :name ?n SERVICE <{REMOTE}> {{ ?z :name ?n }} }}"
    assert len(rows(text, far)) == 3
    assert "VALUES" not in far.asked[0], "a name has a language"
    far.asked.clear()
    text = f"SELECT * {{ ?a :same ?s ; :name ?n SERVICE <{REMOTE}> {{ ?z :name ?n }} }}"
    assert len(rows(text, far)) == 2
    assert 'VALUES (?n) { ("A") ("B") }' in far.asked[0]


def test_where_nothing_stands_before_nobody_is_asked(far):
    text = f"SELECT * {{ ?a :absent ?x SERVICE <{REMOTE}> {{ ?x :born ?b }} }}"
    assert rows(text, far) == set()
    assert far.asked == []


def test_bindings_go_in_batches_and_too_many_do_not_go():
    here = store("".join(f":p :knows :n{number} .\n" for number in range(250)))
    far = Far({REMOTE: store("".join(f":n{number} :is 'x' .\n" for number in range(0, 500, 2)))})
    text = f"PREFIX : <http://e/> SELECT * {{ :p :knows ?n SERVICE <{REMOTE}> {{ ?n :is ?x }} }}"
    found, _ = replaced(text, here, far)
    assert [asked.count("(<http") for asked in far.asked] == [100, 100, 50]
    assert sum(solutions(here, found.text)[1].values()) == 125
    for few in (replace(LIMITS, service_bindings=249), replace(LIMITS, service_requests=2)):
        far.asked.clear()
        found, _ = replaced(text, here, far, few)
        assert [asked.count("VALUES") for asked in far.asked] == [0]
        assert sum(solutions(here, found.text)[1].values()) == 125


def test_a_query_has_only_so_many_clauses(far):
    text = "SELECT * {" + f" SERVICE <{REMOTE}> {{ ?s ?p ?o }}" * 21 + " }"
    with pytest.raises(QueryError, match="more than 20 SERVICE clauses"):
        replaced(text, HERE, far)
    assert far.asked == []


@pytest.mark.parametrize(
    ("entry", "iri", "private"),
    [
        ("wikidata=https://query.wikidata.org/sparql", "https://query.wikidata.org/sparql", False),
        ("query.wikidata.org/sparql", "https://query.wikidata.org/sparql", False),
        ("http://[::1]:8000/q?a=b allow-private", "http://[::1]:8000/q?a=b", True),
    ],
)
def test_an_endpoint_is_read(entry, iri, private):
    assert [(each.iri, each.private) for each in endpoints([entry])] == [(iri, private)]


@pytest.mark.parametrize(
    "entry",
    ["", "ftp://e/", "https:///x", "https://u:p@e/", "https://e/#x", "https://e:99999/", "https://é/",
     "https://e/ private", "https://e/\r\nX: y", "http://[::1/"],
)  # fmt: skip
def test_what_is_no_endpoint_is_refused(entry):
    with pytest.raises(InputError, match=r"no endpoint|no IRI|cannot be asked"):
        endpoints([entry])


def test_one_client_has_only_so_many_places():
    places = Places(3, each=1, waiting=0)
    with places.taken("a", Patience(5)), places.taken("b", Patience(5)):
        second = places.taken("a", Patience(5))
        with pytest.raises(TooManyError):
            second.__enter__()
    with places.taken("a", Patience(5)):
        pass
