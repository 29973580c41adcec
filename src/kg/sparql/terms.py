"""The terms of the ontology and the concepts of its schemes, to tell what is misspelt."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from kg.errors import StoreError
from kg.namespaces import CKG, ONTOLOGY, PREFIXES, SCHEMES
from kg.store.interface import Snapshot, Store

ARTEFACT: Final = "terms"
NAMESPACES: Final = (str(CKG), *(PREFIXES[scheme] for scheme in SCHEMES))

_LABELS: Final = frozenset(
    {f"{PREFIXES['skos']}altLabel", f"{PREFIXES['skos']}prefLabel", f"{PREFIXES['rdfs']}label"}
)
_FILE: Final = "terms.json"

LAG_SECONDS: Final = 1.0
"""So old may be what advice is taken from where a server runs: it has a generation every moment."""

_recent: Final[WeakKeyDictionary[Store, dict[str, tuple[float, object]]]] = WeakKeyDictionary()

Terms = dict[str, list[str]]
"""The labels of each declared term, by its IRI."""


def terms_of(store: Store) -> Terms:
    """The terms that the newest generation declares; none where they cannot be had."""
    if not store.capabilities.artefacts:
        return {}
    store.register_artefact(ARTEFACT, build, read)
    try:
        found = recent(store, ARTEFACT)
    except StoreError:
        return {}
    return found if isinstance(found, dict) else {}


def recent(store: Store, name: str) -> object:
    """The artefact of the newest generation or, where a server runs, of one just before it."""
    if store.capabilities.home != "served":
        return store.artefact(name)
    kept = _recent.setdefault(store, {})
    since, found = kept.get(name, (0.0, None))
    if time.monotonic() - since > LAG_SECONDS:
        found = store.artefact(name)
        kept[name] = (time.monotonic(), found)
    return found


def terms_at_hand(store: Store) -> Terms | None:
    """What `terms_of` gives; None where nobody has asked for it, and it may have to be built."""
    return terms_of(store) if ARTEFACT in _recent.get(store, {}) else None


def build(snapshot: Snapshot, folder: Path) -> None:
    """Collect the declared terms with their labels into a file."""
    terms: Terms = {}
    for quad in snapshot.quads(ox.NamedNode(str(ONTOLOGY))):
        subject = quad.subject
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(NAMESPACES):
            labels = terms.setdefault(subject.value, [])
            if quad.predicate.value in _LABELS and isinstance(quad.object, ox.Literal):
                labels.append(quad.object.value)
    ordered = {iri: sorted(set(labels)) for iri, labels in sorted(terms.items())}
    (folder / _FILE).write_text(json.dumps(ordered, ensure_ascii=False), encoding="utf-8")


def read(folder: Path) -> Terms:
    """Read the file again."""
    found = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    return {str(iri): [str(label) for label in labels] for iri, labels in found.items()}
