"""The index of the ontology at `/ontology`, and a page for each of its terms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kg.namespaces import ONTOLOGY, PREFIXES, SHAPES
from kg.profiles import packaged
from kg.publication.statistics import Statistics
from kg.sparql.examples import Example, examples
from kg.web.asking import Asking, for_people
from kg.web.facts import Facts, Thing
from kg.web.formats import chosen, described, split_suffix
from kg.web.missing import NothingHereError
from kg.web.vocabularies import CLASSES, PREDICATES, Term, schemes, sorted_terms

_NOT_USES: Final = frozenset((str(ONTOLOGY), str(SHAPES)))
"""Graphs that say what terms are, and do not use them."""
_QUERIES: Final = {CLASSES: "term-class", PREDICATES: "term-predicate"}
_OF_A_PROPERTY: Final = "term-property"


@dataclass(frozen=True)
class Constraint:
    """What a shape demands of the values of a property, and the name of the shape."""

    shape: str
    words: str


@dataclass(frozen=True)
class Uses:
    """How often a term is used: triples or instances by graph, and propositions of a predicate.

    `graphs` is None as long as nothing has been counted.
    """

    graphs: tuple[tuple[str, int], ...] | None
    propositions: int

    @property
    def all(self) -> int:
        """Triples or instances in all graphs together."""
        return sum(count for _, count in self.graphs or ())


def blueprint(asking: Asking) -> Blueprint:
    """The index and the pages of terms."""
    bp = Blueprint("terms", __name__)

    @bp.get("/ontology")
    def index() -> str:
        """All terms by sort, each with its definition and how often it is used."""
        sorts = sorted_terms(_ontology(asking))
        counts = {t.name: uses(asking, t.thing.iri) for _, terms in sorts for t in terms}
        return render_template(
            "terms.html", sorts=sorts, uses=counts, schemes=schemes(asking),
            counted=asking.counted.statistics() is not None,
        )  # fmt: skip

    @bp.get("/ontology/<name>")
    def term(name: str) -> BaseResponse:
        """One term: definition, uses, constraints, and a query to start from."""
        name, suffix = split_suffix(name)
        sort, found = _found(asking, name)
        iri, form = found.thing.iri, chosen(suffix, request.accept_mimetypes)
        if form.written_as:
            data = asking.read("description", form.written_as, entity=ox.NamedNode(iri))
            return described(data, form, iri)
        html = render_template(
            "term.html", t=found, thing=found.thing, sort=sort, iri=iri, uses=uses(asking, iri),
            table=packaged().by_name.get(name), constraints=tuple(constraints(iri)),
            query=for_people(_QUERIES.get(sort, _OF_A_PROPERTY), term=iri),
            examples=examples_with(name),
        )  # fmt: skip
        return described(html, form, iri)

    return bp


def uses(asking: Asking, iri: str) -> Uses:
    """How often a term is used in the generation that was counted last."""
    statistics = asking.counted.statistics()
    if statistics is None:
        return Uses(None, 0)
    graphs, propositions = asking.once(
        "uses of terms", str(statistics.generation), lambda: _all_uses(asking, statistics)
    )
    return Uses(tuple(graphs.get(iri, ())), propositions[iri])


def constraints(iri: str) -> Iterator[Constraint]:
    """What shapes demand of a property, in the order of their names."""
    for shape in sorted(packaged().shapes, key=lambda s: s.name):
        for each in shape.properties:
            if each.predicate == iri:
                written = ", ".join(f"{c.name} {', '.join(c.values)}" for c in each.constraints)
                yield Constraint(shape.name, each.message or written)


def examples_with(name: str) -> list[Example]:
    """The example queries in which a term stands."""
    stands = re.compile(rf"ckg:{re.escape(name)}\b")
    return [each for each in examples() if stands.search(each.text)]


def _ontology(asking: Asking) -> Facts:
    """The facts of the ontology; what is kept of them has no links, which differ by who asks."""
    return asking.once("facts of the ontology", "", lambda: asking.facts("ontology")).afresh()


def _all_uses(
    asking: Asking, statistics: Statistics
) -> tuple[dict[str, list[tuple[str, int]]], Counter[str]]:
    by_term: dict[str, list[tuple[str, int]]] = {}
    for graph, counts in sorted(statistics.graphs.items()):
        if graph not in _NOT_USES:
            short = graph.removeprefix(PREFIXES["graph"])
            for iri, count in (*counts.classes.items(), *counts.properties.items()):
                by_term.setdefault(iri, []).append((short, count))
    counted = asking.counted.counts()
    return by_term, Counter(counted.predicates if counted else {})


def _found(asking: Asking, name: str) -> tuple[str, Term]:
    """The sort of a term and the term; an error with likely ones if there is none."""
    by_name = {
        each.name: (sort, each) for sort, terms in sorted_terms(_ontology(asking)) for each in terms
    }
    if name in by_name:
        return by_name[name]
    near = [by_name[other][1] for other in get_close_matches(name, by_name)]
    meant = [
        Thing(each.thing.iri, each.thing.label, url_for("terms.term", name=each.name))
        for each in near
    ]
    hint = "one of these may be meant" if meant else "the index of terms has all"
    raise NothingHereError(f"the ontology has no term {name}", hint, meant)
