"""Consensus and derived that follow a change are those that are computed from nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.examples import examples

from kg.claims import mentions
from kg.claims.dependents import STEPS
from kg.claims.derived import inferred_quads
from kg.claims.firing import needs
from kg.claims.incremental import Inference
from kg.claims.near import GRAPHS as AUTHORED
from kg.claims.overlay import Overlay, United
from kg.claims.rules import KEPT, rules
from kg.store.loading import patch_of
from kg.validation.files import read_files, seed_files

from .changes import GRAPHS, POOL, SCHEMA_POOL, node, parsed
from .test_derived_against_reference import turtle, worlds
from .world import claim, prop, store_of

ALL = [*rules("consensus"), *rules("derived")]
INFERENCE = Inference()
CURATED, ONTOLOGY = GRAPHS[0], GRAPHS[-1]


class Counted:
    """A store that counts what is asked of it, and what it gives."""

    def __init__(self, quads: ox.Store | Overlay) -> None:
        self._quads = quads
        self.asked = self.given = 0
        self.whole = False

    def quads_for_pattern(self, *pattern) -> Iterable[ox.Quad]:
        self.asked += 1
        self.whole = self.whole or pattern[:3] == (None, None, None)
        assert pattern[3] is not None
        for quad in self._quads.quads_for_pattern(*pattern):
            self.given += 1
            yield quad


class Living:
    """A store whose computed graphs follow each change."""

    def __init__(self, store: ox.Store, inference: Inference = INFERENCE) -> None:
        self.store = store
        self.inference = inference
        for quads in inferred_quads(store):
            store.extend(quads)

    def authored(self) -> list[ox.Quad]:
        return [quad for quad in self.store if quad.graph_name in AUTHORED]

    def computed(self) -> set[ox.Quad]:
        return {quad for quad in self.store if quad.graph_name in KEPT.values()}

    def change(self, added: Iterable[ox.Quad] = (), removed: Iterable[ox.Quad] = ()) -> Counted:
        gone = {quad for quad in removed if quad in self.store}
        new = {quad for quad in added if quad not in self.store}
        after = Counted(Overlay(self.store, new, gone))
        more, less = self.inference.change(self.store, after, new, gone)
        assert more == sorted(set(more), key=str)
        assert set(less) <= self.computed()
        assert not set(more) & self.computed()
        for quad in [*gone, *less]:
            self.store.remove(quad)
        self.store.extend([*new, *more])
        return after

    def is_right(self) -> bool:
        consensus, derived = inferred_quads(self.store)
        return self.computed() == {*consensus, *derived}


def quads(*lines: str, graph: ox.NamedNode = CURATED) -> list[ox.Quad]:
    return [ox.Quad(*triple, graph) for triple in parsed(list(lines))]


def about(store: ox.Store, name: str) -> list[ox.Quad]:
    return list(store.quads_for_pattern(node(name), None, None, CURATED))


def random_step(random: Random, authored: list[ox.Quad]) -> tuple[set[ox.Quad], set[ox.Quad]]:
    added, removed = set(), set()
    for _ in range(random.choice([1, 1, 2, 5])):
        chance = random.random()
        if authored and chance < 0.3:
            removed.add(random.choice(authored))
        elif authored and chance < 0.45:
            subject = random.choice(authored).subject
            removed |= {quad for quad in authored if quad.subject == subject}
        elif chance < 0.46:
            added.add(ox.Quad(*random.choice(SCHEMA_POOL), random.choice(GRAPHS)))
        else:
            added.add(ox.Quad(*random.choice(random.choice(POOL)), random.choice(GRAPHS)))
    ontology = random.random() < 0.1
    return added, {quad for quad in removed if ontology or quad.graph_name != ONTOLOGY}


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.randoms(use_true_random=False))
def test_after_changes_of_a_consistent_world_nothing_differs(world, random) -> None:
    living = Living(store_of(turtle(world)))
    for _ in range(4):
        living.change(*random_step(random, living.authored()))
        assert living.is_right()


@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_after_changes_of_a_world_without_order_nothing_differs(random) -> None:
    store = store_of()
    for _ in range(random.choice([10, 60, 150])):
        store.add(ox.Quad(*random.choice(random.choice(POOL)), random.choice(GRAPHS)))
    living = Living(store)
    for _ in range(4):
        living.change(*random_step(random, living.authored()))
        assert living.is_right()


@pytest.fixture(scope="module")
def seed() -> Living:
    store = ox.Store()
    store.bulk_extend(patch_of(read_files(seed_files())).added)
    return Living(store)


@pytest.mark.parametrize("number", range(3))
@pytest.mark.sample(1)
def test_what_is_taken_out_of_the_real_data_and_put_back_leaves_no_trace(seed, number) -> None:
    random = Random(number)
    whole = seed.computed()
    authored = [quad for quad in seed.authored() if quad.graph_name != ONTOLOGY]
    read = [quad for quad in authored if quad.predicate in mentions.READ]
    taken: list[set[ox.Quad]] = []
    for _ in range(6):
        subject = random.choice(read).subject
        taken.append(
            {*random.sample(read, 3)} | {quad for quad in authored if quad.subject == subject}
        )
        seed.change(removed=taken[-1])
    assert seed.is_right()
    for part in random.sample(taken, len(taken)):
        seed.change(added=part)
    assert seed.computed() == whole


def patched(base: ox.Store, added: set[ox.Quad], removed: set[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(base)
    for quad in removed - added:
        store.remove(quad)
    store.extend(added)
    return store


@settings(max_examples=examples(20))
@given(st.randoms(use_true_random=False))
def test_an_overlay_answers_every_pattern_as_the_patched_store_does(random) -> None:
    pool = [ox.Quad(*random.choice(random.choice(POOL)), random.choice(GRAPHS)) for _ in range(30)]
    base = ox.Store()
    base.extend(pool[:20])
    added, removed = {*random.sample(pool, 8)}, {*random.sample(pool, 8)}
    overlay, store = Overlay(base, added, removed), patched(base, added, removed)
    for quad, shape in product(random.sample(pool, 5), product((True, False), repeat=4)):
        ends = (*quad.triple, quad.graph_name)
        pattern = [end if kept else None for end, kept in zip(ends, shape, strict=True)]
        found = list(overlay.quads_for_pattern(*pattern))
        assert len(found) == len({*found})
        assert {*found} == {*store.quads_for_pattern(*pattern)}


@settings(max_examples=examples(20))
@given(st.randoms(use_true_random=False))
def test_a_store_with_its_union_answers_every_pattern_as_the_store_does(random) -> None:
    pool = [ox.Quad(*random.choice(random.choice(POOL)), random.choice(GRAPHS)) for _ in range(30)]
    store, union = ox.Store(), GRAPHS[:2]
    store.extend(pool[:10])
    store.extend(ox.Quad(*quad.triple) for quad in pool[:10] if quad.graph_name in union)
    united = United(store, union)
    for quad, shape in product(pool, product((True, False), repeat=4)):
        ends = (*quad.triple, quad.graph_name)
        pattern = [end if kept else None for end, kept in zip(ends, shape, strict=True)]
        assert [*united.quads_for_pattern(*pattern)] == [*store.quads_for_pattern(*pattern)]


def test_what_is_not_in_the_union_is_looked_up_once() -> None:
    patterns: list[object] = []
    united = United(Asked(patterns), GRAPHS)
    for graph in GRAPHS:
        assert not [*united.quads_for_pattern(node("event:feast"), None, None, graph)]
    assert patterns == [(node("event:feast"), None, None, ox.DefaultGraph())]


class Asked:
    """A store with nothing in it that notes what it is asked."""

    def __init__(self, patterns: list[object]) -> None:
        self.patterns = patterns

    def quads_for_pattern(self, *pattern: object) -> Iterable[ox.Quad]:
        self.patterns.append(pattern)
        return ()


def test_the_rules_mention_exactly_the_terms_that_are_listed() -> None:
    """Who adds a term to a rule adds it to `mentions`, `dependents` and `region`."""
    assert mentions.mentioned(ALL) == mentions.KNOWN


def test_something_follows_from_a_change_of_every_predicate_that_rules_read() -> None:
    assert STEPS.keys() == mentions.READ


def test_a_rule_with_a_new_term_makes_every_change_a_full_computation() -> None:
    new = replace(ALL[-1], text=ALL[-1].text.replace("skosxl:altLabel", "skosxl:hiddenLabel"))
    living = Living(store_of(), Inference([*ALL[:-1], new]))
    assert living.change(quads('person:mira rdfs:comment "x"')).whole


def test_a_rule_needs_what_stands_in_its_outermost_group_without_a_choice() -> None:
    needed = {rule.name: needs(rule) for rule in ALL}
    assert needed["30-rivals"] >= {mentions.SUBJECT, (mentions.EXCLUSIVE, ox.Literal(True))}
    assert needed["22-nobody-disputes-it"] == {mentions.CONTENT}
    assert needed["40-both-ways"] == needed["30-parts"] == frozenset()
    assert node("ckg:latestStart") not in needed["32-rival-fluents"]


HUB = "".join(
    prop(f"h{n}", "event:feast", "ckg:participant", f"person:h{n}")
    + claim(f"h{n}", f"proposition:h{n}")
    for n in range(300)
) + "".join(f"document:herald ckg:unread{n} state:lowland .\n" for n in range(300))


@pytest.fixture(scope="module")
def hub() -> Living:
    return Living(store_of(HUB))


@pytest.mark.parametrize(
    ("lines", "most"),
    [
        (['event:feast rdfs:label "Fête"@fr'], 60),
        (["event:feast skosxl:altLabel name:f", 'name:f skosxl:literalForm "Fête"@fr'], 900),
        (["claim:h7 ckg:evidence passage:f", "passage:f oa:hasSource document:herald"], 900),
        (
            [
                "proposition:f a ckg:Proposition ; rdf:subject event:feast ; "
                "rdf:predicate ckg:participant ; rdf:object state:lowland",
                "claim:f ckg:content proposition:f ; ckg:claimant document:herald ; "
                "ckg:mode mode:fact ; ckg:certainty certainty:certain ; "
                "ckg:polarity polarity:positive",
            ],
            1500,
        ),
    ],
)
def test_a_change_at_a_hub_does_not_pull_in_all_that_is_said_of_it(hub, lines, most) -> None:
    asked = hub.change(quads(*lines))
    assert hub.is_right()
    assert not asked.whole
    assert asked.given < most


def test_a_change_that_no_rule_reads_asks_for_roles_only(hub) -> None:
    labels = quads(*(f'event:feast rdfs:label "{n}" ; ckg:gloss "{n}"' for n in range(50)))
    assert hub.change(labels).asked <= 16


@pytest.mark.parametrize(
    "lines",
    [
        ["ckg:Place rdfs:subClassOf ckg:Event"],
        ["ckg:before ckg:exclusive true"],
        ["ckg:notedBy a ckg:Role"],
    ],
)
@pytest.mark.parametrize("graph", [CURATED, ONTOLOGY], ids=["curated", "ontology"])
def test_what_rules_read_of_the_ontology_is_computed_in_full(lines, graph) -> None:
    living = Living(
        store_of(prop("a", "event:raid", "ckg:before", "place:ford"), claim("a", "proposition:a"))
    )
    assert living.change(quads(*lines, graph=graph)).whole
    assert living.is_right()


def test_a_label_in_the_ontology_is_no_reason_to_compute_anything(hub) -> None:
    assert hub.change(quads('ckg:Place rdfs:label "Place"@en', graph=ONTOLOGY)).asked <= 16


def test_a_change_that_reaches_too_far_is_computed_in_full() -> None:
    living = Living(store_of(HUB), Inference(limit=100))
    assert living.change(removed=quads("event:feast a ckg:Event")).whole
    assert living.is_right()


def test_an_eligible_predicate_that_rules_read_makes_every_change_a_full_computation() -> None:
    living = Living(store_of("ckg:scope ckg:consensusEligible true .\n"))
    assert living.change(quads("person:mira a ckg:State")).whole
    assert living.is_right()


def test_a_stored_result_that_is_wrong_is_put_right_where_a_change_reaches_it() -> None:
    living = Living(store_of(prop("a", "event:raid", "ckg:participant", "person:mira")))
    wrong = quads("claim:a ckg:toldIn document:herald", graph=KEPT["derived"])
    living.store.extend(wrong)
    living.change(quads("claim:a ckg:claimant person:mira"))
    assert living.is_right()
