"""What the copy hands over, and why; and answers that it once had wrong."""

from __future__ import annotations

import itertools
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.columnar.differential import Bytes, Outcome, compare, differing
from tests.columnar.worlds import World, world

import kg.columnar.expressions
from kg.columnar.answer import answer
from kg.columnar.beside import Beside
from kg.columnar.handing_over import Budget, HandedOver
from kg.errors import NotAcceptableError
from kg.namespaces import DRAFTS
from kg.store.answers import write_answer
from kg.store.interface import WHOLE, Dataset
from kg.store.live import MARK

PREFIX = "PREFIX : <http://e/> "
FEW = Budget(least=1_000)
EX = "http://e/"
DATA = """@base <http://e/> .
@prefix : <http://e/> .
:g1 { :a :p :b, :c ; :n 1, 2, 2.5 ; :q "x"@en . :b :p :c ; :n 7 . }
:g2 { :a :p :b ; :n 2.5 . :c :p _:d ; :q "x", "y" . _:d :n 3 .
  :c <h#p> <h#o> ; :r :e . :a :r :b, :c . :b :r :b . }
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> World:
    store = ox.Store()
    store.load(DATA, ox.RdfFormat.TRIG)
    for quad in list(store):
        store.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    graphs = [ox.NamedNode("http://e/g1"), ox.NamedNode("http://e/g2")]
    return world(store, tmp_path_factory.mktemp("small") / "copy", graphs)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT ?s { ?s :p ?o } LIMIT 1", "left open"),
        ("SELECT ?s ?o { ?s :p ?o } ORDER BY ?s LIMIT 1", "left open"),
        ("SELECT (SAMPLE(?o) AS ?x) { ?s :p ?o }", "SAMPLE"),
        ("SELECT REDUCED ?s { ?s :p ?o }", "REDUCED"),
        ("SELECT ?s (RAND() AS ?x) { ?s :p ?o }", "RAND"),
        ("SELECT ?n { ?s :n ?n } ORDER BY ?n", "several kinds"),
        ("SELECT ?o { ?s :p ?o } ORDER BY ?o", "kind blank"),
        ("SELECT (MIN(?n) AS ?m) { ?s :n ?n }", "several kinds"),
        ("SELECT (SUM(?q) AS ?m) { ?s :q ?q }", "not integers or decimals"),
        ("SELECT ?o { ?s :p ?o FILTER(STR(?o) != 'b') }", "blank node"),
        ("SELECT ?o { ?s :p ?o OPTIONAL { ?o :q ?q } ?x :q ?q }", "unbound"),
        ("SELECT ?o { ?s :p* ?o }", "from anywhere to anywhere"),
        ("SELECT ?o { ?s !:p ?o }", "a path with !"),
        ("SELECT ?o { GRAPH :g1 { ?s :p+ ?o } }", "in GRAPH"),
        ("SELECT ?o { GRAPH :none { } ?s :p ?o }", "without a pattern"),
        ("SELECT ?x { GRAPH :none { VALUES ?x { 1 } } }", "without a pattern"),
        ("SELECT ?x { GRAPH ?g { } VALUES ?g { :none } }", "without a pattern"),
        ("CONSTRUCT { ?s :x [] } { ?s :p ?o }", "blank nodes"),
        ("CONSTRUCT { ?s :x 1e0 } { ?s :p ?o }", "as they are written"),
        ("SELECT ?o FROM NAMED :g1 { ?s :p ?o }", "FROM NAMED"),
        ("SELECT ?o FROM :g1 FROM :g2 { ?s :p ?o }", "FROM more than once"),
        ("SELECT ?o FROM :g1 { GRAPH ?g { ?s :p ?o } }", "GRAPH beside FROM"),
        ("SELECT ?o { ?s :p ?o } GROUP BY ?s", "the engine does not take it"),
        ("SELECT ?a ?b ?c { ?a :p ?b . ?c :p ?d . ?e :p ?f }", "more than 20"),
        ("SELECT ?s { ?s :n ?n FILTER(?n * 2 > 3) }", "distinct values"),
    ],
)
def test_what_may_not_be_answered_exactly_is_handed_over(
    small: World, query: str, reason: str
) -> None:
    with pytest.raises(HandedOver, match=reason):
        answer(small.copy, PREFIX + query, Budget(rows=20, values=3))


def refuse(_: str) -> None:
    raise AssertionError("the engine is asked")


def answered_alike(small: World, query: str) -> None:
    """Both sides answer a query, and give the same."""
    outcome = Outcome()
    compare(query, small, outcome)
    assert (outcome.answered, outcome.differences) == (1, []), outcome.reasons


@pytest.mark.parametrize(
    "condition",
    ["?o = ?x", "?o != ?x", "?o = :b", ":b != ?o", "?o != :none", ":none = ?o", "?o != ?p"],
)
def test_whether_two_are_the_same_needs_no_engine_where_none_is_a_literal(
    small: World, monkeypatch: pytest.MonkeyPatch, condition: str
) -> None:
    monkeypatch.setattr(kg.columnar.expressions, "solutions", refuse)
    answered_alike(
        small, f"{PREFIX} SELECT * {{ ?s :p ?o ; ?p ?x . ?x :p|:r ?y FILTER({condition}) }}"
    )


TAGS = ("en", "en-GB", "eng", "de-AT", "sr-Latn-RS", "en-x-verylong-one-of-many")
RANGES = ("en", "EN", "en-gb", "e", "sr-latn", "de-AT-1996", "en-x-verylong-one")
OTHERS = (ox.Literal(1), ox.NamedNode(f"{EX}en"), ox.Literal("a", datatype=ox.NamedNode(f"{EX}en")))


def of_languages(folder: Path, *others: ox.Literal | ox.NamedNode) -> World:
    subject, predicate = ox.NamedNode(f"{EX}s"), ox.NamedNode(f"{EX}p")
    tagged = (ox.Literal("a", language=tag) for tag in TAGS)
    store = ox.Store()
    store.extend(ox.Quad(subject, predicate, value) for value in (*tagged, *others))
    return world(store, folder, [])


def test_languages_that_match_are_told_by_tags(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = f"{PREFIX} SELECT ?o {{{{ ?s :p ?o FILTER(LANGMATCHES(LANG(?o), '{{}}')) }}}}"
    mixed = of_languages(tmp_path / "mixed", *OTHERS)
    for wanted in (*RANGES, "*", "", "en_GB", "en-", "én"):
        answered_alike(mixed, query.format(wanted))
    plain = of_languages(tmp_path / "plain", ox.Literal("a"))
    monkeypatch.setattr(kg.columnar.expressions, "solutions", refuse)
    for wanted in RANGES:
        answered_alike(plain, query.format(wanted))


def test_time_that_is_over_hands_over(small: World) -> None:
    with pytest.raises(HandedOver, match="its time is over"):
        answer(small.copy, f"{PREFIX} SELECT ?s {{ ?s :p ?o }}", Budget(until=0.0))


def test_few_triples_are_left_to_the_engine(small: World) -> None:
    query = f"{PREFIX} SELECT ?s {{ ?s :q ?o }}"
    with pytest.raises(HandedOver, match="match 3 triples"):
        answer(small.copy, query, Budget(least=4))
    with pytest.raises(HandedOver, match="few triples"):
        answer(small.copy, query, Budget(least=1_000))


def test_few_look_ups_are_left_to_the_engine_however_many_triples_a_predicate_has(
    tmp_path: Path,
) -> None:
    store = ox.Store()
    lines = (f"<http://e/s{n}> <http://e/p> <http://e/o{n // 50}> ." for n in range(2_000))
    pairs = itertools.product(range(40), repeat=2)
    more = (f"<http://e/o{n}> <http://e/q> <http://e/x{m}> ." for n, m in pairs)
    store.load("\n".join([*lines, *more]), ox.RdfFormat.N_TRIPLES)
    copy = world(store, tmp_path / "copy", []).copy
    few = "{ ?o :q ?x . :s7 :p ?o }"
    for where in (few, f"{{ {few} UNION {few} FILTER(?x != :x1) }}"):
        with pytest.raises(HandedOver, match="looks up a few terms"):
            answer(copy, f"{PREFIX} SELECT ?x {where}", FEW)
    nested = "{ VALUES ?s { :s7 } ?s :p ?o OPTIONAL { ?o :q :x1 OPTIONAL { ?o :p ?y } } }"
    with pytest.raises(HandedOver, match="looks up a few terms"):
        answer(copy, f"{PREFIX} SELECT ?o {nested}", Budget(least=1_500))
    repeated = "{ VALUES ?o { :o3 } ?s :p ?o OPTIONAL { ?o :q :x1 } }"
    assert answer(copy, f"{PREFIX} SELECT ?o {repeated}", Budget(least=1_500)).table.rows == 50
    with pytest.raises(HandedOver, match="follows a path"):
        answer(copy, f"{PREFIX} SELECT ?x {{ :s7 (:p/:q)+ ?x }}", Budget(least=3_500))
    with pytest.raises(HandedOver, match="follows a path"):
        answer(copy, f"{PREFIX} SELECT ?x {{ :s7 :p+ ?x }}", Budget(least=1_500))
    many = f"{PREFIX} SELECT ?s {{ ?s :p+ :o3 }}"
    assert answer(copy, many, Budget(least=1_500)).table.rows == 50
    for where in ("{ ?s :p ?o . ?o :q ?x }", "{ ?s :p ?o . :o1 :q ?x }"):
        assert answer(copy, f"{PREFIX} SELECT ?x {where}", FEW).table.rows == 80_000


def test_of_a_sub_query_only_what_is_wanted_is_made(small: World) -> None:
    def most(query: str) -> int:
        return max(step.rows for step in answer(small.copy, f"{PREFIX} {query}", Budget()).steps)

    assert most("SELECT * { VALUES ?s { :b } ?s :p|:r ?o }") == 2
    sums = "{ SELECT ?s (SUM(?n) AS ?m) { ?s :n ?n } GROUP BY ?s }"
    assert most(f"SELECT * {{ VALUES ?s {{ :b }} {sums} }}") == 1
    assert most("SELECT * { ?s :n ?n ; :r+ :e }") < most("SELECT * { ?s :n ?n }")
    cut = "SELECT * { VALUES ?s { :nobody } { SELECT ?s { ?s :q ?o } ORDER BY ?s LIMIT 2 } }"
    assert most(cut) > 1, "which are the first depends on all"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s (SUM(?n) AS ?m) { ?s :n ?n } GROUP BY ?s",
        "SELECT ?s (SUM(?n) AS ?m) (AVG(?n) AS ?a) { GRAPH ?g { ?s :n ?n } } GROUP BY ?s",
        "SELECT DISTINCT ?s { ?s :p ?o ; :n ?n } ORDER BY DESC(?s) LIMIT 2",
        "SELECT ?s ?x ?y { ?s :n ?n BIND('x' AS ?x) BIND(:b AS ?y) FILTER(?s = ?y) }",
        "SELECT ?s ?x ?y { ?s :n ?n BIND('new é \\t \\\\' AS ?x) BIND(:new AS ?y) }",
        """SELECT ?s ?x { ?s :n ?n BIND('' AS ?y) BIND('''a
b''' AS ?x) }""",
        "SELECT ?s ?n { ?s :n ?n FILTER(?n = 2.5 || ?n > 6) }",
        "SELECT ?s ?q { VALUES ?o { :b :c } ?s :p ?o OPTIONAL { ?s :q ?q FILTER(?o = :b) } }",
        "SELECT (COUNT(*) AS ?n) (AVG(?x) AS ?a) (MIN(?x) AS ?m) { ?s :none ?x }",
        'SELECT ?s { ?s :q "x" } ORDER BY ?s',
        'SELECT ?s ?q { ?s :q ?q } ORDER BY ?s DESC(?q = "x") ?q LIMIT 2',
        "SELECT ?x { { ?x :n 7 } UNION { ?s :n ?x FILTER(?x > 6) } } ORDER BY ?x LIMIT 1",
        "ASK { :a :p/:p ?x }",
        "SELECT ?s ?o { ?s :p|:r ?o }",
        "SELECT ?o { :a :p|:r ?o }",
        "SELECT ?s { ?s :r|:p|^:p :b }",
        "SELECT * { :a :p|:r :b . ?s :n ?n }",
        "SELECT ?s { ?s :p|:r ?s }",
        "SELECT * { GRAPH ?g { ?s :p|:r ?o } }",
        "SELECT * { GRAPH :g2 { ?s (:p|:r)/:r ?o } }",
        "SELECT ?s ?o { ?s :r/(:p|:r) ?o }",
        "SELECT ?s { ?s :n ?n FILTER NOT EXISTS { ?s :n ?m FILTER(?m > ?n) } }",
        "SELECT ?s ?n { ?s :n ?n FILTER EXISTS { ?s :n ?m FILTER(?m * 2 = ?n || ?m > 6) } }",
        "PREFIX h: <http://e/h#> SELECT ?s { ?s h:p ?o ; <http://e/h#p> h:o }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s :p ?o } } GROUP BY ?g ORDER BY ?g",
        "SELECT ?s ?n FROM :g1 { ?s :p ?o OPTIONAL { ?o :n ?n } FILTER NOT EXISTS { ?s :q 1 } }",
        "SELECT (COUNT(*) AS ?n) FROM :g2 { { SELECT ?s { ?s :n ?x } } ?s :p|:r ?o }",
        "ASK FROM :none { ?s :p ?o }",
        "SELECT ?s ?o { ?s :p+ ?o }",
        "SELECT ?o { :a (:p/:r)+ ?o }",
        "SELECT ?s { ?s (:p|^:r)+ :b }",
        "SELECT ?s { ?s (:p|:r)+ ?s }",
        "ASK { :a :r+ :e }",
        "SELECT * { ?s :n ?n ; :p* ?o }",
        "SELECT * { ?s :n ?n . ?o (:p/:r)? ?s }",
        "SELECT ?s (COUNT(?o) AS ?n) { ?s :q ?q ; ^(:r?/:p)* ?o } GROUP BY ?s",
        "SELECT * { ?s :q ?q OPTIONAL { ?s (^:p)+/:n ?n } }",
        "SELECT * { { ?s :n ?n OPTIONAL { ?s :q ?q } FILTER(BOUND(?q)) } ?x :q ?q }",
        "SELECT * { { SELECT ?s (?s AS ?x) { ?s :n ?n } } ?x :r ?o OPTIONAL { ?x :q ?q } }",
        "DESCRIBE ?o { VALUES ?s { :b :e } OPTIONAL { ?s :r ?o } }",
        "DESCRIBE :b ?o ?s { VALUES ?s { :b :e } OPTIONAL { ?s :r ?o } }",
        "DESCRIBE :b ?s { ?s :n 7 }",
        "DESCRIBE :b ?s { ?s :n 8 }",
        "DESCRIBE :b :e { ?s :n 7 }",
        "DESCRIBE :b { ?s :n 8 }",
        "SELECT * { VALUES ?s { :a :b :none } ?s ?p ?o }",
        "SELECT * { VALUES ?o { :b :e } GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_answers_are_those_of_the_engine(small: World, query: str) -> None:
    answered_alike(small, PREFIX + query)


def test_a_graph_that_is_given_is_all_that_a_query_sees(small: World) -> None:
    given = {f"<{EX}{name}>": Dataset((ox.NamedNode(f"{EX}{name}"),), ()) for name in ("g1", "g2")}
    found = []
    for text in ("SELECT * { ?s ?p ?o }", "SELECT * FROM :g2 { ?s ?p ?o }", "ASK { :a :p ?o }"):
        for graph, dataset in given.items():
            ours = answer(small.copy, PREFIX + text, Budget(), graph=graph).result
            theirs = small.view.evaluate(PREFIX + text, dataset, {})
            outcome = Outcome()
            assert not differing(text, theirs, ours, outcome)
            found.append(outcome.full)
    assert sum(found) >= 2
    for text in ("DESCRIBE :a", "SELECT * { GRAPH ?g { ?s ?p ?o } }"):
        with pytest.raises(HandedOver, match=r"one graph|beside a graph"):
            answer(small.copy, PREFIX + text, Budget(), graph=f"<{EX}g1>")


def test_a_graph_that_the_copy_leaves_out_is_asked_of_the_engine(small: World) -> None:
    beside = Beside(small.folder.parent, Budget(), 60)
    for left_out in (MARK, ox.NamedNode(f"{DRAFTS}1")):
        with pytest.raises(HandedOver, match="leaves out"):
            beside.answer(0, "SELECT * { ?s ?p ?o }", Dataset((left_out,), ()), {})


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s ?x { ?s :n ?n BIND(?n + 1 AS ?x) FILTER(?n > 6) }",
        "SELECT ?s ?x { ?s :n ?n BIND(?n + 1 AS ?x) FILTER(?x > 7) FILTER(?n > 6) }",
        "SELECT ?s { ?s :n ?n MINUS { ?s :n ?m FILTER(?m * 2 = 5) } FILTER(?n > 6) }",
        "SELECT ?x { { ?s :n ?n } UNION { ?s :n ?n } BIND(?n + 1 AS ?x) FILTER(?n > 6) }",
    ],
)
def test_filters_come_before_what_they_do_not_need(small: World, query: str) -> None:
    answered_alike(small, PREFIX + query)
    assert answer(small.copy, PREFIX + query, Budget(values=1)).table.rows > 0


def test_the_pattern_of_a_description_is_answered_once(small: World) -> None:
    query = f"{PREFIX} DESCRIBE :b ?s ?o {{ ?s :r ?o . ?o :n ?n }}"
    steps = [step.operator for step in answer(small.copy, query, Budget()).steps]
    assert sum(f"?s <{EX}r> ?o" in step for step in steps) == 1
    answered_alike(small, query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?s :q ?q . { ?o :p ?x FILTER NOT EXISTS { ?s :n ?o } } }",
        "SELECT ?s { ?s :q ?q . { ?o :p ?x MINUS { ?s :n ?y } } }",
        "SELECT ?s { ?s :q ?q . { ?o :p ?x FILTER(?q = 'x') } }",
        "SELECT ?s { { BIND(?q AS ?z) ?o :p ?x } ?s :q ?q }",
    ],
)
def test_what_engines_read_differently_is_handed_over(small: World, query: str) -> None:
    with pytest.raises(HandedOver, match="only another part of the query binds"):
        answer(small.copy, PREFIX + query, Budget())


@pytest.mark.parametrize("few", [0, 1_000])
@pytest.mark.parametrize("media_type", ["text/turtle", "application/n-triples"])
def test_a_graph_is_written_as_the_engine_writes_it(
    small: World, media_type: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.columnar.graphs.FEW", few)
    template = "?o :of ?s ; :is 'x' ; a :Thing . :a ?s ?o . ?q :b ?s"
    query = f"{PREFIX} CONSTRUCT {{ {template} }} {{ ?s :p ?o OPTIONAL {{ ?s :q ?q }} }}"
    ours, theirs = Bytes(), Bytes()
    answer(small.copy, query, Budget()).write(media_type, ours)
    write_answer(small.view.evaluate(query, WHOLE, {}), media_type, theirs)
    assert ours.getvalue() == theirs.getvalue() != b""
    assert ours.media_type == theirs.media_type == media_type


def test_a_graph_in_a_form_of_solutions_is_refused(small: World) -> None:
    with pytest.raises(NotAcceptableError, match="a graph cannot be written"):
        answer(small.copy, f"{PREFIX} CONSTRUCT {{ ?s :x ?o }} {{ ?s :p ?o }}", Budget()).write(
            "application/sparql-results+json", Bytes()
        )
