"""What changed in the data between two generations, in words of the field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
from rdflib import RDF, RDFS, SKOS

from kg.namespaces import CKG, CONSENSUS, KINDS, compact, split
from kg.store.interface import Patch, Snapshot

ENTITIES: Final = frozenset(KINDS[: KINDS.index("claim")])
"""Kinds of things that are not made of claims and their parts."""

_TYPE: Final = ox.NamedNode(str(RDF.type))
_REPLACED: Final = ox.NamedNode(str(CKG.ReplacedThing))
_CONSENSUS: Final = ox.NamedNode(str(CONSENSUS))
_LABELS: Final = tuple(ox.NamedNode(str(p)) for p in (RDFS.label, SKOS.prefLabel))


@dataclass(frozen=True, slots=True)
class DataChanges:
    """Names of things, compact and sorted, and plain triples that came into consensus or left it.

    A replaced thing is named with what has taken its place.
    """

    entities_added: tuple[str, ...] = ()
    entities_removed: tuple[str, ...] = ()
    entities_changed: tuple[str, ...] = ()
    replaced: tuple[tuple[str, str], ...] = ()
    claims_added: tuple[str, ...] = ()
    claims_removed: tuple[str, ...] = ()
    claims_changed: tuple[str, ...] = ()
    consensus_added: tuple[str, ...] = ()
    consensus_removed: tuple[str, ...] = ()


def data_changes(patch: Patch, before: Snapshot, after: Snapshot) -> DataChanges:
    """The changes that an authored patch made of one generation to another."""
    touched = {quad.subject for side in (patch.added, patch.removed) for quad in side}
    came, went = _typed(patch.added), _typed(patch.removed)
    found: dict[str, set[str]] = defaultdict(set)
    for node in touched:
        if isinstance(node, ox.NamedNode):
            kind = (split(node.value) or ("", ""))[0]
            group = "claims" if kind == "claim" else "entities" if kind in ENTITIES else ""
            how = _how(node in came, node in went)
            found[f"{group}_{how}"].add(compact(node.value))
    replaced = {
        (compact(str(quad.subject.value)), compact(quad.object.value))
        for quad in patch.added
        if quad.predicate.value.endswith("/isReplacedBy")
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
    }
    old, new = (set(snapshot.quads(_CONSENSUS)) for snapshot in (before, after))
    names = {f"{group}_{how}" for group in ("entities", "claims") for how in _HOWS}
    return DataChanges(
        **{name: tuple(sorted(found[name])) for name in names},
        replaced=tuple(sorted(replaced)),
        consensus_added=_triples(new - old),
        consensus_removed=_triples(old - new),
    )


_HOWS: Final = ("added", "removed", "changed")


def _how(came: bool, went: bool) -> str:
    if came != went:
        return "added" if came else "removed"
    return "changed"


def _typed(quads: Iterable[ox.Quad]) -> set[object]:
    return {q.subject for q in quads if q.predicate == _TYPE and q.object != _REPLACED}


def _triples(quads: Iterable[ox.Quad]) -> tuple[str, ...]:
    return tuple(sorted(" ".join(_short(term) for term in quad.triple) for quad in quads))


def _short(term: object) -> str:
    return compact(term.value) if isinstance(term, ox.NamedNode) else str(term)


HEADINGS: Final[Mapping[str, str]] = {
    "entities_added": "Entities added",
    "entities_removed": "Entities removed",
    "entities_changed": "Entities changed",
    "replaced": "Merged or renamed",
    "claims_added": "Claims added",
    "claims_removed": "Claims removed",
    "claims_changed": "Claims changed",
    "consensus_added": "Came into consensus",
    "consensus_removed": "Left consensus",
}


def in_markdown(title: str, changes: DataChanges, labels: Mapping[str, str]) -> str:
    """The changes as a page; `labels` tell by compact names what things are called."""
    return "\n".join([f"# {title}", *_sections(changes, labels)]) + "\n"


def _sections(changes: DataChanges, labels: Mapping[str, str]) -> Iterator[str]:
    empty = True
    for name, heading in HEADINGS.items():
        rows = getattr(changes, name)
        if rows:
            empty = False
            yield from ("", f"## {heading} ({len(rows)})", "")
            for row in rows:
                words = " → ".join(row) if isinstance(row, tuple) else row
                label = labels.get(words, "")
                yield f"- `{words}`{f' {label}' if label else ''}"
    if empty:
        yield from ("", "Nothing changed in the data.")


def labels_of(snapshot: Snapshot) -> dict[str, str]:
    """The English labels of things of ours, by their compact names."""
    return {
        compact(quad.subject.value): quad.object.value
        for graph in snapshot.graphs()
        for quad in snapshot.quads(graph)
        if quad.predicate in _LABELS
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.Literal)
        and quad.object.language == "en"
    }
