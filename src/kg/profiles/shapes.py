"""Shapes as documentation: what each is about and what it says, in the words of its file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from kg.namespaces import BASE, EXTERNAL_PREFIXES, compact
from kg.profiles.rdf import TYPE, Rdf, Term

SH: Final = EXTERNAL_PREFIXES["sh"]
_IN_SCHEME: Final = f"{EXTERNAL_PREFIXES['skos']}inScheme"
_TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_TOLD_APART: Final = frozenset(f"{SH}{name}" for name in ("path", "message", "property", *_TARGETS))
_LANGUAGES: Final = f"{SH}languageIn"
_STEPS: Final = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}
_CONCEPTS: Final = f"{BASE}vocab/"


@dataclass(frozen=True, slots=True)
class Constraint:
    """A parameter of a shape by its prefixed name, with its values as texts."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """What the values of a property are: what is not said is empty.

    `classes` are IRIs of which a value has one; `scheme` is the name of a vocabulary of ours;
    `minimum` and `maximum` are inclusive.
    """

    datatype: str = ""
    classes: tuple[str, ...] = ()
    scheme: str = ""
    choices: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    node_kind: str = ""
    pattern: str = ""
    minimum: str = ""
    maximum: str = ""

    def and_also(self, other: Values) -> Values:
        """What both say; where both say something, what the first says."""
        return Values(**{n: getattr(self, n) or getattr(other, n) for n in self.__slots__})


@dataclass(frozen=True, slots=True)
class PropertyShape:
    """What a shape says of one path; `most` is None where any number will do.

    `path` is as SPARQL writes it, and `predicate` the IRI of a path of one step, else empty.
    """

    iri: str
    path: str
    predicate: str
    message: str
    least: int
    most: int | None
    values: Values
    constraints: tuple[Constraint, ...]

    @property
    def name(self) -> str:
        """`ClaimShape-label`."""
        return self.iri.rpartition("#")[2]


@dataclass(frozen=True, slots=True)
class NodeShape:
    """What a shape says of the nodes that it targets; `targets` are `sh:targetClass` and others."""

    iri: str
    message: str
    targets: tuple[Constraint, ...]
    constraints: tuple[Constraint, ...]
    properties: tuple[PropertyShape, ...]
    target_iris: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """`ClaimShape`."""
        return self.iri.rpartition("#")[2]

    def pattern(self) -> str:
        """The pattern that IRIs of its nodes match, or nothing."""
        found = (c.values[0] for c in self.constraints if c.name == "sh:pattern")
        return next(found, "")


def node_shapes(graph: Rdf) -> list[NodeShape]:
    """All node shapes of a graph, by IRI."""
    return [_node_shape(graph, iri) for iri in graph.subjects(TYPE, f"{SH}NodeShape")]


def _node_shape(graph: Rdf, iri: str) -> NodeShape:
    targets = [(name, value) for name in _TARGETS for value in graph.iris(iri, f"{SH}{name}")]
    named = {name: [compact(value) for n, value in targets if n == name] for name in _TARGETS}
    return NodeShape(
        iri=iri,
        message=graph.text(iri, f"{SH}message"),
        targets=tuple(
            Constraint(f"sh:{n}", tuple(values)) for n, values in named.items() if values
        ),
        constraints=_constraints(graph, iri),
        properties=tuple(_property_shape(graph, p) for p in graph.iris(iri, f"{SH}property")),
        target_iris=tuple(targets),
    )


def _property_shape(graph: Rdf, iri: str) -> PropertyShape:
    paths = graph.terms(iri, f"{SH}path")
    numbers = [graph.text(iri, f"{SH}{name}") for name in ("minCount", "maxCount")]
    return PropertyShape(
        iri=iri,
        path=path_text(graph, paths[0]) if paths else "",
        predicate=paths[0].value if paths and isinstance(paths[0], ox.NamedNode) else "",
        message=graph.text(iri, f"{SH}message"),
        least=int(numbers[0] or 0),
        most=int(numbers[1]) if numbers[1] else None,
        values=_values(graph, iri),
        constraints=_constraints(graph, iri),
    )


def path_text(graph: Rdf, path: Term) -> str:
    """A path as SPARQL writes it."""
    if not isinstance(path, ox.BlankNode):
        return shown(path)
    if steps := graph.members(path):
        return "/".join(path_text(graph, step) for step in steps)
    for inner in graph.terms(path, f"{SH}inversePath"):
        return f"^{_inner(graph, inner)}"
    for head in graph.terms(path, f"{SH}alternativePath"):
        return "|".join(path_text(graph, step) for step in graph.members(head))
    for name, sign in _STEPS.items():
        for inner in graph.terms(path, f"{SH}{name}"):
            return f"{_inner(graph, inner)}{sign}"
    return "a path"


def _inner(graph: Rdf, path: Term) -> str:
    text = path_text(graph, path)
    return f"({text})" if isinstance(path, ox.BlankNode) else text


def shown(term: Term) -> str:
    """A term for people: a prefixed name, or a text."""
    return (
        compact(term.value) if isinstance(term, ox.NamedNode) else str(getattr(term, "value", term))
    )


def _constraints(graph: Rdf, iri: str) -> tuple[Constraint, ...]:
    """The parameters of a shape but for those that are told apart, by name."""
    found: dict[str, list[str]] = {}
    for predicate, value in graph.pairs(iri):
        if predicate.startswith(SH) and predicate not in _TOLD_APART:
            values = graph.members(value) or [value]
            found.setdefault(compact(predicate), []).extend(map(shown, values))
    return tuple(Constraint(name, tuple(values)) for name, values in sorted(found.items()))


def _values(graph: Rdf, iri: str) -> Values:
    def text(name: str) -> str:
        return graph.text(iri, f"{SH}{name}")

    def iri_of(name: str) -> str:
        return next(iter(graph.iris(iri, f"{SH}{name}")), "")

    def members(name: str) -> list[Term]:
        return [m for head in graph.terms(iri, f"{SH}{name}") for m in graph.members(head)]

    nodes = [*graph.iris(iri, f"{SH}node"), *_named(members("or"))]
    classes = [
        *graph.iris(iri, f"{SH}class"),
        *(c for n in nodes for c in graph.iris(n, f"{SH}class")),
    ]
    return Values(
        datatype=iri_of("datatype"),
        classes=tuple(classes),
        scheme=next((scheme for n in nodes if (scheme := _scheme(graph, n))), ""),
        choices=tuple(map(shown, members("in"))),
        languages=tuple(map(shown, members("languageIn"))),
        node_kind=iri_of("nodeKind").removeprefix(SH),
        pattern=text("pattern"),
        minimum=text("minInclusive"),
        maximum=text("maxInclusive"),
    )


def _named(terms: list[Term]) -> list[str]:
    return [term.value for term in terms if isinstance(term, ox.NamedNode)]


def _scheme(graph: Rdf, shape: str) -> str:
    """The vocabulary whose concepts keep a shape, or nothing."""
    for inner in graph.iris(shape, f"{SH}property"):
        if graph.iris(inner, f"{SH}path") == [_IN_SCHEME]:
            for scheme in graph.iris(inner, f"{SH}hasValue"):
                return scheme.removeprefix(_CONCEPTS)
    return ""
