"""Which folders of the W3C make up which suite."""

from __future__ import annotations

SUITES: dict[str, tuple[str, ...]] = {
    "SPARQL 1.0": tuple(
        f"sparql10/{name}"
        for name in (
            "algebra ask basic bnode-coreference boolean-effective-value bound cast construct "
            "dataset distinct expr-builtin expr-equals expr-ops graph i18n open-world optional "
            "optional-filter reduced regex solution-seq sort syntax-sparql1 syntax-sparql2 "
            "syntax-sparql3 syntax-sparql4 syntax-sparql5 triple-match type-promotion"
        ).split()
    ),
    "SPARQL 1.1 Query": tuple(
        f"sparql11/{name}"
        for name in (
            "aggregates bind bindings cast construct exists functions grouping negation "
            "project-expression property-path subquery syntax-query"
        ).split()
    ),
    "SPARQL 1.1 Results: JSON, CSV, TSV": ("sparql11/csv-tsv-res", "sparql11/json-res"),
    "SPARQL 1.1 Update": tuple(
        f"sparql11/{name}"
        for name in (
            "add basic-update clear copy delete delete-data delete-insert delete-where drop move "
            "syntax-update-1 syntax-update-2 update-silent"
        ).split()
    ),
    "SPARQL 1.1 Federated Query": ("sparql11/service", "sparql11/syntax-fed"),
    "SPARQL 1.2": tuple(
        f"sparql12/{name}"
        for name in (
            "codepoint-escapes eval-triple-terms expression grouping lang-basedir rdf11 syntax "
            "syntax-triple-terms-negative syntax-triple-terms-positive version"
        ).split()
    ),
}

NOT_CLAIMED = {
    "sparql11/entailment": "queries are answered under simple entailment: what follows from the "
    "claims is in the graphs, computed by rules of our own",
}
"""Folders of which nothing is run, and why."""
