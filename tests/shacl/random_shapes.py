"""Random graphs of shapes and of data, small enough to meet each other often."""

from __future__ import annotations

import pyoxigraph as ox
from hypothesis import strategies as st

from kg.shacl import MemoryGraph

PREFIXES = """
@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

NODES = [f"ex:n{number}" for number in range(5)]
CLASSES = ["ex:A", "ex:B", "ex:C"]
PROPERTIES = ["ex:p", "ex:q", "ex:r"]
LITERALS = [
    *("1", "2", "10", "-3", "2.5"),  # no booleans: pySHACL compares them with numbers
    *('"a"', '"ab"', '"Ab c"', '""', '"a"@en', '"b"@en-GB', '"c"@de', '"a"@de'),
    *('"2020-01-01"^^xsd:date', '"2020-01-01T00:00:00+00:00"^^xsd:dateTime', '"x"^^xsd:integer'),
]
VALUES = [*NODES, *LITERALS, *CLASSES]

nodes = st.sampled_from(NODES)
classes = st.sampled_from(CLASSES)
properties = st.sampled_from(PROPERTIES)
values = st.sampled_from(VALUES)
literals = st.sampled_from(LITERALS)
small = st.integers(0, 3)


def list_of(members: st.SearchStrategy[str], least: int = 1) -> st.SearchStrategy[str]:
    found = st.lists(members, min_size=least, max_size=3)
    return found.map(lambda some: f"( {' '.join(some)} )")


def paths() -> st.SearchStrategy[str]:
    return st.recursive(
        properties,
        lambda inner: st.one_of(
            inner.map(lambda path: f"[ sh:inversePath {path} ]"),
            list_of(inner, 2),
            list_of(inner, 2).map(lambda some: f"[ sh:alternativePath {some} ]"),
            st.sampled_from(["zeroOrMore", "oneOrMore", "zeroOrOne"]).flatmap(
                lambda name: inner.map(lambda path: f"[ sh:{name}Path {path} ]")
            ),
        ),
        max_leaves=3,
    )


triples = st.one_of(
    st.tuples(nodes, properties, values),
    st.tuples(nodes, st.just("a"), classes),
    st.tuples(classes, st.just("rdfs:subClassOf"), classes),
)


def written(found: list[tuple[str, str, str]]) -> str:
    return "".join(f"{s} {p} {o} .\n" for s, p, o in found)


data = st.lists(triples, min_size=1, max_size=14).map(written)
few_triples = st.lists(triples, max_size=2).map(written)
"""A change that leaves most as it is."""

targets = st.one_of(
    classes.map(lambda c: f"sh:targetClass {c}"),
    nodes.map(lambda n: f"sh:targetNode {n}"),
    properties.map(lambda p: f"sh:targetSubjectsOf {p}"),
    properties.map(lambda p: f"sh:targetObjectsOf {p}"),
)

_on_values = [
    classes.map(lambda c: f"sh:class {c}"),
    st.sampled_from(["xsd:integer", "xsd:string", "rdf:langString", "xsd:date"]).map(
        lambda d: f"sh:datatype {d}"
    ),
    st.sampled_from(
        ["IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]
    ).map(lambda kind: f"sh:nodeKind sh:{kind}"),
    st.sampled_from(["minInclusive", "maxInclusive", "minExclusive", "maxExclusive"]).flatmap(
        lambda name: st.integers(-3, 10).map(lambda bound: f"sh:{name} {bound}")
    ),
    st.sampled_from(["minLength", "maxLength"]).flatmap(
        lambda name: small.map(lambda length: f"sh:{name} {length}")
    ),
    st.sampled_from(["^a", "b$", "[0-9]", "^http.*n[0-2]$"]).map(lambda p: f'sh:pattern "{p}"'),
    list_of(st.sampled_from(['"en"', '"de"', '"fr"'])).map(lambda some: f"sh:languageIn {some}"),
    list_of(values).map(lambda some: f"sh:in {some}"),
    values.map(lambda value: f"sh:hasValue {value}"),
    properties.map(lambda p: f"sh:equals {p}"),
    properties.map(lambda p: f"sh:disjoint {p}"),
    list_of(properties).map(lambda some: f"sh:closed true ; sh:ignoredProperties {some}"),
]
_on_properties = [
    *_on_values,
    small.map(lambda count: f"sh:minCount {count}"),
    small.map(lambda count: f"sh:maxCount {count}"),
    st.just("sh:uniqueLang true"),
    properties.map(lambda p: f"sh:lessThan {p}"),
    properties.map(lambda p: f"sh:lessThanOrEquals {p}"),
]


@st.composite
def shapes(draw: st.DrawFn) -> str:
    """A graph of shapes; those that refer to others refer to earlier ones."""
    parts = []
    names: list[tuple[str, bool]] = []
    for number in range(draw(st.integers(1, 4))):
        is_property = draw(st.booleans())
        lines = draw(st.lists(targets, max_size=2, unique=True))
        if number == 0 and not lines:
            lines = [draw(targets)]
        if is_property:
            lines.append(f"sh:path {draw(paths())}")
        kinds = _on_properties if is_property else _on_values
        choices = draw(st.lists(st.sampled_from(range(len(kinds))), max_size=2, unique=True))
        own = {draw(kinds[choice]).split(" ", 1)[0]: choice for choice in choices}
        lines += [draw(kinds[choice]) for choice in own.values()]
        if names:
            lines += draw(st.lists(_nested(names, is_property), max_size=2))
        lines = list({line.split(" ", 1)[0]: line for line in lines}.values())
        kind = "PropertyShape" if is_property else "NodeShape"
        parts.append(f"ex:S{number} a sh:{kind} ;\n  {' ; '.join(lines) or 'rdfs:label 1'} .\n")
        names.append((f"ex:S{number}", is_property))
    return "".join(parts)


def _nested(names: list[tuple[str, bool]], is_property: bool) -> st.SearchStrategy[str]:
    any_shape = st.sampled_from([name for name, _ in names])
    kinds = [
        any_shape.map(lambda name: f"sh:not {name}"),
        st.sampled_from(["and", "or", "xone"]).flatmap(
            lambda word: list_of(any_shape).map(lambda some: f"sh:{word} {some}")
        ),
    ]
    if node_shapes := [name for name, path in names if not path]:
        kinds.append(st.sampled_from(node_shapes).map(lambda name: f"sh:node {name}"))
    if with_path := [name for name, path in names if path]:
        kinds.append(st.sampled_from(with_path).map(lambda name: f"sh:property {name}"))
    if is_property:
        kinds.append(
            st.tuples(any_shape, small, small).map(
                lambda found: (
                    f"sh:qualifiedValueShape {found[0]} ;"
                    f" sh:qualifiedMinCount {found[1]} ; sh:qualifiedMaxCount {found[2]}"
                )
            )
        )
    return st.one_of(kinds)


def graph(text: str) -> MemoryGraph:
    quads = ox.parse((PREFIXES + text).encode(), format=ox.RdfFormat.TURTLE)
    return MemoryGraph(quad.triple for quad in quads)


def store(text: str, *names: ox.NamedNode) -> ox.Store:
    """A store with these triples in one graph, or dealt out to several, some in two."""
    made = ox.Store()
    found = [q.triple for q in ox.parse((PREFIXES + text).encode(), format=ox.RdfFormat.TURTLE)]
    for index, triple in enumerate(found):
        for name in {names[index % len(names)], names[0] if index % 3 else names[-1]}:
            made.add(ox.Quad(*triple, name))
    return made
