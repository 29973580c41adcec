"""A few words of schema.org in each page, for those who read nothing else."""

from __future__ import annotations

from typing import Any, Final

from kg.web.entity import same_elsewhere
from kg.web.facts import Facts, Thing

TYPES: Final[dict[str, str]] = {
    "person": "Person",
    "organisation": "Organization",
    "state": "Country",
    "place": "Place",
    "event": "Event",
    "conflict": "Event",
    "document": "CreativeWork",
    "claim": "Claim",
    "dataset-release": "Dataset",
}


def json_ld(thing: Thing, kind: str, facts: Facts) -> dict[str, Any]:
    """The JSON-LD that goes into the page of a thing."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": TYPES.get(kind, "Thing"),
        "@id": thing.iri,
        "name": thing.label,
    }
    if same := same_elsewhere(facts, thing.iri):
        found["sameAs"] = same
    return found
