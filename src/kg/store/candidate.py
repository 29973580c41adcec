"""A private, writable copy of a generation on which changes are tried before they are committed.

What it hands on is a patch of quads that really change, reached on a known generation, and what
the gate says of it. The writer takes it on exactly that generation and on no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

import pyoxigraph as ox

from kg.errors import ConflictError, InputError, RefusedError, UnsupportedError
from kg.namespaces import DEFAULT_UNION
from kg.store.graphs import check_state, graph_patch
from kg.store.interface import (
    QUESTIONS_QUADS,
    Change,
    Dataset,
    Examined,
    Gate,
    Generation,
    GraphChange,
    Guarded,
    Patch,
    Proposed,
    Rules,
    Update,
    Verdict,
)
from kg.store.live import MARK, UNNAMED, Live
from kg.store.patches import canonical, composed, effective, inverse
from kg.store.view import View, engine_errors
from kg.store.workflow import (
    AUTHORED,
    STEPS,
    check_guard,
    data_part,
    refuse_workflow,
    written_about,
)
from kg.validation import Report, Severity

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Target(Protocol):
    """What an update is evaluated on: each operation sees the effect of those before it."""

    def select(self, text: str, dataset: Dataset) -> Iterable[Mapping[str, Node]]:
        """The solutions of a SELECT on the state as it is now."""

    def quads(self, graph: ox.NamedNode | ox.DefaultGraph) -> Iterable[ox.Quad]:
        """The quads of one graph."""

    def graphs(self) -> Iterable[ox.NamedNode]:
        """The names of all named graphs."""

    def apply(self, patch: Patch) -> None:
        """Make a change."""


Updater: TypeAlias = Callable[[Update, Target], None]
Judge: TypeAlias = Callable[[ox.Store], Report]
Examine: TypeAlias = Callable[["Candidate", Proposed, int], Examined]


UNION: Final = tuple(ox.NamedNode(str(graph)) for graph in DEFAULT_UNION)

NO_RULES: Final = Rules()

LATER_QUADS: Final = 10_000
"""Computed graphs follow changes whose validation is waived when somebody reads them, or when these
are more quads: what follows from many at once takes as long as what follows from everything."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a store is beside its folder: rules for what nobody writes, a gate, who reads what.

    `union` names the graphs whose union is the default graph; without any, it is a plain dataset
    whose unnamed graph can be written. `judge` finds all that is wrong with a state as a whole: for
    what is loaded in bulk, which the gate does not see.
    """

    rules: Rules = NO_RULES
    gate: Gate | None = None
    update: Updater | None = None
    union: tuple[ox.NamedNode, ...] = UNION
    examine: Examine | None = None
    judge: Judge | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A change that may be committed: on `base` it changes just these quads."""

    base: Generation
    patch: Patch
    findings: tuple[object, ...] = ()


class Trial:
    """What a gate looks at: the state with the change in it, and the way back."""

    def __init__(
        self, live: Live, patch: Patch, computed: Patch | None = None, *, waived: bool = False
    ) -> None:
        self._live = live
        self.store = live.store
        self.patch = patch
        self.computed = computed
        self.memory = live.memory
        self.waived = waived

    @contextmanager
    def without(self) -> Iterator[ox.Store]:
        """The state before the change, for a while."""
        self._put(inverse(self.patch))
        try:
            yield self.store
        finally:
            self._put(self.patch)

    def _put(self, patch: Patch) -> None:
        self._live.put(patch)
        self._live.settle()


def _beside(report: object) -> tuple[object, ...]:
    """What a report says beside the violations that it refuses a change for."""
    if not isinstance(report, Report):
        return ()
    return tuple(r for r in report.results if r.severity is not Severity.VIOLATION)


class Candidate:
    """Tries changes one after the other; a refused one leaves no trace."""

    def __init__(self, live: Live, setup: Setup) -> None:
        self._live = live
        self._setup = setup
        self._union = setup.union
        self._made: list[Patch] = []
        self._followed: list[Patch] = []  # in computed graphs, since the last change that was kept
        self.generation = live.mark.generation

    def prepare(self, change: Change, *, validated: bool = True) -> Prepared:
        """Try a change and keep it; raises what is wrong with it, and then does not keep it.

        Unless it is to be `validated`, the gate does not judge what the data says.
        """
        prepared = self._tried(change, validated=validated)
        self._followed = []
        self.generation += 1
        return prepared

    def judge(self, change: Change) -> Verdict:
        """Try a change and take it back, whatever comes of it."""
        try:
            prepared = self._tried(change)
        except RefusedError as error:
            return Verdict(False, error.report, _beside(error.report))
        self._live.put(inverse(prepared.patch))
        return Verdict(True, None, prepared.findings)

    @contextmanager
    def trying(self, patch: Patch) -> Iterator[tuple[Trial, Verdict]]:
        """The state with a patch of data, and what the gate says; afterwards it is taken back."""
        self._made = []
        try:
            self._make(patch)
            done = composed(self._made)
            self._settle()
            trial = Trial(self._live, done, composed(self._followed))
            gate = self._setup.gate
            yield trial, gate(trial) if gate else Verdict(True, None)
        finally:
            self._live.put(inverse(composed(self._made)))

    def examine(self, proposed: Proposed, questions_quads: int = QUESTIONS_QUADS) -> Examined:
        """See `kg.store.interface.Examiner`."""
        if self._setup.examine is None:
            raise UnsupportedError("this store takes no contributions")
        self._settle()
        return self._setup.examine(self, proposed, questions_quads)

    def about(self, subjects: Iterable[ox.NamedNode]) -> tuple[ox.Quad, ...]:
        """See `kg.store.interface.Examiner`."""
        return written_about(self._live.store, subjects)

    def state(self) -> ox.Store:
        """The state as it is now, to be read."""
        self._settle()
        return self._live.store

    def _tried(self, change: Change, *, validated: bool = True) -> Prepared:
        self._made = []
        try:
            self._make(change)
            patch = composed(self._made)
            findings = self._judged(patch, waived=not validated)
        except BaseException:
            self._live.put(inverse(composed(self._made)))
            raise
        return Prepared(self.generation, patch, findings)

    def _make(self, change: Change) -> None:
        match change:
            case Patch():
                self.apply(change)
            case Guarded():
                check_guard(change, self._live.store, (*AUTHORED, STEPS))
                self._apply(change.patch)
            case GraphChange():
                present = any(True for _ in self.quads(change.graph))
                check_state(change, self.generation, present=present)
                state = self.quads(change.graph)
                self.apply(graph_patch(change, state, keep_blank=not self._union))
            case Update():
                if self._setup.update is None:
                    raise InputError("this store reads no updates")
                self._setup.update(change, self)

    def _judged(self, patch: Patch, *, waived: bool) -> tuple[object, ...]:
        whole, patch = patch, data_part(patch)
        only_workflow = patch is not whole and not (patch.added or patch.removed)
        if self._setup.gate is None or only_workflow:
            return ()
        if not waived or self._live.waiting > LATER_QUADS:
            self._settle()
        followed = composed(self._followed)
        verdict = self._setup.gate(Trial(self._live, patch, followed, waived=waived))
        if not verdict.conforms:
            raise RefusedError("the data does not conform; nothing was changed", verdict.report)
        return verdict.findings

    def _settle(self) -> None:
        """Have the computed graphs follow, and remember how: what is taken back is taken off."""
        self._followed = [composed((*self._followed, self._live.settle()))]

    def select(self, text: str, dataset: Dataset) -> Iterator[Mapping[str, Node]]:
        """See `Target.select`."""
        self._settle()
        with engine_errors():
            found = View(self.generation, self._live.store, self._union).evaluate(text, dataset, {})
            if not isinstance(found, ox.QuerySolutions):
                raise InputError("a SELECT was expected")
            names = [variable.value for variable in found.variables]
            for row in found:
                yield {name: term for name in names if (term := row[name]) is not None}

    def quads(self, graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
        """See `Target.quads`."""
        if graph == MARK:
            return iter(())
        if graph == UNNAMED or graph in self._setup.rules.graphs:
            self._settle()  # what follows from changes before this one may wait
        return iter(self._live.store.quads_for_pattern(None, None, None, graph))

    def graphs(self) -> tuple[ox.NamedNode, ...]:
        """See `Target.graphs`."""
        self._settle()
        return View(self.generation, self._live.store, self._union).graphs()

    def apply(self, patch: Patch) -> None:
        """See `Target.apply`."""
        refuse_workflow(patch)
        self._apply(patch)

    def _apply(self, patch: Patch) -> None:
        self._refuse_graphs(patch)
        done = effective(canonical(patch), self._live.store)
        if done.added or done.removed:
            self._live.put(done)
            self._made.append(done)

    def _refuse_graphs(self, patch: Patch) -> None:
        computed = set(self._setup.rules.graphs)
        for quad in (*patch.removed, *patch.added):
            if quad.graph_name == MARK:
                raise ConflictError(
                    f"nobody writes {MARK}: the store notes there where it stands",
                    hint="give the graph another name",
                )
            if quad.graph_name in computed:
                raise ConflictError(
                    f"nobody writes {quad.graph_name} by hand",
                    hint="it follows from the claims: write these",
                )
            if quad.graph_name == UNNAMED and self._union:
                raise ConflictError(
                    "the unnamed graph cannot be written: it is the union of others",
                    hint=f"name a graph, such as {self._union[0]}",
                )
