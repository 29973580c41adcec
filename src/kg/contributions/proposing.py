"""What somebody proposes, and the draft that it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg.contributions.model import (
    TEXT_CHARACTERS,
    TITLE_CHARACTERS,
    Actor,
    Contribution,
    State,
    plain_text,
)
from kg.errors import InputError
from kg.namespaces import PREFIXES, expand
from kg.store.interface import Generation, Patch, Proposed, Upload

N_QUADS: Final = "application/n-quads"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody proposes; `base` is the generation that it was written for, else the newest."""

    proposed: Proposed
    title: str
    reason: str
    documents: tuple[str, ...] = ()
    base: Generation | None = None
    reverts: int | None = None


def draft_of(proposal: Proposal, actor: Actor, head: Generation) -> Contribution:
    """The contribution that a proposal begins; raises `InputError` for words that are not."""
    base = head if proposal.base is None else proposal.base
    if not 0 <= base <= head:
        raise InputError(f"there is no generation {base}", hint=f"the newest is {head}")
    if not proposal.proposed.added and not proposal.proposed.removed:
        raise InputError("there is nothing in this contribution", hint="send some triples")
    return Contribution(
        0,
        plain_text(proposal.title, "the title", TITLE_CHARACTERS),
        plain_text(proposal.reason, "the reason", TEXT_CHARACTERS),
        tuple(sorted({_document(name) for name in proposal.documents})),
        actor.id,
        State.DRAFT,
        base,
        reverts=proposal.reverts,
    )


def proposed_of(patch: Patch) -> Proposed:
    """A patch as something proposed: its quads in N-Quads."""
    sides = (
        "".join(f"{quad} .\n" for quad in quads).encode() for quads in (patch.added, patch.removed)
    )
    return Proposed(*((Upload(data, N_QUADS),) if data else () for data in sides))


def _document(name: str) -> str:
    """The IRI of a document, given by it or as `document:SLUG`."""
    iri = expand(name.strip())
    if iri is None or not iri.startswith(PREFIXES["document"]):
        raise InputError(f"{name} is not a document", hint="documents are named document:SLUG")
    try:
        return ox.NamedNode(iri).value
    except ValueError as error:
        raise InputError(f"{name} is not an IRI: {error}", hint="document:SLUG") from error
