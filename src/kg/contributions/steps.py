"""How a step is made: allowed by the table, on the state that it was decided on, as one commit.

A commit may take several, one after the other, as a proposal is checked and handed in at once.

Each removes the version that it saw, and merging also says what it saw of every thing that it
changes. What was changed meanwhile is decided anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.contributions import content as contents
from kg.contributions import record
from kg.contributions.content import Content
from kg.contributions.model import (
    TEXT_CHARACTERS,
    TRANSITIONS,
    Action,
    Actor,
    Contribution,
    Step,
    allow,
    plain_text,
)
from kg.contributions.reading import Reader
from kg.errors import InputError, StaleError
from kg.namespaces import WORKFLOW
from kg.store.interface import (
    CommitMeta,
    Generation,
    Guarded,
    LogEntry,
    Patch,
    Receipt,
    Store,
)

TRIES: Final = 8
"""So often a step is decided anew where others were quicker."""


ACTION: Final = ox.NamedNode(WORKFLOW.action)
VERSION: Final = ox.NamedNode(WORKFLOW.version)


@dataclass(frozen=True, slots=True)
class Wish:
    """A step that somebody wants: on which version (None is any), with which words and id."""

    actor: Actor
    note: str = ""
    version: int | None = None
    commit_id: str = ""


Then: TypeAlias = Callable[[Contribution, Wish], Contribution]
"""Further steps that are taken in the same commit."""


def nothing_more(contribution: Contribution, _: Wish) -> Contribution:
    """No further steps."""
    return contribution


@dataclass(frozen=True, slots=True)
class Move:
    """What a step makes: the contribution after it, and what else changes."""

    after: Contribution
    patch: Patch = contents.NOTHING
    expected: tuple[ox.Quad, ...] = ()
    whole: tuple[ox.NamedNode, ...] = ()
    then: Then = nothing_more


class Steps:
    """Makes the steps of the contributions of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reader = Reader(store)
        self.receipt: Receipt | None = None
        """Of the newest commit that this has made; None where there was nothing to be done."""

    def proposed(
        self, draft: Contribution, content: Content, wish: Wish, then: Then = nothing_more
    ) -> Contribution:
        """Keep a draft under the next number, and take further steps in the same commit."""
        wish = wish if wish.commit_id else replace(wish, commit_id=_commit_id())
        for _ in range(TRIES):
            number = self.reader.newest() + 1
            named = replace(draft, number=number)
            made = then(with_step(named, Action.PROPOSE, wish), wish)
            quads = record.quads_of(made) | contents.quads_of(number, content)
            change = Guarded(Patch(added=tuple(quads)), whole=(record.node(number),))
            try:
                self._commit(change, made, Action.PROPOSE, wish)
            except StaleError:
                self.reader.seen = self.head()
                continue
            known = self.taken(wish, Action.PROPOSE)
            return self.reader.contribution(known or number)
        raise StaleError("others propose all the time", hint="try again")

    def step(
        self, number: int, action: Action, wish: Wish, move: Callable[[Contribution], Move]
    ) -> Contribution:
        """Take a step that the table allows, on the newest version; a repeated one only once."""
        wish = replace(wish, note=plain_text(wish.note, "the text", TEXT_CHARACTERS, needed=False))
        known = self.taken(wish, action)
        if known is not None:
            if known != number:
                raise _other_use()
            return self.reader.contribution(number)
        if action in (Action.COMMENT, Action.REJECT):
            plain_text(wish.note, "the text", TEXT_CHARACTERS)
        wish = wish if wish.commit_id else replace(wish, commit_id=_commit_id())
        for _ in range(TRIES):
            before = self.reader.contribution(number)
            if wish.version not in (None, before.version):
                raise StaleError(
                    f"contribution {number} was changed meanwhile: it is at version"
                    f" {before.version}",
                    hint="look at it again, then try again",
                )
            allow(action, wish.actor, before)
            moved = move(before)
            after = moved.then(with_step(moved.after, action, wish), wish)
            steps = difference(record.quads_of(before), record.quads_of(after))
            change = Guarded(
                _joined(steps, moved.patch),
                (*(q for q in steps.removed if q.predicate == VERSION), *moved.expected),
                moved.whole,
            )
            try:
                self._commit(change, after, action, wish)
            except StaleError:
                self.reader.seen = self.head()
                continue
            return self.reader.contribution(number)
        raise StaleError("others change the same all the time", hint="try again")

    def _commit(self, change: Guarded, after: Contribution, action: Action, wish: Wish) -> None:
        message = f"contribution {after.number}, {action.value}: {after.title}"
        meta = CommitMeta(wish.actor.name, message, datetime.now(UTC))
        self.receipt = self._store.commit(change, meta, commit_id=wish.commit_id)
        self.reader.seen = max(self.reader.seen, self.receipt.generation)

    def head(self) -> Generation:
        """The newest generation, whether it can be read already or not."""
        return len(self._store.log())

    def entry(self, commit_id: str) -> LogEntry | None:
        """The commit of this id, if it was made."""
        found = (e for e in reversed(self._store.log()) if e.commit_id == commit_id)
        return next(found, None) if commit_id else None

    def taken(self, wish: Wish, action: Action) -> int | None:
        """The contribution whose step this commit was, if it was made before.

        Raises `InputError` where the same id was used for something else.
        """
        entry = self.entry(wish.commit_id)
        if entry is None:
            return None
        self.reader.seen = max(self.reader.seen, entry.generation)
        for quad in self._store.patch(entry.generation).added:
            if quad.predicate == ACTION and quad.object == ox.Literal(action.value):
                return record.number_of(quad.subject)
        raise _other_use()


def _other_use() -> InputError:
    return InputError("this key was used for something else", hint="take a new Idempotency-Key")


def with_step(before: Contribution, action: Action, wish: Wish) -> Contribution:
    """A contribution after one more step, in the state that the table says."""
    target = TRANSITIONS[action].target
    state = before.state if target is None or action is Action.CHECK else target
    now = datetime.now(UTC).replace(microsecond=0)
    number = before.version + 1
    step = Step(number, action, state, wish.actor.id, now, wish.commit_id, wish.note)
    return replace(before, state=state, steps=(*before.steps, step))


def difference(before: set[ox.Quad], after: set[ox.Quad]) -> Patch:
    """What makes some quads of others."""
    return Patch(
        tuple(sorted(after - before, key=str)),
        tuple(sorted(before - after, key=str)),
    )


def _joined(*patches: Patch) -> Patch:
    return Patch(
        tuple(quad for patch in patches for quad in patch.added),
        tuple(quad for patch in patches for quad in patch.removed),
    )


def _commit_id() -> str:
    return f"contribution/{uuid.uuid4()}"
