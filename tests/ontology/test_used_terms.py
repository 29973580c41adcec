"""Every term that is used is declared, and every word of an open vocabulary is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SKOS
from rdflib.term import Node

from kg.importers.ucdp_events import POPULATIONS
from kg.namespaces import BASE, CKG, EXTERNAL_PREFIXES, PREFIXES, SCHEMES, concept
from kg.rdf.turtle import read_turtle
from kg.resources import ontology_dir, queries_dir, root

OPEN = ("kind", "quality", "degree", "modality", "qualifier", "population", "channel")
"""Vocabularies that grow with the data; what nothing uses any more is taken out of them."""
LAST_RESORT = concept("kind", "other")
IMPORTED = {concept("population", name) for name, _ in POPULATIONS.values()}
"""What imports use that do not come with kg."""
OURS = ("ckg", *SCHEMES)
NAME = re.compile(rf"(?<![\w:/-])({'|'.join(map(re.escape, OURS))}):([A-Za-z0-9](?:[\w-]*\w)?)")
MISTAKE = re.compile(r"^```sparql-error\n.*?^```$", re.MULTILINE | re.DOTALL)
"""A block of a page that shows a mistake, and so may name what does not exist."""
IN_CODE = re.compile(r"\bCKG(?:\.|\[\")([A-Za-z]\w*)")


@pytest.fixture(scope="session")
def declared(ontology: Graph) -> set[Node]:
    return {s for s in ontology.subjects(RDF.type) if str(s).startswith(BASE)}


@pytest.fixture(scope="session")
def shapes() -> Graph:
    graph = Graph()
    for path in sorted((ontology_dir() / "shapes").glob("*.ttl")):
        graph += read_turtle(path)
    return graph


def ours(graph: Graph) -> set[Node]:
    namespaces = tuple(PREFIXES[name] for name in OURS)
    return {t for triple in graph for t in triple if str(t).startswith(namespaces)}


def named_in(path: Path) -> set[Node]:
    """Terms of ours that a text names by prefix, a wildcard such as `ckg:` not among them."""
    text = MISTAKE.sub("", path.read_text(encoding="utf-8"))
    return {URIRef(PREFIXES[prefix] + local) for prefix, local in NAME.findall(text)}


def texts(folder: Path, *suffixes: str) -> list[Path]:
    return [
        p for p in sorted(folder.rglob("*")) if p.suffix in suffixes and "static" not in p.parts
    ]


def test_data_uses_declared_terms_only(data: Graph, declared: set[Node]) -> None:
    assert len(ours(data)) > 100
    assert ours(data) - declared == set()


def test_queries_name_declared_terms_only(declared: set[Node]) -> None:
    named = {path: named_in(path) - declared for path in texts(queries_dir(), ".rq")}
    assert len(named) > 30
    assert {path.name: unknown for path, unknown in named.items() if unknown} == {}


def test_shapes_name_declared_terms_only(shapes: Graph, declared: set[Node]) -> None:
    assert ours(shapes) - set(shapes.subjects()) - declared == set()


def test_documentation_names_declared_terms_only(declared: set[Node], shapes: Graph) -> None:
    pages = [root() / "README.md", *texts(root() / "docs", ".md")]
    known = declared | set(shapes.subjects())
    named = {path: named_in(path) - known for path in pages if path.is_file()}
    assert {path.name: unknown for path, unknown in named.items() if unknown} == {}


def test_code_names_declared_terms_only(declared: set[Node]) -> None:
    unknown = {
        f"{path.name}: {local}"
        for path in texts(root() / "src", ".py")
        for local in IN_CODE.findall(path.read_text(encoding="utf-8"))
        if CKG[local] not in declared
    }
    assert unknown == set()


@pytest.mark.parametrize("name", OPEN)
def test_every_word_of_an_open_vocabulary_is_used(name: str, data: Graph, ontology: Graph) -> None:
    concepts = set(ontology.subjects(SKOS.inScheme, URIRef(f"{BASE}vocab/{name}")))
    assert concepts
    assert concepts - set(data.objects()) - IMPORTED - {LAST_RESORT} == set()


def test_every_predicate_of_a_proposition_is_on_the_closed_list(
    data: Graph, ontology: Graph
) -> None:
    listed = set(ontology.subjects(RDF.type, CKG.Predicate))
    assert set(data.objects(None, RDF.predicate)) - listed == set()


def test_predicates_and_derived_properties_never_stand_in_the_data(
    data: Graph, ontology: Graph
) -> None:
    kinds = (CKG.Predicate, CKG.DerivedProperty)
    unwritten = {p for kind in kinds for p in ontology.subjects(RDF.type, kind)}
    assert unwritten & set(data.predicates()) == set()


def test_every_term_of_others_in_the_data_is_explained(data: Graph) -> None:
    explained = set(read_turtle(ontology_dir() / "alignments" / "reused-terms.ttl").subjects())
    external = tuple(EXTERNAL_PREFIXES.values())
    used = {p for p in data.predicates() if str(p).startswith(external)} - {RDF.type}
    used |= {c for c in data.objects(None, RDF.type) if str(c).startswith(external)}
    assert used - explained == set()
