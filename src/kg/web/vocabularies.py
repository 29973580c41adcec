"""The terms of the ontology at `/ns`, and the concepts of the vocabularies under `/vocab/`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import pyoxigraph as ox
from flask import Blueprint, abort, redirect, render_template, request, url_for
from rdflib.namespace import OWL, RDF, RDFS, SKOS
from werkzeug.wrappers import Response

from kg.messages import marked
from kg.namespaces import CKG, ONTOLOGY_IRI, SCHEMES, WORKFLOW, compact
from kg.profiles import packaged
from kg.web import entity
from kg.web.addresses import concept_iri, scheme_iri
from kg.web.asking import Asking
from kg.web.facts import Facts, Text, Thing
from kg.web.formats import chosen, described, split_suffix
from kg.web.pages import used_by

CLASSES: Final = marked("Classes")
PREDICATES: Final = marked("Predicates of propositions")
_SORTS: Final = (
    (CLASSES, (str(OWL.Class), str(RDFS.Class))),
    (PREDICATES, (str(CKG.Predicate),)),
    (marked("Roles in situations"), (str(CKG.Role),)),
    (
        marked("Other properties"),
        (str(OWL.ObjectProperty), str(OWL.DatatypeProperty), str(RDF.Property)),
    ),
)
_FLAGS: Final = (
    (str(CKG.consensusEligible), marked("may become consensus"), marked("never consensus")),
    (str(CKG.exclusive), marked("one value at most can be true"), ""),
    (str(CKG.fluent), marked("changes over time"), ""),
    (str(CKG.attestsSubject), marked("attests that its subject happened"), ""),
)


@dataclass(frozen=True)
class Term:
    """A term as its entry in the list shows it."""

    name: str
    thing: Thing
    definition: str | None
    examples: tuple[str, ...]
    notes: tuple[str, ...]
    properties: tuple[entity.Property, ...]
    flags: tuple[str, ...]


def blueprint(asking: Asking) -> Blueprint:
    """The pages of terms and concepts."""
    bp = Blueprint("vocabularies", __name__)

    @bp.get("/ns")
    @bp.get("/ns.<suffix>")
    def ontology(suffix: str | None = None) -> Response:
        """All terms, as a page or as RDF."""
        form = chosen(_known(suffix), request.accept_mimetypes)
        if form.written_as:
            return described(asking.read("ontology", form.written_as), form, str(ONTOLOGY_IRI))
        facts = asking.facts("ontology")
        html = render_template(
            "ontology.html",
            thing=facts.thing(str(ONTOLOGY_IRI)),
            sorts=sorted_terms(facts),
            shapes=packaged().shapes,
            schemes=schemes(asking),
        )
        return described(html, form, str(ONTOLOGY_IRI))

    @bp.get("/ns/<path:name>")
    def part(name: str) -> Response:
        """An alignment, or the version of the ontology that is in use: no other is kept."""
        name, suffix = split_suffix(name)
        iri = f"{ONTOLOGY_IRI}/{name}"
        if asking.exists(iri):
            form = chosen(suffix, request.accept_mimetypes)
            if form.written_as:
                data = asking.read("description", form.written_as, entity=ox.NamedNode(iri))
                return described(data, form, iri)
        elif ox.NamedNode(iri) not in _versions(asking):
            abort(404, f"The ontology has no part or version {name!r}.")
        return redirect(url_for("vocabularies.ontology"), 303)

    @bp.get("/vocab/<scheme>")
    def scheme(scheme: str) -> Response:
        """One vocabulary with its concepts."""
        name, suffix = split_suffix(scheme)
        if not asking.exists(scheme_iri(name)):
            abort(404, f"There is no vocabulary {name!r}.")
        iri, form = scheme_iri(name), chosen(suffix, request.accept_mimetypes)
        bound = ox.NamedNode(iri)
        if form.written_as:
            return described(asking.read("scheme", form.written_as, entity=bound), form, iri)
        facts = asking.facts("scheme", entity=bound)
        concepts = facts.subjects(str(SKOS.inScheme), iri)
        html = render_template(
            "scheme.html", thing=facts.thing(iri), scheme=name, iri=iri,
            definition=facts.text(iri, str(SKOS.definition)),
            concepts=[_term(facts, concept, concept.rpartition("/")[2]) for concept in concepts],
        )  # fmt: skip
        return described(html, form, iri)

    @bp.get("/vocab/<scheme>/<path:name>")
    def concept(scheme: str, name: str) -> Response:
        """One concept, and what uses it."""
        name, suffix = split_suffix(name)
        iri = concept_iri(scheme, name)
        if not asking.exists(iri):
            abort(404, f"There is no concept {name!r} in a vocabulary {scheme!r}.")
        form, bound = chosen(suffix, request.accept_mimetypes), ox.NamedNode(iri)
        if form.written_as:
            return described(asking.read("description", form.written_as, entity=bound), form, iri)
        facts = asking.labelled(asking.facts("entity", entity=bound))
        html = render_template(
            "concept.html", thing=facts.thing(iri), scheme=scheme, name=name, iri=iri,
            scheme_thing=Thing(scheme_iri(scheme), scheme, None),
            properties=entity.properties(facts, iri),
            also=[text.value for text in facts.texts(iri, str(SKOS.altLabel))],
            **used_by(asking, iri),
        )  # fmt: skip
        return described(html, form, iri)

    return bp


def _versions(asking: Asking) -> set[object]:
    version = str(OWL.versionIRI)
    return {t.object for t in asking.triples("ontology") if t.predicate.value == version}


def _known(suffix: str | None) -> str | None:
    if suffix is not None and split_suffix(f"ns.{suffix}")[1] is None:
        abort(404, f"The ontology is not served as {suffix!r}.")
    return suffix


def schemes(asking: Asking) -> list[Thing]:
    """The vocabularies that there are."""
    labels = asking.labels(map(scheme_iri, SCHEMES))
    return [Thing(iri, label, None) for iri in map(scheme_iri, SCHEMES) if (label := labels[iri])]


def sorted_terms(facts: Facts) -> list[tuple[str, list[Term]]]:
    """Terms by sort, each under the first sort that fits; then those of contributions."""
    seen: set[str] = set()
    found = []
    for heading, classes in _SORTS:
        iris = {i for c in classes for i in facts.subjects(str(RDF.type), c)} - seen
        ours = sorted(iri for iri in iris if iri.startswith(CKG))
        seen |= iris
        if ours:
            found.append((heading, [_term(facts, iri, iri.removeprefix(CKG)) for iri in ours]))
    workflow = sorted(iri for iri in seen if iri.startswith(WORKFLOW))
    if workflow:
        terms = [
            _term(facts, iri, f"contribution-{iri.removeprefix(WORKFLOW)}") for iri in workflow
        ]
        found.append((marked("Properties of contributions"), terms))
    return found


def _named(value: Thing | Text) -> Thing | Text:
    """A term by the name that a query would use."""
    if isinstance(value, Text):
        return value
    return replace(value, label=compact(value.iri), is_said=False)


def _term(facts: Facts, iri: str, name: str) -> Term:
    shown = (RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, SKOS.altLabel)
    return Term(
        name=name,
        thing=facts.thing(iri),
        definition=facts.text(iri, str(SKOS.definition)),
        examples=tuple(t.value for t in facts.texts(iri, str(SKOS.example))),
        notes=tuple(t.value for t in facts.texts(iri, str(SKOS.scopeNote))),
        properties=tuple(
            entity.Property(facts.thing(str(p)), tuple(_named(facts.shown(v)) for v in values))
            for p in shown
            if (values := facts.objects(iri, str(p)))
        ),
        flags=tuple(
            words
            for predicate, yes, no in _FLAGS
            if (words := {"true": yes, "false": no}.get(facts.text(iri, predicate) or "", ""))
        ),
    )
