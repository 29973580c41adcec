"""All findings beyond shapes and checks about triples that are new."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pyoxigraph as ox

from kg.validation.beyond.around import Around
from kg.validation.beyond.characters import mixed_scripts
from kg.validation.beyond.identifiers import wrong_identifiers
from kg.validation.beyond.likeness import likenesses
from kg.validation.beyond.names import Names, Spellings
from kg.validation.beyond.numbers import numbers_with_words
from kg.validation.beyond.precision import too_precise
from kg.validation.beyond.relations import relations
from kg.validation.beyond.terms import unknown_terms
from kg.validation.beyond.wikidata import Snapshot, shipped
from kg.validation.report import Report


def beyond(
    store: ox.Store,
    added: Iterable[ox.Triple],
    names: Names | Spellings | None = None,
    snapshot: Snapshot | None = None,
) -> Report:
    """What there is to say of triples of data that are new in a store, which holds them already.

    The computed graphs of the store are up to date. Without `names`, those of the whole store are
    gathered; `snapshot` is what is known of Wikidata's items, by default what comes with kg.
    """
    new = tuple(dict.fromkeys(added))
    around = Around(store)
    known = names or Names.of(around) or Spellings(around)
    return Report.of(
        (
            *unknown_terms(around, new),
            *likenesses(around, known, new),
            *too_precise(around, new),
            *relations(around, new),
            *wrong_identifiers(around, snapshot or _shipped(), new),
            *mixed_scripts(new),
            *numbers_with_words(around, new),
        )
    )


@cache
def _shipped() -> Snapshot:
    return Snapshot(shipped())
