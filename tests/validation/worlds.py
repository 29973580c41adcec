"""The good world of `examples/world.ttl`, the real ontology, and what bad files do to them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from rdflib import RDF, SKOS, Graph, URIRef

from kg.namespaces import AUTHORED, CKG, CURATED, ONTOLOGY, SHAPES
from kg.rdf.turtle import parse_turtle, read_turtle
from kg.resources import example_world, ontology_dir
from kg.validation import Report, read_files, run_checks, validate
from kg.validation.dataset import infer, load
from kg.validation.files import dataset_of

BAD = Path(__file__).parent.parent / "bad"
BASE = example_world()

TERMS = (SKOS.Concept, CKG.Predicate, CKG.Role, CKG.DerivedProperty)

Graphs = Mapping[URIRef, Graph]


@cache
def ontology() -> Mapping[URIRef, Graph]:
    """The graphs ontology and shapes; not to be changed."""
    return dataset_of(read_files(sorted(ontology_dir().rglob("*.ttl"))))


@cache
def base() -> Graph:
    """The good world; not to be changed."""
    return read_turtle(BASE)


@cache
def _quiet_world() -> Graph:
    """The good world and the ontology, but with no term of the ontology a target of a shape.

    Validating the ontology again with each bad file would take most of the time; it is validated
    with the seed.
    """
    world = ontology()[ONTOLOGY] + base()
    for kind in TERMS:
        world.remove((None, RDF.type, kind))
    return world


def bad_files() -> list[Path]:
    return sorted(path for path in BAD.iterdir() if path.suffix in (".ttl", ".trig"))


def read_bad(path: Path) -> Graphs:
    """The graphs of a bad file: curated for Turtle, those that it names for TriG."""
    if path.suffix == ".ttl":
        return {CURATED: read_turtle(path)}
    graphs: dict[URIRef, Graph] = {}
    store = ox.Store()
    store.load(path=path, format=ox.RdfFormat.TRIG)
    for name in store.named_graphs():
        lines = (str(quad.triple) for quad in store.quads_for_pattern(None, None, None, name))
        graphs[URIRef(name.value)] = parse_turtle("".join(f"{line} .\n" for line in lines))
    return graphs


@cache
def _good_quads() -> list[ox.Quad]:
    store = ox.Store()
    load(store, ONTOLOGY, ontology()[ONTOLOGY])
    load(store, CURATED, base())
    return list(store)


def store_with(bad: Graphs) -> ox.Store:
    store = ox.Store()
    store.extend(_good_quads())
    for name, graph in bad.items():
        load(store, name, graph)
    infer(store)
    return store


def report_on(bad: Graphs) -> Report:
    """What shapes and checks say of the good world with the graphs of a bad file added."""
    data = _quiet_world()
    added = {t for name in AUTHORED for t in bad.get(name, ())}
    spoken_of = {subject for subject, _, _ in added}
    added |= {
        (s, RDF.type, kind)
        for kind in TERMS
        for s in ontology()[ONTOLOGY].subjects(RDF.type, kind)
        if s in spoken_of
    }
    added = {triple for triple in added if triple not in data}
    for triple in added:
        data.add(triple)
    try:
        report = validate(data, ontology()[SHAPES])
    finally:
        for triple in added:
            data.remove(triple)
    return report + Report.of(run_checks(store_with(bad)))
