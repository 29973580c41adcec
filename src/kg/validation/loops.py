"""Contents that contain themselves: SPARQL has no path along whatever is a role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pyoxigraph as ox

from kg.validation.solutions import Found, solutions_of

PARTS = """SELECT DISTINCT ?whole ?part WHERE {
    { ?role a ckg:Role . ?whole ?role ?part }
    UNION
    { ?whole rdf:subject|rdf:object|ckg:content ?part }
    ?part a ?class . FILTER(?class IN (ckg:Situation, ckg:Proposition, ckg:Claim))
}"""
"""What contents are made of, one step down, as far as that is a content too."""


def situations_in_themselves(store: ox.Store) -> Found:
    """Situations that stand in a role of their own, at any depth; loops of claims are a query."""
    parts: dict[str, set[str]] = defaultdict(set)
    for row in solutions_of(store, PARTS):
        whole, part = row["whole"], row["part"]
        if isinstance(whole, ox.NamedNode) and isinstance(part, ox.NamedNode):
            parts[whole.value].add(part.value)
    for row in solutions_of(store, "SELECT DISTINCT ?entity WHERE { ?entity a ckg:Situation }"):
        entity = row["entity"]
        if isinstance(entity, ox.NamedNode) and entity.value in _inside(entity.value, parts):
            yield (
                entity.value,
                "A situation stands in none of its own roles, such as ckg:roleTheme, at any depth.",
            )


def _inside(whole: str, parts: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(parts.get(whole, ()))
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.add(part)
            waiting.extend(parts.get(part, ()))
    return found
