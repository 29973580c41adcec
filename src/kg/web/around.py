"""What is one step around a thing, as far as a page looks.

A war may have thousands of events, and a state take part in thousands: of each sort `sizes.rows`
things are looked at, and `cut` says that there are more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg.namespaces import PREFIXES
from kg.web.asking import Asking
from kg.web.rows import Row
from kg.web.together import together

_UNCONTESTED: Final = f"{PREFIXES['standing']}uncontested"


@dataclass(frozen=True)
class Around:
    """A thing with its parts (the thing comes first), and the contents that it stands in."""

    things: tuple[ox.NamedNode, ...]
    contents: tuple[Row, ...]
    cut: bool

    def subjects(self, most: int) -> tuple[ox.NamedNode, ...]:
        """The thing with its parts, and that of which the thing is claimed to be a part or role."""
        others = [row["other"] for row in self.contents if row["forward"].value == "false"]
        nodes = (node for node in others if isinstance(node, ox.NamedNode))
        return tuple(dict.fromkeys((*self.things, *list(nodes)[:most])))


def around(asking: Asking, iri: str) -> Around:
    """What is around a thing, asked once per generation."""

    def ask() -> Around:
        most, entity = asking.sizes.rows, ox.NamedNode(iri)
        looked_at = max(asking.sizes.neighbours, most)
        things, contents = together(
            lambda: _with_parts(asking, entity, most),
            lambda: asking.rows("contents-of", limit=looked_at + 1, entity=entity),
        )
        return Around(
            things=things[:most],
            contents=tuple(sorted(contents, key=_rank)[:looked_at]),
            cut=max(len(things) - most, len(contents) - looked_at) > 0,
        )

    return asking.once("around", iri, ask)


def _with_parts(asking: Asking, thing: ox.NamedNode, most: int) -> tuple[ox.NamedNode, ...]:
    """A thing and its parts, step by step; one more than `most` where there are more."""
    found, level = {thing: None}, [thing]
    while level and len(found) <= most:
        rows = asking.rows("parts", limit=most + 1, what=level)
        parts = [row["part"] for row in rows if isinstance(row["part"], ox.NamedNode)]
        level = [part for part in dict.fromkeys(parts) if part not in found]
        found |= dict.fromkeys(level)
    return tuple(found)[: most + 1]


def _rank(row: Row) -> tuple[int, str, str]:
    """What is uncontested comes first, what is only described last."""
    standing = row["standing"].value if "standing" in row else ""
    described = row["other"] == row["content"]
    rank = 0 if standing == _UNCONTESTED else 2 if described else 1
    return rank, row["predicate"].value, row["other"].value
