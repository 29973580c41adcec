"""Opens the store with our rules, our gate and our reading of updates, which meet only here."""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.claims.derived import inferred_quads
from kg.claims.incremental import Inference
from kg.claims.near import GRAPHS
from kg.claims.overlay import Quads
from kg.claims.rules import Followed
from kg.errors import InputError, StoreError
from kg.namespaces import CONSENSUS, DERIVED
from kg.processes.settings import Settings
from kg.store.candidate import Candidate, Setup, Target
from kg.store.embedded import EmbeddedStore
from kg.store.interface import (
    Examined,
    Patch,
    Proposed,
    Rules,
    Store,
    Trial,
    Update,
    Verdict,
)
from kg.store.remote import RemoteStore
from kg.store.remote_place import Place
from kg.store.served import ServedStore
from kg.store.turns import Most, Turns
from kg.validation.report import Report


def _inferred(store: ox.Store) -> Iterator[ox.Quad]:
    for quads in inferred_quads(store):
        yield from quads


@cache
def _inference() -> Inference:
    return Inference()


def _follow(before: Quads, after: Quads, patch: Patch) -> Patch:
    added, removed = _inference().change(before, after, patch.added, patch.removed)
    return Patch(tuple(added), tuple(removed))


def _follow_all(
    authored: Iterable[Path], computed: Mapping[ox.NamedNode, Path], place: Path
) -> list[Followed]:
    """Imported by the first bulk load, with all that works on columns."""
    from kg.claims.setwise.run import follow_all

    return follow_all(authored, computed, place)


RULES: Final = Rules(
    graphs=(ox.NamedNode(str(CONSENSUS)), ox.NamedNode(str(DERIVED))),
    compute=_inferred,
    follow=_follow,
    follow_all=_follow_all,
    reads=GRAPHS,
)


def gate(trial: Trial) -> Verdict:
    """The validation gate, imported by the first commit: those who only ask need not wait for it.

    It brings the SHACL engine, which takes as long to import as all the rest.
    """
    from kg.store.gate import validation_gate

    return validation_gate(trial)


def judge(store: ox.Store) -> Report:
    """All that shapes and checks find in a state, imported by the first bulk load."""
    from kg.store.gate import report_on

    return report_on(store)


def update(change: Update, target: Target) -> None:
    """Evaluate an update, imported by the first one."""
    from kg.sparql.updating import run

    run(change, target)


def examine(candidate: Candidate, proposed: Proposed, questions_quads: int) -> Examined:
    """Say what a contribution means, imported by the first one."""
    from kg.contributions.examining import examined

    return examined(candidate, proposed, questions_quads)


OURS: Final = Setup(RULES, gate, update, examine=examine, judge=judge)
"""The store with our rules, our gate and our union."""

UNGATED: Final = replace(OURS, gate=None, judge=None)
"""The same for data that nobody judges, such as that of benchmarks."""

PLAIN: Final = Setup(update=update, union=())
"""A dataset as SPARQL has it, with an unnamed graph of its own: for suites of tests."""


def setup_of(name: str) -> Setup:
    """The setup of a name such as `kg.processes.opening:OURS`, which processes tell each other."""
    module, _, attribute = name.partition(":")
    found = getattr(importlib.import_module(module), attribute)
    if not isinstance(found, Setup):
        raise InputError(f"{name} is no setup of a store")
    return found


def open_embedded(home: Path) -> EmbeddedStore:
    """The store in a folder, opened by this process; the folder is made by the first commit."""
    return EmbeddedStore(home, OURS)


def open_remote(place: Place, home: Path, settings: Settings | None = None) -> RemoteStore:
    """The store at an endpoint; `home` keeps what is computed from it, and tokens.

    With `settings`, those who ask wait for one another as they do for a server.
    """
    name = hashlib.sha256(place.query.encode()).hexdigest()[:16]
    most = settings and Most(*(getattr(settings, each.name) for each in fields(Most)))
    artefacts = home / "remote" / name / "artefacts"
    return RemoteStore(place, OURS, artefacts, turns=Turns(most) if most else None)


def open_store(home: Path) -> Store:
    """The store in a folder: that of the server that runs on it, or opened by this process."""
    try:
        return ServedStore(home)
    except StoreError:
        return open_embedded(home)
