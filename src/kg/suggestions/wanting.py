"""Our things that have no link to an authority yet."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from importlib.resources import files
from typing import Final, TypeAlias

from kg.links.authorities import Authority
from kg.namespaces import compact
from kg.store.interface import Store
from kg.suggestions.things import Thing

RESULTS: Final = "application/sparql-results+json"
USUAL: Final = ("0", "1")
"""Ranks of usual names in the query; what else is there is an alias."""

_START: Final = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:/.*)?")

Solution: TypeAlias = dict[str, str]


def wanting(store: Store, authority: Authority) -> list[Thing]:
    """Things of the kinds that an authority has, without link to it, sorted by IRI."""
    query = files("kg.suggestions").joinpath("queries", "wanting.rq").read_text(encoding="utf-8")
    body = b"".join(store.query(query, accept=RESULTS))
    found: dict[str, list[Solution]] = defaultdict(list)
    for binding in json.loads(body)["results"]["bindings"]:
        row = {name: term["value"] for name, term in binding.items()}
        iri = compact(row["thing"])
        if iri.partition(":")[0] in authority.kinds:
            found[iri].append(row)
    return [
        _thing(iri, rows)
        for iri, rows in sorted(found.items())
        if all(authority.identifier(row.get("link", "")) is None for row in rows)
    ]


def _thing(iri: str, rows: Sequence[Solution]) -> Thing:
    usual = dict.fromkeys(row["name"] for row in rows if row["rank"] in USUAL)
    others = dict.fromkeys(row["name"] for row in rows if row["name"] not in usual)
    kind = iri.partition(":")[0].replace("-", " ")
    types = sorted({row["type"] for row in rows if "type" in row} - {kind})
    points = {(float(row["lat"]), float(row["long"])) for row in rows if "lat" in row}
    names = tuple(usual) or tuple(others)
    aliases = tuple(others) if usual else ()
    point = points.pop() if len(points) == 1 else None
    return Thing(iri, names, aliases, tuple(types), point, _day(rows))


def _day(rows: Sequence[Solution]) -> str:
    """When it began, as far as that is known; empty where sources tell different times."""
    told = {row["edtf"] for row in rows if "edtf" in row}
    match = _START.fullmatch(told.pop()) if len(told) == 1 else None
    return match[1] if match else ""
