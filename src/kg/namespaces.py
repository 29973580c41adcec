"""Every namespace, prefix and graph name of the project, once."""

from __future__ import annotations

import re
from typing import Final

from rdflib import Namespace, URIRef

BASE: Final = "https://w3id.org/conflict-kg/"
ONTOLOGY_IRI: Final = URIRef(f"{BASE}ns")

CKG: Final = Namespace(f"{BASE}ns#")
OA: Final = Namespace("http://www.w3.org/ns/oa#")
ORG: Final = Namespace("http://www.w3.org/ns/org#")
SKOSXL: Final = Namespace("http://www.w3.org/2008/05/skos-xl#")
SSSOM: Final = Namespace("https://w3id.org/sssom/")
PAV: Final = Namespace("http://purl.org/pav/")
SCHEMA: Final = Namespace("https://schema.org/")
GEO: Final = Namespace("http://www.opengis.net/ont/geosparql#")

KINDS: Final[tuple[str, ...]] = (
    "person",
    "organisation",
    "state",
    "group",
    "place",
    "conflict",
    "event",
    "agreement",
    "prospective-agreement",
    "post",
    "document",
    "dataset-release",
    "claim",
    "statement",
    "proposition",
    "situation",
    "reference",
    "estimate",
    "membership",
    "time",
    "unnamed-source",
    "passage",
    "sentence",
    "clause",
    "name",
    "mapping",
    "geometry",
)
"""Kinds of things under `…/id/{kind}/{slug}`; each is also the prefix of its IRIs."""

SCHEMES: Final[tuple[str, ...]] = (
    "mode",
    "certainty",
    "polarity",
    "kind",
    "quality",
    "degree",
    "qualifier",
    "population",
    "modality",
    "channel",
    "quantifier",
    "agreement-status",
    "standing",
    "voice",
    "sentence-role",
    "reason",
    "name-status",
)
"""SKOS schemes under `…/vocab/{scheme}/{concept}`; each is also the prefix of its IRIs."""

EXTERNAL_PREFIXES: Final[dict[str, str]] = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": str(SKOSXL),
    "dcterms": "http://purl.org/dc/terms/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "vann": "http://purl.org/vocab/vann/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": str(OA),
    "org": str(ORG),
    "schema": str(SCHEMA),
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "cito": "http://purl.org/spar/cito/",
    "geo": str(GEO),
    "geof": "http://www.opengis.net/def/function/geosparql/",
    "uom": "http://www.opengis.net/def/uom/OGC/1.0/",
    "wgs84": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "owltime": "http://www.w3.org/2006/time#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "sssom": str(SSSOM),
    "semapv": "https://w3id.org/semapv/vocab/",
    "pav": str(PAV),
}

PREFIXES: Final[dict[str, str]] = {
    "ckg": str(CKG),
    **{kind: f"{BASE}id/{kind}/" for kind in KINDS},
    **{scheme: f"{BASE}vocab/{scheme}/" for scheme in SCHEMES},
    "graph": f"{BASE}graph/",
    **EXTERNAL_PREFIXES,
}
"""All prefixes that queries may use without declaring them, and that our Turtle is written with."""

_PREFIX_OF: Final = {namespace: prefix for prefix, namespace in PREFIXES.items()}
_LOCAL_ESCAPE: Final = re.compile(r"\\([_~.\-!$&'()*+,;=/?#@%])")

GRAPH: Final = Namespace(f"{BASE}graph/")
CURATED: Final = GRAPH["curated"]
IMPORTED: Final = GRAPH["imported"]
LINKS: Final = GRAPH["links"]
CONSENSUS: Final = GRAPH["consensus"]
DERIVED: Final = GRAPH["derived"]
ONTOLOGY: Final = GRAPH["ontology"]
SHAPES: Final = GRAPH["shapes"]
WIKIDATA: Final = GRAPH["wikidata"]
CONTRIBUTIONS: Final = GRAPH["contributions"]
"""What became of each contribution, step by step; reached by name only."""
DRAFTS: Final = str(GRAPH["contribution/"])
"""Graphs whose names begin so are the contents of contributions, for those who have a token."""
CONTRIBUTION: Final = Namespace(f"{BASE}contribution/")
WORKFLOW: Final = Namespace(f"{BASE}graph/contributions#")
"""The terms of the graph of contributions that PROV and Dublin Core do not have."""

AUTHORED: Final[tuple[URIRef, ...]] = (CURATED, IMPORTED, LINKS, ONTOLOGY)
"""Graphs that people or imports write, from which consensus and derived follow."""
FETCHED: Final[tuple[URIRef, ...]] = (WIKIDATA,)
"""Graphs with what others say of their own things; nothing of ours follows from them."""
DEFAULT_UNION: Final[tuple[URIRef, ...]] = (
    CURATED,
    IMPORTED,
    LINKS,
    CONSENSUS,
    DERIVED,
    ONTOLOGY,
)
"""Graphs whose union is the default graph of a query."""


def split(iri: str) -> tuple[str, str] | None:
    """Prefix and local name of an IRI; None where no prefix fits. The longest namespace wins."""
    end = len(iri) - 1
    while (end := max(iri.rfind("/", 0, end), iri.rfind("#", 0, end))) >= 0:
        prefix = _PREFIX_OF.get(iri[: end + 1])
        if prefix is not None:
            return prefix, iri[end + 1 :]
    return None


def compact(iri: str) -> str:
    """`person:ada` for its IRI; an IRI that no prefix fits stays as it is.

    For people to read: a local name such as that of `time:2010/2013` is not escaped.
    """
    parts = split(iri)
    return ":".join(parts) if parts else iri


def expand(name: str) -> str | None:
    """The IRI that is meant by a prefixed name, escaped or not, or by an IRI, in `<…>` or not.

    None for what is neither.
    """
    if name.startswith("<") and name.endswith(">"):
        return name[1:-1]
    if name.startswith(("http://", "https://")):
        return name
    prefix, _, local = name.partition(":")
    if prefix not in PREFIXES or not local or " " in local:
        return None
    return PREFIXES[prefix] + unescape_local(local)


def unescape_local(local: str) -> str:
    """The local part of a prefixed name without the backslashes of Turtle and SPARQL."""
    return _LOCAL_ESCAPE.sub(r"\1", local)


def iri(kind: str, slug: str) -> URIRef:
    """The IRI of a thing of ours, e.g. `iri("person", "vladimir-putin")`."""
    if kind not in KINDS:
        raise ValueError(f"no such kind: {kind}")
    return URIRef(f"{PREFIXES[kind]}{slug}")


def concept(scheme: str, name: str) -> URIRef:
    """The IRI of a concept of one of our schemes, e.g. `concept("mode", "fact")`."""
    if scheme not in SCHEMES:
        raise ValueError(f"no such scheme: {scheme}")
    return URIRef(f"{PREFIXES[scheme]}{name}")
