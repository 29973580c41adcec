"""The pool of things for `links.py`, and what ours would know of them.

Natural Earth has identifiers of Wikidata for populated places, and none for countries in the file
that is read: those of the verified list have theirs, the others are called by their codes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from kg.suggestions.distance import Point
from kg.suggestions.things import Other

LANGUAGES: Final = ("DE", "ES", "FR", "PT", "RU")
PLACE_TYPES: Final = {
    "Populated place": "city",
    "Scientific station": "research station",
    "Historic place": "archaeological site",
}
"""What classes of Natural Earth are called in the pool; all the others are capitals."""
BORN: Final = re.compile(r"born (\d{4}-\d\d-\d\d)")
KINDS: Final = {
    "person": "person",
    "city": "place",
    "village": "place",
    "province": "place",
    "sea": "place",
    "region": "place",
    "country": "state",
    "historical state": "state",
    "war": "conflict",
    "university": "organisation",
    "news magazine": "organisation",
    "international organisation": "organisation",
}
"""Types of the verified list of which questions are made, and our kinds for them."""
TYPES: Final = {"person": "human", "historical state": "historical country"}
"""What the pool calls them where that is another word."""


@dataclass(frozen=True)
class Known:
    """A thing of the pool with what ours would know of it; `names` are those that are asked."""

    other: Other
    kind: str
    types: tuple[str, ...]
    names: tuple[str, ...]


def share(*words: object) -> float:
    """A number from 0 to 1 that depends on the words only."""
    digest = hashlib.sha256("\n".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def world(folder: Path) -> tuple[list[Known], list[Other]]:
    """What is asked for, and the whole pool."""
    verified = list(rows(folder / "verified-ids.tsv"))
    codes = {row["label"].partition(" (")[0]: row["qid"] for row in verified}
    natural = folder / "natural-earth"
    places = [place(p) for p in features(natural / "ne_50m_populated_places.geojson")]
    countries = [country(p, codes) for p in features(natural / "ne_110m_admin_0_countries.geojson")]
    known = {k.other.identifier: k for k in [*countries, *places]}
    for row in verified:
        if row["type"] in KINDS and row["qid"].startswith("Q"):
            known.setdefault(row["qid"], checked(row))
    areas = [area(p) for p in features(natural / "ne_10m_admin_0_disputed_areas.geojson")]
    provinces = province_of(natural / "ne_50m_populated_places.geojson")
    pool = [noisy(k.other) for k in known.values()]
    invented = [other for k in known.values() for other in confusers(k)]
    return list(known.values()), [*pool, *areas, *provinces, *invented]


def noisy(other: Other) -> Other:
    """A tenth of the pool has no coordinates, a tenth a type that says little."""
    if share(other.identifier, "no point") < 0.1:
        other = replace(other, point=None)
    if share(other.identifier, "no type") < 0.1:
        other = replace(other, types=("human settlement",))
    return other


def confusers(known: Known) -> Iterator[Other]:
    """Invented things of one name with every third; a place may have all of them."""
    other, point = known.other, known.other.point
    sorts: dict[str, tuple[tuple[str, ...], Point | None, str]] = {}
    if known.kind == "person":
        sorts = {
            "namesake": (("human",), None, "1900-02-03"),
            "family": (("family name",), None, ""),
        }
    elif known.kind in ("place", "state") and point:
        lat, long = max(-89.0, min(89.0, point[0] + 3)), max(-179.0, min(179.0, point[1] + 3))
        sorts = {
            "namesake": (other.types, (lat, long), ""),
            "region": (("region",), point, ""),
            "municipality": (("municipality",), point, ""),
            "river": (("river",), point, ""),
            "predecessor": (("historical country",), point, ""),
        }
    for sort, (types, where, day) in sorts.items():
        if share(other.identifier, sort) < 1 / 3:
            yield Other(f"invented:{sort}:{other.identifier}", other.names, types, where, day)


def features(path: Path) -> Iterator[dict[str, Any]]:
    """The properties of a GeoJSON file's features, with a `point` in the middle."""
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        yield feature["properties"] | {"point": middle(feature["geometry"])}


def middle(geometry: dict[str, Any]) -> Point:
    """The middle of the box around the ring with the most points; of a point, itself."""
    parts = geometry["coordinates"]
    if geometry["type"] == "Point":
        return parts[1], parts[0]
    polygons = parts if geometry["type"] == "MultiPolygon" else [parts]
    ring = max((polygon[0] for polygon in polygons), key=len)
    longs, lats = [p[0] for p in ring], [p[1] for p in ring]
    return (min(lats) + max(lats)) / 2, (min(longs) + max(longs)) / 2


def texts(properties: dict[str, Any], *columns: str) -> tuple[str, ...]:
    """What some columns have, each once."""
    values = (properties.get(column) for column in columns)
    return tuple(dict.fromkeys(v.strip() for v in values if isinstance(v, str) and v.strip()))


def place(properties: dict[str, Any]) -> Known:
    """A populated place; the few without identifier of Wikidata have that of Who's On First."""
    in_english = texts(properties, "NAME_EN", "NAME")[:1]
    foreign = texts(properties, *(f"NAME_{code}" for code in LANGUAGES))
    more = texts(properties, "NAME", "NAMEASCII", "NAMEALT", "NAME_ZH")
    names = tuple(dict.fromkeys((*in_english, *foreign, *more)))
    type_ = PLACE_TYPES.get(properties["FEATURECLA"], "capital")
    identifier = properties["wikidataid"] or f"wof:{properties['wof_id']}"
    other = Other(identifier, names, (type_,), properties["point"])
    ours = ("city",) if type_ in ("city", "capital") else (type_,)
    return Known(other, "place", ours, (*in_english, *foreign))


def country(properties: dict[str, Any], codes: dict[str, str]) -> Known:
    """A country; the file has no identifiers of Wikidata, but the verified list has some."""
    names = texts(properties, "NAME_LONG", "ADMIN", "NAME", "FORMAL_EN", "FORMAL_FR", "NAME_ALT")
    identifier = codes.get(properties["ADMIN"]) or f"country:{properties['ADM0_A3']}"
    other = Other(identifier, names, (properties["TYPE"],), properties["point"])
    return Known(other, "state", ("country",), names[:1] + names[3:])


def area(properties: dict[str, Any]) -> Other:
    """A disputed area, without identifier of Wikidata in the file."""
    names = texts(properties, "BRK_NAME", "NAME_ALT", "NAME")[:2]
    identifier = f"area:{properties['BRK_A3']}:{names[0]}"
    return Other(identifier, names, ("disputed territory",), properties["point"])


def province_of(path: Path) -> list[Other]:
    """The provinces that populated places lie in, in the middle of these."""
    points: dict[tuple[str, str], list[Point]] = {}
    for properties in features(path):
        if properties["ADM1NAME"]:
            key = properties["ADM0_A3"], properties["ADM1NAME"]
            points.setdefault(key, []).append(properties["point"])
    return [
        Other(
            f"province:{state}:{name}",
            (name,),
            ("province",),
            (sum(p[0] for p in found) / len(found), sum(p[1] for p in found) / len(found)),
        )
        for (state, name), found in points.items()
    ]


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of the verified list."""
    names, *lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    for values in lines:
        yield dict(zip(names, values, strict=False))


def checked(row: dict[str, str]) -> Known:
    """A thing of the verified list; days of birth are those that its evidence has."""
    label = row["label"].partition(" (")[0]
    born = BORN.search(row["evidence"])
    try:
        point = float(row["lat"]), float(row["lon"])
    except ValueError:
        point = None
    type_ = TYPES.get(row["type"], row["type"])
    other = Other(row["qid"], (label,), (type_,), point, born[1] if born else "")
    return Known(other, KINDS[row["type"]], (type_,), (label,))
