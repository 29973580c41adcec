"""A copy in memory of what an endpoint holds, on which a change is tried before it is sent.

It makes exact what an endpoint cannot be asked for: which quads an update changes, what the gate
says, and what follows from the claims. So it is bounded: what is larger is not written through us.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox

from kg.errors import StoreError, UnsupportedError
from kg.store.candidate import Candidate, Prepared, Setup
from kg.store.digest import EMPTY, added
from kg.store.interface import Change, CommitMeta, LogEntry, Patch
from kg.store.live import UNNAMED, Live, Mark
from kg.store.remote_mark import UNION, entry_for


@dataclass(frozen=True, slots=True)
class Step:
    """A change ready to be sent: on the state `before` it makes `patch` and the state `after`."""

    before: Mark
    after: Mark
    entry: LogEntry
    patch: Patch
    findings: tuple[object, ...]


class Copy:
    """The quads of one generation, and what a change would make of them."""

    def __init__(self, mark: Mark, quads: Iterable[ox.Quad], setup: Setup, most: int) -> None:
        store = ox.Store()
        store.bulk_extend(islice(quads, most + 1))
        if len(store) > most:
            raise UnsupportedError(
                f"the endpoint holds more than {most} quads, and kg writes to no larger one",
                hint="copy_quads in the file of the endpoint is this number",
            )
        self._setup = setup
        self._live = Live(store, setup.rules, setup.union)
        self._check(mark)
        self.mark = mark
        for graph in setup.union:
            found = store.quads_for_pattern(None, None, None, graph)
            store.bulk_extend([ox.Quad(*quad.triple) for quad in found])

    def _check(self, mark: Mark) -> None:
        """Raise `StoreError` where the last commit has left something else."""
        if added(EMPTY, self._authored()) != mark.digest:
            began = "the last commit left there" if mark.generation else "kg has written there"
            raise StoreError(
                f"the endpoint does not hold just what {began}, so that kg does not write to it",
                hint="what others write there, kg only reads; an empty dataset can be written",
            )

    def _authored(self) -> Iterable[ox.Quad]:
        computed = {*self._setup.rules.graphs, *((UNNAMED,) if self._setup.union else ())}
        return (quad for quad in self._live.store if quad.graph_name not in computed)

    def _computed(self) -> set[ox.Quad]:
        store, graphs = self._live.store, self._setup.rules.graphs
        return {q for graph in graphs for q in store.quads_for_pattern(None, None, None, graph)}

    def step(self, change: Change, meta: CommitMeta, commit_id: str, *, keeps_union: bool) -> Step:
        """Make a change here; raises what is wrong with it, and is then as it was.

        Afterwards this is the state that the endpoint has if it takes the step. `keeps_union` says
        that it has the union of the default graph as a graph, which changes with the others.
        """
        old = self._computed()
        prepared = self._prepared(change, meta)
        self._live.settle()
        new, mark = self._computed(), self.mark
        computed = Patch(
            tuple(sorted(new - old, key=str)),
            tuple(sorted(old - new, key=str)),
        )
        digest = added(mark.digest, prepared.patch.added, removed=prepared.patch.removed)
        entry = entry_for(mark, prepared.patch, digest, meta, commit_id)
        told = added(mark.computed, computed.added, removed=computed.removed)
        self.mark = Mark(entry.generation, entry.hash, digest, told)
        whole = Patch(
            (*prepared.patch.added, *computed.added), (*prepared.patch.removed, *computed.removed)
        )
        if keeps_union:
            whole = self._with_union(whole)
        return Step(mark, self.mark, entry, whole, prepared.findings)

    def _with_union(self, patch: Patch) -> Patch:
        """A patch that is made here, with what it changes in the union."""
        come, gone = set(patch.added), set(patch.removed)
        joined: list[ox.Quad] = []
        left: list[ox.Quad] = []
        for triple in {q.triple for q in (*come, *gone) if q.graph_name in self._setup.union}:
            same = [_in(triple, graph) for graph in self._setup.union]
            after = [quad for quad in same if quad in self._live.store]
            was = any(quad not in come for quad in after) or any(quad in gone for quad in same)
            if bool(after) is not was:
                (joined if after else left).append(_in(triple, UNION))
        return Patch((*patch.added, *joined), (*patch.removed, *left))

    def _prepared(self, change: Change, meta: CommitMeta) -> Prepared:
        self._live.mark = self.mark
        return Candidate(self._live, self._setup).prepare(change, validated=meta.validated)


def _in(triple: ox.Triple, graph: ox.NamedNode) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)
