"""Every shape has words, an example that conforms, and documentation."""

from __future__ import annotations

import pytest
from rdflib import RDF, SH, URIRef
from tests.validation.worlds import base, ontology

from kg.namespaces import CKG, ONTOLOGY, PREFIXES, SHAPES
from kg.rdf.turtle import parse_turtle
from kg.validation import Finding, Severity
from kg.validation.explained import explained
from kg.validation.guide import guide
from kg.validation.shacl import named_shapes
from kg.validation.wording import shown

SHAPES_GRAPH = ontology()[SHAPES]
NAMED = sorted(named_shapes(SHAPES_GRAPH))
WORLD = set(base()) | set(ontology()[ONTOLOGY])
"""Both are validated by other tests."""
HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
COMPONENT = "http://www.w3.org/ns/shacl#{}ConstraintComponent"
CLAIM = "https://w3id.org/conflict-kg/id/claim/1"


def finding(
    component: str, value: str | None = None, shape: str = "ClaimShape-claimant"
) -> Finding:
    path = SHAPES_GRAPH.value(CKG[shape], SH.path)
    return Finding(
        CLAIM,
        "A rule.",
        Severity.VIOLATION,
        CKG[shape],
        path=None if path is None else str(path),
        value=value,
        component=COMPONENT.format(component),
    )


@pytest.mark.parametrize("shape", NAMED, ids=lambda s: s.removeprefix(CKG))
def test_a_shape_has_an_example_that_is_part_of_what_conforms(shape: URIRef) -> None:
    example = guide().example_of(shape)
    assert example is not None
    graph = parse_turtle(HEAD + example)
    assert graph
    assert set(graph) <= WORLD
    path = SHAPES_GRAPH.value(shape, SH.path)
    assert path is None or list(graph.objects(None, path))
    assert list(graph.objects(None, RDF.type)) or path is not None
    assert max(len(line) for line in example.splitlines()) <= 76


@pytest.mark.parametrize("shape", NAMED, ids=lambda s: s.removeprefix(CKG))
def test_a_shape_has_documentation(shape: URIRef) -> None:
    path = SHAPES_GRAPH.value(shape, SH.path)
    about = Finding(
        CLAIM, "A rule.", Severity.VIOLATION, shape, None if path is None else str(path)
    )
    found = guide().documentation(about)
    assert found is not None
    assert found.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("result", "problem"),
    [
        (finding("MinCount"), "claim:1 has no ckg:claimant."),
        (finding("MaxCount"), "claim:1 has more than one value of ckg:claimant."),
        (
            finding("Class", "https://w3id.org/conflict-kg/id/person/x"),
            "Nothing says that person:x is a ckg:Claimant.",
        ),
        (
            finding("Class", '"Ann"'),
            '"Ann" is a text; what stands here is the IRI of a ckg:Claimant.',
        ),
        (
            finding("LanguageIn", '"Ann"', "ClaimShape-label"),
            '"Ann" has no language tag; @en is missing behind it.',
        ),
        (
            finding("LanguageIn", '"Анна"@ru', "ClaimShape-label"),
            '"Анна"@ru has the language tag @ru, and not @en.',
        ),
        (
            finding("Node", "https://w3id.org/conflict-kg/vocab/mode/sure", "ClaimShape-mode"),
            "mode:sure is no concept of the scheme mode.",
        ),
        (
            finding("Datatype", '"20 people"', "EstimateShape-best"),
            '"20 people" is a text; an xsd:integer is a number alone, without quotes and units.',
        ),
        (
            finding("Datatype", '"20"', "EstimateShape-best"),
            '"20" has the datatype xsd:string, and not xsd:integer.',
        ),
        (
            finding(
                "Datatype",
                '"2022-31-10"^^<http://www.w3.org/2001/XMLSchema#date>',
                "TimeShape-earliest",
            ),
            '"2022-31-10" is not how xsd:date is written.',
        ),
        (
            finding(
                "MinInclusive",
                '"-3"^^<http://www.w3.org/2001/XMLSchema#integer>',
                "EstimateShape-best",
            ),
            "-3 is not at least 0.",
        ),
        (
            finding(
                "MaxInclusive",
                '"9"^^<http://www.w3.org/2001/XMLSchema#integer>',
                "RelativeTimeShape-weekday",
            ),
            "9 is not at least 1 and at most 7.",
        ),
        (finding("In", '"near"', "RelativeTimeShape-relation"), '"near" is none of these.'),
        (finding("Pattern", '"x"', "PassageShape-sha256"), '"x" is not written in this form.'),
        (
            finding("NodeKind", "http://example.org/", "PassageShape-locator"),
            "http://example.org/ is an IRI, which cannot stand here.",
        ),
        (finding("Or", '"x"', "PassageShape-hasSource"), '"x" is a text, which does not fit here.'),
    ],
)
def test_what_is_wrong_is_said_of_the_value(result: Finding, problem: str) -> None:
    assert explained(result).problem == problem


def test_what_a_check_found_is_its_message_and_its_example_has_what_that_names() -> None:
    time = "https://w3id.org/conflict-kg/id/time/2011"
    message = "The ckg:earliest of a time follows from its ckg:edtf: 2011 gives 2011-01-01."
    about = explained(Finding(time, message, Severity.VIOLATION, "wrong-bounds-violation"))
    assert about.problem == message
    assert about.example is not None
    assert {"ckg:earliest", "ckg:edtf"} <= set(about.example.split())
    assert about.documentation == str(CKG.earliest)


def test_an_example_is_about_a_thing_of_the_same_kind() -> None:
    event = "https://w3id.org/conflict-kg/id/event/x"
    result = Finding(event, "A rule.", Severity.VIOLATION, CKG["EventShape-label"])
    assert (explained(result).example or "").startswith("event:")


def test_a_long_value_is_shortened() -> None:
    assert len(shown(f'"{"word " * 60}"@en')) < 80
