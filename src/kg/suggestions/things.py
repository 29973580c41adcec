"""Our things that want a link, and the things of others that may be the same."""

from __future__ import annotations

from dataclasses import dataclass

from kg.suggestions.distance import Point
from kg.suggestions.types import categories, categories_of


@dataclass(frozen=True, slots=True)
class Thing:
    """One of ours: its prefixed name, its names, and what is known of it.

    `names` are what it is usually called in any language, the English name first; `aliases` are
    its other names, which often are those of other things, too. `types` are names of its types,
    as finely as they are known. `day` is when it began, happened or was born, as far as that is
    known: `2020`, `2020-09` or `2020-09-27`.
    """

    iri: str
    names: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    point: Point | None = None
    day: str = ""

    @property
    def kind(self) -> str:
        """Its kind, such as `place`."""
        return self.iri.partition(":")[0]

    @property
    def categories(self) -> tuple[str, ...]:
        """What `object_category` calls its types; of a kind of one category, that one."""
        return categories(self.types) or categories_of(self.kind, only=True)


@dataclass(frozen=True, slots=True)
class Other:
    """One of theirs; `names` has its label first, and `types` are names of types as they say.

    `rating` is the score that its service gave it, from 0 to 100; None where there is none.
    """

    identifier: str
    names: tuple[str, ...]
    types: tuple[str, ...] = ()
    point: Point | None = None
    day: str = ""
    rating: float | None = None

    @property
    def label(self) -> str:
        """What it is called first."""
        return self.names[0]

    @property
    def categories(self) -> tuple[str, ...]:
        """What `object_category` calls its types; empty where nothing is known of them."""
        return categories(self.types)
