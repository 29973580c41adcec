"""Consensus and derived graph follow a change, by the same rules over what the change reaches.

The rules run over a region: the part of the authored graphs that decides what they say of the
owners whose results can differ (`kg.claims.dependents`). The results of these owners are compared
with those that are stored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.claims import mentions as terms
from kg.claims.attestation import Attestation, note_rules
from kg.claims.dependents import Dependents
from kg.claims.firing import Stage, run, with_needs
from kg.claims.near import GRAPHS, Near, TooMuchError
from kg.claims.overlay import Object, Quads
from kg.claims.region import Region
from kg.claims.rules import KEPT, Rule, Workspace, rules
from kg.claims.schema import Schema

Difference: TypeAlias = tuple[list[ox.Quad], list[ox.Quad]]
"""Quads to add and quads to remove, each sorted."""

LIMIT: Final = 200_000
"""A region has so many quads, and ten times as many are looked up; beyond, all is computed."""


class Inference:
    """Evaluates the rules over what a change reaches.

    It keeps the texts of the rules and nothing of any store, so that one may serve many. A change
    is computed in full, over all that people and imports wrote, if it alters what rules read of
    classes, predicates and roles (whichever graph says it), if it needs more than `limit` quads,
    or if the rules mention terms that `kg.claims.mentions` does not list. Triples with the
    predicates of notes between rules are taken to be in no authored graph.
    """

    def __init__(self, stages: Iterable[Rule] = (), *, limit: int = LIMIT) -> None:
        self._all = tuple(stages) or (*rules("consensus"), *rules("derived"))
        self._rules = with_needs(self._all)
        self._notes = with_needs(note_rules(self._all))
        self._known = terms.mentioned(self._all) <= terms.KNOWN
        self._limit = limit

    def change(
        self,
        before: Quads,
        after: Quads,
        added: Collection[ox.Quad],
        removed: Collection[ox.Quad],
    ) -> Difference:
        """What to add to the graphs consensus and derived, and what to remove from them.

        `before` has the authored graphs as they were and the computed graphs as they are stored,
        `after` the authored graphs as they will be; `added` and `removed` are the authored quads
        in which the two differ.
        """
        schema = Schema(after)
        changed = (*added, *removed)
        if not self._known:
            return self._in_full(before, after)
        if not schema.is_read({quad.predicate for quad in changed}):
            return [], []
        if not schema.is_plain or any(schema.is_part(quad) for quad in changed):
            return self._in_full(before, after)
        means = _Means(schema, self._rules, self._notes, self._limit)
        try:
            return _Reached(before, after, removed, means).difference(changed)
        except TooMuchError:
            return self._in_full(before, after)

    def _in_full(self, before: Quads, after: Quads) -> Difference:
        workspace = Workspace(ox.Store())
        workspace.scratch.bulk_extend(
            ox.Quad(*quad.triple)
            for name in GRAPHS
            for quad in after.quads_for_pattern(None, None, None, name)
        )
        workspace.run(self._all)
        wanted = {*workspace.quads("consensus"), *workspace.quads("derived")}
        stored = {
            quad
            for name in KEPT.values()
            for quad in before.quads_for_pattern(None, None, None, name)
        }
        return _difference(stored, wanted)


@dataclass(frozen=True)
class _Means:
    """What a change is computed with."""

    schema: Schema
    rules: Stage
    notes: Stage
    limit: int


class _Reached:
    """What one change reaches, in the states before and after it."""

    def __init__(
        self, before: Quads, after: Quads, removed: Collection[ox.Quad], means: _Means
    ) -> None:
        self._before = before
        self._means = means
        self._was = self._near(before)
        self._is = self._near(after)
        self._either = self._near(after, removed) if removed else self._is
        self._dependents = Dependents(self._either, means.schema)
        self._attestation = Attestation(self._is, means.schema, means.notes)

    def _near(self, quads: Quads, extra: Collection[ox.Quad] = ()) -> Near:
        means = self._means
        return Near(quads, means.schema.roles, limit=10 * means.limit, extra=extra)

    def difference(self, changed: Iterable[ox.Quad]) -> Difference:
        """How the results of all owners differ from those that are stored."""
        self._dependents.add(changed)
        attested = self._spread()
        region = Region(self._is, self._means.schema)
        for owner in self._dependents.owners:
            region.owner(owner)
        events = self._attestation.events(region.contents)
        attested |= self._attestation.witnesses(events - attested.keys())
        for event in events & attested.keys():
            region.stated(attested[event])
        triples = set(region.triples())
        if len(triples) > self._means.limit:
            raise TooMuchError
        workspace = run(self._means.rules, triples)
        found = (*workspace.quads("consensus"), *workspace.quads("derived"))
        return _difference(set(self._stored()), set(filter(self._is_owned, found)))

    def _spread(self) -> dict[Object, Object]:
        """Complete the dependents; returns events known to be attested, each with a proposition."""
        contents = self._dependents.contents
        was = Attestation(self._was, self._means.schema, self._means.notes).attested_by(contents)
        attested = self._attestation.attested_by(contents)
        turned = {event for event in was.keys() ^ attested.keys() if self._is_event(event)}
        others = self._attestation.witnesses(turned, without=contents)
        self._dependents.spread(turned - others.keys())
        return attested | others

    def _is_event(self, node: Object) -> bool:
        return self._means.schema.is_event(self._either.objects(node, terms.TYPE))

    def _is_owned(self, quad: ox.Quad) -> bool:
        if quad.graph_name == KEPT["consensus"]:
            return quad.triple in self._dependents.triples
        return quad.subject in self._dependents.owners

    def _stored(self) -> Iterator[ox.Quad]:
        for node in self._dependents.owners:
            if isinstance(node, ox.NamedNode | ox.BlankNode):
                yield from self._before.quads_for_pattern(node, None, None, KEPT["derived"])
        for triple in self._dependents.triples:
            yield from self._before.quads_for_pattern(
                triple.subject, triple.predicate, triple.object, KEPT["consensus"]
            )


def _difference(stored: set[ox.Quad], wanted: set[ox.Quad]) -> Difference:
    return sorted(wanted - stored, key=str), sorted(stored - wanted, key=str)
