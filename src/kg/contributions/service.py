"""Every step of a contribution: looked at, allowed by the table, and made as one commit.

A step is made on the state that it was decided on, or not at all: each removes the version that it
saw, and merging also says what it saw of every thing that it changes. What was changed meanwhile
is looked at again.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import pyoxigraph as ox

from kg.contributions import content as contents
from kg.contributions import record
from kg.contributions.conflicts import Conflict, conflicts, subjects_of
from kg.contributions.content import Content
from kg.contributions.looking import looked_at
from kg.contributions.model import (
    TEXT_CHARACTERS,
    TITLE_CHARACTERS,
    TRANSITIONS,
    Action,
    Actor,
    Contribution,
    State,
    Step,
    allow,
    plain_text,
)
from kg.contributions.proposing import Proposal, draft_of, proposed_of
from kg.contributions.reading import Listed, Reader
from kg.errors import (
    InputError,
    RefusedError,
    StaleError,
    UnsupportedError,
    WorkflowError,
)
from kg.namespaces import compact
from kg.store.interface import (
    CommitMeta,
    Examiner,
    Generation,
    Guarded,
    LogEntry,
    Patch,
    Proposed,
    Receipt,
    Store,
)
from kg.store.patches import inverse
from kg.store.workflow import data_part

TRIES: Final = 8
"""So often a step is decided anew where others were quicker."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A step that somebody wants: on which version (None is any), with which words and id."""

    actor: Actor
    note: str = ""
    version: int | None = None
    commit_id: str = ""


@dataclass(frozen=True, slots=True)
class _Move:
    """What a step makes: the contribution after it, and what else changes."""

    after: Contribution
    patch: Patch = contents.NOTHING
    expected: tuple[ox.Quad, ...] = ()
    whole: tuple[ox.NamedNode, ...] = ()


class Contributions:
    """The contributions of a store; one of these serves one request or one command."""

    def __init__(self, store: Store) -> None:
        if not isinstance(store, Examiner) or not store.capabilities.history:
            raise UnsupportedError(
                "contributions need a store with a history: a SPARQL endpoint keeps none, so that"
                " nobody could say what others changed meanwhile",
                hint="unset KG_STORE; docs/remote.md says what there is",
            )
        self._store: Store = store
        self._examiner: Examiner = store
        self._reader = Reader(store)
        self.receipt: Receipt | None = None

    @property
    def generation(self) -> Generation:
        """The newest generation that this has seen or made."""
        return self._reader.seen

    def at_least(self, generation: Generation) -> None:
        """Read nothing that is older than this."""
        self._reader.seen = max(self._reader.seen, generation)

    def all(self) -> list[Listed]:
        """All contributions, the newest first."""
        return self._reader.all()

    def get(self, number: int) -> Contribution:
        """A contribution; raises `NotFoundError`."""
        return self._reader.contribution(number)

    def content(self, number: int) -> Content:
        """What a contribution would change, and what was found about it."""
        return self._reader.content(number)

    def conflicts(self, contribution: Contribution, patch: Patch) -> list[Conflict]:
        """What others have changed of the same since it was made; nothing where it is closed."""
        if contribution.state in (State.ACCEPTED, State.REJECTED, State.WITHDRAWN):
            return []
        return conflicts(self._store, patch, contribution.base)

    def author(self, step: Step) -> str:
        """The name of who took a step, as the log of commits has it."""
        entry = self._entry(step.commit_id)
        return entry.author if entry else step.agent

    def propose(self, proposal: Proposal, wish: Wish) -> Contribution:
        """Keep a proposal as a draft, and check it; what conforms is then `checked`."""
        allow(Action.PROPOSE, wish.actor)
        draft = draft_of(proposal, wish.actor, self._head())
        known = self._number_of(wish.commit_id)
        made = self.get(known) if known else self._proposed(draft, proposal.proposed, wish)
        if made.state is State.DRAFT and not self.content(made.number).told:
            return self.check(made.number, Wish(wish.actor))
        return made

    def revise(self, number: int, proposal: Proposal, wish: Wish) -> Contribution:
        """Put other triples in the place of those of a contribution, and check them."""
        draft = draft_of(proposal, wish.actor, self._head())

        def move(before: Contribution) -> _Move:
            after = replace(
                before,
                title=draft.title,
                reason=draft.reason,
                documents=draft.documents,
                base=draft.base,
                checked=None,
            )
            return _Move(after, self._rewritten(number, Content(proposal.proposed)))

        if self._repeated(wish) is None:
            self._step(number, Action.REVISE, wish, move)
        return self.check(number, Wish(wish.actor))

    def check(self, number: int, wish: Wish) -> Contribution:
        """Look at a contribution as it would be after the merge, and keep what was found."""

        def move(before: Contribution) -> _Move:
            content = self.content(number)
            found, patch = looked_at(self._store, self._examiner, before, content.proposed)
            state = State.DRAFT if not found["conforms"] else None
            if state is None:
                state = State.IN_REVIEW if before.state is State.IN_REVIEW else State.CHECKED
            after = replace(before, state=state, checked=found["generation"])
            told = Content(content.proposed, patch, found)
            return _Move(after, self._rewritten(number, told))

        return self._step(number, Action.CHECK, wish, move)

    def move(self, number: int, action: Action, wish: Wish) -> Contribution:
        """Submit, reject, withdraw or comment on a contribution."""
        return self._step(number, action, wish, _Move)

    def accept(self, number: int, wish: Wish) -> Contribution:
        """Merge a contribution.

        Raises `WorkflowError` where others have changed the same, and `RefusedError` where it does
        not conform any more; it is then a draft, with its report.
        """

        def move(before: Contribution) -> _Move:
            patch = self.content(number).patch
            subjects = subjects_of(patch)
            there = self._reader.about(subjects)
            clash = self.conflicts(before, patch)
            if clash:
                raise _Clash(clash)
            return _Move(before, patch, there, subjects)

        try:
            return self._step(number, Action.ACCEPT, wish, move)
        except (_Clash, RefusedError) as error:
            self.check(number, Wish(wish.actor))
            if isinstance(error, _Clash):
                raise _in_words(number, error.conflicts) from error
            raise

    def revert(self, number: int, wish: Wish) -> Contribution:
        """Propose what takes an accepted contribution back; it is reviewed as any other.

        What was changed since then is a conflict, as with any contribution made for that state.
        """
        allow(Action.PROPOSE, wish.actor)
        accepted = self.get(number).step(Action.ACCEPT)
        entry = None if accepted is None else self._entry(accepted.commit_id)
        if entry is None:
            raise WorkflowError(
                f"contribution {number} was not accepted", hint="only what was accepted is reverted"
            )
        patch = inverse(data_part(self._store.patch(entry.generation)))
        title = plain_text(
            f"Revert contribution {number}: {self.get(number).title}"[:TITLE_CHARACTERS],
            "the title",
            TITLE_CHARACTERS,
        )
        proposal = Proposal(
            proposed_of(patch), title, wish.note, base=entry.generation, reverts=number
        )
        return self.propose(proposal, wish)

    def _proposed(self, draft: Contribution, proposed: Proposed, wish: Wish) -> Contribution:
        for _ in range(TRIES):
            number = max((each.number for each in self.all()), default=0) + 1
            commit_id = wish.commit_id or _commit_id()
            named = replace(draft, number=number)
            made = _with_step(named, Action.PROPOSE, replace(wish, commit_id=commit_id))
            quads = record.quads_of(made) | contents.quads_of(number, Content(proposed))
            change = Guarded(Patch(added=tuple(quads)), whole=(record.node(number),))
            try:
                self._commit(change, made, Action.PROPOSE, wish.actor, commit_id)
            except StaleError:
                self._reader.seen = self._head()
                continue
            return self.get(self._number_of(commit_id) or number)
        raise StaleError("others propose all the time", hint="try again")

    def _step(
        self, number: int, action: Action, wish: Wish, move: Callable[[Contribution], _Move]
    ) -> Contribution:
        """Take a step that the table allows, on the newest version; a repeated one only once."""
        wish = replace(wish, note=plain_text(wish.note, "the text", TEXT_CHARACTERS, needed=False))
        if self._repeated(wish) is not None:
            return self.get(number)
        if action in (Action.COMMENT, Action.REJECT):
            plain_text(wish.note, "the text", TEXT_CHARACTERS)
        wish = wish if wish.commit_id else replace(wish, commit_id=_commit_id())
        for _ in range(TRIES):
            before = self.get(number)
            if wish.version not in (None, before.version):
                raise StaleError(
                    f"contribution {number} was changed meanwhile: it is at version"
                    f" {before.version}",
                    hint="look at it again, then try again",
                )
            allow(action, wish.actor, before)
            moved = move(before)
            after = _with_step(moved.after, action, wish)
            steps = _difference(record.quads_of(before), record.quads_of(after))
            change = Guarded(
                _joined(steps, moved.patch),
                (*(q for q in steps.removed if "#version>" in str(q.predicate)), *moved.expected),
                moved.whole,
            )
            try:
                self._commit(change, after, action, wish.actor, wish.commit_id)
            except StaleError:
                self._reader.seen = self._head()
                continue
            return self.get(number)
        raise StaleError("others change the same all the time", hint="try again")

    def _rewritten(self, number: int, content: Content) -> Patch:
        """What puts a content in the place of the one that is there."""
        before = contents.quads_of(number, self.content(number))
        return _difference(before, contents.quads_of(number, content))

    def _commit(
        self, change: Guarded, after: Contribution, action: Action, actor: Actor, commit_id: str
    ) -> None:
        message = f"contribution {after.number}, {action.value}: {after.title}"
        meta = CommitMeta(actor.name, message, datetime.now(UTC))
        self.receipt = self._store.commit(change, meta, commit_id=commit_id)
        self._reader.seen = max(self._reader.seen, self.receipt.generation)

    def _head(self) -> Generation:
        return len(self._store.log())

    def _entry(self, commit_id: str) -> LogEntry | None:
        found = (e for e in reversed(self._store.log()) if e.commit_id == commit_id)
        return next(found, None) if commit_id else None

    def _repeated(self, wish: Wish) -> LogEntry | None:
        """The commit of this step, if it was made before."""
        entry = self._entry(wish.commit_id)
        if entry is not None:
            self._reader.seen = max(self._reader.seen, entry.generation)
        return entry

    def _number_of(self, commit_id: str) -> int | None:
        """The contribution that a commit has begun or changed, if it was made."""
        entry = self._repeated(Wish(Actor("", "", frozenset()), commit_id=commit_id))
        if entry is None:
            return None
        for quad in self._store.patch(entry.generation).added:
            found = record.number_of(quad.subject)
            if found is not None:
                return found
        raise InputError("this key was used for something else", hint="take a new Idempotency-Key")


class _Clash(WorkflowError):
    """Others have changed the same."""

    def __init__(self, found: list[Conflict]) -> None:
        super().__init__("others have changed the same")
        self.conflicts = found


def _in_words(number: int, found: Iterable[Conflict]) -> WorkflowError:
    names = ", ".join(compact(each.subject.value) for each in found)
    return WorkflowError(
        f"others have changed {names} since contribution {number} was made",
        hint=f"`kg contributions {number}` shows both sides; send it again for the newest state",
    )


def _with_step(before: Contribution, action: Action, wish: Wish) -> Contribution:
    target = TRANSITIONS[action].target
    state = before.state if target is None or action is Action.CHECK else target
    now = datetime.now(UTC).replace(microsecond=0)
    number = before.version + 1
    step = Step(number, action, state, wish.actor.id, now, wish.commit_id, wish.note)
    return replace(before, state=state, steps=(*before.steps, step))


def _difference(before: set[ox.Quad], after: set[ox.Quad]) -> Patch:
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
