"""A copy that answers in a process which nothing may keep busy: only what is small."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.columnar.generator import Generator
from tests.columnar.worlds import EX, World, world

from kg.columnar import near as module
from kg.columnar.answer import answer
from kg.columnar.handing_over import AGAIN, Budget, HandedOver, Tried
from kg.columnar.keeping import keep
from kg.columnar.near import Near
from kg.errors import NotAcceptableError

JSON = "application/sparql-results+json"
MANY = 300


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> World:
    store = ox.Store()
    lines = [f'<{EX}s{n}> <{EX}p> "text {n}" .' for n in range(MANY)]
    store.load("\n".join(lines), ox.RdfFormat.N_TRIPLES)
    return world(store, tmp_path_factory.mktemp("near") / "copy", [])


@pytest.fixture(scope="module")
def near(some: World, tmp_path_factory: pytest.TempPathFactory) -> Near:
    folder = tmp_path_factory.mktemp("copies")
    keep(some.view, folder)
    with pytest.MonkeyPatch.context() as patch:  # a cold machine takes longer than is given
        patch.setattr(module, "SECONDS", 5.0)
        found = Near(folder)
    found.open(some.view.generation)
    assert found.is_open(some.view.generation)
    return found


def asked(near: Near, query: str, accept: str = JSON) -> tuple[str, bytes] | None:
    """The answer to a query of a shape that was answered elsewhere before."""
    text = f"PREFIX : <{EX}> {query}"
    near.learn(text)
    return near.answer(0, text, accept)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?o { :s7 :p ?o }",
        "SELECT ?p ?o { :s7 ?p ?o }",
        "SELECT ?s { ?s ?p 'text 7' FILTER(STRLEN(STR(?s)) > 1) }",
        "ASK { :s7 :p 'text 7' }",
        "SELECT (COUNT(*) AS ?n) { ?s :p ?o }",
        "DESCRIBE :s7 :s8",
        "DESCRIBE ?s { ?s :p 'text 7' }",
        "CONSTRUCT { ?s :q ?o } { VALUES ?s { :s1 :s2 } ?s :p ?o }",
    ],
)
def test_what_is_small_is_answered(near: Near, some: World, query: str) -> None:
    accept = "application/n-triples" if query[0] in "CD" else JSON
    found = asked(near, query, accept)
    assert found is not None
    assert found[0] == accept
    sink = module._Whole()
    answer(some.copy, f"PREFIX : <{EX}> {query}", Budget()).write(accept, sink)
    assert found[1] == bytes(sink.data)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?a :p ?b . ?c :p ?d }",
        "SELECT ?o { :s7 :p ?o BIND(CONCAT(?o, ?o) AS ?x) }",
        "SELECT ?o { :s7 :p ?o FILTER(REGEX(?o, 'x')) }",
        "SELECT (REPLACE(?o, '', ?o) AS ?x) { :s7 :p ?o }",
        "SELECT (<http://www.w3.org/2001/XMLSchema#string>(?o) AS ?x) { :s7 :p ?o }",
        "SELECT ?o { :s7 :p ?o } ORDER BY (SHA512(?o))",
        "SELECT ?s (SAMPLE(?o) AS ?x) { ?s :p ?o } GROUP BY ?s HAVING(STRLEN(CONCAT(?s, 'a')) > 1)",
        "SELECT * { ?s :p ?o FILTER(STRLEN(?o) > 3) }",
        "SELECT ?o { :s7 :p ?o } LIMIT 1 OFFSET -1",
    ],
)
def test_what_may_be_more_or_is_no_query_is_not(near: Near, query: str) -> None:
    assert asked(near, query) is None


def test_an_answer_that_is_long_comes_from_elsewhere(
    near: Near, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = "SELECT * { ?s :p ?o }"
    assert asked(near, every) is not None
    monkeypatch.setattr(module, "BYTES", 1_000)
    assert asked(near, every) is None


def test_a_form_that_there_is_not_is_said(near: Near) -> None:
    with pytest.raises(NotAcceptableError):
        asked(near, "ASK {}", "image/png")


def test_another_generation_has_no_answer(near: Near, tmp_path: Path) -> None:
    assert not near.is_open(1)
    assert Near(tmp_path).answer(0, "ASK {}", JSON) is None
    nowhere = Near(tmp_path)
    nowhere.open(0)
    assert not nowhere.is_open(0)


def test_what_no_triple_has_is_unknown(near: Near) -> None:
    assert near.unknown(0, [f"{EX}s7", f"{EX}nobody"]) == [f"{EX}nobody"]


@pytest.mark.parametrize("seed", range(100))
def test_whatever_is_asked_the_answer_is_that_of_the_copy_or_none(
    near: Near, some: World, seed: int
) -> None:
    text = Generator(seed).query()
    accept = "application/n-triples" if "CONSTRUCT" in text or "DESCRIBE" in text else JSON
    near.learn(text)
    found = near.answer(0, text, accept)
    if found is not None:
        sink = module._Whole()
        answer(some.copy, text, Budget()).write(accept, sink)
        assert found[1] == bytes(sink.data)


def test_the_first_query_of_a_shape_is_answered_elsewhere(
    near: Near, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "SELECT ?what { <%ss%d> ?by ?what }"
    assert near.answer(0, text % (EX, 1), JSON) is None
    near.learn(text % (EX, 1))
    for number in (1, 2, 3):
        assert near.answer(0, text % (EX, number), JSON) is not None
    monkeypatch.setattr(module, "SHAPES", 2)
    for name in ("one", "two", "three"):
        near.learn(f"ASK {{ ?{name} ?p ?o }}")
    assert near.answer(0, text % (EX, 1), JSON) is None


@pytest.mark.parametrize("learnt", [False, True])
@pytest.mark.parametrize(
    "query",
    [
        "SELECT (COUNT(*) AS ?n) { %s }",
        "ASK { %s FILTER(?a0 + ?a11 = 77) }",
        "SELECT ?a0 { %s } ORDER BY ?a1 LIMIT 1",
        "SELECT ?a0 { { SELECT DISTINCT ?a0 { %s } } ?s ?p ?a0 }",
    ],
)
def test_what_the_engine_would_evaluate_while_it_reads_is_not_shown_to_it(
    near: Near, query: str, learnt: bool
) -> None:
    many = " ".join(f"VALUES ?a{n} {{ 0 1 2 3 4 5 6 7 8 9 }}" for n in range(12))
    text = query % many
    if learnt:
        near.learn(text)
    assert near.answer(0, text, JSON) is None


def test_no_step_is_begun_that_makes_many_rows(some: World) -> None:
    with pytest.raises(HandedOver, match="a step would make 300 rows"):
        answer(some.copy, f"SELECT * {{ ?s <{EX}p> ?o }}", Budget(rows=MANY - 1))


def goes(tried: Tried, weight: float) -> bool:
    """Whether a query of this weight is begun."""
    try:
        tried.begin(differs=True)
        tried.weigh(weight)
    except HandedOver:
        return False
    return True


def test_what_was_too_much_twice_is_not_begun_again_but_now_and_then() -> None:
    tried = Tried()
    for _ in range(2):
        assert goes(tried, 500)
        tried.failed()
    assert goes(tried, 499)
    tried.answered()
    assert [goes(tried, 500) for _ in range(AGAIN)] == [False] * (AGAIN - 1) + [True]
    tried.answered()
    assert goes(tried, 500)


def test_once_is_chance() -> None:
    tried = Tried()
    assert goes(tried, 500)
    tried.failed()
    assert goes(tried, 500)
    tried.answered()
    assert goes(tried, 500)
    tried.failed()
    assert goes(tried, 500)


def test_queries_of_which_each_is_too_much_are_not_even_read() -> None:
    tried = Tried()
    for _ in range(2):
        tried.begin(differs=True)
        tried.failed()
    with pytest.raises(HandedOver, match="another one like it"):
        tried.begin(differs=True)
    again = [goes(tried, 7) for _ in range(AGAIN)]
    assert again.count(True) == 1


def test_where_queries_do_not_differ_one_that_was_too_much_stands_for_all() -> None:
    tried = Tried()
    for _ in range(2):
        tried.begin(differs=False)
        tried.weigh(500)
        tried.failed()
    with pytest.raises(HandedOver, match="another one like it"):
        tried.begin(differs=False)
    tried.begin(differs=True)
    tried.weigh(499)


def test_a_query_that_leads_to_as_much_as_one_that_was_too_much_is_left_at_once(
    near: Near, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"SELECT ?x ?s {{ <{EX}%s> ?by ?x . ?s <{EX}p> ?o }}"
    monkeypatch.setattr(module, "BYTES", 1_000)
    assert [asked(near, text % "s7") for _ in range(2)] == [None, None]
    monkeypatch.undo()
    assert asked(near, text % "s8") is None
    assert asked(near, text % "nobody") is not None
