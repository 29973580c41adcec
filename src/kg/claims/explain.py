"""Why a triple is in consensus, or which conditions keep it out.

The conditions are the rules themselves: each is a file in `queries/consensus/`, and what it found
for the proposition is the reason. Only what a single claim lacks to carry the triple is spelled
out here, since rule 10 does not say which of its parts failed; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox
from rdflib.namespace import RDF

from kg.claims.consensus import consensus_workspace
from kg.claims.names import label, prefixed
from kg.claims.rules import Rule, Workspace
from kg.namespaces import CKG, PREFIXES

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

TYPE: Final = ox.NamedNode(str(RDF.type))
CONTENT: Final = ox.NamedNode(str(CKG.content))
SOURCES: Final = (ox.NamedNode(str(CKG.Document)), ox.NamedNode(str(CKG.DatasetRelease)))
AXES: Final = {"mode": "fact", "certainty": "certain", "polarity": "positive"}
"""What a claim that carries a triple is, on each axis."""


@dataclass(frozen=True)
class ClaimOn:
    """A claim on the proposition, and what it lacks to carry the triple: nothing if it does."""

    claim: str
    gloss: str | None
    claimant: str
    axes: tuple[str, ...]
    lacks: tuple[str, ...]


@dataclass(frozen=True)
class Condition:
    """A rule of the consensus and why the proposition breaks it; no reasons if it does not."""

    rule: str
    summary: str
    reasons: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the proposition meets the condition."""
        return not self.reasons


@dataclass(frozen=True)
class Explanation:
    """What there is to say of one triple; without propositions nobody claims or denies it."""

    triple: tuple[str, str, str]
    labels: tuple[str, str, str]
    unknown: tuple[str, ...]
    """Which of its nodes the authored graphs say nothing of."""
    in_consensus: bool
    propositions: tuple[str, ...]
    claims: tuple[ClaimOn, ...]
    conditions: tuple[Condition, ...]
    other_objects: tuple[str, ...]
    """What else there are propositions of, with this subject and predicate."""

    @property
    def sources(self) -> int:
        """How many documents and releases state it in their own voice."""
        return len({one.claimant for one in self.claims if not one.lacks})


def explain(
    store: ox.Store, subject: ox.NamedNode, predicate: ox.NamedNode, object_: ox.NamedNode
) -> Explanation:
    """Explain one triple from the authored graphs of a store."""
    workspace = consensus_workspace(store)
    scratch = workspace.scratch
    triple = ox.Triple(subject, predicate, object_)
    propositions = _propositions(scratch, triple)

    def named(node: ox.NamedNode) -> str:
        return label(scratch, node) or prefixed(node)

    return Explanation(
        triple=(prefixed(subject), prefixed(predicate), prefixed(object_)),
        labels=(named(subject), named(predicate), named(object_)),
        unknown=tuple(prefixed(n) for n in (subject, predicate, object_) if _unknown(scratch, n)),
        in_consensus=any(
            triple in found for rule, found in workspace.found.items() if rule.target == "consensus"
        ),
        propositions=tuple(map(prefixed, propositions)),
        claims=tuple(_claims(scratch, propositions)),
        conditions=_conditions(workspace, propositions) if propositions else (),
        other_objects=_other_objects(scratch, triple),
    )


def _unknown(store: ox.Store, node: ox.NamedNode) -> bool:
    return not any(store.quads_for_pattern(node, None, None, ox.DefaultGraph()))


def _objects(store: ox.Store, subject: Node, predicate: ox.NamedNode) -> list[Node]:
    if not isinstance(subject, ox.NamedNode):
        return []
    found = store.quads_for_pattern(subject, predicate, None, ox.DefaultGraph())
    return sorted((quad.object for quad in found), key=str)


def _subjects(store: ox.Store, predicate: ox.NamedNode, object_: Node) -> list[ox.NamedNode]:
    found = store.quads_for_pattern(None, predicate, object_, ox.DefaultGraph())
    return sorted((q.subject for q in found if isinstance(q.subject, ox.NamedNode)), key=str)


def _rdf(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{PREFIXES['rdf']}{name}")


def _alike(store: ox.Store, triple: ox.Triple) -> list[ox.NamedNode]:
    """The propositions with the subject and the predicate of a triple."""
    about_it = _subjects(store, _rdf("subject"), triple.subject)
    return [o for o in about_it if triple.predicate in _objects(store, o, _rdf("predicate"))]


def _propositions(store: ox.Store, triple: ox.Triple) -> list[ox.NamedNode]:
    return [o for o in _alike(store, triple) if triple.object in _objects(store, o, _rdf("object"))]


def _other_objects(store: ox.Store, triple: ox.Triple) -> tuple[str, ...]:
    objects = {o for one in _alike(store, triple) for o in _objects(store, one, _rdf("object"))}
    return tuple(sorted(map(prefixed, objects - {triple.object})))


def _conditions(workspace: Workspace, nodes: list[ox.NamedNode]) -> tuple[Condition, ...]:
    wanted = set(nodes)
    return tuple(
        Condition(
            rule.name,
            rule.summary,
            _reasons(workspace.scratch, rule, [t for t in found if t.subject in wanted]),
        )
        for rule, found in workspace.found.items()
        if rule.failure
    )


def _reasons(store: ox.Store, rule: Rule, found: list[ox.Triple]) -> tuple[str, ...]:
    failure = rule.failure or ""
    if "{because}" not in failure:
        return () if found else (failure,)
    return tuple(
        failure.replace("{because}", prefixed(t.object)) + _gloss(store, t.object) for t in found
    )


def _gloss(store: ox.Store, node: Node) -> str:
    text = label(store, node)
    return f" ({text})" if text and not prefixed(node).startswith("ckg:") else ""


def _claims(store: ox.Store, propositions: list[ox.NamedNode]) -> list[ClaimOn]:
    found = {claim for one in propositions for claim in _subjects(store, CONTENT, one)}
    return [_claim_on(store, claim) for claim in sorted(found, key=str)]


def _claim_on(store: ox.Store, claim: ox.NamedNode) -> ClaimOn:
    claimants = _objects(store, claim, ox.NamedNode(str(CKG.claimant)))
    values = {
        axis: value.value.removeprefix(PREFIXES[axis])
        for axis in AXES
        for value in _objects(store, claim, ox.NamedNode(str(CKG[axis])))
        if isinstance(value, ox.NamedNode)
    }
    lacks = [
        f"it is {values.get(axis, 'without ' + axis)}, not {wanted}"
        for axis, wanted in AXES.items()
        if values.get(axis) != wanted
    ]
    lacks += [
        f"{prefixed(one)} is neither a document nor a dataset release"
        for one in claimants
        if not any(source in _objects(store, one, TYPE) for source in SOURCES)
    ]
    lacks += [f"it is part of {prefixed(outer)}" for outer in _subjects(store, CONTENT, claim)]
    return ClaimOn(
        claim=prefixed(claim),
        gloss=label(store, claim),
        claimant=", ".join(map(prefixed, claimants)),
        axes=tuple(values.values()),
        lacks=tuple(lacks),
    )
