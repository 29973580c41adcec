"""The read-write handle of an engine's directory, and what it keeps in order.

Beside the named graphs, the unnamed graph holds their union (the engine does not merge: asked for
several default graphs it answers a triple twice), and one graph of our own holds the *mark*: which
commit of the log the directory is at. All of it changes in one transaction.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.claims.overlay import Overlay, Quads, United
from kg.errors import StoreError
from kg.namespaces import BASE
from kg.store.digest import EMPTY, added
from kg.store.interface import Generation, Patch, Rules
from kg.store.lines import START
from kg.store.patches import composed
from kg.store.workflow import data_part, is_workflow

MARK: Final = ox.NamedNode(f"{BASE}graph/mark")
"""The graph of the mark; no query sees it."""

UNNAMED: Final = ox.DefaultGraph()

_FIELDS: Final = ("generation", "hash", "digest", "computed")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a directory stands: the commit, its hash, digests of authored and computed quads."""

    generation: Generation = 0
    hash: str = START
    digest: str = EMPTY
    computed: str = EMPTY

    def quads(self) -> list[ox.Quad]:
        """The mark as it is kept."""
        return [
            ox.Quad(MARK, ox.NamedNode(f"{MARK.value}#{name}"), ox.Literal(str(value)), MARK)
            for name, value in zip(_FIELDS, self.values(), strict=True)
        ]

    def values(self) -> tuple[Generation, str, str, str]:
        """Its fields, in the order in which they are kept."""
        return (self.generation, self.hash, self.digest, self.computed)


def mark_of(store: ox.Store) -> Mark:
    """The mark of a directory; one that was never written is at generation 0."""
    found = {
        quad.predicate.value.rpartition("#")[2]: quad.object
        for quad in store.quads_for_pattern(None, None, None, MARK)
    }
    values = [found.get(name) for name in _FIELDS]
    if not found:
        return Mark()
    generation, *rest = (v.value if isinstance(v, ox.Literal) else "" for v in values)
    if not generation.isdecimal() or not all(rest):
        raise StoreError("the mark of the store cannot be read", hint="`kg doctor` says more")
    return Mark(int(generation), *rest)


def engine_error(what: str, error: Exception) -> StoreError:
    """What the engine says about its files in our words, with what to do about it."""
    if os.strerror(errno.ENOSPC) in str(error):
        hint = "make room on the disk; what was committed is kept"
    else:
        hint = "`kg doctor --deep` says what is damaged, and how to make it anew from the log"
    return StoreError(f"{what}: {error}", hint=hint)


def opened(path: Path) -> ox.Store:
    """Open a directory for writing; what the engine says is wrong is raised as `StoreError`."""
    try:
        return ox.Store(str(path))
    except (OSError, RuntimeError) as error:
        raise engine_error(f"the engine cannot open {path}", error) from error


def opened_to_read(path: Path) -> ox.Store:
    """Open a directory that nobody writes; what the engine says is wrong is a `StoreError`."""
    try:
        return ox.Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        raise StoreError(
            f"the engine cannot open {path}: {error}", hint="`kg doctor` says more"
        ) from error


class Live:
    """One directory of the engine that is written; its callers take turns."""

    def __init__(self, store: ox.Store, rules: Rules, union: Sequence[ox.NamedNode]) -> None:
        self.store = store
        self.mark = mark_of(store)
        self.union: Final = tuple(union)
        self._rules = rules
        self._unsettled: list[Patch] = []
        self.memory: dict[str, object] = {}
        """What a gate keeps about this store as long as it is open, by names of its own."""

    def close(self) -> None:
        """Let go of the directory, also while somebody still refers to this."""
        self.__dict__.pop("store", None)

    def load(self, patch: Patch, mark: Mark) -> None:
        """Like `apply` for a change of any size, but in no transaction: for a directory of its own.

        Ends with all of it on disk.
        """
        graphs = self._rules.graphs
        old = [q for g in graphs for q in self.store.quads_for_pattern(None, None, None, g)]
        for quad in patch.removed:
            self.store.remove(quad)
        for graph in graphs:
            self.store.clear_graph(graph)
        if self.union:
            self.store.clear_graph(UNNAMED)
        self.store.bulk_extend(patch.added)
        computed = list(self._rules.compute(self.store)) if graphs else []
        self.store.bulk_extend(computed)
        for graph in self.union:
            found = self.store.quads_for_pattern(None, None, None, graph)
            self.store.bulk_extend(_unnamed(quad) for quad in found)
        digest = added(self.mark.computed, set(computed), removed=old)
        self.leave(replace(mark, computed=digest))

    def leave(self, mark: Mark) -> None:
        """Leave a mark and have all on disk: the end of changes that were in no transaction."""
        self._transact([], [], mark)
        self.store.flush()

    def apply(self, patch: Patch, mark: Mark) -> Patch:
        """Make an effective patch, what follows from it and the mark the state, in one transaction.

        The digest of computed quads in the mark is worked out here. Gives all that is removed and
        added, in the union too; what is added may have been there.
        """
        computed = self.follow(patch)
        mark = replace(
            mark, computed=added(self.mark.computed, computed.added, removed=computed.removed)
        )
        removed = [*patch.removed, *computed.removed]
        come = [*patch.added, *computed.added]
        removed += self._left_union(removed, come)
        come += self._joined_union(come)
        self._transact(removed, come, mark)
        return Patch(tuple(come), tuple(removed))

    def put(self, patch: Patch) -> None:
        """Make an effective patch alone; what follows from it waits for `settle`.

        Like that, it is in no transaction: for a private copy, which is thrown away if it fails.
        """
        self._make(list(patch.removed), list(patch.added))
        self._unsettled.append(patch)

    @property
    def waiting(self) -> int:
        """How many quads were put that computed graphs do not follow yet."""
        return sum(len(patch.added) + len(patch.removed) for patch in self._unsettled)

    def settle(self) -> Patch:
        """Have the computed graphs follow what was put; gives what changes in them."""
        patch, self._unsettled = composed(self._unsettled), []
        patch = data_part(patch)
        if not self._rules.graphs or not (patch.added or patch.removed):
            return Patch()
        after = self._stored()
        before = Overlay(after, patch.removed, patch.added)
        computed = self._following(before, after, patch)
        self._make(list(computed.removed), list(computed.added))
        return computed

    def follow(self, patch: Patch) -> Patch:
        """What an effective patch changes in the computed graphs."""
        data = data_part(patch)
        only_workflow = data is not patch and not (data.added or data.removed)
        if not self._rules.graphs or only_workflow:
            return Patch()
        before = self._stored()
        return self._following(before, Overlay(before, patch.added, patch.removed), data)

    def _stored(self) -> Quads:
        """The quads of the store, for as long as it is as it is."""
        return United(self.store, self.union) if self.union else self.store

    def _following(self, before: Quads, after: Quads, patch: Patch) -> Patch:
        if self._rules.follow is not None:
            return self._rules.follow(before, after, patch)
        return self._anew(after)

    def _anew(self, after: Quads) -> Patch:
        state = ox.Store()
        graphs = set(self._rules.graphs)
        state.bulk_extend(
            quad
            for quad in after.quads_for_pattern(None, None, None)
            if quad.graph_name != UNNAMED
            and quad.graph_name not in graphs
            and not is_workflow(quad.graph_name)
        )
        new = set(self._rules.compute(state))
        old = {q for g in graphs for q in self.store.quads_for_pattern(None, None, None, g)}
        return Patch(
            tuple(sorted(new - old, key=str)),
            tuple(sorted(old - new, key=str)),
        )

    def _make(self, removed: list[ox.Quad], come: list[ox.Quad]) -> None:
        """Make a change and leave the mark; several times as fast as a transaction."""
        removed += self._left_union(removed, come)
        come += self._joined_union(come)
        try:
            self.store.extend(come)
            for quad in removed:
                self.store.remove(quad)
        except (OSError, RuntimeError) as error:
            raise engine_error("the engine could not write", error) from error

    def _transact(self, removed: Iterable[ox.Quad], come: Iterable[ox.Quad], mark: Mark) -> None:
        try:
            if any(has_blank_node(quad) for quad in (*removed, *come)):
                # Updates cannot name blank nodes. Readers see published snapshots only, and the log
                # repeats what a crash interrupts, so that the mark alone has to come last.
                self.store.extend(come)
                for quad in removed:
                    self.store.remove(quad)
                removed, come = [], []
            removed = [*removed, *self.mark.quads()]
            come = [*come, *mark.quads()]
            self.store.update(_data("DELETE", removed) + _data("INSERT", come))
        except (OSError, RuntimeError) as error:
            raise engine_error("the engine could not write", error) from error
        self.mark = mark

    def _joined_union(self, added: Iterable[ox.Quad]) -> list[ox.Quad]:
        return [_unnamed(quad) for quad in added if quad.graph_name in self.union]

    def _left_union(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> list[ox.Quad]:
        """What no graph of the union holds any more."""
        gone, come = set(removed), set(added)
        left = []
        for quad in gone:
            if quad.graph_name in self.union:
                same = [ox.Quad(quad.subject, quad.predicate, quad.object, g) for g in self.union]
                if not any(q in come or (q not in gone and q in self.store) for q in same):
                    left.append(_unnamed(quad))
        return left


def _unnamed(quad: ox.Quad) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object)


def has_blank_node(quad: ox.Quad) -> bool:
    """Whether no update can name it."""
    return not isinstance(quad.subject, ox.NamedNode) or not isinstance(
        quad.object, ox.NamedNode | ox.Literal
    )


def _data(verb: str, quads: Iterable[ox.Quad]) -> str:
    by_graph: dict[str, list[str]] = {}
    for quad in quads:
        by_graph.setdefault(str(quad.graph_name), []).append(f"{quad.triple} .")
    if not by_graph:
        return ""
    blocks = [
        "\n".join(lines) if name == "DEFAULT" else f"GRAPH {name} {{\n" + "\n".join(lines) + "\n}"
        for name, lines in by_graph.items()
    ]
    return f"{verb} DATA {{\n" + "\n".join(blocks) + "\n} ;\n"
