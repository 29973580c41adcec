"""Graphs in JSON-LD by our context: nothing is lost, and nothing has to be fetched."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from kg.docs import load
from kg.docs.context import kinds_of_values
from kg.namespaces import CKG, PREFIXES
from kg.rdf.json_ld import compacted, context, kinds
from kg.resources import data_dir, ontology_dir

XSD = PREFIXES["xsd"]
DIRECTED = ox.Literal("x", language="ar", direction=ox.BaseDirection.RTL)


def read(text: bytes) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD)}


def triples(*folders: object) -> list[ox.Triple]:
    return [
        quad.triple
        for folder in folders
        for path in sorted(folder.rglob("*.ttl"))
        for quad in ox.parse(path=path, rename_blank_nodes=True)
    ]


def without_blank_nodes(found: Iterable[ox.Triple]) -> set[ox.Triple]:
    return {t for t in found if not any(isinstance(term, ox.BlankNode) for term in t)}


def test_all_of_the_data_comes_back_as_it_was() -> None:
    data = triples(data_dir())
    text = compacted(data)
    assert text is not None
    assert read(text) == set(data)


def test_all_of_the_ontology_and_its_shapes_comes_back_as_it_was() -> None:
    given_triples = triples(ontology_dir())
    text = compacted(given_triples)
    assert text is not None
    found = read(text)
    assert without_blank_nodes(found) == without_blank_nodes(given_triples)
    before, after = ox.Dataset(), ox.Dataset()
    for dataset, graph in ((before, given_triples), (after, found)):
        for triple in graph:
            dataset.add(ox.Quad(*triple))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert before == after


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # in rdflib itself
def test_another_reader_reads_the_same() -> None:
    data = triples(data_dir() / "curated" / "claims")[:3_000]
    text = compacted(data)
    assert text is not None
    wanted = Graph().parse(data=ox.serialize(data, format=ox.RdfFormat.N_TRIPLES), format="nt")
    assert isomorphic(Graph().parse(data=text, format="json-ld"), wanted)


IRIS = st.sampled_from(
    [
        f"{CKG}mode",
        f"{CKG}sha256",
        f"{CKG}textLength",
        f"{CKG}unheard-of",
        f"{PREFIXES['rdf']}type",
        f"{PREFIXES['claim']}a:b//c",
        f"{PREFIXES['claim']}%20",
        PREFIXES["claim"],
        "http://example.org/a",
        "http://example.org/a#b?c",
        "urn:x:y",
        "mailto:a@b.c",
        "a://b",
    ]
).map(ox.NamedNode)
BLANK = st.sampled_from("ab").map(ox.BlankNode)
TEXTS = st.text(max_size=8)
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    st.tuples(TEXTS, st.sampled_from(["en", "zh-hant"])).map(
        lambda x: ox.Literal(x[0], language=x[1])
    ),
    st.tuples(TEXTS, st.sampled_from(["integer", "date", "string", "boolean", "double"])).map(
        lambda x: ox.Literal(x[0], datatype=ox.NamedNode(XSD + x[1]))
    ),
    TEXTS.map(lambda x: ox.Literal(x, datatype=ox.NamedNode("urn:type"))),
)
TRIPLES = st.builds(ox.Triple, IRIS | BLANK, IRIS, IRIS | BLANK | LITERALS)


@given(st.lists(TRIPLES, max_size=12))
def test_a_graph_of_any_terms_comes_back_as_it_was(found: list[ox.Triple]) -> None:
    text = compacted(found)
    assert text is not None
    assert read(text) == set(found)


NODE = ox.NamedNode("http://example.org/a")


@pytest.mark.parametrize(
    "term",
    [
        ox.Triple(NODE, NODE, NODE),
        DIRECTED,
        ox.Literal("{}", datatype=ox.NamedNode(f"{PREFIXES['rdf']}JSON")),
        ox.NamedNode("claim:not-ours"),
    ],
)
def test_what_would_be_lost_is_not_written(term: ox.NamedNode | ox.Literal | ox.Triple) -> None:
    assert compacted([ox.Triple(NODE, NODE, term)]) is None


def test_only_members_that_are_used_are_told_and_they_are_those_of_the_context() -> None:
    mode = ox.NamedNode(f"{CKG}mode")
    text = compacted([ox.Triple(NODE, mode, ox.NamedNode(f"{PREFIXES['mode']}fact"))])
    found = json.loads(text or b"")
    assert set(found["@context"]) == {"ckg", "mode", "ckg:mode"}
    assert found["@context"].items() <= context().items()
    assert found["@graph"] == [{"@id": "http://example.org/a", "ckg:mode": "mode:fact"}]


def test_the_context_has_the_kinds_that_the_ontology_declares() -> None:
    assert json.loads(kinds_of_values(load(ontology_dir()))) == dict(kinds())
