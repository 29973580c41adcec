"""The rules over whole columns find what the engine finds, rule by rule the same queries."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples import examples

from kg.claims.derived import inferred_quads
from kg.claims.near import GRAPHS as AUTHORED
from kg.claims.rules import KEPT
from kg.claims.setwise.algebra import Query
from kg.claims.setwise.facts import Facts, Terms
from kg.claims.setwise.run import follow_all
from kg.claims.setwise.tables import Numbers, unique
from kg.errors import QueryError
from kg.store.folder import Folder

from .changes import GRAPHS, POOL
from .test_derived_against_reference import turtle, worlds
from .world import store_of

NT = ox.RdfFormat.N_TRIPLES
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


def follow(store: ox.Store, place: Path) -> tuple[set[ox.Quad], set[ox.Quad]]:
    """What comes to the computed graphs of a store, and what goes; each line is there once."""
    files = []
    for number, graph in enumerate((*AUTHORED, *KEPT.values())):
        files.append(place / f"{number}.nt")
        store.dump(files[-1], NT, from_graph=graph)
    stored = dict(zip(KEPT.values(), files[len(AUTHORED) :], strict=True))
    come, gone = list[ox.Quad](), list[ox.Quad]()
    for each in follow_all(files[: len(AUTHORED)], stored, place):
        for path, quads in ((each.come, come), (each.gone, gone)):
            quads += [ox.Quad(*q.triple, each.graph) for q in ox.parse(path=path, format=NT)]
    assert len(come) == len(set(come))
    assert len(gone) == len(set(gone))
    return set(come), set(gone)


def inferred(store: ox.Store) -> set[ox.Quad]:
    return {quad for quads in inferred_quads(store) for quad in quads}


@settings(max_examples=examples(15), suppress_health_check=SLOW)
@given(worlds())
def test_in_a_consistent_world_the_same_follows(tmp_path, world) -> None:
    store = store_of(turtle(world))
    assert follow(store, tmp_path) == (inferred(store), set())


@settings(max_examples=examples(25), suppress_health_check=SLOW)
@given(st.randoms(use_true_random=False))
def test_in_a_world_without_order_the_same_follows(tmp_path, random) -> None:
    store = store_of()
    for _ in range(random.choice([10, 60, 300])):
        store.add(ox.Quad(*random.choice(random.choice(POOL)), random.choice(GRAPHS)))
    assert follow(store, tmp_path) == (inferred(store), set())


def test_of_the_data_that_comes_with_kg_the_same_follows(seeded, tmp_path) -> None:
    """Half of it is stored already, and one triple in the wrong graph."""
    whole = ox.Store.read_only(str(Folder(seeded.home).snapshot(1)))
    wanted = {q for name in KEPT.values() for q in whole.quads_for_pattern(None, None, None, name)}
    half = Random(7).sample(sorted(wanted, key=str), len(wanted) // 2)
    wrong = ox.Quad(*half[0].triple, next(g for g in KEPT.values() if g != half[0].graph_name))
    store = ox.Store()
    for name in AUTHORED:
        store.bulk_extend(whole.quads_for_pattern(None, None, None, name))
    store.extend([*half, wrong])
    come, gone = follow(store, tmp_path)
    assert (come, gone) == (wanted - {*half, wrong}, {wrong} - wanted)
    assert len(come) > 1_000


def test_what_many_files_have_is_put_together_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, each, sorted_rows = 60, 20, 0
    for file in range(files):
        lines = (f"<http://e/{file}-{n}> <http://e/p> <http://e/{n}> .\n" for n in range(each))
        (tmp_path / f"{file}.nt").write_text("".join([*lines, "<http://e/a> <http://e/p> <b> .\n"]))

    def counted(numbers: Numbers) -> Numbers:
        nonlocal sorted_rows
        sorted_rows += len(numbers)
        return unique(numbers)

    monkeypatch.setattr("kg.claims.setwise.facts.unique", counted)
    facts = Facts(terms := Terms())
    facts.read(sorted(tmp_path.glob("*.nt")))
    for _ in range(3):
        assert len(facts.relation(terms.id_of(b"<http://e/p>")).subjects) == files * each + 1
    assert sorted_rows == 2 * files * (each + 1)  # once for each file, once for all


def test_a_predicate_that_no_rule_names_is_read_when_it_is_a_role(tmp_path) -> None:
    path = tmp_path / "data.nt"
    path.write_text("<x:a> <x:named> <x:b> .\n<x:a> <x:other> <x:c> .\n")
    terms = Terms()
    facts = Facts(terms)
    facts.read([path], {b"<x:named>"})
    named, other = terms.id_of(b"<x:named>"), terms.id_of(b"<x:other>")
    assert set(facts.predicates()) == {named, other}
    assert facts.relation(other).objects.tolist() == [terms.id_of(b"<x:c>")]


@pytest.mark.parametrize(
    "pattern",
    [
        "?s <x:p>* ?o",
        "?s <x:p> ?o OPTIONAL { ?s <x:q> ?t FILTER(?t = ?o) }",
        "?s <x:p> ?o MINUS { ?s <x:q> ?o }",
        "?s <x:p> ?o FILTER(ABS(?o) = 1)",
        "?s <x:p>? ?o",
        "?s <x:q> ?t OPTIONAL { ?t <x:p> ?o }",
    ],
)
def test_what_no_rule_needs_is_refused_and_not_guessed(tmp_path, pattern) -> None:
    path = tmp_path / "data.nt"
    path.write_text('<x:a> <x:p> "1" .\n<x:a> <x:q> <x:c> .\n')
    terms = Terms()
    facts = Facts(terms)
    facts.read([path])
    with pytest.raises(QueryError):
        Query(f"CONSTRUCT {{ ?s <x:found> ?o }} WHERE {{ {pattern} }}").run(terms, facts, {})
