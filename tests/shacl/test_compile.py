"""Ill-formed shapes, and shapes that refer to themselves, are a failure and no verdict."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from tests.shacl.random_shapes import graph, store

from kg.errors import ShaclFailure
from kg.shacl import Dependencies, StoreGraph, compile_shapes, validate
from kg.shacl.candidates import FEW

DATA = graph("ex:n a ex:A ; ex:p 1 .")
EXTRA = (ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.NamedNode("urn:c"))

PROPERTY = "ex:S sh:targetClass ex:A ; sh:path ex:p ; "
NODE = "ex:S a sh:NodeShape ; sh:targetClass ex:A ; "

ILL_FORMED = {
    "two counts": PROPERTY + "sh:minCount 1, 2 .",
    "a count that is a text": PROPERTY + 'sh:minCount "many" .',
    "a count that is not whole": PROPERTY
    + 'sh:minCount "x"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    "a count of a node shape": NODE + "sh:maxCount 1 .",
    "a node shape with a path": NODE + "sh:path ex:p .",
    "a property shape without a path": "ex:S a sh:PropertyShape ; sh:targetClass ex:A .",
    "two paths": PROPERTY + "sh:path ex:q .",
    "a literal as a path": 'ex:S sh:targetClass ex:A ; sh:path "p" .',
    "a path of one member": "ex:S sh:targetClass ex:A ; sh:path ( ex:p ) .",
    "a path of two kinds": (
        "ex:S sh:targetClass ex:A ; sh:path [ sh:inversePath ex:p ; sh:zeroOrMorePath ex:q ] ."
    ),
    "a path in itself": ("ex:S sh:targetClass ex:A ; sh:path _:x . _:x sh:inversePath _:x ."),
    "a list without an end": PROPERTY + "sh:in _:x . _:x rdf:first 1 .",
    "a list in a circle": PROPERTY + "sh:in _:x . _:x rdf:first 1 ; rdf:rest _:x .",
    "no list": PROPERTY + "sh:or ex:nothing .",
    "a class that is a text": PROPERTY + 'sh:class "A" .',
    "an unknown kind of node": PROPERTY + "sh:nodeKind ex:Kind .",
    "two datatypes": PROPERTY + "sh:datatype ex:one, ex:two .",
    "a pattern that is none": PROPERTY + 'sh:pattern "(" .',
    "a pattern with a back-reference": PROPERTY + 'sh:pattern "(a)\\\\1" .',
    "unknown flags": PROPERTY + 'sh:pattern "a" ; sh:flags "z" .',
    "a switch that is a text": PROPERTY + 'sh:uniqueLang "yes" .',
    "a language that is none": PROPERTY + "sh:languageIn ( ex:en ) .",
    "a literal as a shape": PROPERTY + "sh:node 1 .",
    "sh:node of a property shape": PROPERTY + "sh:node ex:T . ex:T sh:path ex:q .",
    "sh:property of a node shape": NODE + "sh:property ex:T . ex:T sh:nodeKind sh:IRI .",
    "two qualified shapes": PROPERTY + "sh:qualifiedValueShape [], [] ; sh:qualifiedMinCount 1 .",
    "a severity that is a text": PROPERTY + 'sh:severity "bad" .',
    "a message that is a number": PROPERTY + "sh:message 1 .",
    "a shape in itself": NODE + "sh:not ex:S .",
    "shapes in a circle": NODE + "sh:node ex:T . ex:T sh:or ( ex:U ) . ex:U sh:not ex:S .",
    "a query that is none": NODE + 'sh:sparql [ sh:select "SELECT WHERE" ] .',
    "an unknown prefix": NODE + 'sh:sparql [ sh:select "SELECT $this { $this no:p 1 }" ] .',
    "no query": NODE + "sh:sparql [ sh:message 'none' ] .",
    "$PATH without a path": NODE + 'sh:sparql [ sh:select "SELECT $this { $this $PATH 1 }" ] .',
    "a query elsewhere": NODE
    + 'sh:sparql [ sh:select "SELECT $this { SERVICE <http://a.example> { $this ?p 1 } }" ] .',
}


@pytest.mark.parametrize("shapes", ILL_FORMED.values(), ids=ILL_FORMED.keys())
def test_ill_formed_shapes_are_a_failure(shapes: str) -> None:
    with pytest.raises(ShaclFailure):
        compile_shapes(graph(shapes))


def test_an_ill_formed_shape_without_a_target_is_a_failure_too() -> None:
    with pytest.raises(ShaclFailure, match="at most one"):
        compile_shapes(graph(NODE + "sh:nodeKind sh:IRI . ex:T sh:path ex:p ; sh:minCount 1, 2 ."))


def test_one_shape_that_is_used_twice_is_no_recursion() -> None:
    shapes = NODE + "sh:and ( ex:T ex:T ) ; sh:node ex:T . ex:T a sh:NodeShape ; sh:class ex:B ."
    report = validate(compile_shapes(graph(shapes)), DATA)
    assert [r.component.value.rpartition("#")[2] for r in report.results] == [
        "NodeConstraintComponent",
        "AndConstraintComponent",
    ]


def test_a_result_without_a_message_of_the_shape_says_what_data_has() -> None:
    (result,) = validate(compile_shapes(graph(PROPERTY + "sh:minCount 2 .")), DATA).results
    assert [message.value for message in result.messages] == ["There are at least 2 values."]


MANY_WAYS = "ex:S0 a sh:NodeShape ; sh:targetClass ex:A ; sh:class ex:A .\n" + "".join(
    f"ex:S{number} a sh:NodeShape ; sh:targetClass ex:A ;"
    f" sh:and ( ex:S{number - 1} ex:S{number - 1} ) ; sh:node ex:S{number - 1} .\n"
    for number in range(1, 60)
)


COMPONENT = """
ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:longest ] ;
    sh:validator [ a sh:SPARQLAskValidator %s ;
        sh:ask "ASK { FILTER(STRLEN(STR($value)) <= $longest) }" ] .
ex:S a sh:NodeShape ; sh:targetNode ex:n ;
    sh:property [ sh:path ex:p ; ex:longest 2 ; sh:message "Too long."@en ] .
"""


LONGER = '; sh:message "{$value} is longer than {$longest}."@en'


@pytest.mark.parametrize(("own", "said"), [("", "Too long."), (LONGER, "abc is longer than 2.")])
def test_a_message_of_a_validator_comes_before_that_of_the_shape(own: str, said: str) -> None:
    report = validate(compile_shapes(graph(COMPONENT % own)), graph('ex:n ex:p "abc", "ab" .'))
    [result] = report.results
    assert [message.value for message in result.messages] == [said]


def test_shapes_that_rest_on_each_other_in_very_many_ways_are_compiled_and_run() -> None:
    plan = compile_shapes(graph(MANY_WAYS))
    assert validate(plan, DATA).conforms
    assert Dependencies(plan).touched(DATA, [ox.Triple(*EXTRA)], ()) is not None


def test_a_store_is_searched_with_such_shapes_too() -> None:
    nodes = "".join(f"ex:m{number} a ex:A .\n" for number in range(FEW + 1))
    plan = compile_shapes(graph(MANY_WAYS))
    assert validate(plan, StoreGraph(store(nodes, EXTRA[0]), [EXTRA[0]])).conforms
