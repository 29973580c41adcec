from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.store.homes import META, NOON, commit
from tests.store.toy import curated, ex, imported, quad

from kg.errors import InputError, RefusedError
from kg.namespaces import GRAPH
from kg.processes.opening import OURS
from kg.processes.opening import open_embedded as open_store
from kg.resources import ontology_dir
from kg.store.candidate import Trial
from kg.store.embedded import EmbeddedStore
from kg.store.gate import validation_gate
from kg.store.interface import Patch
from kg.store.live import Live
from kg.store.loading import patch_of
from kg.store.seed import SeedState, seed, seed_digest, seed_state
from kg.validation import read_files, seed_files

TURTLE = "<http://example.org/{0}> <http://example.org/p> <http://example.org/o> .\n"


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path / "home")


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    path = tmp_path / "a.ttl"
    path.write_text(TURTLE.format("old"))
    return [path]


def subjects(store: EmbeddedStore) -> list[str]:
    return sorted(q.subject.value.rpartition("/")[2] for q in store.snapshot().quads(curated))


def test_an_empty_store_is_seeded_once(store, files):
    assert seed_state(store, files) is SeedState.EMPTY
    receipt = seed(store, time=NOON, files=files)
    assert (receipt.generation, receipt.added) == (1, 1)
    assert seed_state(store, files) is SeedState.CURRENT
    assert seed(store, time=NOON, files=files) is None
    assert store.generation() == 1


def test_a_newer_seed_waits_for_an_upgrade(store, files):
    seed(store, time=NOON, files=files)
    files[0].write_text(TURTLE.format("new"))
    assert seed_state(store, files) is SeedState.OLDER
    assert seed(store, time=NOON, files=files) is None
    assert subjects(store) == ["old"]


def test_what_others_have_committed_is_never_touched(store, files):
    seed(store, time=NOON, files=files)
    commit(store, quad("mine", "o"))
    files[0].write_text(TURTLE.format("new"))
    assert seed_state(store, files) is SeedState.MIXED
    assert seed(store, time=NOON, files=files) is None
    assert subjects(store) == ["mine", "old"]


def test_a_store_of_others_is_not_seeded(store, files):
    commit(store, quad("mine", "o"))
    assert seed_state(store, files) is SeedState.FOREIGN
    assert seed(store, time=NOON, files=files) is None
    assert subjects(store) == ["mine"]


def test_the_digest_of_a_seed_knows_names_and_bytes(tmp_path):
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        path.write_text("x")
    whole = seed_digest(paths)
    assert whole == seed_digest(paths)
    assert seed_digest(paths[:1]) != whole
    paths[1].write_text("y")
    assert seed_digest(paths) != whole


def test_a_file_with_blank_nodes_can_be_loaded_again(store, tmp_path):
    path = tmp_path / "list.ttl"
    path.write_text("<http://e/a> <http://e/p> (1 2 [ <http://e/q> <http://e/b> ]) .")
    patches = [patch_of(read_files([path])) for _ in range(2)]
    assert patches[0] == patches[1]
    assert not any(isinstance(term, ox.BlankNode) for q in patches[0].added for term in q.triple)
    assert commit(store, *patches[0].added).added == 8
    assert commit(store, *patches[1].added).added == 0
    path.write_text("<http://e/a> <http://e/p> (1 2 [ <http://e/q> <http://e/c> ]) .")
    assert commit(store, *patch_of(read_files([path])).added).added == 8


def test_a_file_goes_to_the_graph_of_its_folder_or_to_the_one_that_is_named(tmp_path):
    path = tmp_path / "a.ttl"
    path.write_text(TURTLE.format("x"))
    read = read_files([path])
    assert [q.graph_name for q in patch_of(read).added] == [curated]
    assert [q.graph_name.value for q in patch_of(read, imported.value).added] == [imported.value]
    graphs = {
        q.graph_name.value.rpartition("/")[2] for q in patch_of(read_files(seed_files())).added
    }
    assert graphs == {"curated", "imported", "links", "ontology", "shapes"}


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    """The ontology and the shapes alone, to be quick."""
    store = open_store(tmp_path_factory.mktemp("seeded"))
    files = [path for path in seed_files() if path.is_relative_to(ontology_dir())]
    assert seed(store, time=NOON, files=files) is not None
    return store


def test_the_gate_refuses_a_claim_without_claimant(seeded):
    claim = ox.NamedNode("https://w3id.org/conflict-kg/id/claim/000-99-1")
    rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    ckg_claim = ox.NamedNode("https://w3id.org/conflict-kg/ns#Claim")
    patch = Patch((ox.Quad(claim, rdf_type, ckg_claim, curated),))
    before = seeded.generation()
    with pytest.raises(RefusedError) as caught:
        seeded.commit(patch, META, commit_id="bad")
    assert {v.focus_node for v in caught.value.report.violations} == {claim.value}
    assert seeded.generation() == before


def test_the_gate_lets_old_violations_be(seeded):
    """Somebody else's violation is no reason to refuse what does not touch it."""
    rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    claim = ox.NamedNode("https://w3id.org/conflict-kg/id/claim/000-99-1")
    bad = ox.Quad(claim, rdf_type, ox.NamedNode("https://w3id.org/conflict-kg/ns#Claim"), curated)
    authored = [q for q in seeded.snapshot().quads() if q.graph_name not in OURS.rules.graphs]
    live = Live(ox.Store(), OURS.rules, OURS.union)
    live.load(Patch((*authored, bad)), live.mark)
    ada = ox.NamedNode("https://w3id.org/conflict-kg/id/person/ada-host")
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    added = (
        ox.Quad(ada, rdf_type, ox.NamedNode("https://w3id.org/conflict-kg/ns#Person"), curated),
        ox.Quad(ada, label, ox.Literal("Ada Host", language="en"), curated),
    )
    live.apply(Patch(added), live.mark)
    assert validation_gate(Trial(live, Patch(added))).conforms


SHAPE = ox.NamedNode("https://w3id.org/conflict-kg/ns#ClaimShape")


def shape_off(graph: ox.NamedNode) -> ox.Quad:
    return ox.Quad(
        SHAPE,
        ox.NamedNode("http://www.w3.org/ns/shacl#deactivated"),
        ox.Literal(True),
        graph,
    )


@pytest.mark.parametrize("name", ["shapes", "ontology", "nonsense"])
@pytest.mark.parametrize("commit_id", ["mine", "seed/0123456789abcdef/1"])
def test_no_commit_adds_to_what_judges_the_data(seeded, name, commit_id):
    before = seeded.generation()
    with pytest.raises(InputError, match=r"comes with kg|nobody writes"):
        commit(seeded, shape_off(ox.NamedNode(str(GRAPH[name]))), commit_id=f"{commit_id}/{name}")
    assert seeded.generation() == before


@pytest.mark.parametrize("name", ["shapes", "ontology"])
def test_no_commit_takes_away_from_what_judges_the_data(seeded, name):
    before = seeded.generation()
    some = list(seeded.snapshot().quads(ox.NamedNode(str(GRAPH[name]))))[:1]
    with pytest.raises(InputError, match="comes with kg"):
        commit(seeded, removed=some, commit_id=f"less {name}")
    with pytest.raises(InputError, match="comes with kg"):
        commit(seeded, quad("a", "b"), removed=some, commit_id=f"less {name} beside data")
    assert seeded.generation() == before


def test_only_the_ontology_and_the_shapes_of_kg_are_a_seed(tmp_path):
    path = tmp_path / "shapes" / "other.ttl"
    path.parent.mkdir()
    path.write_text("<http://e/s> a <http://www.w3.org/ns/shacl#NodeShape> .")
    store = open_store(tmp_path / "home")
    patch = patch_of(read_files([path]), GRAPH["shapes"])
    with pytest.raises(InputError, match="comes with kg"):
        store.commit(patch, META, commit_id="seed/0123456789abcdef/0")
    assert store.generation() == 0


def test_a_seed_with_blank_nodes_in_its_data_is_refused_with_its_file(store, tmp_path):
    path = tmp_path / "blank.ttl"
    path.write_text("<http://e/a> <http://e/p> [ <http://e/q> 1 ] .")
    with pytest.raises(RefusedError) as caught:
        seed(store, time=NOON, files=[path])
    assert [v.file for v in caught.value.report.violations] == [str(path)]
    assert store.generation() == 0


def test_the_gate_refuses_blank_nodes_that_come_without_a_file(seeded):
    with pytest.raises(RefusedError):
        commit(seeded, ox.Quad(ex("a"), ex("p"), ox.BlankNode("b"), curated), commit_id="blank")
