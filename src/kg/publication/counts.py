"""How much there is of what pages count, made in one pass over the quads of a generation.

Of a copy in columns the rows are counted instead, which takes a fraction of the time.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pyoxigraph as ox
from rdflib import URIRef

from kg.columnar.copied import Copied
from kg.columnar.layout import Ids
from kg.columnar.table import Mask
from kg.namespaces import CKG, CONSENSUS, CURATED, DERIVED, IMPORTED, OA, PREFIXES
from kg.publication.seldom import seldom
from kg.store.interface import Generation, Snapshot, Store

ARTEFACT: Final = "counts"
MANY: Final = 200
"""Claims about a thing, or by it, are told where there are more than so many."""

_FILE: Final = "counts.json"
_TYPE: Final = f"{PREFIXES['rdf']}type"
_PREDICATE: Final = f"{PREFIXES['rdf']}predicate"
_SOURCE: Final = str(OA.hasSource)
_ABOUT: Final = str(CKG.about)
_CLAIMANT: Final = str(CKG.claimant)
_CONTRADICTS: Final = str(CKG.contradicts)
_MAY: Final = str(CKG.mayContradict)
_DISPUTES: Final = str(CKG.disputes)
_OPPOSED: Final = frozenset((_CONTRADICTS, _MAY, str(CKG.inTensionWith), _DISPUTES))
_CONFLICT: Final = f"{PREFIXES['conflict']}"
_COUNTED: Final = _OPPOSED | {_TYPE, _PREDICATE, _SOURCE, _ABOUT, _CLAIMANT}


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of a generation.

    `whole` has those of the home page by their names there, `predicates` the propositions of each
    predicate, `claims` the claims about each conflict and about or by each thing that has many
    (`{"about": {iri: 600}}`), `opposed` how many of those about a conflict others stand against.
    """

    generation: Generation
    whole: dict[str, int] = field(default_factory=dict)
    predicates: dict[str, int] = field(default_factory=dict)
    claims: dict[str, dict[str, int]] = field(default_factory=dict)
    opposed: dict[str, int] = field(default_factory=dict)


def counts_of(store: Store) -> Counts:
    """The counts of the newest generation, or of one shortly before it."""
    found = seldom(store, ARTEFACT, build, read)
    if not isinstance(found, Counts):
        raise TypeError(f"the artefact {ARTEFACT} is something else")
    return found


def build(snapshot: Snapshot, folder: Path) -> None:
    """Count, and write it into a file."""
    found = counted_copied(snapshot) if isinstance(snapshot, Copied) else counted(snapshot)
    (folder / _FILE).write_text(json.dumps(asdict(found), sort_keys=True), encoding="utf-8")


def counted(snapshot: Snapshot) -> Counts:
    """Count quad by quad."""
    counting = _Counting()
    for graph in (CURATED, IMPORTED):
        counting.authored(snapshot.quads(ox.NamedNode(str(graph))))
    counting.derived(snapshot.quads(ox.NamedNode(str(DERIVED))))
    consensus = sum(1 for _ in snapshot.quads(ox.NamedNode(str(CONSENSUS))))
    return counting.counts(snapshot.generation, consensus)


def read(folder: Path) -> Counts:
    """Read the file again."""
    return Counts(**json.loads((folder / _FILE).read_text(encoding="utf-8")))


class _Counting:
    """What has been counted so far; what is authored is read first."""

    def __init__(self) -> None:
        self._types: Counter[str] = Counter()
        self._predicates: Counter[str] = Counter()
        self._claims: dict[str, Counter[str]] = {"about": Counter(), "claimant": Counter()}
        self._opposed: Counter[str] = Counter()
        self._documents: set[str] = set()
        self._pairs: defaultdict[str, set[frozenset[str]]] = defaultdict(set)
        self._stands_against: set[str] = set()

    def authored(self, quads: Iterable[ox.Quad]) -> None:
        """Take in a graph that people or importers wrote."""
        for quad in quads:
            predicate, value = quad.predicate.value, quad.object
            if not isinstance(value, ox.NamedNode):
                continue
            if predicate == _TYPE:
                self._types[value.value] += 1
            elif predicate == _PREDICATE:
                self._predicates[value.value] += 1
            elif predicate == _SOURCE:
                self._documents.add(value.value)
            elif predicate == _CLAIMANT:
                self._claims["claimant"][value.value] += 1
            elif predicate in _OPPOSED:
                self._pair(quad, value)

    def derived(self, quads: Iterable[ox.Quad]) -> None:
        """Take in the derived graph, which comes claim by claim."""
        for subject, group in groupby(quads, key=lambda quad: quad.subject):
            about = []
            for quad in group:
                predicate, value = quad.predicate.value, quad.object
                if predicate == _ABOUT and isinstance(value, ox.NamedNode):
                    about.append(value.value)
                elif predicate in _OPPOSED and isinstance(value, ox.NamedNode):
                    self._pair(quad, value)
            self._claims["about"].update(about)
            if isinstance(subject, ox.NamedNode) and subject.value in self._stands_against:
                self._opposed.update(iri for iri in about if iri.startswith(_CONFLICT))

    def _pair(self, quad: ox.Quad, other: ox.NamedNode) -> None:
        if isinstance(quad.subject, ox.NamedNode):
            self._stands_against.add(quad.subject.value)
            if quad.predicate.value == _DISPUTES:
                self._stands_against.add(other.value)
            pair = frozenset((quad.subject.value, other.value))
            self._pairs[quad.predicate.value].add(pair)

    def counts(self, generation: Generation, consensus: int) -> Counts:
        """All that was counted."""
        whole = {
            "documents": len(self._documents),
            "claims": self._types[str(CKG.Claim)],
            "statements": self._types[str(CKG.Statement)],
            "entities": len(self._claims["about"]),
            "consensus": consensus,
            "contradictions": len(self._pairs[_CONTRADICTS]),
            "candidates": len(self._pairs[_MAY]),
        }
        claims = {
            relation: {
                iri: count
                for iri, count in counted.items()
                if count > MANY or iri.startswith(_CONFLICT)
            }
            for relation, counted in self._claims.items()
        }
        return Counts(generation, whole, dict(self._predicates), claims, dict(self._opposed))


def counted_copied(copied: Copied) -> Counts:
    """Count the rows of a copy, all of a predicate at once."""
    authored = _between_iris(copied, CURATED, IMPORTED)
    derived = _between_iris(copied, DERIVED)
    conflicts = copied.starting(_CONFLICT)
    opposed = {name: _of_iris(copied, _joined(authored[name], derived[name])) for name in _OPPOSED}
    types = copied.counted(authored[_TYPE].o)
    about = derived[_ABOUT]
    whole = {
        "documents": len(np.unique(authored[_SOURCE].o)),
        "claims": types.get(str(CKG.Claim), 0),
        "statements": types.get(str(CKG.Statement), 0),
        "entities": len(np.unique(about.o)),
        "consensus": sum(len(uses.s) for uses in copied.uses(str(CONSENSUS))),
        "contradictions": _pairs(opposed[_CONTRADICTS]),
        "candidates": _pairs(opposed[_MAY]),
    }
    claims = {
        "about": _told(copied, about.o, conflicts),
        "claimant": _told(copied, authored[_CLAIMANT].o, conflicts),
    }
    standing = about.o[_standing_against(copied, opposed)[about.s] & conflicts[about.o]]
    predicates = copied.counted(authored[_PREDICATE].o)
    return Counts(copied.generation, whole, predicates, claims, copied.counted(standing))


class _Links(NamedTuple):
    """Triples of one predicate; some have no IRI as their subject, all as their object."""

    s: Ids
    o: Ids


_NO_LINKS: Final = _Links(np.zeros(0, np.int32), np.zeros(0, np.int32))


def _between_iris(copied: Copied, *graphs: URIRef) -> defaultdict[str, _Links]:
    """What is to be counted of some graphs, by predicate; without literals."""
    found: defaultdict[str, _Links] = defaultdict(lambda: _NO_LINKS)
    for graph in graphs:
        for uses in copied.uses(str(graph)):
            if uses.predicate in _COUNTED:
                at = copied.is_iri(uses.o)
                links = _Links(uses.s[at], uses.o[at])
                found[uses.predicate] = _joined(found[uses.predicate], links)
    return found


def _joined(one: _Links, other: _Links) -> _Links:
    return _Links(np.concatenate([one.s, other.s]), np.concatenate([one.o, other.o]))


def _of_iris(copied: Copied, links: _Links) -> _Links:
    """Those whose subjects are IRIs, too."""
    at = copied.is_iri(links.s)
    return _Links(links.s[at], links.o[at])


def _pairs(links: _Links) -> int:
    """How many pairs are linked, one way or the other."""
    ends = np.minimum(links.s, links.o), np.maximum(links.s, links.o)
    return len(np.unique(ends[0].astype(np.int64) << 32 | ends[1]))


def _told(copied: Copied, things: Ids, conflicts: Mask) -> dict[str, int]:
    """How often things are there, of conflicts and of those that are there often."""
    counted = np.bincount(things, minlength=copied.last + 1)
    return copied.counted(things[(counted[things] > MANY) | conflicts[things]])


def _standing_against(copied: Copied, opposed: Mapping[str, _Links]) -> Mask:
    """Of each id whether it is a claim that others stand against."""
    found = np.zeros(copied.last + 1, np.bool_)
    for name, links in opposed.items():
        found[links.s] = True
        if name == _DISPUTES:
            found[links.o] = True
    return found
