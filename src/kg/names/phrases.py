"""Labels beside each other, as a person reads them: `the firefight` `happened` `on Friday`."""

from __future__ import annotations

from typing import Final

PREPOSITIONS: Final = frozenset(
    ("after", "around", "at", "before", "by", "during", "from", "in", "on", "since", "until")
)


def before(predicate: str, value: str) -> str:
    """The label of a predicate as it stands before that of a value.

    Some times are called by how they were told (`on Friday`, `since independence`): before a
    preposition, the predicate gives up its own (`happened on`).
    """
    rest, _, last = predicate.rpartition(" ")
    first = value.partition(" ")[0]
    return rest if rest and last in PREPOSITIONS and first in PREPOSITIONS else predicate
