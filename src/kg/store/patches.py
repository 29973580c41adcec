"""Patches as text: one line a quad, `A` for added and `D` for removed, in the manner of RDF Patch.

The log keeps them so, processes hand them to each other so, and `kg diff` prints them so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from itertools import islice
from typing import Final

import pyoxigraph as ox

from kg.errors import InputError
from kg.store.interface import Patch

READ_ON: Final = 20
"""To look a quad up takes as long as to read so many more of a subject."""


def patch_text(patch: Patch) -> str:
    """A patch as lines, what is removed first."""
    lines = [f"D {quad} ." for quad in patch.removed]
    lines += [f"A {quad} ." for quad in patch.added]
    return "".join(f"{line}\n" for line in lines)


def read_patch(text: str) -> Patch:
    """Read the lines that `patch_text` writes."""
    sides: dict[str, list[str]] = {"D": [], "A": []}
    for line in text.split("\n")[:-1]:
        side = sides.get(line[:1])
        if side is None:
            raise InputError(f"a line of a patch begins with A or D: {line[:40]!r}")
        side.append(line[2:])
    return Patch(tuple(_quads(sides["A"])), tuple(_quads(sides["D"])))


def _quads(lines: list[str]) -> Iterator[ox.Quad]:
    try:
        yield from ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS)
    except SyntaxError as error:
        raise InputError(f"a patch cannot be read: {error}") from error


def canonical(patch: Patch) -> Patch:
    """The patch in the literal forms that the engine keeps: `"01"^^xsd:integer` is `1`."""
    return Patch(_stored(patch.added), _stored(patch.removed))


def _stored(quads: tuple[ox.Quad, ...]) -> tuple[ox.Quad, ...]:
    if not quads:
        return ()
    store = ox.Store()
    store.extend(quads)
    return tuple(sorted(store, key=str))


def effective(patch: Patch, state: ox.Store) -> Patch:
    """What of a canonical patch really changes a state; removing comes before adding."""
    added = set(patch.added)
    there = _there((*patch.added, *patch.removed), state)
    return Patch(
        tuple(quad for quad in patch.added if quad not in there),
        tuple(quad for quad in patch.removed if quad not in added and quad in there),
    )


def _there(quads: Iterable[ox.Quad], state: ox.Store) -> set[ox.Quad]:
    """Those of some quads that a state has.

    What it has of a subject in a graph is read at once, unless that is far more than is asked for:
    each look-up takes as long as reading some twenty quads more.
    """
    groups: defaultdict[tuple[object, object], list[ox.Quad]] = defaultdict(list)
    for quad in quads:
        groups[quad.subject, quad.graph_name].append(quad)
    found: set[ox.Quad] = set()
    for asked in groups.values():
        known: Container[ox.Quad] = state
        if len(asked) > 1:
            most = READ_ON * len(asked)
            of_all = state.quads_for_pattern(asked[0].subject, None, None, asked[0].graph_name)
            read = set(islice(of_all, most))
            known = read if len(read) < most else state
        found.update(quad for quad in asked if quad in known)
    return found


def inverse(patch: Patch) -> Patch:
    """What takes an effective patch back."""
    return Patch(added=patch.removed, removed=patch.added)


def composed(patches: Iterable[Patch]) -> Patch:
    """The one patch that effective patches make in sequence."""
    sides: dict[ox.Quad, bool] = {}
    for patch in patches:
        for quads, there in ((patch.removed, False), (patch.added, True)):
            for quad in quads:
                if sides.pop(quad, there) is not there:
                    continue  # gone and back again, or the other way round: nothing changed
                sides[quad] = there
    return Patch(
        tuple(quad for quad, there in sides.items() if there),
        tuple(quad for quad, there in sides.items() if not there),
    )
