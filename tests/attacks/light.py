"""What ordinary users ask while others attack: each is answered within milliseconds."""

from __future__ import annotations

LIGHT: list[str] = [
    "ASK { event:tegh-firefight a ckg:Event }",
    "SELECT ?p ?v { GRAPH graph:consensus { event:sochi-meeting-2022 ?p ?v } }",
    "SELECT ?gloss { ?c ckg:claimant person:ian-kelly ; rdfs:label ?gloss }",
    "SELECT ?gloss ?mode { ?c ckg:claimant person:emmanuel-macron ; rdfs:label ?gloss ; "
    "ckg:mode ?mode }",
    "SELECT ?who ?gloss { ?c ckg:about place:lachin-corridor ; ckg:claimant ?who ; "
    "rdfs:label ?gloss } ORDER BY ?gloss",
    "SELECT ?who ?accused { ?c ckg:content [ rdf:subject event:tegh-firefight ; "
    "rdf:predicate ckg:initiatedBy ; rdf:object ?accused ] ; ckg:claimant ?who }",
    "SELECT (COUNT(?c) AS ?n) { ?c a ckg:Claim }",
    "SELECT ?mode (COUNT(?c) AS ?n) { ?c a ckg:Claim ; ckg:mode ?mode } GROUP BY ?mode",
    "SELECT ?who (COUNT(?c) AS ?n) { ?c ckg:claimant ?who } GROUP BY ?who "
    "ORDER BY DESC(?n) LIMIT 10",
    'SELECT ?l { state:armenia rdfs:label ?l FILTER(LANG(?l) = "en") }',
    "SELECT ?a ?b { VALUES ?r { ckg:contradicts ckg:inTensionWith ckg:disputes } ?a ?r ?b }",
    "SELECT ?c ?fear { ?c ckg:mode mode:fear ; rdfs:label ?fear }",
    "SELECT ?c ?note { ?c a ckg:Claim ; skos:editorialNote ?note } LIMIT 20",
    "SELECT ?holder ?quality { ?c ckg:claimant ?holder ; ckg:content [ ckg:kind kind:evaluate ; "
    "ckg:roleTheme state:russia ; ckg:roleQuality ?quality ] }",
    "SELECT ?speaker ?holder { ?o ckg:content ?i ; ckg:claimant ?speaker . "
    "?i a ckg:Claim ; ckg:claimant ?holder } LIMIT 50",
    "SELECT ?d ?title { ?d a ckg:Document ; dcterms:title ?title }",
    "SELECT ?event { ?event a ckg:Event ; ckg:kind kind:meet }",
    "SELECT ?who ?post { ?c ckg:content [ rdf:subject ?who ; rdf:predicate ckg:heldPosition ; "
    "rdf:object [ org:role ?post ] ] }",
    "CONSTRUCT { ?c rdfs:label ?l } WHERE { ?c ckg:about state:armenia ; rdfs:label ?l } LIMIT 20",
    "DESCRIBE event:tegh-firefight",
]
