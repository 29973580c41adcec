"""The terms that rules mention, grouped by what a change of them can reach.

`kg.claims.dependents` and `kg.claims.region` are written for exactly these. Whoever gives a rule a
new term adds it here, and to those two modules what follows from it; until then every change is
computed in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox
from rdflib.namespace import RDF, RDFS, SKOS

from kg.claims.rules import WORKING, Rule
from kg.namespaces import CKG, CONSENSUS, OA, ORG, SKOSXL, concept


def _nodes(iris: Iterable[str]) -> frozenset[ox.NamedNode]:
    return frozenset(ox.NamedNode(str(iri)) for iri in iris)


def _ours(names: str) -> frozenset[ox.NamedNode]:
    return _nodes(CKG[name] for name in names.split())


TYPE: Final = ox.NamedNode(str(RDF.type))
SUBCLASS: Final = ox.NamedNode(str(RDFS.subClassOf))
SUBJECT: Final = ox.NamedNode(str(RDF.subject))
PREDICATE: Final = ox.NamedNode(str(RDF.predicate))
OBJECT: Final = ox.NamedNode(str(RDF.object))
CONTENT: Final = ox.NamedNode(str(CKG.content))
CLAIMANT: Final = ox.NamedNode(str(CKG.claimant))
DISPUTES: Final = ox.NamedNode(str(CKG.disputes))
CONTRADICTS: Final = ox.NamedNode(str(CKG.contradicts))
EVIDENCE: Final = ox.NamedNode(str(CKG.evidence))
HAS_SOURCE: Final = ox.NamedNode(str(OA.hasSource))
MEMBER_DURING: Final = ox.NamedNode(str(ORG.memberDuring))
LITERAL_FORM: Final = ox.NamedNode(str(SKOSXL.literalForm))
NESTED_IN: Final = ox.NamedNode(str(CKG.nestedIn))
VOICE: Final = ox.NamedNode(str(CKG.voice))
STANDING: Final = ox.NamedNode(str(CKG.standing))
ELIGIBLE: Final = ox.NamedNode(str(CKG.consensusEligible))
EXCLUSIVE: Final = ox.NamedNode(str(CKG.exclusive))
ATTESTS: Final = ox.NamedNode(str(CKG.attestsSubject))

FLAGS: Final = _ours("consensusEligible exclusive fluent attestsSubject")
"""What the ontology says of a predicate."""
AXES: Final = _ours("mode certainty polarity")
RELATIONS: Final = _ours("inTensionWith contradicts compatibleWith")
"""Relations between two claims that hold both ways."""
BOUNDS: Final = _ours("earliest latest latestStart earliestEnd")
NAMES: Final = _nodes((SKOSXL.prefLabel, SKOSXL.altLabel))
WITHIN: Final = _nodes((ORG.member, ORG.role, ORG.organization, CKG.scope))
"""Parts of memberships and of estimates."""
PARTS: Final = frozenset({CONTENT, SUBJECT, OBJECT, *WITHIN})
"""With the roles, which the ontology lists, all that leads one step into a content."""
READ: Final = frozenset(
    {TYPE, PREDICATE, CLAIMANT, DISPUTES, EVIDENCE, HAS_SOURCE, MEMBER_DURING, LITERAL_FORM}
    | {NESTED_IN, VOICE, STANDING}
    | AXES | RELATIONS | BOUNDS | NAMES | PARTS
)  # fmt: skip
"""Predicates of data that a rule reads; roles are read as well."""
_MADE: Final = _ours("toldIn innermost accordingTo about mayContradict sourceCount") | _nodes(
    (RDFS.label, SKOS.altLabel)
)

ROLE: Final = ox.NamedNode(str(CKG.Role))
EVENT: Final = ox.NamedNode(str(CKG.Event))
MEMBERSHIP: Final = ox.NamedNode(str(ORG.Membership))
SOURCES: Final = _ours("Document DatasetRelease")
"""Classes of claimants with a voice of their own."""
ENDS: Final = _ours("Reference RelativeTime Time Estimate Event")
"""Classes that matter where a thing is the subject or the object of a proposition."""
WHOLES: Final = frozenset({MEMBERSHIP, *_ours("Estimate")})
"""Classes whose things have parts."""
KINDS: Final = _ours(
    "Actor Place Event Agreement ProspectiveAgreement Post Document Reference"
)  # fmt: skip
"""Classes of what claims can be about."""
_VALUES: Final = _nodes(
    [
        *(concept("mode", name) for name in ("fact",)),
        *(concept("certainty", name) for name in ("certain",)),
        *(concept("polarity", name) for name in ("positive", "negative")),
        *(concept("voice", name) for name in ("own", "attributed")),
        *(
            concept("standing", name)
            for name in (
                "contested uncontested own-voice-fact denied hedged-fact attributed-fact "
                "own-voice-view attributed-view"
            ).split()
        ),
        CONSENSUS,
    ]
)
_NOTES: Final = _nodes(
    WORKING + name
    for name in (
        "statedBy affirmedBy excludedBecauseOf rival closedPeriod attestedBy certainTo part".split()
    )
)

KNOWN: Final = frozenset(
    {SUBCLASS, ROLE, EVENT, MEMBERSHIP}
    | FLAGS | READ | SOURCES | ENDS | WHOLES | KINDS | _MADE | _VALUES | _NOTES
)  # fmt: skip
"""Every term that a rule may mention."""


def mentioned(rules: Iterable[Rule]) -> frozenset[ox.NamedNode]:
    """The terms in the bodies of rules: prefixed names, IRIs and the keyword `a`."""
    return frozenset(term for rule in rules for term in mentioned_in(rule.text))


def mentioned_in(text: str) -> Iterator[ox.NamedNode]:
    """The terms in a query, or in a part of one after its prefixes."""
    prefixes = dict(re.findall(r"^PREFIX ([\w-]*): <(.*)>$", text, re.MULTILINE))
    body = re.sub(r'^(#.*|PREFIX.*)$|"[^"\n]*"', "", text, flags=re.MULTILINE)
    for prefix, local in re.findall(r"(?<![\w?])([\w-]*):([\w-]+)", re.sub(r"<[^<> ]*>", "", body)):
        yield ox.NamedNode(prefixes[prefix] + local)
    yield from map(ox.NamedNode, re.findall(r"<([^<> ]+)>", body))
    if re.search(r"(?<![\w?:-])a(?![\w:-])", body):
        yield TYPE
