"""Words for what has no label in our data: terms of others, languages, kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS

from kg.messages import counted, marked
from kg.namespaces import EXTERNAL_PREFIXES, GEO, OA, ORG, SCHEMA, SKOSXL
from kg.web.translations import gettext, ngettext, said

_WGS84: Final = EXTERNAL_PREFIXES["wgs84"]

TERMS: Final[dict[str, str]] = {
    str(term): words
    for term, words in (
        (RDF.type, marked("type")),
        (RDF.subject, marked("subject")),
        (RDF.predicate, marked("predicate")),
        (RDF.object, marked("object")),
        (RDFS.label, marked("label")),
        (RDFS.comment, marked("comment")),
        (RDFS.seeAlso, marked("see also")),
        (RDFS.subClassOf, marked("subclass of")),
        (RDFS.subPropertyOf, marked("subproperty of")),
        (RDFS.domain, marked("belongs to")),
        (RDFS.range, marked("has values that are")),
        (RDFS.isDefinedBy, marked("defined by")),
        (SKOS.altLabel, marked("also called")),
        (SKOS.prefLabel, marked("called")),
        (SKOS.definition, marked("definition")),
        (SKOS.example, marked("example")),
        (SKOS.scopeNote, marked("scope")),
        (SKOS.editorialNote, marked("curator's note")),
        (SKOS.broader, marked("broader")),
        (SKOS.narrower, marked("narrower")),
        (SKOS.inScheme, marked("vocabulary")),
        (SKOS.topConceptOf, marked("top concept of")),
        (SKOS.exactMatch, marked("same as")),
        (SKOS.closeMatch, marked("nearly the same as")),
        (SKOS.notation, marked("code")),
        (SKOSXL.literalForm, marked("written")),
        (OWL.sameAs, marked("same as")),
        (OWL.differentFrom, marked("different from")),
        (OWL.inverseOf, marked("inverse of")),
        (OWL.disjointWith, marked("never the same as")),
        (DCTERMS.title, marked("title")),
        (DCTERMS.creator, marked("author")),
        (DCTERMS.publisher, marked("publisher")),
        (DCTERMS.issued, marked("published on")),
        (DCTERMS.language, marked("language")),
        (DCTERMS.rights, marked("rights")),
        (DCTERMS.license, marked("licence")),
        (DCTERMS.source, marked("source")),
        (DCTERMS.identifier, marked("identifier")),
        (DCTERMS.bibliographicCitation, marked("cite as")),
        (PROV.wasDerivedFrom, marked("derived from")),
        (SCHEMA.url, marked("address")),
        (SCHEMA.version, marked("version")),
        (SCHEMA.measurementTechnique, marked("method")),
        (SCHEMA.sameAs, marked("same as")),
        (ORG.member, marked("member")),
        (ORG.role, marked("post")),
        (ORG.organization, marked("organisation")),
        (ORG.memberDuring, marked("during")),
        (OA.hasSource, marked("in document")),
        (OA.hasSelector, marked("place")),
        (OA.start, marked("from character")),
        (OA.end, marked("to character")),
        (GEO.Geometry, marked("geometry")),
        (GEO.hasGeometry, marked("outline or point")),
        (GEO.asWKT, marked("as text")),
        (f"{_WGS84}lat", marked("latitude")),
        (f"{_WGS84}long", marked("longitude")),
    )
}

LANGUAGES: Final[dict[str, str]] = {
    "en": marked("English"),
    "hy": marked("Armenian"),
    "az": marked("Azerbaijani"),
    "ru": marked("Russian"),
    "ka": marked("Georgian"),
    "fa": marked("Persian"),
    "tr": marked("Turkish"),
}


OF_OTHERS: Final = (
    marked("person"),
    marked("organisation"),
    marked("state"),
    marked("group"),
    marked("place"),
    marked("conflict"),
    marked("event"),
    marked("agreement"),
    marked("prospective agreement"),
    marked("post"),
    marked("document"),
    marked("dataset release"),
    marked("claim"),
    marked("statement"),
    marked("proposition"),
    marked("situation"),
    marked("reference"),
    marked("estimate"),
    marked("membership"),
    marked("time"),
    marked("unnamed source"),
    marked("passage"),
    marked("sentence"),
    marked("clause"),
    marked("name"),
    marked("mapping"),
    marked("geometry"),
    marked("term"),
    marked("draft"),
    marked("checked"),
    marked("in review"),
    marked("accepted"),
    marked("rejected"),
    marked("withdrawn"),
    marked("propose"),
    marked("revise"),
    marked("check"),
    marked("submit"),
    marked("accept"),
    marked("reject"),
    marked("withdraw"),
    marked("comment"),
    marked("redact"),
    marked("revert"),
    marked("anybody's"),
    marked("one's own"),
    marked("those of others"),
    marked("violation"),
    marked("warning"),
    marked("info"),
    marked("exact"),
    marked("close"),
    marked("broad"),
    marked("narrow"),
    marked("related"),
    marked("certain"),
    marked("open"),
)
"""Names that modules below this one have, and that pages say: kinds, states, steps and others."""

COUNTED: Final = {
    "person": counted("%(num)s person", "%(num)s persons"),
    "organisation": counted("%(num)s organisation", "%(num)s organisations"),
    "state": counted("%(num)s state", "%(num)s states"),
    "group": counted("%(num)s group", "%(num)s groups"),
    "place": counted("%(num)s place", "%(num)s places"),
    "conflict": counted("%(num)s conflict", "%(num)s conflicts"),
    "event": counted("%(num)s event", "%(num)s events"),
    "agreement": counted("%(num)s agreement", "%(num)s agreements"),
    "prospective-agreement": counted(
        "%(num)s prospective agreement", "%(num)s prospective agreements"
    ),
    "post": counted("%(num)s post", "%(num)s posts"),
    "document": counted("%(num)s document", "%(num)s documents"),
    "dataset-release": counted("%(num)s dataset release", "%(num)s dataset releases"),
    "claim": counted("%(num)s claim", "%(num)s claims"),
    "statement": counted("%(num)s statement", "%(num)s statements"),
    "proposition": counted("%(num)s proposition", "%(num)s propositions"),
    "situation": counted("%(num)s situation", "%(num)s situations"),
    "reference": counted("%(num)s reference", "%(num)s references"),
    "estimate": counted("%(num)s estimate", "%(num)s estimates"),
    "membership": counted("%(num)s membership", "%(num)s memberships"),
    "time": counted("%(num)s time", "%(num)s times"),
    "unnamed-source": counted("%(num)s unnamed source", "%(num)s unnamed sources"),
    "passage": counted("%(num)s passage", "%(num)s passages"),
    "sentence": counted("%(num)s sentence", "%(num)s sentences"),
    "clause": counted("%(num)s clause", "%(num)s clauses"),
    "name": counted("%(num)s name", "%(num)s names"),
    "mapping": counted("%(num)s mapping", "%(num)s mappings"),
    "geometry": counted("%(num)s geometry", "%(num)s geometries"),
}
"""So many things of a kind, for one and for several."""
OTHERS: Final = counted("%(num)s other", "%(num)s others")


def language(tag: str | None) -> str:
    """The name of a language, or its tag."""
    if not tag:
        return gettext("no language given")
    return said(LANGUAGES.get(tag.split("-")[0], tag))


def in_kinds(kinds: Mapping[str, int]) -> str:
    """How many things of which kinds."""
    counted_kinds = ((COUNTED.get(kind, OTHERS), count) for kind, count in kinds.items())
    return ", ".join(ngettext(*words, count) for words, count in counted_kinds)
