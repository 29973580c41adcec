"""What is counted and indexed of a copy in columns is what is counted and indexed of the engine."""

from __future__ import annotations

import json
import random
import sqlite3
from array import array
from collections import Counter
from io import BytesIO
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.columnar.worlds import ODD, STRINGS, TAGGED, World, followed, world
from tests.seeded import Seeded

from kg.columnar.build import build
from kg.columnar.copied import Copied
from kg.columnar.delta import opened
from kg.namespaces import (
    BASE,
    CKG,
    CONSENSUS,
    CURATED,
    DERIVED,
    IMPORTED,
    LINKS,
    OA,
    ONTOLOGY,
    PREFIXES,
)
from kg.processes.opening import open_embedded
from kg.publication import counts, statistics, usage
from kg.reconciliation import build as names
from kg.reconciliation.schema import FILE, NUMBERS
from kg.store.changes import Change
from kg.store.interface import Patch, Rules, Snapshot
from kg.store.live import Live, Mark
from kg.store.patches import canonical, effective
from kg.store.view import View

GRAPHS = [ox.NamedNode(str(name)) for name in (CURATED, IMPORTED, LINKS, CONSENSUS, ONTOLOGY)]
DERIVED_GRAPH = ox.NamedNode(str(DERIVED))
OTHER_GRAPH = ox.NamedNode("http://example.org/elsewhere")
UNION = [*GRAPHS, DERIVED_GRAPH]
THINGS = [
    *(ox.NamedNode(f"{BASE}id/{kind}/x{n}") for kind in ("conflict", "person") for n in range(4)),
    *(ox.NamedNode(f"{BASE}id/claim/x{n}") for n in range(8)),
    *(ox.NamedNode(iri) for iri in (f"{BASE}id/person", f"{BASE}id/person.x", f"{BASE}id/person/")),
    *(ox.NamedNode(str(CKG[name])) for name in ("Claim", "Statement", "x")),
    ox.NamedNode("https://www.wikidata.org/entity/Q999999999001"),
    ox.BlankNode("b"),
]
DISPUTES = ox.NamedNode(str(CKG.disputes))
PREDICATES = [
    *(ox.NamedNode(f"{PREFIXES['rdf']}{name}") for name in ("type", "type", "predicate")),
    *(ox.NamedNode(f"{PREFIXES['rdfs']}{name}") for name in ("label", "comment", "subClassOf")),
    *(ox.NamedNode(f"{PREFIXES['skos']}{name}") for name in ("altLabel", "exactMatch", "note")),
    *(ox.NamedNode(str(CKG[name])) for name in ("about", "about", "claimant", "mayContradict")),
    *(ox.NamedNode(str(CKG[name])) for name in ("contradicts", "inTensionWith", "population")),
    ox.NamedNode(str(OA.hasSource)),
    DISPUTES,
]
LITERALS = [*STRINGS, *TAGGED, *ODD]


def some_quad(choose: random.Random) -> ox.Quad:
    """Any quad; only people dispute claims, the rules do not."""
    predicate = choose.choice(PREDICATES)
    graph = choose.choice([*GRAPHS, DERIVED_GRAPH, DERIVED_GRAPH, OTHER_GRAPH])
    if predicate == DISPUTES:
        graph = GRAPHS[0]
    value = choose.choice(THINGS) if choose.random() < 0.7 else choose.choice(LITERALS)
    return ox.Quad(choose.choice(THINGS), predicate, value, graph)


def random_world(choose: random.Random, folder: Path) -> World:
    """A world with a copy, or with one that has followed a commit."""
    store = ox.Store(str(folder / "engine"))  # which has a subject's triples together
    live = Live(store, Rules(), UNION)
    live.apply(Patch(tuple({some_quad(choose) for _ in range(600)})), Mark(1, "1"))
    first = world(store, folder / "1", UNION)
    if choose.random() < 0.5:
        return first
    gone = choose.sample([q for q in store if q.graph_name in UNION], 100)
    come = [some_quad(choose) for _ in range(100)]
    come += [
        ox.Quad(
            ox.NamedNode(f"{BASE}id/person/new{n}"), PREDICATES[3], ox.Literal(f"N {n}"), GRAPHS[0]
        )
        for n in range(9)
    ]
    patch = effective(canonical(Patch(tuple(come), tuple(gone))), store)
    before, after = live.mark, Mark(2, "2")
    change = Change(before, after, live.apply(patch, after))
    return followed(store, first, change, folder / "2")


def counted(snapshot: Snapshot, folder: Path) -> list[object]:
    """The files of all counts."""
    folder.mkdir()
    found = []
    for each in (counts, statistics, usage):
        each.build(snapshot, folder)
    for path in sorted(folder.glob("*.json")):
        found.append(json.loads(path.read_text(encoding="utf-8")))
    return found


def indexed(snapshot: Snapshot, folder: Path) -> dict[str, object]:
    """All rows of the index, with things by their slugs instead of numbers of one index."""
    folder.mkdir()
    names.build(snapshot, folder)
    with sqlite3.connect(folder / FILE) as db:
        slugs = dict(db.execute("SELECT id, slug FROM entity"))
        found: dict[str, object] = {}
        for table in ("term", "broader", "used", "about", "text", "searched"):
            found[table] = Counter(db.execute(f"SELECT * FROM {table}"))
        for table in ("entity", "name", "fact"):
            rows = db.execute(f"SELECT * FROM {table}")
            found[table] = Counter((slugs[number], *others) for number, *others in rows)
        found["token"] = {
            key: (things, {slugs[number] for number in array(NUMBERS, entities)})
            for key, things, entities in db.execute("SELECT key, things, entities FROM token")
        }
    db.close()
    return found


def dumped(view: View, graph: ox.NamedNode | ox.DefaultGraph) -> list[bytes]:
    file = BytesIO()
    view.dump(graph, file)
    return sorted(file.getvalue().splitlines())


@pytest.mark.parametrize("seed", range(8))
def test_of_random_worlds_a_copy_has_the_same_counts_and_names(seed: int, tmp_path: Path) -> None:
    made = random_world(random.Random(seed), tmp_path)
    copied = Copied(made.copy)
    assert copied.graphs() == made.view.graphs()
    for graph in copied.graphs():
        quads = list(copied.quads(graph))
        assert len(quads) == len(set(quads))
        assert set(quads) == set(made.view.quads(graph))
        assert dumped(made.view, graph) == sorted(b"".join(copied.lines(graph)).splitlines())
    unnamed = sorted(b"".join(copied.lines(None)).splitlines())
    assert dumped(made.view, ox.DefaultGraph()) == unnamed
    assert counted(copied, tmp_path / "a") == counted(made.view, tmp_path / "b")
    assert indexed(copied, tmp_path / "c") == indexed(made.view, tmp_path / "d")


def test_of_our_data_a_copy_has_the_same_counts_and_names(seeded: Seeded, tmp_path: Path) -> None:
    view = open_embedded(seeded.home).snapshot()
    (tmp_path / "copy").mkdir()
    build(view, tmp_path / "copy")  # type: ignore[arg-type]
    copied = Copied(opened(tmp_path / "copy"))
    assert counted(copied, tmp_path / "a") == counted(view, tmp_path / "b")
    assert indexed(copied, tmp_path / "c") == indexed(view, tmp_path / "d")
