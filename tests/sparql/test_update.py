from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.sparql.plain_target import PlainTarget, shape
from tests.sparql.updates import DATA, HEAD, UPDATES

from kg.errors import QueryError
from kg.namespaces import BASE, PREFIXES
from kg.sparql.updating import run
from kg.store.interface import WHOLE, Dataset, Update

QUADS = list(ox.parse(DATA, format=ox.RdfFormat.TRIG))
EX = "http://example.org/"


def ex(name: str) -> ox.NamedNode:
    return ox.NamedNode(EX + name)


def ours(text: str, quads=QUADS, using: Dataset = WHOLE) -> PlainTarget:
    target = PlainTarget(quads)
    run(Update(text, using), target)
    return target


def theirs(text: str) -> ox.Store:
    store = ox.Store()
    store.extend(QUADS)
    store.update(text, base_iri=BASE, prefixes=PREFIXES)
    return store


def trig(text: str) -> list[ox.Quad]:
    head = f"@prefix ex: <{EX}> . @base <{BASE}> ."
    return list(ox.parse(f"{head} {text}", format=ox.RdfFormat.TRIG))


def complaint(text: str, using: Dataset = WHOLE) -> QueryError:
    target = PlainTarget(QUADS)
    with pytest.raises(QueryError) as caught:
        run(Update(text, using), target)
    assert target.patches == []
    return caught.value


def test_there_are_many_updates_to_compare():
    assert len(set(UPDATES)) == len(UPDATES) > 120


@pytest.mark.parametrize("text", UPDATES)
def test_an_update_changes_what_the_engine_would_change(text):
    assert shape(ours(HEAD + text).store) == shape(theirs(HEAD + text))


@pytest.mark.parametrize(
    "text", [text for text in UPDATES if "[" not in text and "BNODE" not in text]
)
def test_the_outcome_is_isomorphic_as_the_engine_sees_it(text):
    outcomes = [ox.Dataset(ours(HEAD + text).store), ox.Dataset(theirs(HEAD + text))]
    for outcome in outcomes:
        outcome.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert outcomes[0] == outcomes[1]


def test_the_comparison_tells_blank_nodes_apart():
    one = trig("ex:a ex:p _:x . _:x ex:q 1 . ex:b ex:p _:y . _:y ex:q 2 .")
    same = trig("ex:a ex:p _:y . _:y ex:q 1 . ex:b ex:p _:x . _:x ex:q 2 .")
    other = trig("ex:a ex:p _:x . _:x ex:q 2 . ex:b ex:p _:y . _:y ex:q 1 .")
    shared = trig("ex:a ex:p _:x . _:x ex:q 1 , 2 . ex:b ex:p _:x .")
    assert shape(one) == shape(same)
    assert shape(one) != shape(other)
    assert shape(one) != shape(shared)


CONSTANTS = st.sampled_from(["ex:a", "ex:b", "ex:g1", "<rel>", "1", "'x'@en", "2.5"])
VARIABLES = st.sampled_from(["?s", "$p", "?o", "?g", "?x", "?nowhere"])
NODES = st.sampled_from(["_:b", "[]", "[ ex:q ?o ]", "( ?s 1 )", "<<( ?s ?p ?o )>>"])


def triples(objects):
    subjects = st.one_of(VARIABLES, st.sampled_from(["ex:a", "ex:b", "<rel>"]))
    predicates = st.one_of(VARIABLES, st.sampled_from(["ex:p", "a", "ex:q"]))
    return st.tuples(subjects, predicates, objects).map(lambda t: " ".join(t) + " .")


def quads(objects):
    graph = st.sampled_from(["{}", "GRAPH ex:g1 {{ {} }}", "GRAPH ?g {{ {} }}"])
    one = st.tuples(graph, triples(objects)).map(lambda pair: pair[0].format(pair[1]))
    return st.lists(one, min_size=1, max_size=3).map(lambda found: f"{{ {' '.join(found)} }}")


TEMPLATES = quads(st.one_of(CONSTANTS, VARIABLES))
INSERTED = quads(st.one_of(CONSTANTS, VARIABLES, NODES))
PATTERNS = st.lists(
    st.sampled_from(
        [
            "?s ?p ?o .",
            "?s ex:p ?o .",
            "GRAPH ?g { ?s ?p ?o }",
            "GRAPH ex:g1 { ?s ex:p ?o }",
            "OPTIONAL { ?o ex:p ?x }",
            "OPTIONAL { GRAPH ?g { ?o ?q ?x } }",
            "FILTER(!ISBLANK(?o))",
            "FILTER EXISTS { ?s ex:q ?y }",
            "MINUS { ?s ex:name ?y }",
            "{ ?s ex:p ?o } UNION { GRAPH ex:g2 { ?s ex:q ?x } }",
            "VALUES (?s ?g) { (ex:a ex:g1) (ex:b UNDEF) }",
            "{ SELECT ?s (COUNT(*) AS ?x) { ?s ?p ?y } GROUP BY ?s }",
        ]
    ),
    max_size=3,
).map(lambda found: f"{{ {' '.join(found)} }}")
WITH = st.sampled_from(["", "", "WITH ex:g1 ", "WITH ex:new "])
USING = st.sampled_from(
    ["", "", "", "USING ex:g1 ", "USING NAMED ex:g2 ", "USING ex:g1 USING NAMED ex:g2 "]
)
MODIFY = st.one_of(
    st.tuples(WITH, st.just("DELETE "), TEMPLATES, USING, st.just("WHERE "), PATTERNS),
    st.tuples(WITH, st.just("INSERT "), INSERTED, USING, st.just("WHERE "), PATTERNS),
    st.tuples(
        WITH,
        st.just("DELETE "),
        TEMPLATES,
        st.just(" INSERT "),
        INSERTED,
        USING,
        st.just("WHERE "),
        PATTERNS,
    ),
).map("".join)
OPERATIONS = st.one_of(
    MODIFY,
    MODIFY,
    TEMPLATES.map(lambda block: f"DELETE WHERE {block}"),
    st.sampled_from([text for text in UPDATES if text.endswith("}")]),
)


@given(st.lists(OPERATIONS, min_size=1, max_size=3).map(" ;\n".join))
@settings(max_examples=examples(100))
def test_any_update_changes_what_the_engine_would_change(text):
    assert shape(ours(HEAD + text).store) == shape(theirs(HEAD + text))


def test_what_is_deleted_and_inserted_again_stays():
    target = ours(HEAD + "DELETE { ?s ?p ?o } INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert target.patches[-1].removed == ()


def test_each_operation_sees_the_effect_of_those_before_it_and_is_one_patch():
    target = ours(
        f"{HEAD} INSERT {{ ex:n ex:p 1 }} WHERE {{}} ;"
        "DELETE { ex:n ex:p ?o } INSERT { ex:n ex:q ?o } WHERE { ex:n ex:p ?o } ;"
        "CLEAR GRAPH ex:g1"
    )
    assert [(len(patch.added), len(patch.removed)) for patch in target.patches] == [
        (1, 0),
        (1, 1),
        (0, 4),
    ]


def test_data_in_a_row_is_one_patch_in_which_the_last_word_counts():
    target = ours(
        f"{HEAD} INSERT DATA {{ ex:n ex:p 1 , 2 }} ; DELETE DATA {{ ex:n ex:p 1 . ex:a ex:p 1 }} ;"
        "INSERT DATA { ex:a ex:p 1 }"
    )
    (patch,) = target.patches
    assert set(patch.added) == set(trig("ex:n ex:p 2 . ex:a ex:p 1 ."))
    assert set(patch.removed) == set(trig("ex:n ex:p 1 ."))


def test_what_changes_nothing_is_no_patch():
    text = "INSERT DATA {} ; DELETE { ?s ?p ?o } WHERE { ?s ?p ?o . ?s <no> ?x } ; CLEAR GRAPH <n>"
    assert ours(text).patches == []


def test_where_is_evaluated_once_for_all_of_an_operation():
    target = ours(
        f"{HEAD} DELETE {{ ex:n ex:p ?u }} "
        "INSERT { ex:n ex:q ?u . GRAPH ex:g { ex:n ex:q ?u } } WHERE { BIND(UUID() AS ?u) }"
    )
    assert len(target.asked) == 1
    (patch,) = target.patches
    assert len({quad.object for quad in (*patch.added, *patch.removed)}) == 1


def test_no_more_solutions_are_asked_for_than_make_a_difference():
    asked = ours(HEAD + "INSERT { ex:n ex:p 1 } WHERE { ?s ?p ?o }").asked
    assert asked[0][0].endswith("SELECT * WHERE { ?s ?p ?o } LIMIT 1")
    asked = ours(HEAD + "INSERT { ?s ex:p 1 } WHERE { ?s ?p ?o }").asked
    assert "SELECT DISTINCT ?s WHERE" in asked[0][0]


@pytest.mark.parametrize(
    ("text", "inserted"),
    [
        (
            "PREFIX e: <http://1/> INSERT DATA { e:a e:p 1 } ; "
            "PREFIX e: <http://2/> INSERT DATA { e:a e:p 1 } ; INSERT DATA { e:b e:p 1 }",
            "<http://1/a> <http://1/p> 1 . <http://2/a> <http://2/p> 1 . "
            "<http://2/b> <http://2/p> 1 .",
        ),
        (
            "PREFIX e: <http://1/> INSERT DATA { e:a e:p 1 } ; "
            "PREFIX f: <http://2/> INSERT DATA { e:a f:p 1 }",
            "<http://1/a> <http://1/p> 1 . <http://1/a> <http://2/p> 1 .",
        ),
        (
            "BASE <http://1/x/> INSERT DATA { <a> <p> 1 } ; BASE <y/> INSERT DATA { <a> <p> <> }",
            "<http://1/x/a> <http://1/x/p> 1 . <http://1/x/y/a> <http://1/x/y/p> <http://1/x/y/> .",
        ),
        (
            "BASE <http://1/x/> PREFIX e: <../e#> BASE <http://2/> INSERT DATA { e:a <p> 1 }",
            "<http://1/e#a> <http://2/p> 1 .",
        ),
        ("BASE <tag:a:b> INSERT DATA { <c> <tag:p> 1 }", "<tag:c> <tag:p> 1 ."),
        ("INSERT DATA { person:a <p> ckg:b }", "<id/person/a> <p> <ns#b> ."),
        ("PREFIX person: <http://1/> INSERT DATA { person:a <p> 1 }", "<http://1/a> <p> 1 ."),
        (
            "PREFIX : <http://1/> INSERT DATA { :a :p : } ; PREFIX e: <http://2/>",
            "<http://1/a> <http://1/p> <http://1/> .",
        ),
        (
            "VERSION '1.2' PREFIX e: <http://1/> WITH e:g INSERT { e:a e:p 1 } WHERE {}",
            "<http://1/g> { <http://1/a> <http://1/p> 1 }",
        ),
        (r"PREFIX e: <http://1/\u0041> INSERT DATA { e:a <p> 1 }", "<http://1/Aa> <p> 1 ."),
    ],
)
def test_a_prologue_holds_from_where_it_stands(text, inserted):
    assert set(ours(text, quads=()).store) == set(trig(inserted))


def test_a_graph_in_braces_wins_over_with():
    target = ours("WITH <w> INSERT { <a> <p> 1 . GRAPH <g> { <a> <p> 2 } } WHERE {}", quads=())
    assert set(target.store) == set(trig("<w> { <a> <p> 1 } <g> { <a> <p> 2 }"))


def test_several_using_are_merged():
    using = "USING ex:g1 USING ex:g2"
    target = ours(f"{HEAD} INSERT {{ ex:n ex:p ?o }} {using} WHERE {{ ex:a ex:p ?x . ?x ex:p ?o }}")
    assert set(target.patches[0].added) == set(trig("ex:n ex:p ex:c ."))


def test_a_request_may_name_the_graphs_of_where():
    text = HEAD + "INSERT { ex:n ?p ?o } WHERE { ?s ?p ?o }"
    target = ours(text, using=Dataset((ex("g2"),), ()))
    assert set(target.patches[0].added) == set(trig("ex:n ex:p ex:c ; ex:q 'two' , 2 ."))


@pytest.mark.parametrize(
    "text",
    [
        "\nWITH <g> INSERT { <a> <p> 1 } WHERE {}",
        "\nDELETE { <a> <p> 1 } USING <g> WHERE {}",
        "\nDELETE { <a> <p> 1 } USING NAMED <g> WHERE {}",
    ],
)
def test_a_request_that_names_graphs_leaves_none_to_name(text):
    error = complaint(text, Dataset((ex("g2"),), ()))
    assert "whose request names graphs" in error.message
    assert (error.line, error.column) == (2, 1)


def test_blank_nodes_name_no_graph():
    target = ours("INSERT { GRAPH ?g { <a> <p> 1 } <b> <p> ?g } WHERE { BIND(BNODE() AS ?g) }", ())
    assert [quad.subject.value for quad in target.store] == [BASE + "b"]


def test_each_solution_has_blank_nodes_of_its_own_and_keeps_those_it_was_given():
    given = trig("ex:a ex:p _:x . ex:b ex:p _:x .")
    target = ours(HEAD + "INSERT { ?s ex:q [ ex:of ?o ] } WHERE { ?s ex:p ?o }", given)
    old = given[0].object
    fresh = {quad.object for quad in target.store if quad.predicate == ex("q")}
    assert len(fresh) == 2
    assert old not in fresh
    assert {quad.object for quad in target.store if quad.predicate == ex("of")} == {old}


@pytest.mark.parametrize("verb", ["CLEAR", "DROP"])
def test_a_graph_that_is_not_there_is_empty_already(verb):
    assert ours(f"{verb} GRAPH <nowhere>").patches == []


def test_create_refuses_a_graph_that_has_triples():
    error = complaint(HEAD + "CREATE GRAPH ex:g1")
    assert "exists already" in error.message
    assert (error.line, error.column) == (2, 1)
    assert ours(HEAD + "CREATE SILENT GRAPH ex:g1 ; CREATE GRAPH ex:new").patches == []


@pytest.mark.parametrize("verb", ["COPY", "MOVE", "ADD"])
def test_a_graph_that_is_not_there_replaces_none(verb):
    error = complaint(f"{HEAD}{verb} ex:nowhere TO ex:g1")
    assert "there is no graph <http://example.org/nowhere>" in error.message
    assert (error.line, error.column) == (2, 1)
    assert ours(f"{HEAD}{verb} SILENT ex:nowhere TO ex:g1").patches == []


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("CLEAR ALL ;\nINSRT DATA {}", "found INSRT, expected", (2, 1)),
        ("INSRT DATA {}", "found INSRT", (1, 1)),
        ("CLEAR ALL ;; CLEAR ALL", "found ';', expected", (1, 12)),
        ("CLEARALL", "found CLEARALL", (1, 1)),
        ("DROP <g>", "found <g>, expected SILENT, GRAPH", (1, 6)),
        ("CREATE <g>", "found <g>, expected", (1, 8)),
        ("COPY <a> <b>", "found <b>, expected TO", (1, 10)),
        ("INSERT { <a> <p> 1 }", "ends too early, expected USING or WHERE", (1, 21)),
        ("INSERT { <a> <p> } WHERE {}", "found '}', expected", (1, 18)),
        ("INSERT DATA { <a> <p> 1 } WHERE {}", "found WHERE, expected ';'", (1, 27)),
        ("INSERT DATA {\n <a> <p> 1 . <b> <p>\n}", "found '}', expected", (3, 1)),
        ("INSERT DATA { <a> <p>\n ?x }", "a variable has no value in DATA", (2, 2)),
        ("DELETE DATA { <a> <p> _:x }", "a blank node cannot be what DELETE", (1, 23)),
        ("DELETE WHERE { <a> <p> [] }", "a blank node cannot be what DELETE", (1, 24)),
        ("DELETE { <a> <p> [ ] } WHERE {}", "a blank node cannot be what DELETE", (1, 18)),
        ("INSERT { ?s nope:p 1 } WHERE {}", "the prefix nope: is not known", (1, 13)),
        ("CLEAR ALL ;\nCLEAR GRAPH nope:g", "the prefix nope: is not known", (2, 13)),
        ("CLEAR ALL ; PREFIX e: <a b> CLEAR ALL", "found '<', expected an IRI", (1, 23)),
        ("CLEAR ALL ;\nPREFIX e: <http://[/> CLEAR GRAPH e:", "not well-formed", (2, 1)),
        ("INSERT { ?s ?p 1 }\nWHERE { ?s ?p 1 BIND(1 AS ?s) }", "AS must give a new name", (2, 27)),
        ("WITH <g> DELETE WHERE { ?s ?p ?o }", "found WHERE, expected '{'", (1, 17)),
        ("WITH <g> INSERT DATA { <a> <p> 1 }", "found DATA, expected '{'", (1, 17)),
        ("INSERT { ?s ?p 1 } DELETE { ?s ?p 2 } WHERE {}", "found DELETE", (1, 20)),
        ("INSERT DATA { <a> <p> 1 } ; PREFIX a: <b>\n;", "found ';'", (2, 1)),
        ("INSERT DATA { _:a <p> 1 } ;\nINSERT DATA { _:a <p> 2 }", "_:a was a blank node", (2, 15)),
        ("CLEAR ALL ; INSERT { 'a' <p> 1 } WHERE {}", "as a subject: no triple has", (1, 20)),
        ("INSERT { <<( <a> <p> 1 )>> <p> ?x } WHERE {}", "as a subject: no triple has", (1, 8)),
    ],
)
def test_what_is_no_update_is_told_with_its_place_before_anything_is_done(text, message, at):
    error = complaint(text)
    assert message in error.message
    assert (error.line, error.column) == at


def test_no_iri_of_a_writer_is_taken_for_a_variable():
    text = "INSERT { ?s <p> <urn:variable:0> , <urn:variable:00:0> } WHERE { VALUES ?s { <a> } }"
    assert {quad.object.value for quad in ours(text, ()).store} == {
        "urn:variable:0",
        "urn:variable:00:0",
    }


def test_no_prefix_is_taken_for_a_keyword():
    text = (
        "PREFIX default: <http://d/> PREFIX named: <http://n/> PREFIX : <http://none/>"
        "INSERT DATA { GRAPH graph:a { graph:s graph:p graph:o } } ; MOVE graph:a TO default:b ;"
        "INSERT { GRAPH graph:c { ?s ?p 1 } } USING named:n USING default:b WHERE { ?s ?p ?o } ;"
        "DROP GRAPH default:b"
    )
    assert set(ours(text, ()).store) == set(trig("<graph/c> { <graph/s> <graph/p> 1 }"))


def test_no_word_in_a_string_is_taken_for_a_from():
    target = ours("INSERT { ?s ?p 'x' } WHERE { ?s ?p ?o FILTER(?o != 'from') }")
    ((_, dataset),) = target.asked
    assert dataset == Dataset(default=None, named=(ex("g1"), ex("g2"), ex("g3")))


def test_half_a_character_is_refused_with_its_place():
    error = complaint("CLEAR ALL ;\nINSERT DATA { <a> <p> '\ud800' }")
    assert (error.line, error.column) == (2, 24)
    assert error.message == "U+D800 is half a character"
