"""Our things that want a link, and the things of others that may be the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from kg.links.authorities import CATEGORIES

Point: TypeAlias = tuple[float, float]
"""Latitude and longitude in degrees."""

CLASSES: Final = {
    "Q5": "person",
    "Q6256": "country",
    "Q3624078": "country",
    "Q3024240": "historical state",
    "Q484652": "international organisation",
    "Q3918": "university",
    "Q4164871": "position",
    "Q515": "city",
    "Q1549591": "city",
    "Q3957": "city",
    "Q486972": "village",
    "Q532": "village",
    "Q165": "sea",
    "Q82794": "region",
    "Q10864048": "region",
    "Q35657": "region",
    "Q198": "war",
    "Q180684": "conflict",
    "Q131569": "agreement",
}
"""Classes of Wikidata, and what `object_category` calls them; of other classes nothing is known."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One of ours: its prefixed name, its names in any language, and what is known of it.

    `day` is when it began or was born, as far as it is known: `2020`, `2020-09` or `2020-09-27`.
    """

    iri: str
    names: tuple[str, ...]
    point: Point | None = None
    day: str = ""

    @property
    def kind(self) -> str:
        """Its kind, such as `place`."""
        return self.iri.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Other:
    """One of theirs; `classes` are identifiers of theirs."""

    identifier: str
    label: str
    names: tuple[str, ...]
    classes: tuple[str, ...] = ()
    point: Point | None = None
    day: str = ""

    @property
    def categories(self) -> tuple[str, ...]:
        """What `object_category` calls its classes; empty where none is known."""
        return tuple(dict.fromkeys(CLASSES[c] for c in self.classes if c in CLASSES))


def fitting(kind: str, categories: Iterable[str]) -> str:
    """The first category that a kind of ours fits; empty where none does."""
    return next((c for c in categories if kind in CATEGORIES[c]), "")
