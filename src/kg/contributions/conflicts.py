"""What others changed since a contribution was made, where it changes the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.namespaces import PREFIXES, compact
from kg.store.interface import Generation, LogEntry, Patch, Store
from kg.store.patches import composed
from kg.store.workflow import data_part


@dataclass(frozen=True, slots=True)
class Conflict:
    """A thing that a contribution and others have changed, and what each side makes of it."""

    subject: ox.NamedNode
    ours: Patch
    theirs: Patch
    commits: tuple[LogEntry, ...]

    def members(self) -> dict[str, Any]:
        """The conflict as JSON: the two sides side by side, and whose commits theirs were."""
        return {
            "subject": compact(self.subject.value),
            "ours": _sides(self.ours),
            "theirs": _sides(self.theirs),
            "commits": [
                {"generation": e.generation, "time": e.time, "message": e.message}
                for e in self.commits
            ],
        }


def conflicts(store: Store, patch: Patch, base: Generation) -> list[Conflict]:
    """The things that a patch and the commits after `base` have both changed, each differently.

    A claim is one piece: any two changes of it conflict. Of other things it is the same property,
    of which one side removes a value: two that only add do not stand in each other's way.
    """
    ours = _by_subject(patch)
    theirs: dict[ox.NamedNode, list[Patch]] = {}
    commits: dict[ox.NamedNode, list[LogEntry]] = {}
    for entry in store.log()[base:]:
        for subject, part in _by_subject(data_part(store.patch(entry.generation))).items():
            if subject in ours:
                theirs.setdefault(subject, []).append(part)
                commits.setdefault(subject, []).append(entry)
    found = ((s, ours[s], composed(parts)) for s, parts in theirs.items())
    return [
        Conflict(subject, mine, other, tuple(commits[subject]))
        for subject, mine, other in sorted(found, key=lambda each: each[0].value)
        if _differ(subject, mine, other)
    ]


def subjects_of(patch: Patch) -> tuple[ox.NamedNode, ...]:
    """The things that a patch changes, sorted."""
    return tuple(sorted(_by_subject(patch), key=lambda node: node.value))


def _differ(subject: ox.NamedNode, ours: Patch, theirs: Patch) -> bool:
    left = Patch(
        tuple(quad for quad in ours.added if quad not in set(theirs.added)),
        tuple(quad for quad in ours.removed if quad not in set(theirs.removed)),
    )
    if not (left.added or left.removed) or not (theirs.added or theirs.removed):
        return False
    if subject.value.startswith(PREFIXES["claim"]):
        return True
    mine, others = _predicates(ours), _predicates(theirs)
    gone = _predicates(Patch(removed=(*ours.removed, *theirs.removed)))
    return bool(mine & others & gone)


def _predicates(patch: Patch) -> set[ox.NamedNode]:
    return {quad.predicate for quad in (*patch.added, *patch.removed)}


def _by_subject(patch: Patch) -> dict[ox.NamedNode, Patch]:
    sides: dict[ox.NamedNode, tuple[list[ox.Quad], list[ox.Quad]]] = {}
    for place, quads in enumerate((patch.added, patch.removed)):
        for quad in quads:
            if isinstance(quad.subject, ox.NamedNode):
                sides.setdefault(quad.subject, ([], []))[place].append(quad)
    return {node: Patch(tuple(added), tuple(gone)) for node, (added, gone) in sides.items()}


def _sides(patch: Patch) -> dict[str, list[str]]:
    return {"added": [*_lines(patch.added)], "removed": [*_lines(patch.removed)]}


def _lines(quads: tuple[ox.Quad, ...]) -> Iterator[str]:
    for quad in sorted(quads, key=str):
        value = quad.object
        words = compact(value.value) if isinstance(value, ox.NamedNode) else str(value)
        yield f"{compact(quad.predicate.value)} {words}"
