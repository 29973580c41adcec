"""What is found about a contribution when it is looked at, on the newest state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import pyoxigraph as ox

from kg.contributions.conflicts import conflicts, subjects_of
from kg.contributions.content import NOTHING
from kg.contributions.model import Contribution
from kg.errors import InputError
from kg.namespaces import compact
from kg.store import wire
from kg.store.interface import OURSELVES, Asker, Examiner, Patch, Proposed, Store

Told: TypeAlias = dict[str, Any]


def looked_at(
    store: Store, examiner: Examiner, before: Contribution, proposed: Proposed
) -> tuple[Told, Patch]:
    """What is to be said of a contribution now, and the patch that it is.

    It conforms if it can be read, the gate takes it, nobody has changed the same and it changes
    something.
    """
    found, patch = previewed(examiner, proposed)
    if "meaning" not in found:
        return {**found, "generation": len(store.log())}, patch
    clash = conflicts(store, patch, before.base)
    found["conflicts"] = [each.members() for each in clash]
    problem = next(_beside(examiner, before, patch, found["meaning"]["quads"]), None)
    if problem is not None:
        found["problem"] = problem
    found["conforms"] = found["conforms"] and not clash and problem is None
    return found, patch


def previewed(
    examiner: Examiner, proposed: Proposed, *, asker: Asker = OURSELVES
) -> tuple[Told, Patch]:
    """What is to be said of triples that nobody has proposed yet; nothing of it is kept."""
    try:
        examined = examiner.examine(proposed, asker=asker)
    except InputError as error:
        return {"conforms": False, "problem": _problem(error)}, NOTHING
    verdict = wire.verdict_message(examined.verdict)
    told = {**verdict, "generation": examined.generation, "meaning": dict(examined.meaning)}
    return told, examined.patch


def _beside(
    examiner: Examiner, before: Contribution, patch: Patch, quads: Mapping[str, int]
) -> Iterator[Told]:
    """What is wrong with a contribution although its triples may conform."""
    come = {node.value for node in subjects_of(patch)}
    missing = [
        compact(document)
        for document in before.documents
        if document not in come and not examiner.about([ox.NamedNode(document)])
    ]
    if missing:
        yield {"message": f"nothing is known of {', '.join(missing)}", "hint": "add it first"}
    if not any(quads.values()):
        yield {
            "message": "all that this adds is there, and nothing that it removes",
            "hint": "`kg show` says what is known of a thing",
        }


def _problem(error: InputError) -> Told:
    members: Told = {"message": error.message, "hint": error.hint, "excerpt": error.excerpt}
    members |= {"line": error.line, "column": error.column}
    return {name: value for name, value in members.items() if value}
