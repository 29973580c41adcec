"""What was counted of all that there is, for pages that tell of it.

In a store of millions that takes minutes: beside a server another process counts, and a page leaves
out what has not been counted yet. Without a server it is counted when a page asks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

from kg.publication import counts, statistics, usage
from kg.publication.counts import Counts, counts_of
from kg.publication.statistics import Statistics, statistics_of
from kg.publication.usage import Usage, usage_of
from kg.store.interface import Store
from kg.store.served import ServedStore


@dataclass(frozen=True, slots=True)
class Counted:
    """Each gives what was counted last, or None where nothing has been counted yet."""

    counts: Callable[[], Counts | None]
    statistics: Callable[[], Statistics | None]
    usage: Callable[[], Usage | None]


def counted_here(store: Store) -> Counted:
    """What is counted in this process, whenever somebody asks for it."""
    return Counted(
        partial(counts_of, store), partial(statistics_of, store), partial(usage_of, store)
    )


def counted_beside(store: ServedStore) -> Counted:
    """What the process beside the server has counted."""
    for made in (counts, statistics, usage):
        store.register_artefact(made.ARTEFACT, made.build, made.read)
    there = store.artefact_there
    return Counted(
        lambda: cast("Counts | None", there(counts.ARTEFACT)),
        lambda: cast("Statistics | None", there(statistics.ARTEFACT)),
        lambda: cast("Usage | None", there(usage.ARTEFACT)),
    )
