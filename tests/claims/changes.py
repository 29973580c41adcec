"""Random changes of small worlds: quads of every kind that rules read, well-formed or not."""

from __future__ import annotations

from itertools import product

import pyoxigraph as ox

from kg.namespaces import AUTHORED, CURATED, PREFIXES, expand

from .world import HEADER

GRAPHS = [ox.NamedNode(str(name)) for name in (CURATED, CURATED, *AUTHORED)]

GROUPS = {
    "CLAIM": "claim:c0 claim:c1 claim:c2 claim:c3",
    "PROPOSITION": "proposition:p0 proposition:p1 proposition:p2",
    "SITUATION": "situation:s0 situation:s1",
    "CLAIMANT": "document:gazette document:photo person:olan dataset-release:tally-1",
    "EVENT": "event:feast event:raid conflict:long-feud",
    "TIME": "time:2001 time:2002 time:1999-to-2001 time:2000-to-2002 time:monday",
    "MEMBERSHIP": "membership:early membership:middle membership:bare",
    "ESTIMATE": "estimate:many",
    "WHO": "person:mira reference:a-host state:lowland place:ford post:warden",
    "PASSAGE": "passage:one passage:two",
    "NAME": "name:one name:two",
    "DAY": '"2000-01-01"^^xsd:date "2001-06-01"^^xsd:date "2003-01-01"^^xsd:date',
    "TEXT": '"Feast"@en "Raid"@en "7"',
    "PREDICATE": "ckg:hostedBy ckg:happenedOn ckg:participant ckg:before ckg:heldPosition "
    "ckg:casualties",
    "CLASS": "ckg:Document ckg:Photograph ckg:DatasetRelease ckg:Person ckg:Reference ckg:Event "
    "ckg:Conflict ckg:Time ckg:RelativeTime ckg:CasualtyEstimate org:Membership ckg:Place "
    "ckg:Claim ckg:Unheard",
}
KINDS = [
    ("CLAIM", "ckg:content", "PROPOSITION PROPOSITION SITUATION CLAIM"),
    ("CLAIM", "ckg:claimant", "CLAIMANT"),
    ("CLAIM", "ckg:mode", "mode:fact mode:fear"),
    ("CLAIM", "ckg:certainty", "certainty:certain certainty:probable"),
    ("CLAIM", "ckg:polarity", "polarity:positive polarity:negative"),
    ("CLAIM", "ckg:disputes ckg:contradicts ckg:inTensionWith ckg:compatibleWith", "CLAIM"),
    ("CLAIM", "ckg:evidence", "PASSAGE"),
    ("PASSAGE", "oa:hasSource", "CLAIMANT"),
    ("CLAIM", "ckg:voice", "voice:own voice:attributed"),
    ("CLAIM", "ckg:nestedIn", "CLAIM"),
    ("PROPOSITION SITUATION CLAIM", "ckg:standing", "standing:denied"),
    ("PROPOSITION SITUATION", "ckg:content", "PROPOSITION CLAIM"),
    ("PROPOSITION", "rdf:subject", "EVENT EVENT WHO CLAIM"),
    ("PROPOSITION", "rdf:predicate", "PREDICATE"),
    ("PROPOSITION", "rdf:object", "EVENT WHO TIME MEMBERSHIP ESTIMATE TEXT PROPOSITION"),
    ("SITUATION", "ckg:roleAgent ckg:roleTheme", "WHO EVENT SITUATION PROPOSITION CLAIM"),
    ("WHO EVENT CLAIMANT TIME MEMBERSHIP ESTIMATE CLAIM PASSAGE", "rdf:type", "CLASS"),
    ("TIME", "ckg:earliest ckg:latest ckg:latestStart ckg:earliestEnd", "DAY"),
    ("MEMBERSHIP", "org:memberDuring", "TIME"),
    ("MEMBERSHIP", "org:member org:role org:organization", "WHO"),
    ("ESTIMATE", "ckg:scope", "EVENT WHO"),
    ("WHO EVENT", "skosxl:prefLabel skosxl:altLabel", "NAME"),
    ("NAME", "skosxl:literalForm", "TEXT"),
    ("WHO EVENT CLAIM", "rdfs:label ckg:sourceCount", "TEXT"),
]
SCHEMA = [
    ("ckg:Unheard", "rdfs:subClassOf", "ckg:Event ckg:Document"),
    ("PREDICATE", "ckg:consensusEligible ckg:exclusive ckg:fluent ckg:attestsSubject", "true"),
    ("ckg:linkedTo", "rdf:type", "ckg:Role"),
]


def named(words: str) -> list[str]:
    return [one for word in words.split() for one in GROUPS.get(word, word).split()]


def parsed(lines: list[str]) -> list[ox.Triple]:
    text = HEADER + "".join(f"{line} .\n" for line in lines)
    return [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]


def triples(kind: tuple[str, str, str]) -> list[ox.Triple]:
    return parsed([" ".join(line) for line in product(*map(named, kind))])


POOL = [triples(kind) for kind in KINDS]
SCHEMA_POOL = [triple for kind in SCHEMA for triple in triples(kind)]


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(expand(name) or PREFIXES[name])
