"""Words for what has no label in our data: terms of others, languages, kinds."""

from __future__ import annotations

from typing import Final

from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS

from kg.namespaces import EXTERNAL_PREFIXES, GEO, OA, ORG, SCHEMA, SKOSXL

_WGS84: Final = EXTERNAL_PREFIXES["wgs84"]

TERMS: Final[dict[str, str]] = {
    str(term): words
    for term, words in (
        (RDF.type, "type"),
        (RDF.subject, "subject"),
        (RDF.predicate, "predicate"),
        (RDF.object, "object"),
        (RDFS.label, "label"),
        (RDFS.comment, "comment"),
        (RDFS.seeAlso, "see also"),
        (RDFS.subClassOf, "subclass of"),
        (RDFS.subPropertyOf, "subproperty of"),
        (RDFS.domain, "belongs to"),
        (RDFS.range, "has values that are"),
        (RDFS.isDefinedBy, "defined by"),
        (SKOS.altLabel, "also called"),
        (SKOS.prefLabel, "called"),
        (SKOS.definition, "definition"),
        (SKOS.example, "example"),
        (SKOS.scopeNote, "scope"),
        (SKOS.editorialNote, "curator's note"),
        (SKOS.broader, "broader"),
        (SKOS.narrower, "narrower"),
        (SKOS.inScheme, "vocabulary"),
        (SKOS.topConceptOf, "top concept of"),
        (SKOS.exactMatch, "same as"),
        (SKOS.closeMatch, "nearly the same as"),
        (SKOS.notation, "code"),
        (SKOSXL.literalForm, "written"),
        (OWL.sameAs, "same as"),
        (OWL.differentFrom, "different from"),
        (OWL.inverseOf, "inverse of"),
        (OWL.disjointWith, "never the same as"),
        (DCTERMS.title, "title"),
        (DCTERMS.creator, "author"),
        (DCTERMS.publisher, "publisher"),
        (DCTERMS.issued, "published on"),
        (DCTERMS.language, "language"),
        (DCTERMS.rights, "rights"),
        (DCTERMS.license, "licence"),
        (DCTERMS.source, "source"),
        (DCTERMS.identifier, "identifier"),
        (DCTERMS.bibliographicCitation, "cite as"),
        (PROV.wasDerivedFrom, "derived from"),
        (SCHEMA.url, "address"),
        (SCHEMA.sameAs, "same as"),
        (ORG.member, "member"),
        (ORG.role, "post"),
        (ORG.organization, "organisation"),
        (ORG.memberDuring, "during"),
        (OA.hasSource, "in document"),
        (OA.hasSelector, "place"),
        (OA.start, "from character"),
        (OA.end, "to character"),
        (GEO.hasGeometry, "outline or point"),
        (GEO.asWKT, "as text"),
        (f"{_WGS84}lat", "latitude"),
        (f"{_WGS84}long", "longitude"),
    )
}

LANGUAGES: Final[dict[str, str]] = {
    "en": "English",
    "hy": "Armenian",
    "az": "Azerbaijani",
    "ru": "Russian",
    "ka": "Georgian",
    "fa": "Persian",
    "tr": "Turkish",
}


def language(tag: str | None) -> str:
    """The English name of a language, or its tag."""
    if not tag:
        return "no language given"
    return LANGUAGES.get(tag.split("-")[0], tag)
