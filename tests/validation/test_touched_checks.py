"""What a change can alter is derived from queries; asked about it alone, checks find the same."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, SKOS
from tests.claims.changes import POOL
from tests.validation.test_touched import random_change
from tests.validation.worlds import BASE, bad_files, read_bad

from kg.namespaces import CKG, CURATED, IMPORTED, LINKS, ONTOLOGY, PREFIXES
from kg.processes.opening import OURS
from kg.store.candidate import Candidate, Trial
from kg.store.gate import asked_of, validation_gate
from kg.store.interface import Patch, Verdict
from kg.store.interface import Trial as Asking
from kg.store.live import Live
from kg.store.loading import patch_of
from kg.store.patches import canonical, effective, inverse
from kg.validation import Finding, Report, Severity, read_files, run_checks, seed_files
from kg.validation.checks import (
    check_files,
    check_names,
    check_queries,
    severity_of,
    touched_by,
)
from kg.validation.computed import QUERIES
from kg.validation.reads import reads_of
from kg.validation.solutions import solutions_of
from kg.validation.touched import Changed, Touch

CONTENT = ox.NamedNode(str(CKG.content))
GRAPH = ox.NamedNode(str(CURATED))
TYPE = ox.NamedNode(str(RDF.type))
EVENT = PREFIXES["event"]
AUTHORED_BAD = [path for path in bad_files() if set(read_bad(path)) <= {CURATED, IMPORTED, LINKS}]


def live_with(patch: Patch) -> Live:
    live = Live(ox.Store(), OURS.rules, OURS.union)
    live.load(patch, live.mark)
    return live


@pytest.fixture(scope="module")
def live() -> Live:
    """The seed and the good world of the bad files."""
    patch = patch_of(read_files(seed_files()))
    return live_with(Patch((*patch.added, *quads_of(BASE))))


@pytest.fixture(scope="module")
def before(live: Live) -> list[Finding]:
    """What the checks find in it."""
    return run_checks(live.store)


def quads_of(path: Path) -> tuple[ox.Quad, ...]:
    store = ox.Store()
    graphs = {CURATED: None} if path == BASE else read_bad(path)
    for name in graphs:
        if path.suffix == ".ttl":
            store.load(path=path, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(str(name)))
    if path.suffix == ".trig":
        store.load(path=path, format=ox.RdfFormat.TRIG)
    return tuple(store)


@contextmanager
def changed(live: Live, patch: Patch) -> Iterator[Trial]:
    """The state with a change in it, for a while."""
    made = effective(canonical(patch), live.store)
    live.put(made)
    computed = live.settle()
    try:
        yield Trial(live, made, computed)
    finally:
        live.put(inverse(made))
        live.settle()


def changed_by(trial: Trial) -> Changed:
    assert trial.computed is not None
    return Changed.of(
        (*trial.patch.added, *trial.computed.added),
        (*trial.patch.removed, *trial.computed.removed),
    )


def assert_same(live: Live, before: list[Finding], patch: Patch) -> set[str]:
    """That what comes and what goes is found by asking about what is touched; gives what comes."""
    with changed(live, patch) as trial:
        asked = touched_by(live.store, changed_by(trial))
        after, near = set(run_checks(live.store)), set(run_checks(live.store, asked))
        with trial.without():
            was_near = set(run_checks(live.store, asked))
    loops = {f for f in before if f.source_shape == "situation-in-itself-violation"}
    assert near <= after
    assert was_near <= set(before)
    assert near - was_near == after - set(before)
    assert was_near - near - loops == set(before) - after - loops
    return {finding.source_shape for finding in near - was_near}


@pytest.mark.parametrize("number", range(6))
@pytest.mark.sample(1)
def test_a_random_change_brings_the_same_findings(
    live: Live, before: list[Finding], number: int
) -> None:
    added, removed = random_change(live.store, random.Random(number))
    assert assert_same(live, before, Patch(tuple(added), tuple(removed)))


@pytest.mark.parametrize("number", range(4))
@pytest.mark.sample(1)
def test_a_change_of_what_rules_read_brings_the_same_findings(
    live: Live, before: list[Finding], number: int
) -> None:
    chance = random.Random(number)
    triples = [chance.choice(chance.choice(POOL)) for _ in range(12)]
    added = tuple(ox.Quad(*triple, GRAPH) for triple in triples)
    assert assert_same(live, before, Patch(added))


def test_no_check_is_asked_about_the_classes_and_predicates_that_a_change_uses(live: Live) -> None:
    thing, label = ox.NamedNode(f"{EVENT}new"), ox.NamedNode(str(RDFS.label))
    conflict = next(
        live.store.quads_for_pattern(None, TYPE, ox.NamedNode(str(CKG.Conflict)))
    ).subject
    words = ox.Literal("A day", language="en")
    come = (
        ox.Quad(thing, TYPE, ox.NamedNode(str(CKG.Event)), GRAPH),
        ox.Quad(thing, label, words, GRAPH),
        ox.Quad(conflict, ox.NamedNode(str(SKOS.altLabel)), words, GRAPH),
    )
    with changed(live, Patch(come)) as trial:
        asked = touched_by(live.store, changed_by(trial))
    assert asked["undeclared-id-violation"] == {thing}
    assert "blank-node-violation" not in asked
    assert "object-outside-range-violation" not in asked
    assert None not in asked.values()
    about = {entity.value for entities in asked.values() for entity in entities or ()}
    assert not {iri for iri in about if iri.startswith((str(CKG), str(RDF), str(RDFS)))}


@pytest.mark.parametrize("query", check_queries().values(), ids=check_queries())
def test_the_engine_is_told_what_a_check_is_asked_about_before_it_plans(query: str) -> None:
    head = query[: query.index("WHERE {")]
    assert "{" not in re.sub(r"^#.*$", "", head, flags=re.MULTILINE), head
    asked = Recorded()
    solutions_of(asked, query, TYPE)
    assert asked.texts[0].startswith(f"{head}WHERE {{ VALUES ?entity {{ {TYPE} }}")


class Recorded:
    """A store that keeps what it is asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def quads_for_pattern(self, *_: object) -> Iterator[ox.Quad]:
        return iter(())

    def query(self, text: str, **_: object) -> object:
        self.texts.append(text)
        return ox.Store().query("SELECT ?entity { }")


@pytest.mark.parametrize(
    "path", [p for p in bad_files() if p.stem in check_names()], ids=lambda path: path.stem
)
@pytest.mark.sample(8)
def test_a_bad_file_is_found_by_its_check(live: Live, path: Path) -> None:
    quads = quads_of(path)
    with changed(live, Patch(quads)) as trial:
        asked = touched_by(live.store, changed_by(trial))
        found = set(run_checks(live.store, asked))
        with trial.without():
            found -= set(run_checks(live.store, asked))
    assert path.stem in {finding.source_shape for finding in found}


@pytest.mark.parametrize("path", AUTHORED_BAD, ids=lambda path: path.stem)
@pytest.mark.sample(16)
def test_the_gate_refuses_a_bad_file_for_what_it_is_named_after(live: Live, path: Path) -> None:
    with changed(live, Patch(quads_of(path))) as trial:
        verdict = validation_gate(trial)
    if path.stem in check_names() and severity_of(path.stem) is Severity.WARNING:
        assert verdict.conforms
    else:
        assert isinstance(verdict.report, Report)
        named = {finding.source_shape for finding in verdict.report.violations}
        assert named & {path.stem, CKG + path.stem}
        assert not verdict.conforms


@pytest.mark.parametrize("number", range(3))
@pytest.mark.sample(1)
def test_the_gate_has_the_verdict_that_it_has_on_the_whole_state(live: Live, number: int) -> None:
    added, removed = random_change(live.store, random.Random(100 + number))
    with changed(live, Patch(tuple(added[:number]), tuple(removed[:1]))) as trial:
        near, whole = validation_gate(trial), validation_gate(Trial(live, trial.patch))
    assert near.conforms == whole.conforms
    if not near.conforms:
        assert isinstance(near.report, Report)
        assert isinstance(whole.report, Report)
        assert set(near.report.violations) == set(whole.report.violations)


def test_what_judges_the_data_concerns_all_checks(live: Live) -> None:
    ontology = ox.NamedNode(str(ONTOLOGY))
    quad = next(iter(live.store.quads_for_pattern(None, None, None, ontology)))
    assert asked_of(Trial(live, Patch(removed=(quad,)), Patch())) is None
    assert asked_of(Trial(live, Patch(), Patch())) == {}


def test_a_change_that_was_taken_back_is_not_in_what_follows_from_the_next(live: Live) -> None:
    told: list[Patch | None] = []

    def gate(trial: Asking) -> Verdict:
        told.append(trial.computed)
        return Verdict(True, None)

    candidate = Candidate(live, replace(OURS, gate=gate))
    one, other, *_ = sorted(live.store.quads_for_pattern(None, CONTENT, None, GRAPH), key=str)
    for quad in (one, other, one):
        candidate.judge(Patch(removed=(quad,)))
    live.settle()
    first, second, third = (patch for patch in told if patch is not None)
    assert set(first.removed) == set(third.removed) != set()
    assert set(first.added) == set(third.added)
    assert set(first.removed) != set(second.removed)


def computed_graphs(live: Live) -> set[ox.Quad]:
    graphs = OURS.rules.graphs
    return {q for g in graphs for q in live.store.quads_for_pattern(None, None, None, g)}


@pytest.mark.parametrize("later", [10_000, 0])
def test_what_follows_from_changes_that_nobody_judges_is_there_when_it_is_read(
    live: Live, monkeypatch: pytest.MonkeyPatch, later: int
) -> None:
    monkeypatch.setattr("kg.store.candidate.LATER_QUADS", later)
    told: list[Patch | None] = []

    def gate(trial: Asking) -> Verdict:
        told.append(trial.computed)
        return Verdict(True, None)

    candidate = Candidate(live, replace(OURS, gate=gate))
    before = computed_graphs(live)
    one, other, third, *_ = sorted(
        live.store.quads_for_pattern(None, CONTENT, None, GRAPH), key=str
    )
    for quad in (one, other):
        candidate.prepare(Patch(removed=(quad,)), validated=False)
    assert (computed_graphs(live) == before) == bool(later)
    if later:
        read = {quad for graph in OURS.rules.graphs for quad in candidate.quads(graph)}
        assert read == computed_graphs(live) == set(OURS.rules.compute(live.store)) != before
    candidate.prepare(Patch(removed=(third,)))
    followed = told[-1]
    assert followed is not None
    assert computed_graphs(live) == set(OURS.rules.compute(live.store)) != before
    if later:  # what the next one is judged by has what follows from all three
        assert set(followed.removed) - set(followed.added) >= before - computed_graphs(live)
    candidate.prepare(Patch(added=(one, other, third)))
    assert computed_graphs(live) == before


@pytest.mark.parametrize("query", [*check_files(), *QUERIES.values()], ids=str)
def test_each_query_is_understood(query: Path | str) -> None:
    text = query.read_text(encoding="utf-8") if isinstance(query, Path) else query
    reads = reads_of(text)
    assert reads
    assert all(read.routes for read in reads)


@pytest.mark.parametrize(
    "pattern",
    [
        "?entity a ckg:Claim MINUS { ?entity ckg:mode ?mode }",
        "?entity !ckg:mode ?mode",
        "?entity (ckg:mode/ckg:content)+ ?end",
        "?entity ckg:mode* ?mode",
        "?claim ckg:mode ?mode BIND(?mode AS ?entity)",
        "?entity ckg:mode ?mode { SELECT ?entity { ?entity a ckg:Claim } LIMIT 1 }",
    ],
)
def test_a_query_with_what_is_not_understood_reads_everything(pattern: str) -> None:
    query = f"SELECT ?entity WHERE {{ {pattern} }}"
    assert reads_of(query) is None
    assert Touch(ox.Store(), Changed()).entities(query) is None


A, B, C, D = (ox.NamedNode(f"http://e/{name}") for name in "abcd")


def of_ckg(name: str) -> ox.NamedNode:
    return ox.NamedNode(CKG + name)


@pytest.mark.parametrize(
    ("pattern", "entities"),
    [
        ("?entity ckg:mode ?x", {A}),
        ("?entity ckg:content ?x", set()),
        ("?entity ?any ?x", {A}),
        ("?x ?any ?entity", {B}),
        ("?x ?entity ?y", {of_ckg("mode")}),
        ("?entity ckg:content+ ?x . ?x ckg:mode ?y", {A, C, D}),
        ("?entity ckg:content/ckg:mode ?y", {C}),
        ("?entity ckg:content ?x FILTER NOT EXISTS { ?x ckg:mode ?y }", {C}),
        ("?entity ckg:content ?x OPTIONAL { ?x ckg:mode ?y }", {C}),
        ("VALUES ?p { ckg:content } ?entity ?p ?x", set()),
        ("?entity a ckg:Claim ; ckg:mode ?x", set()),
        ("?entity ckg:content ckg:X . ?entity ckg:mode ?x", set()),
        ("{ ?entity ckg:speaker ?x } UNION { ?y ckg:mode|ckg:speaker ?entity }", {B}),
        ("?entity ckg:speaker ?x . ?y ckg:mode ?z", None),
    ],
)
def test_the_entities_are_those_that_lead_to_the_triple(
    pattern: str, entities: set[ox.NamedNode] | None
) -> None:
    store = ox.Store()
    store.extend((ox.Quad(C, of_ckg("content"), A), ox.Quad(D, of_ckg("content"), C)))
    touch = Touch(store, Changed(removed=(ox.Triple(A, of_ckg("mode"), B),)))
    assert touch.entities(f"SELECT ?entity WHERE {{ {pattern} }}") == entities
