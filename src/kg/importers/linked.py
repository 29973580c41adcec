"""Things of ours behind the identifiers of others, as the reviewed rows of links say."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from kg.links.authorities import AUTHORITIES
from kg.links.sssom import MappingSet, Row
from kg.namespaces import expand

COLLECTIONS: Final = ("ucdp-conflict", "ucdp-dyad", "gleditsch-ward")
"""Those whose identifiers stand in the datasets that we import."""


class Linked:
    """What is linked to identifiers of which collection, and how."""

    def __init__(self, mappings: Iterable[MappingSet]) -> None:
        self._found: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
        for authority, row in _rows(mappings):
            identifier = AUTHORITIES[authority].identifier(row.object_id)
            if identifier and (subject := expand(row.subject_id)):
                self._found[row.predicate_id, authority, identifier].append(subject)

    @property
    def digest(self) -> str:
        """What changes when a link does."""
        return hashlib.sha256(repr(sorted(self._found.items())).encode()).hexdigest()

    def same(self, authority: str, number: int) -> str | None:
        """The IRI of what is the same thing (`skos:exactMatch`)."""
        return self._only("skos:exactMatch", authority, number)

    def near(self, authority: str, number: int) -> str | None:
        """The IRI of what is the same, or of the only thing that is nearly the same.

        `skos:broadMatch` is not followed: what the identifier means is more than the thing.
        """
        return self.same(authority, number) or self._only("skos:closeMatch", authority, number)

    def _only(self, predicate: str, authority: str, number: int) -> str | None:
        found = self._found.get((predicate, authority, str(number)), ())
        return found[0] if len(found) == 1 else None


def _rows(mappings: Iterable[MappingSet]) -> Iterator[tuple[str, Row]]:
    for mapping_set in mappings:
        if mapping_set.authority in COLLECTIONS:
            yield from ((mapping_set.authority, row) for row in mapping_set.rows)
