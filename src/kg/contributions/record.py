"""What is known of a contribution, as quads: PROV and Dublin Core, and a few terms of our own.

    contribution:7         prov:Entity; title, description, creator, sources, state, base
    contribution:7/step/2  prov:Activity; what was done, by whom, when, in which commit

These quads are part of the commits that the steps are, so that the log holds all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import pyoxigraph as ox
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD

from kg.contributions.model import Action, Contribution, State, Step
from kg.namespaces import BASE, CONTRIBUTION, WORKFLOW
from kg.store.workflow import STEPS

AGENT: Final = f"{BASE}agent/"
"""Agents are called by ids that say no name; names stand in the file of tokens and in the log."""


def node(number: int) -> ox.NamedNode:
    """The IRI of a contribution."""
    return ox.NamedNode(CONTRIBUTION[str(number)])


def step_node(number: int, step: int) -> ox.NamedNode:
    """The IRI of a step."""
    return ox.NamedNode(CONTRIBUTION[f"{number}/step/{step}"])


def number_of(term: object) -> int | None:
    """The contribution that a node is, or is a step of."""
    if not isinstance(term, ox.NamedNode) or not term.value.startswith(str(CONTRIBUTION)):
        return None
    return int(term.value.removeprefix(str(CONTRIBUTION)).partition("/")[0])


def quads_of(contribution: Contribution) -> set[ox.Quad]:
    """All that is known of a contribution."""
    return {*_about(contribution), *_steps(contribution)}


def _about(contribution: Contribution) -> Iterator[ox.Quad]:
    about = node(contribution.number)
    yield _quad(about, RDF.type, ox.NamedNode(PROV.Entity))
    yield _quad(about, DCTERMS.title, ox.Literal(contribution.title))
    yield _quad(about, DCTERMS.description, ox.Literal(contribution.reason))
    yield _quad(about, PROV.wasAttributedTo, ox.NamedNode(AGENT + contribution.agent))
    for document in contribution.documents:
        yield _quad(about, DCTERMS.source, ox.NamedNode(document))
    yield _quad(about, WORKFLOW.state, ox.Literal(contribution.state.value))
    yield _quad(about, WORKFLOW.version, integer(contribution.version))
    yield _quad(about, WORKFLOW.base, integer(contribution.base))
    if contribution.checked is not None:
        yield _quad(about, WORKFLOW.checked, integer(contribution.checked))
    if contribution.reverts is not None:
        yield _quad(about, WORKFLOW.reverts, node(contribution.reverts))


def _steps(contribution: Contribution) -> Iterator[ox.Quad]:
    for step in contribution.steps:
        here = step_node(contribution.number, step.number)
        yield _quad(here, RDF.type, ox.NamedNode(PROV.Activity))
        yield _quad(here, PROV.used, node(contribution.number))
        yield _quad(here, WORKFLOW.action, ox.Literal(step.action.value))
        yield _quad(here, WORKFLOW.state, ox.Literal(step.state.value))
        yield _quad(here, PROV.wasAssociatedWith, ox.NamedNode(AGENT + step.agent))
        time = ox.Literal(step.time.isoformat(), datatype=ox.NamedNode(XSD.dateTime))
        yield _quad(here, PROV.endedAtTime, time)
        yield _quad(here, DCTERMS.identifier, ox.Literal(step.commit_id))
        if step.note:
            yield _quad(here, RDFS.comment, ox.Literal(step.note))
        if step.number > 1:
            before = step_node(contribution.number, step.number - 1)
            yield _quad(here, PROV.wasInformedBy, before)
        if step.action is Action.PROPOSE:
            yield _quad(node(contribution.number), PROV.wasGeneratedBy, here)


def contribution_of(number: int, quads: Iterable[ox.Quad]) -> Contribution:
    """The contribution that quads tell of."""
    told: dict[str, dict[str, list[str]]] = {}
    for quad in quads:
        subject, value = quad.subject, quad.object
        if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
            found = told.setdefault(subject.value, {})
            found.setdefault(quad.predicate.value, []).append(value.value)
    about = told.pop(node(number).value)
    steps = sorted((_step(iri, found) for iri, found in told.items()), key=lambda s: s.number)
    checked, reverts = about.get(str(WORKFLOW.checked)), about.get(str(WORKFLOW.reverts))
    return Contribution(
        number,
        about[str(DCTERMS.title)][0],
        about[str(DCTERMS.description)][0],
        tuple(sorted(about.get(str(DCTERMS.source), ()))),
        about[str(PROV.wasAttributedTo)][0].removeprefix(AGENT),
        State(about[str(WORKFLOW.state)][0]),
        int(about[str(WORKFLOW.base)][0]),
        None if checked is None else int(checked[0]),
        None if reverts is None else int(reverts[0].removeprefix(str(CONTRIBUTION))),
        tuple(steps),
    )


def _step(iri: str, found: dict[str, list[str]]) -> Step:
    return Step(
        int(iri.rpartition("/")[2]),
        Action(found[str(WORKFLOW.action)][0]),
        State(found[str(WORKFLOW.state)][0]),
        found[str(PROV.wasAssociatedWith)][0].removeprefix(AGENT),
        datetime.fromisoformat(found[str(PROV.endedAtTime)][0]),
        found[str(DCTERMS.identifier)][0],
        found.get(str(RDFS.comment), [""])[0],
    )


def _quad(subject: ox.NamedNode, predicate: str, value: ox.NamedNode | ox.Literal) -> ox.Quad:
    return ox.Quad(subject, ox.NamedNode(predicate), value, STEPS)


def integer(value: int) -> ox.Literal:
    """A number as the store has it."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD.integer))
