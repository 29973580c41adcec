from __future__ import annotations

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, XSD

from kg.errors import TurtleError
from kg.namespaces import PREFIXES
from kg.rdf.turtle import canonical, parse_turtle

HEADER = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())


def rewritten(body: str, *, blank_nodes: bool = False) -> str:
    """The canonical text without its prefixes."""
    text = canonical(parse_turtle(HEADER + body), blank_nodes=blank_nodes)
    return "".join(line for line in text.splitlines(keepends=True) if line[0] != "@").lstrip()


def test_type_comes_first_then_the_label_then_predicates_by_iri() -> None:
    assert rewritten('claim:a ckg:mode mode:fact ; rdfs:label "A"@en ; a ckg:Claim .') == (
        'claim:a a ckg:Claim ;\n    rdfs:label "A"@en ;\n    ckg:mode mode:fact .\n'
    )


def test_only_the_used_prefixes_are_written_and_sorted() -> None:
    text = canonical(parse_turtle(HEADER + "state:a a ckg:State ; ckg:n 1 ."))
    assert text.startswith(f"@prefix ckg: <{PREFIXES['ckg']}> .\n@prefix state: ")
    assert text.count("@prefix") == 2


def test_subjects_and_objects_are_sorted_with_numbers_as_numbers() -> None:
    body = "claim:a-12-1 ckg:x claim:b-10, claim:b-9 . claim:a-3-1 ckg:x 10, 9 ."
    assert rewritten(body) == (
        "claim:a-3-1 ckg:x 9, 10 .\n\nclaim:a-12-1 ckg:x claim:b-9, claim:b-10 .\n"
    )


def test_labels_are_ordered_by_language() -> None:
    assert '"b"@en, "a"@hy' in rewritten('state:a rdfs:label "a"@hy, "b"@en .')


def test_objects_that_do_not_fit_on_a_line_get_a_line_each() -> None:
    names = [f"passage:{'x' * 30}-{n}" for n in range(3)]
    lines = rewritten(f"claim:a ckg:evidence {', '.join(names)} .").splitlines()
    assert lines[0] == "claim:a ckg:evidence"
    assert [line.strip(" ,.") for line in lines[1:]] == names
    assert all(line.startswith(" " * 8) for line in lines[1:])


@pytest.mark.parametrize("local", ["2010/2013", "1990~", "a%20b", "a,b", "a.", "-a", "", "é"])
def test_a_local_name_that_needs_an_escape_is_written_as_a_full_iri(local: str) -> None:
    iri = f"{PREFIXES['time']}{local}"
    assert rewritten(f"<{iri}> a ckg:Time .") == f"<{iri}> a ckg:Time .\n"


@pytest.mark.parametrize("local", ["2023-04-11", "199X", "a.b", "article-000-3-1", "_a", "a-"])
def test_a_plain_local_name_is_written_with_its_prefix(local: str) -> None:
    assert rewritten(f"time:{local} a ckg:Time .") == f"time:{local} a ckg:Time .\n"


@pytest.mark.parametrize(
    "literal",
    [
        *("01", "+1", "-1.50", "1.5E3", "true", '"1."^^xsd:decimal', '"1"^^xsd:boolean'),
        *('"a\tb"', '"say \\"yes\\""', '"a\\\\b"', '"\\u202E"', '"\\r"', '"x"@az-latn'),
        '"2023"^^xsd:gYear',
    ],
)
def test_a_literal_is_written_as_short_as_it_can_be_without_change(literal: str) -> None:
    assert rewritten(f"state:a ckg:x {literal} .") == f"state:a ckg:x {literal} .\n"


def test_text_of_several_lines_is_written_as_it_reads() -> None:
    body = 'state:a rdfs:comment "one\\n\\"\\"\\"two\\"" .'
    assert rewritten(body) == 'state:a rdfs:comment """one\n\\"\\""two\\"""" .\n'


def test_an_empty_graph_is_an_empty_text() -> None:
    assert canonical(Graph()) == ""


def test_blank_nodes_are_refused_in_data_with_the_place() -> None:
    with pytest.raises(TurtleError, match=r"no blank nodes.*passage/p.*hasSelector"):
        rewritten("passage:p oa:hasSelector [ oa:start 1 ] .")


def test_blank_nodes_are_written_in_place_in_the_order_of_their_content() -> None:
    body = """ckg:S a sh:NodeShape ; sh:property [ sh:path ckg:z ; sh:in ( mode:fact 2 "x" ) ],
        [ sh:path ckg:a ; sh:or ( [ sh:datatype xsd:date ] () ) ; sh:node [] ] ."""
    assert rewritten(body, blank_nodes=True) == (
        "ckg:S a sh:NodeShape ;\n"
        "    sh:property\n"
        '        [ sh:in ( mode:fact 2 "x" ) ; sh:path ckg:z ],\n'
        "        [ sh:node [] ; sh:or ( [ sh:datatype xsd:date ] () ) ; sh:path ckg:a ] .\n"
    )


def test_a_long_blank_node_and_a_long_list_get_a_line_for_each_part() -> None:
    modes = " ".join(f"mode:{'m' * 30}{n}" for n in range(4))
    body = f"ckg:S sh:property [ sh:path ckg:a ; sh:in ( {modes} ) ] ."
    assert rewritten(body, blank_nodes=True).splitlines() == [
        "ckg:S sh:property [",
        "        sh:in (",
        *(f"            {mode}" for mode in modes.split()),
        "        ) ;",
        "        sh:path ckg:a",
        "    ] .",
    ]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("[] ckg:x 1 .", "never used"),
        ("ckg:a ckg:x _:b . ckg:b ckg:x _:b .", "more than once"),
        ("_:a ckg:x _:b . _:b ckg:x _:a .", "circle"),
        ("ckg:a ckg:x " + "[ ckg:x " * 60 + "1" + " ]" * 60 + " .", "50 deep"),
    ],
)
def test_a_blank_node_that_cannot_stand_in_place_is_an_error(body: str, message: str) -> None:
    with pytest.raises(TurtleError, match=message) as caught:
        rewritten(body, blank_nodes=True)
    assert "IRI" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "body",
    [
        "ckg:a ckg:x [ rdf:first 1 ] .",
        "ckg:a ckg:x [ rdf:first 1, 2 ; rdf:rest () ] .",
        "ckg:a ckg:x [ a rdf:List ; rdf:first 1 ; rdf:rest ( 2 ) ] .",
        "ckg:a ckg:x [ rdf:first 1 ; rdf:rest ckg:b ] .",
    ],
)
def test_what_is_not_quite_a_list_is_written_as_a_blank_node(body: str) -> None:
    assert rewritten(body, blank_nodes=True).startswith("ckg:a ckg:x [ ")


def test_a_list_may_be_longer_than_blank_nodes_may_be_deep() -> None:
    items = " ".join(map(str, range(2000)))
    text = rewritten(f"ckg:a ckg:x ( {items} ) .", blank_nodes=True)
    assert text.split() == ["ckg:a", "ckg:x", "(", *items.split(), ")", "."]


@pytest.mark.parametrize("bad", ["relative", "http://a/ b", "", "http://a/<"])
def test_an_iri_that_turtle_cannot_hold_is_an_error(bad: str) -> None:
    graph = Graph().add((URIRef("http://a/s"), RDF.type, URIRef(bad)))
    with pytest.raises(TurtleError, match="not an absolute IRI"):
        canonical(graph)


def test_a_literal_as_predicate_is_an_error() -> None:
    graph = Graph()
    graph.add((URIRef("http://a/s"), BNode("p"), Literal(1)))
    with pytest.raises(TurtleError, match="only an IRI"):
        canonical(graph)


def test_a_string_with_its_datatype_named_is_written_once() -> None:
    graph = Graph()
    for literal in (Literal("a"), Literal("a", datatype=XSD.string)):
        graph.add((URIRef("http://a/s"), URIRef("http://a/p"), literal))
    assert canonical(graph) == '<http://a/s> <http://a/p> "a" .\n'
