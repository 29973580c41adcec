"""Our things that have no link to an authority yet."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any, Final

from kg.links.authorities import Authority
from kg.namespaces import compact
from kg.store.interface import Store
from kg.suggestions.things import Thing

NAMES: Final = """SELECT ?thing ?name ?lat ?long ?link WHERE {
  ?thing rdfs:label ?name
  OPTIONAL { ?thing wgs84:lat ?lat ; wgs84:long ?long }
  OPTIONAL { ?thing skos:exactMatch|skos:closeMatch ?link }
}"""
RESULTS: Final = "application/sparql-results+json"


def wanting(store: Store, authority: Authority) -> list[Thing]:
    """Things of the kinds that an authority has, without link to it, sorted by name."""
    body = b"".join(store.query(NAMES, accept=RESULTS))
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for solution in json.loads(body)["results"]["bindings"]:
        row = {name: term["value"] for name, term in solution.items()}
        iri = compact(row["thing"])
        if iri.partition(":")[0] in authority.kinds:
            found[iri].append(row)
    linked = {
        iri
        for iri, rows in found.items()
        if any(authority.identifier(row.get("link", "")) is not None for row in rows)
    }
    return [_thing(iri, rows) for iri, rows in sorted(found.items()) if iri not in linked]


def _thing(iri: str, rows: list[dict[str, Any]]) -> Thing:
    points = [(float(r["lat"]), float(r["long"])) for r in rows if "lat" in r]
    return Thing(iri, tuple(sorted({r["name"] for r in rows})), points[0] if points else None)
