"""The life of a contribution: its states, and the one table of the steps between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from kg.errors import ForbiddenError, InputError, WorkflowError
from kg.rdf.characters import FORBIDDEN
from kg.store.interface import Generation
from kg.tokens import Scope

TITLE_CHARACTERS: Final = 200
TEXT_CHARACTERS: Final = 10_000
"""A reason and a comment have at most so many."""


class State(Enum):
    """Where a contribution stands."""

    DRAFT = "draft"
    CHECKED = "checked"
    IN_REVIEW = "in-review"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


OPEN: Final = (State.DRAFT, State.CHECKED, State.IN_REVIEW)
"""The states in which something may still come of it."""


class Action(Enum):
    """What is done to a contribution."""

    PROPOSE = "propose"
    REVISE = "revise"
    CHECK = "check"
    SUBMIT = "submit"
    ACCEPT = "accept"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    COMMENT = "comment"
    REDACT = "redact"


class Whose(Enum):
    """Whose contributions a step is for."""

    ANY = "anybody's"
    OWN = "one's own"
    OTHERS = "those of others"


@dataclass(frozen=True, slots=True)
class Transition:
    """A step: the states that allow it, the one that it leads to (None is the same), who may."""

    sources: tuple[State, ...]
    target: State | None
    scope: Scope
    whose: Whose
    words: str


TRANSITIONS: Final[Mapping[Action, Transition]] = {
    Action.PROPOSE: Transition(
        (), State.DRAFT, Scope.PROPOSE, Whose.OWN, "sends triples, a title and a reason"
    ),
    Action.REVISE: Transition(
        OPEN, State.DRAFT, Scope.PROPOSE, Whose.OWN, "sends other triples in their place"
    ),
    Action.CHECK: Transition(
        OPEN,
        State.CHECKED,
        Scope.PROPOSE,
        Whose.ANY,
        "looks at it as it would be after the merge: what conforms is checked (or stays in"
        " review), anything else is a draft with a report",
    ),
    Action.SUBMIT: Transition(
        (State.CHECKED,), State.IN_REVIEW, Scope.PROPOSE, Whose.OWN, "asks for a review"
    ),
    Action.ACCEPT: Transition(
        (State.IN_REVIEW,),
        State.ACCEPTED,
        Scope.REVIEW,
        Whose.OTHERS,
        "merges it: the gate judges it once more, on the state that it changes",
    ),
    Action.REJECT: Transition(
        (State.IN_REVIEW,), State.REJECTED, Scope.REVIEW, Whose.ANY, "declines it, with a reason"
    ),
    Action.WITHDRAW: Transition(OPEN, State.WITHDRAWN, Scope.PROPOSE, Whose.OWN, "takes it back"),
    Action.COMMENT: Transition(
        tuple(State), None, Scope.PROPOSE, Whose.ANY, "says something about it"
    ),
    Action.REDACT: Transition(
        tuple(State),
        None,
        Scope.ADMIN,
        Whose.ANY,
        "takes something out of it for good (`kg redact`); an open one whose triples this reaches"
        " is a draft again",
    ),
}
"""Every step that there is; the tables of documentation and pages are made of this one."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step: an opaque id, a name for the log of commits, and what is allowed."""

    id: str
    name: str
    scopes: frozenset[Scope]
    accepts_own: bool = False

    def may(self, scope: Scope) -> bool:
        """Whether a scope is among those given."""
        return scope in self.scopes


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what was done, which state it led to, by whom (an id), when, and a remark."""

    number: int
    action: Action
    state: State
    agent: str
    time: datetime
    commit_id: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What is known of a contribution beside its triples.

    `base` is the generation that its author knew; `checked` the one on which it was looked at last;
    `reverts` the number of the contribution that it takes back; `steps` are oldest first.
    """

    number: int
    title: str
    reason: str
    documents: tuple[str, ...]
    agent: str
    state: State
    base: Generation
    checked: Generation | None = None
    reverts: int | None = None
    steps: tuple[Step, ...] = ()

    @property
    def version(self) -> int:
        """How many steps were taken: whoever saw this many saw its newest state."""
        return len(self.steps)

    def step(self, action: Action) -> Step | None:
        """The newest step of a sort."""
        return next((s for s in reversed(self.steps) if s.action is action), None)


def allow(action: Action, actor: Actor, contribution: Contribution | None = None) -> None:
    """Raise `ForbiddenError` or `WorkflowError` where this step may not be taken by this actor."""
    row = TRANSITIONS[action]
    if not actor.may(row.scope):
        words = f"{action.value} needs a token with the scope {row.scope.value}"
        raise ForbiddenError(words, hint="`kg token create NAME --scope …` makes one", known=True)
    if contribution is None:
        return
    own = contribution.agent == actor.id
    if contribution.state not in row.sources:
        states = " or ".join(state.value for state in row.sources)
        raise WorkflowError(
            f"contribution {contribution.number} is {contribution.state.value},"
            f" and {action.value} is for one that is {states}",
            hint=f"`kg contributions {contribution.number}` shows what was done",
        )
    if row.whose is Whose.OWN and not own and not actor.may(Scope.ADMIN):
        raise WorkflowError(f"only who made contribution {contribution.number} may {action.value}")
    if row.whose is Whose.OTHERS and own and not actor.accepts_own:
        raise WorkflowError(
            f"nobody may {action.value} a contribution of one's own",
            hint="ask somebody else, or set accept_own = 1 in settings.toml",
        )


def plain_text(text: str, what: str, most: int, *, needed: bool = True) -> str:
    """A text of somebody for others to read; raises `InputError` for one that is not allowed."""
    found = " ".join(text.split()) if most == TITLE_CHARACTERS else text.strip()
    if needed and not found:
        raise InputError(f"{what} is missing", hint="say in a few words what it is about")
    if len(found) > most:
        raise InputError(f"{what} has {len(found)} characters", hint=f"at most {most}")
    if FORBIDDEN.search(found):
        raise InputError(f"{what} has a character that nobody can see", hint="remove controls")
    return found
