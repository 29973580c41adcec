"""What holds for every home of the store."""

from __future__ import annotations

import gc
import json
import threading

import pyoxigraph as ox
import pytest
from tests.store.homes import JSON, commit, consensus, curated, derived, ex, imported, quad

from kg.errors import (
    InputError,
    NotAcceptableError,
    NotFoundError,
    QueryError,
    RefusedError,
    StoreError,
)
from kg.namespaces import PREFIXES
from kg.store.interface import Dataset, Limits, Store
from kg.store.values import read, solutions, triples, truth

ALL = "SELECT ?s ?o WHERE { ?s <http://example.org/p> ?o } ORDER BY ?s ?o"


def names(rows):
    return [tuple(term.value.rpartition("/")[2] for term in row.values()) for row in rows]


def rows(store, text, dataset):
    data = read(store.query(text, accept=JSON, dataset=dataset))
    return len(json.loads(data)["results"]["bindings"])


def test_a_home_is_a_store(store):
    assert isinstance(store, Store)
    assert store.capabilities.home in ("in-process",)


# --- commits


def test_an_empty_store_has_generation_zero_and_no_quads(store):
    assert store.generation() == 0
    assert list(store.snapshot().quads()) == []
    assert solutions(store, ALL) == []


def test_a_commit_makes_the_next_generation_with_its_quads(store):
    receipt = commit(store, quad("a", "b"))
    assert (receipt.generation, store.generation()) == (1, 1)
    assert names(solutions(store, ALL)) == [("a", "b")]


def test_a_receipt_counts_what_really_changed(store):
    commit(store, quad("a", "b"))
    receipt = commit(store, quad("a", "b"), quad("c", "d"), removed=[quad("x", "y")])
    assert (receipt.added, receipt.removed) == (1, 0)
    receipt = commit(store, removed=[quad("a", "b")])
    assert (receipt.added, receipt.removed) == (0, 1)
    assert names(solutions(store, ALL)) == [("c", "d")]


def test_removing_comes_before_adding(store):
    commit(store, quad("a", "b"))
    commit(store, quad("a", "b"), removed=[quad("a", "b")])
    assert names(solutions(store, ALL)) == [("a", "b")]


def test_a_blank_node_keeps_its_name_so_that_it_can_be_removed(open_home):
    blank = ox.Quad(ox.BlankNode("b1"), ex("p"), ox.BlankNode("b2"), curated)
    commit(open_home(), blank, quad("a", "b"))
    kept = [q for q in open_home().snapshot().quads(curated) if q.predicate == ex("p")]
    assert blank in kept
    assert commit(open_home(), removed=[blank]).removed == 1
    assert names(solutions(open_home(), ALL)) == [("a", "b")]


def test_a_commit_is_seen_by_those_who_had_opened_the_store_before(open_home):
    reader, writer = open_home(), open_home()
    assert solutions(reader, ALL) == []
    commit(writer, quad("a", "b"))
    assert names(solutions(reader, ALL)) == [("a", "b")]
    assert reader.generation() == 1


def test_a_commit_is_there_when_the_store_is_opened_again(open_home):
    literal = ox.Literal('a "quoted"\nline \\ and an Հայ', language="hy")
    commit(open_home(), quad("a", literal))
    assert [row["o"] for row in solutions(open_home(), ALL)] == [literal]


def test_the_same_commit_id_changes_nothing_and_gives_the_same_receipt(open_home):
    first = commit(open_home(), quad("a", "b"), commit_id="one")
    store = open_home()
    again = commit(store, quad("c", "d"), commit_id="one")
    assert again.repeated
    assert not first.repeated
    assert (again.generation, again.added, again.digest) == (1, 1, first.digest)
    assert names(solutions(store, ALL)) == [("a", "b")]


def test_commits_of_several_writers_are_all_kept(open_home):
    def write(writer: int) -> None:
        store = open_home()
        for number in range(5):
            commit(store, quad(f"w{writer}", f"n{number}"), commit_id=f"{writer}/{number}")

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = open_home()
    assert store.generation() == 20
    assert len(solutions(store, ALL)) == 20


def test_the_log_tells_who_committed_what_and_when(open_home):
    store = open_home()
    commit(store, quad("a", "b"), commit_id="one")
    receipt = commit(store, quad("c", "d"), removed=[quad("a", "b")], commit_id="two")
    first, second = open_home().log()
    assert (first.generation, first.commit_id) == (1, "one")
    assert (second.author, second.message) == ("a curator", "a reason")
    assert second.time == "2024-01-02T12:00:00+00:00"
    assert (second.added, second.removed, second.digest) == (1, 1, receipt.digest)


# --- computed graphs and the gate


def test_computed_graphs_follow_each_commit(store):
    commit(store, quad("a", "b"), quad("a", "b", imported))
    size = "SELECT ?n WHERE { <http://example.org/consensus> <http://example.org/size> ?n }"
    assert solutions(store, size)[0]["n"].value == "1"
    assert [q.subject for q in store.snapshot().quads(consensus)] == [ex("a")]
    commit(store, removed=[quad("a", "b", imported)])
    assert list(store.snapshot().quads(consensus)) == []
    assert [row["n"].value for row in solutions(store, size)] == ["0"]


@pytest.mark.parametrize("graph", [consensus, derived])
def test_nobody_writes_a_computed_graph(store, graph):
    with pytest.raises(InputError, match="by hand") as caught:
        commit(store, quad("a", "b"), quad("a", "b", graph))
    assert "claims" in caught.value.hint
    with pytest.raises(InputError):
        commit(store, removed=[quad("a", "b", graph)])
    assert store.generation() == 0


def test_the_unnamed_graph_of_a_union_cannot_be_written(store):
    with pytest.raises(InputError, match="unnamed graph") as caught:
        commit(store, ox.Quad(ex("a"), ex("p"), ex("b")))
    assert "graph/curated" in caught.value.hint
    assert store.generation() == 0


def test_what_the_gate_refuses_changes_nothing_and_brings_the_report(store):
    commit(store, quad("a", "b"))
    with pytest.raises(RefusedError) as caught:
        commit(store, quad("evil", "b"), quad("good", "b"), commit_id="refused")
    assert caught.value.report == "a report about evil"
    assert names(solutions(store, ALL)) == [("a", "b")]
    assert commit(store, quad("good", "b"), commit_id="refused").generation == 2


def test_what_the_gate_only_remarks_is_in_the_receipt(store):
    assert commit(store, quad("odd", "b")).findings == ("odd things happen",)


# --- snapshots


def test_a_snapshot_stays_as_it_was(store):
    commit(store, quad("a", "b"))
    before = store.snapshot()
    commit(store, quad("c", "d"))
    assert before.generation == 1
    assert [q.subject for q in before.quads(curated)] == [ex("a")]
    assert len(list(store.snapshot().quads(curated))) == 2


def test_a_snapshot_shows_each_quad_in_its_named_graph_only(store):
    commit(store, quad("a", "b"), quad("a", "b", imported))
    graphs = [q.graph_name for q in store.snapshot().quads() if q.subject == ex("a")]
    assert sorted(graphs, key=str) == [consensus, curated, imported]
    assert store.snapshot().graphs() == (consensus, curated, derived, imported)


def test_an_older_generation_is_there_while_it_is_kept(open_home):
    store = open_home()
    commit(store, quad("a", "b"))
    commit(store, quad("c", "d"))
    older = open_home().snapshot(at=1)
    assert [q.subject for q in older.quads(curated)] == [ex("a")]


@pytest.mark.parametrize("generation", [99, -1])
def test_a_generation_that_is_not_kept_is_not_found(store, generation):
    with pytest.raises(NotFoundError):
        store.snapshot(at=generation)


# --- datasets


def test_the_default_graph_is_a_union_in_which_a_triple_stands_once(store):
    commit(store, quad("a", "b"), quad("a", "b", imported))
    assert names(solutions(store, ALL)) == [("a", "b")]


def test_graphs_outside_the_union_are_reached_by_name_only(store):
    shapes = ox.NamedNode(PREFIXES["graph"] + "shapes")
    commit(store, quad("a", "b", shapes))
    assert solutions(store, ALL) == []
    assert truth(store, "ASK { GRAPH graph:shapes { ?s ?p ?o } }")


def test_every_named_graph_can_be_asked_for(store):
    commit(store, quad("a", "b"), quad("c", "d", imported))
    found = solutions(store, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
    assert [row["g"] for row in found] == [curated, derived, imported]


def test_from_and_from_named_choose_the_graphs(store):
    commit(store, quad("a", "b"), quad("c", "d", imported))
    text = "SELECT ?s ?o FROM graph:imported WHERE { ?s <http://example.org/p> ?o }"
    assert names(solutions(store, text)) == [("c", "d")]
    text = "ASK FROM NAMED graph:curated { ?s ?p ?o }"
    assert not truth(store, text)
    text = "SELECT DISTINCT ?g FROM NAMED graph:curated WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert [row["g"] for row in solutions(store, text)] == [curated]


@pytest.mark.parametrize(
    ("dataset", "default", "named"),
    [
        (Dataset(), 2, 2),
        (Dataset(default=(curated,)), 1, 2),
        (Dataset(default=(imported,)), 2, 2),
        (Dataset(default=(curated, imported)), 2, 2),
        (Dataset(default=()), 0, 2),
        (Dataset(named=(imported,)), 2, 1),
        (Dataset(named=()), 2, 0),
        (Dataset(default=(curated,), named=(imported,)), 1, 1),
    ],
)
def test_a_dataset_that_is_handed_in_decides_what_is_seen(store, dataset, default, named):
    commit(store, quad("a", "b"), quad("a", "b", imported), quad("c", "d", imported))
    pattern = "?s <http://example.org/p> ?o"
    assert rows(store, f"SELECT * WHERE {{ {pattern} }}", dataset) == default
    graphs = (
        f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ {pattern} }} FILTER(?g != graph:consensus) }}"
    )
    assert rows(store, graphs, dataset) == named


def test_a_dataset_that_is_handed_in_wins_over_from(store):
    commit(store, quad("a", "b"), quad("c", "d", imported))
    text = "SELECT * FROM graph:imported WHERE { ?s <http://example.org/p> ex:b }"
    text = f"PREFIX ex: <http://example.org/> {text}"
    assert rows(store, text, Dataset(default=(curated,))) == 1
    assert rows(store, text, Dataset(default=(curated, derived))) == 1


def test_a_merged_dataset_follows_the_next_commit(store):
    both = Dataset(default=(curated, imported))
    commit(store, quad("a", "b"))
    assert rows(store, ALL, both) == 1
    commit(store, quad("c", "d"))
    assert rows(store, ALL, both) == 2


# --- queries and answers


def test_all_our_prefixes_may_be_used_undeclared(store):
    for prefix, namespace in PREFIXES.items():
        text = f"SELECT ?iri WHERE {{ VALUES ?iri {{ {prefix}:x }} }}"
        assert solutions(store, text)[0]["iri"].value == f"{namespace}x"


def test_a_query_may_declare_a_prefix_of_ours_anew(store):
    text = "PREFIX event: <http://example.org/> SELECT ?x WHERE { VALUES ?x { event:a } }"
    assert solutions(store, text)[0]["x"] == ex("a")


def test_relative_iris_are_resolved_against_our_base(store):
    found = solutions(store, "SELECT ?x WHERE { VALUES ?x { <id/event/e> } }")
    assert found[0]["x"].value == f"{PREFIXES['event']}e"


def test_bindings_give_values_to_projected_variables(store):
    commit(store, quad("a", "b"), quad("c", "d"))
    assert names(solutions(store, ALL, s=ex("c"))) == [("c", "d")]


@pytest.mark.parametrize(
    ("text", "media_type", "answered"),
    [
        ("ASK {}", JSON, JSON),
        ("SELECT * WHERE { ?s ?p ?o }", "application/sparql-results+xml", None),
        ("SELECT * WHERE { ?s ?p ?o }", "text/csv", "text/csv; charset=utf-8"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle", None),
        ("DESCRIBE <http://example.org/a>", "application/n-triples", None),
    ],
)
def test_an_answer_names_its_media_type_generation_and_engine(store, text, media_type, answered):
    commit(store, quad("a", "b"))
    stream = store.query(text, accept=media_type)
    assert stream.media_type == (answered or media_type)
    assert stream.generation == 1
    assert stream.answered_by
    assert read(stream)


def test_a_small_graph_is_written_sorted_with_the_prefixes_that_it_uses(store):
    commit(
        store,
        ox.Quad(ox.NamedNode(PREFIXES["event"] + "z"), ex("p"), ox.Literal("x"), curated),
        ox.Quad(ox.NamedNode(PREFIXES["event"] + "a"), ex("p"), ox.Literal("x"), imported),
        ox.Quad(
            ox.NamedNode(PREFIXES["event"] + "a"),
            ox.NamedNode(PREFIXES["rdf"] + "type"),
            ox.NamedNode(PREFIXES["ckg"] + "Event"),
            curated,
        ),
    )
    text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(STRSTARTS(STR(?s), STR(event:))) }"
    stream = store.query(text, accept="text/turtle")
    assert read(stream).decode().splitlines() == [
        "@prefix ckg: <https://w3id.org/conflict-kg/ns#> .",
        "@prefix event: <https://w3id.org/conflict-kg/id/event/> .",
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .",
        "event:a a ckg:Event ;",
        '\t<http://example.org/p> "x" .',
        'event:z <http://example.org/p> "x" .',
    ]


@pytest.mark.parametrize("media_type", ["application/n-quads", "application/trig"])
def test_a_graph_can_be_written_in_a_format_of_datasets(store, media_type):
    commit(store, quad("a", "b"))
    data = read(store.query("DESCRIBE <http://example.org/a>", accept=media_type))
    parsed = list(ox.parse(data, format=ox.RdfFormat.from_media_type(media_type)))
    assert [q.triple for q in parsed] == [quad("a", "b").triple]


def test_a_graph_has_each_triple_once(store):
    commit(store, quad("a", "b"), quad("c", "d"))
    text = "CONSTRUCT { ex:x ex:p ex:y } WHERE { ?s ex:p ?o }"
    assert len(triples(store, f"PREFIX ex: <http://example.org/> {text}")) == 1


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ("SELECT * WHERE {}", "text/turtle"),
        ("ASK {}", "application/n-triples"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv"),
        ("ASK {}", "image/png"),
    ],
)
def test_a_media_type_that_does_not_fit_the_answer_is_not_acceptable(store, text, media_type):
    with pytest.raises(NotAcceptableError):
        store.query(text, accept=media_type)


def test_text_that_is_no_query_is_refused_with_its_place(store):
    with pytest.raises(QueryError) as caught:
        store.query("SELECT *\nWHERE { ?s ?p }", accept=JSON)
    assert (caught.value.line, caught.value.column) == (2, 16)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <http://e/a> <http://e/a> <http://e/a> }",
        "DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "DROP DEFAULT",
        "LOAD <http://127.0.0.1:9/>",
        "ASK {} ; CLEAR ALL",
    ],
)
def test_a_query_never_updates(store, update):
    commit(store, quad("a", "b"))
    with pytest.raises(QueryError):
        store.query(update, accept=JSON)
    assert names(solutions(store, ALL)) == [("a", "b")]


def test_a_generation_that_is_not_there_yet_cannot_be_asked_for(store):
    commit(store, quad("a", "b"))
    assert read(store.query(ALL, accept=JSON, at_least=1))
    with pytest.raises(StoreError, match="2"):
        store.query(ALL, accept=JSON, at_least=2)


def test_a_query_longer_than_its_limit_is_refused(store):
    with pytest.raises(QueryError, match="20 bytes"):
        store.query(ALL, accept=JSON, limits=Limits(query_bytes=20))


# --- streams

MANY = """SELECT * WHERE {
  VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { 0 1 2 3 4 5 6 7 8 9 }
  VALUES ?c { 0 1 2 3 4 5 6 7 8 9 } VALUES ?d { 0 1 2 3 4 5 6 7 8 9 }
  VALUES ?e { 0 1 2 3 4 5 6 7 8 9 } VALUES ?f { 0 1 2 3 4 5 6 7 8 9 }
}"""


ENDLESS = MANY.replace("*", "(COUNT(*) AS ?n)", 1).replace(
    "}\n}", "}\n" + "".join(f"  VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "ghijk") + "}"
)


def test_a_long_answer_comes_in_pieces_while_it_is_made(store):
    stream = store.query(MANY.replace("?f", "?e"), accept="text/csv")
    sizes = [len(chunk) for chunk in stream]
    assert len(sizes) > 10
    assert max(sizes) < sum(sizes) / 5


def test_an_answer_longer_than_its_limit_ends_in_an_error_and_never_looks_whole(store):
    limits = Limits(result_bytes=300_000)
    stream = store.query(MANY, accept=JSON, limits=limits)
    received = 0
    chunks = iter(stream)
    for _ in range(3):
        received += len(next(chunks))
    with pytest.raises(StoreError, match="300000 bytes"):
        received += sum(len(chunk) for chunk in chunks)
    assert 0 < received <= 300_000


def _query_threads():
    return [t for t in threading.enumerate() if t.name == "kg-query" and t.is_alive()]


@pytest.mark.parametrize("how", ["close", "forget"])
def test_an_answer_that_nobody_reads_on_is_given_up(store, how):
    before = set(_query_threads())
    stream = store.query(MANY, accept="text/csv")
    assert next(iter(stream))
    mine = [thread for thread in _query_threads() if thread not in before]
    if how == "close":
        stream.close()
    else:
        del stream
        gc.collect()
    for thread in mine:
        thread.join(timeout=5)
    assert not any(thread.is_alive() for thread in mine)


def test_a_cancelled_query_ends_in_an_error(store):
    cancel = threading.Event()
    stream = store.query(MANY, accept="text/csv", cancel=cancel)
    chunks = iter(stream)
    assert next(chunks)
    cancel.set()
    with pytest.raises(StoreError, match="cancelled"):
        list(chunks)


def test_a_query_cancelled_before_its_first_row_returns_at_once(store):
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    with pytest.raises(StoreError, match="cancelled"):
        store.query(ENDLESS, accept=JSON, cancel=cancel)


# --- artefacts


def test_an_artefact_is_built_once_per_generation_and_opened_by_all(open_home):
    built = []

    def build(snapshot, folder):
        built.append(snapshot.generation)
        count = sum(1 for _ in snapshot.quads(curated))
        (folder / "count").write_text(str(count))

    def opened(home):
        home.register_artefact("count", build, lambda folder: (folder / "count").read_text())
        return home.artefact("count")

    store = open_home()
    assert opened(store) == "0"
    commit(store, quad("a", "b"))
    assert opened(store) == "1"
    assert opened(store) == "1"
    assert opened(open_home()) == "1"
    assert built == [0, 1]


def test_an_artefact_that_nobody_declared_is_not_found(store):
    with pytest.raises(NotFoundError, match="nothing-of-ours"):
        store.artefact("nothing-of-ours")
