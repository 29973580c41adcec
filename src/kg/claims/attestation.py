"""Which events are attested, found without reading all that is said of them.

One proposition that a source states in its own voice is enough, and it is found by the rules
themselves, run over a few propositions at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

import pyoxigraph as ox

from kg.claims import mentions as terms
from kg.claims.firing import Stage, run
from kg.claims.near import Near
from kg.claims.overlay import Object
from kg.claims.region import Region
from kg.claims.rules import WORKING, Rule
from kg.claims.schema import Schema

STATED_BY: Final = ox.NamedNode(f"{WORKING}statedBy")
FIRST: Final = 8
"""So many propositions are looked at first, then eight times as many, and so on."""


def note_rules(stages: Sequence[Rule]) -> Sequence[Rule]:
    """The rules that say which contents are stated in a source's own voice, and those before."""
    makers = [n for n, rule in enumerate(stages) if "statedBy" in rule.text.partition("WHERE")[0]]
    return stages[: max(makers, default=-1) + 1]


class Attestation:
    """What the rules say of contents and of events in one state, `near`."""

    def __init__(self, near: Near, schema: Schema, rules: Stage) -> None:
        self._near = near
        self._schema = schema
        self._rules = rules
        self._known: dict[Object, bool] = {}

    def attested_by(self, contents: Collection[Object]) -> dict[Object, Object]:
        """The subjects that some of these contents attest, each with one that does."""
        candidates = [content for content in contents if self._attests(content)]
        stated = self._stated(candidates)
        return {
            subject: content
            for content in candidates
            if content in stated
            for subject in self._near.objects(content, terms.SUBJECT)
        }

    def witnesses(
        self, events: Iterable[Object], without: Collection[Object] = ()
    ) -> dict[Object, Object]:
        """A proposition that attests each event, if there is one but for those in `without`."""
        found: dict[Object, Object] = {}
        waiting = {event: self._candidates(event, without) for event in events}
        size = FIRST
        while waiting:
            chunks = {event: list(islice(rest, size)) for event, rest in waiting.items()}
            found |= self.attested_by([one for chunk in chunks.values() for one in chunk])
            waiting = {
                event: rest
                for event, rest in waiting.items()
                if event not in found and len(chunks[event]) == size
            }
            size *= FIRST
        return found

    def events(self, contents: Collection[Object]) -> set[Object]:
        """The events on whose attestation the consensus on some contents depends."""
        return {
            end
            for content in self._stated(contents)
            for end in self._near.objects(content, terms.SUBJECT, terms.OBJECT)
            if self._schema.is_event(self._near.objects(end, terms.TYPE))
        }

    def _candidates(self, event: Object, without: Collection[Object]) -> Iterator[Object]:
        for proposition in self._near.each(event, terms.SUBJECT):
            if proposition not in without and self._attests(proposition):
                yield proposition

    def _attests(self, content: Object) -> bool:
        return any(map(self._schema.attests, self._near.objects(content, terms.PREDICATE)))

    def _stated(self, contents: Collection[Object]) -> set[Object]:
        new = {content for content in contents if content not in self._known}
        self._known |= dict.fromkeys(new, False) | dict.fromkeys(self._found(new), True)
        return {content for content in contents if self._known[content]}

    def _found(self, contents: Collection[Object]) -> set[Object]:
        claimed = [one for one in contents if self._near.subjects(one, terms.CONTENT)]
        if not claimed:
            return set()
        region = Region(self._near, self._schema)
        for content in claimed:
            region.stated(content)
        workspace = run(self._rules, set(region.triples()))
        notes = workspace.scratch.quads_for_pattern(None, STATED_BY, None, ox.DefaultGraph())
        return {*contents}.intersection(quad.subject for quad in notes)
