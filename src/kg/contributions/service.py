"""Contributions of a store: proposed, looked at, merged and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kg.contributions import content as contents
from kg.contributions.conflicts import Conflict, conflicts, subjects_of
from kg.contributions.content import Content
from kg.contributions.looking import Told, looked_at
from kg.contributions.model import (
    TITLE_CHARACTERS,
    Action,
    Contribution,
    State,
    Step,
    allow,
    plain_text,
)
from kg.contributions.proposing import Proposal, draft_of, proposed_of
from kg.contributions.reading import Listed, Page
from kg.contributions.steps import Move, Steps, Then, Wish, difference, with_step
from kg.errors import (
    KgError,
    RefusedError,
    UnsupportedError,
    WorkflowError,
)
from kg.namespaces import compact
from kg.store.interface import (
    Examiner,
    Generation,
    Patch,
    Receipt,
    Store,
)
from kg.store.patches import inverse
from kg.store.workflow import data_part


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
        self._steps = Steps(store)
        self._reader = self._steps.reader

    @property
    def receipt(self) -> Receipt | None:
        """Of the newest commit that this has made; None where there was nothing to be done."""
        return self._steps.receipt

    @property
    def generation(self) -> Generation:
        """The newest generation that this has seen or made."""
        return self._reader.seen

    def at_least(self, generation: Generation) -> None:
        """Read nothing that is older than this."""
        self._reader.seen = max(self._reader.seen, generation)

    def all(self, state: State | None = None) -> Iterator[Listed]:
        """All contributions in one state or any, the newest first, read a page at a time."""
        return self._reader.all(state)

    def page(self, state: State | None = None, before: int | None = None) -> Page:
        """The newest contributions, in one state or any, of those with a lower number."""
        return self._reader.page(state, before)

    def counts(self) -> dict[State, int]:
        """How many contributions are in each state in which there are some."""
        return self._reader.counts()

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
        entry = self._steps.entry(step.commit_id)
        return entry.author if entry else step.agent

    def propose(self, proposal: Proposal, wish: Wish, *, submit: bool = False) -> Contribution:
        """Keep a proposal as a draft, checked; `submit` asks for a review of what conforms.

        All of that is one commit. What cannot be looked at now, for want of time or of memory, is
        kept all the same, and the error raised.
        """
        allow(Action.PROPOSE, wish.actor)
        draft = draft_of(proposal, wish.actor, self._steps.head())
        known = self._steps.taken(wish, Action.PROPOSE)
        if known:
            return self._onward(self.get(known), wish, submit=submit)
        sent = Content(proposal.proposed)
        try:
            found, patch = looked_at(self._store, self._examiner, draft, proposal.proposed)
        except KgError:
            self._steps.proposed(draft, sent, wish)
            raise
        told = replace(sent, patch=patch, told=found)
        return self._steps.proposed(draft, told, wish, _checked(found, submit=submit))

    def _onward(self, made: Contribution, wish: Wish, *, submit: bool) -> Contribution:
        """What was proposed before is looked at and handed in, if that could not be done then."""
        if made.state is State.DRAFT and not self.content(made.number).told:
            made = self.check(made.number, Wish(wish.actor))
        if made.state is State.CHECKED and submit:
            made = self.move(made.number, Action.SUBMIT, Wish(wish.actor))
        return made

    def revise(
        self, number: int, proposal: Proposal, wish: Wish, *, submit: bool = False
    ) -> Contribution:
        """Put other triples in the place of those of a contribution, checked, in one commit."""
        draft = draft_of(proposal, wish.actor, self._steps.head())

        def move(before: Contribution) -> Move:
            after = replace(
                before,
                title=draft.title,
                reason=draft.reason,
                documents=draft.documents,
                base=draft.base,
                checked=None,
            )
            found, patch = looked_at(self._store, self._examiner, after, proposal.proposed)
            told = Content(proposal.proposed, patch, found)
            then = _checked(found, submit=submit)
            return Move(after, self._rewritten(number, told), then=then)

        return self._steps.step(number, Action.REVISE, wish, move)

    def check(self, number: int, wish: Wish) -> Contribution:
        """Look at a contribution as it would be after the merge, and keep what was found."""

        def move(before: Contribution) -> Move:
            content = self.content(number)
            found, patch = looked_at(self._store, self._examiner, before, content.proposed)
            state = State.DRAFT if not found["conforms"] else None
            if state is None:
                state = State.IN_REVIEW if before.state is State.IN_REVIEW else State.CHECKED
            after = replace(before, state=state, checked=found["generation"])
            told = Content(content.proposed, patch, found)
            return Move(after, self._rewritten(number, told))

        return self._steps.step(number, Action.CHECK, wish, move)

    def move(self, number: int, action: Action, wish: Wish) -> Contribution:
        """Submit, reject, withdraw or comment on a contribution."""
        return self._steps.step(number, action, wish, Move)

    def accept(self, number: int, wish: Wish) -> Contribution:
        """Merge a contribution.

        Raises `WorkflowError` where others have changed the same, and `RefusedError` where it does
        not conform any more; it is then a draft, with its report.
        """

        def move(before: Contribution) -> Move:
            patch = self.content(number).patch
            subjects = subjects_of(patch)
            there = self._examiner.about(subjects)
            clash = self.conflicts(before, patch)
            if clash:
                raise _Clash(clash)
            return Move(before, patch, there, subjects)

        try:
            return self._steps.step(number, Action.ACCEPT, wish, move)
        except (_Clash, RefusedError) as error:
            self.check(number, Wish(wish.actor))
            if isinstance(error, _Clash):
                raise _in_words(number, error.conflicts) from error
            raise

    def revert(self, number: int, wish: Wish, *, submit: bool = False) -> Contribution:
        """Propose what takes an accepted contribution back; it is reviewed as any other.

        What was changed since then is a conflict, as with any contribution made for that state.
        """
        allow(Action.PROPOSE, wish.actor)
        accepted = self.get(number).step(Action.ACCEPT)
        entry = None if accepted is None else self._steps.entry(accepted.commit_id)
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
        return self.propose(proposal, wish, submit=submit)

    def _rewritten(self, number: int, content: Content) -> Patch:
        """What puts a content in the place of the one that is there."""
        before = contents.quads_of(number, self.content(number))
        return difference(before, contents.quads_of(number, content))


def _checked(found: Told, *, submit: bool) -> Then:
    """The steps after a proposal of which this was found: it is checked, and may be handed in."""

    def then(draft: Contribution, wish: Wish) -> Contribution:
        wish = replace(wish, note="")
        state = State.CHECKED if found["conforms"] else State.DRAFT
        seen = replace(draft, state=state, checked=found["generation"])
        made = with_step(seen, Action.CHECK, wish)
        if submit and state is State.CHECKED:
            made = with_step(made, Action.SUBMIT, wish)
        return made

    return then


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
