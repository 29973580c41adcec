"""What rows of links have to keep before Turtle is made of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from kg.links.authorities import AUTHORITIES, CATEGORIES, Authority
from kg.links.sssom import MappingSet, Row
from kg.links.turtle import PREDICATES

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_SHARE: Final = re.compile(r"0\.\d*[1-9]\d*|1")


def problems(mappings: MappingSet) -> Iterator[tuple[str, str]]:
    """What is wrong with each row: its subject, and a sentence that says what holds of good ones.

    Checks of the graph look at the same once more, for links that came another way.
    """
    authority = AUTHORITIES.get(mappings.authority)
    if authority is None:
        yield mappings.authority, "A mapping set is named after an authority that we know."
        return
    exact = Counter(r.subject_id for r in mappings.rows if r.predicate_id == "skos:exactMatch")
    for row in mappings.rows:
        yield from ((row.subject_id, words) for words in _of_row(row, authority))
        if exact[row.subject_id] > 1:
            yield row.subject_id, f"A thing has one exact match in {authority.title}."


def _of_row(row: Row, authority: Authority) -> Iterator[str]:
    if row.predicate_id not in PREDICATES:
        yield f"A link is one of {', '.join(PREDICATES)}."
    if authority.identifier(row.object_id) is None:
        yield f"{row.object_id} has the form of an identifier of {authority.title}."
    kind = row.subject_id.partition(":")[0]
    if kind not in authority.kinds:
        yield f"{authority.title} has identifiers of {', '.join(authority.kinds)}."
    if kind not in CATEGORIES.get(row.object_category, ()):
        yield f"A link is between things of one type: {row.object_category} is no {kind}."
    if not _SHARE.fullmatch(row.confidence):
        yield "The confidence of a link is a number above 0 and up to 1."
    if not _DAY.fullmatch(row.mapping_date):
        yield "The date of a link is a day, as in 2024-01-31."
    for name in ("evidence", "reviewer_label", "mapping_justification", "object_label"):
        if not getattr(row, name).strip():
            yield f"A link has {name}."
