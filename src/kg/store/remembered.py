"""What the gate finds beside shapes and checks, and what it remembers for that."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from kg.namespaces import FETCHED
from kg.store.blank_nodes import DATA
from kg.store.interface import Trial
from kg.validation import Report
from kg.validation.beyond.around import Around
from kg.validation.beyond.findings import beyond
from kg.validation.beyond.names import MOST, NAMING, Names, Spellings, names_of
from kg.validation.checks import LARGE

NAMES: Final = "names"

_DATA: Final = frozenset(ox.NamedNode(str(name)) for name in DATA)
_FETCHED: Final = frozenset(ox.NamedNode(str(name)) for name in FETCHED)


def findings_beside(trial: Trial) -> Report:
    """What there is to say of the data that a change adds; nothing of it refuses the change.

    Of a change of more than `LARGE` quads only its names are noted: `kg validate` tells of it.
    """
    around = Around(trial.store)
    names = trial.memory.get(NAMES)
    if isinstance(names, Names):
        _note(around, names, trial)
    if len(trial.patch.added) > LARGE:
        return Report()
    added = [quad.triple for quad in trial.patch.added if quad.graph_name in _DATA]
    if not isinstance(names, Names | Spellings) and any(t.predicate in NAMING for t in added):
        names = Names.of(around, MOST) or Spellings(around)
        trial.memory[NAMES] = names
    known = names if isinstance(names, Names | Spellings) else Spellings(around)
    return beyond(trial.store, added, known)


def _note(around: Around, names: Names, trial: Trial) -> None:
    """Add the names that come with a change, whether or not it will be kept."""
    computed = trial.computed.added if trial.computed is not None else ()
    for quad in (*trial.patch.added, *computed):
        if quad.graph_name in _FETCHED:  # what others call their things names none of ours
            continue
        if quad.predicate in NAMING and isinstance(quad.subject, ox.NamedNode):
            names.add(quad.subject.value, names_of(around, quad.subject))
