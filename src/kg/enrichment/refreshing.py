"""Brings the graph of what was fetched up to date: asks for what is due, and makes one patch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kg.enrichment.asking import Questions
from kg.enrichment.fetching import Fetched, Triples, Wanted, fetch
from kg.enrichment.graph import Retrieval, fetched_at, kept, linked, patch_between, record_of
from kg.store.interface import Patch, Snapshot


@dataclass(frozen=True, slots=True)
class Due:
    """Ids to be asked for, and what is there; `links` has those of ours that lead to each id."""

    ids: tuple[str, ...]
    links: Mapping[str, set[str]]
    before: Mapping[str, Triples]

    @classmethod
    def of(cls, snapshot: Snapshot, now: datetime, older_than: timedelta) -> Due:
        """What was never fetched, or longer ago than `older_than`."""
        links, before = linked(snapshot), kept(snapshot)

        def is_due(identifier: str) -> bool:
            time = fetched_at(before.get(identifier, ()))
            return time is None or now - time >= older_than

        ids = sorted(filter(is_due, links), key=lambda name: (len(name), name))
        return cls(tuple(ids), links, before)

    @property
    def unlinked(self) -> tuple[str, ...]:
        """Ids of what was fetched for links that are gone."""
        return tuple(sorted(set(self.before) - set(self.links)))


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The patch that brings the graph up to date, and what was fetched for it."""

    patch: Patch
    fetched: Fetched


def refresh(
    due: Due,
    wanted: Wanted,
    questions: Questions,
    now: datetime,
    told: Callable[[int], None] = lambda _: None,
) -> Refreshed:
    """Fetch what is due; what is not, stays as it is, and what nothing links to goes.

    An entity that was merged or deleted goes, too: its link is to be looked at again.
    """
    fetched = fetch(due.ids, wanted, questions, told)
    retrieval = Retrieval(now, questions.endpoint.iri)
    asked = set(due.ids)
    after = [triples for name, triples in due.before.items()
             if name in due.links and name not in asked]  # fmt: skip
    for name, triples in fetched.entities.items():
        after.append(triples | record_of(name, triples, retrieval))
    return Refreshed(patch_between(due.before.values(), after), fetched)
