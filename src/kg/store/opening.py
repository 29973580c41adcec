"""Opens the store with our rules and our gate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.claims.derived import inferred_quads
from kg.namespaces import CONSENSUS, DERIVED
from kg.store.embedded import InProcessStore
from kg.store.interface import Patch, Rules, Verdict


def _inferred(store: ox.Store) -> Iterator[ox.Quad]:
    for quads in inferred_quads(store):
        yield from quads


RULES: Final = Rules((ox.NamedNode(str(CONSENSUS)), ox.NamedNode(str(DERIVED))), _inferred)


def _gate(before: ox.Store, after: ox.Store, patch: Patch) -> Verdict:
    """The validation gate, imported by the first commit: those who only ask need not wait for it.

    It brings the SHACL engine, which takes as long to import as all the rest.
    """
    from kg.store.gate import validation_gate

    return validation_gate(before, after, patch)


def open_store(home: Path) -> InProcessStore:
    """The store in a folder; the folder is made by the first commit."""
    return InProcessStore(home, rules=RULES, gate=_gate)
