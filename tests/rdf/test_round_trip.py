"""The laws of the canonical form, over graphs that nobody would write by hand."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, RDFS, XSD
from rdflib.term import Node
from tests.examples import examples

from kg.namespaces import CKG, PREFIXES
from kg.rdf.turtle import canonical, parse_turtle

Triple = tuple[Node, Node, Node]


def is_valid(iri: URIRef) -> bool:
    try:
        ox.NamedNode(str(iri))
    except ValueError:
        return False
    return True


NAMESPACES = st.sampled_from([*PREFIXES.values(), "http://example.org/", "urn:x:"])
LOCALS = st.text("abcXZ019_-.~!$&'()*+,;=/?#@%:éա中", max_size=8)
IRIS = st.builds(lambda n, local: URIRef(n + local), NAMESPACES, LOCALS).filter(is_valid)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.text("\"'\\\n\r\t a")
DATATYPES = st.sampled_from([XSD.integer, XSD.decimal, XSD.double, XSD.boolean, XSD.date, CKG.unit])
NUMBERS = st.from_regex(r"\A[+-]?[0-9]{0,3}\.?[0-9]{0,2}([eE][+-]?[0-9]{0,2})?\Z")
LITERALS = (
    st.builds(Literal, TEXTS)
    | st.builds(lambda t, lang: Literal(t, lang=lang), TEXTS, st.sampled_from(["en", "az-latn"]))
    | st.builds(
        lambda t, d: Literal(t, datatype=d, normalize=False),
        TEXTS | NUMBERS | st.sampled_from(["true", "false", "1", "01"]),
        DATATYPES,
    )
)
PREDICATES = st.sampled_from([RDF.type, RDFS.label, CKG.content, RDF.first, RDF.rest]) | IRIS
GROUND = st.lists(st.tuples(IRIS, PREDICATES, IRIS | LITERALS), max_size=25)


def graph_of(triples: list[Triple]) -> Graph:
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    return graph


@st.composite
def schema_graphs(draw: st.DrawFn) -> Graph:
    """Graphs whose blank nodes are trees: what shapes and ontologies are made of."""
    graph = graph_of(draw(GROUND))

    def grow(depth: int) -> Node:
        shape = draw(
            st.sampled_from(["ground", "node", "list", "empty"] if depth < 4 else ["ground"])
        )
        if shape == "ground":
            return draw(IRIS | LITERALS)
        if shape == "list":
            items = [grow(depth + 1) for _ in range(draw(st.integers(0, 3)))]
            return Collection(graph, BNode(), items).uri if items else RDF.nil
        node = BNode()
        for _ in range(draw(st.integers(1, 3)) if shape == "node" else 0):
            graph.add((node, draw(PREDICATES), grow(depth + 1)))
        return node

    for _ in range(draw(st.integers(0, 3))):
        graph.add((draw(IRIS), draw(PREDICATES), grow(0)))
    return graph


@given(GROUND)
def test_data_reads_back_as_it_was_written(triples: list[Triple]) -> None:
    graph = graph_of(triples)
    assert set(parse_turtle(canonical(graph))) == set(graph)


@given(GROUND, st.randoms(use_true_random=False))
def test_the_order_of_writing_leaves_no_trace(triples: list[Triple], rng: random.Random) -> None:
    shuffled = rng.sample(triples, len(triples))
    assert canonical(graph_of(shuffled)) == canonical(graph_of(triples))


@pytest.mark.filterwarnings("ignore:Serializing weird numerical")  # by the oracle
@given(schema_graphs())
def test_a_schema_reads_back_isomorphic(graph: Graph) -> None:
    assert isomorphic(parse_turtle(canonical(graph, blank_nodes=True)), graph)


@given(schema_graphs())
def test_the_canonical_text_of_a_canonical_text_is_itself(graph: Graph) -> None:
    text = canonical(graph, blank_nodes=True)
    assert canonical(parse_turtle(text), blank_nodes=True) == text


@given(GROUND)
@settings(max_examples=examples(50))
def test_a_second_parser_reads_the_same(triples: list[Triple]) -> None:
    graph = graph_of(triples)
    expected = len({q.triple for q in ox.parse(canonical(graph), format=ox.RdfFormat.TURTLE)})
    assert len(Graph().parse(data=canonical(graph), format="turtle")) <= expected == len(graph)
