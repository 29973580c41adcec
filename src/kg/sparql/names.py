"""Everything that has a name, to find it by any of its names in any language or script."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.namespaces import AUTHORED, DEFAULT_UNION, KINDS, PREFIXES, SCHEMES, compact, split
from kg.store.interface import Snapshot, Store

ARTEFACT: Final = "names"

PREFERRED: Final = (f"{PREFIXES['rdfs']}label", f"{PREFIXES['skos']}prefLabel")
OTHER: Final = (f"{PREFIXES['skos']}altLabel",)
RDF_TYPE: Final = f"{PREFIXES['rdf']}type"

LAST: Final = frozenset(
    "claim statement proposition situation reference time estimate membership passage".split()
)
"""Kinds that are listed after the others: what they are called are sentences of ours."""
UNNAMED: Final = frozenset({"name", "sentence", "clause", "mapping"})
"""Kinds of parts that nobody looks for: a name leads to what has it."""

_LETTERS: Final = str.maketrans(
    {"ə": "e", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ё": "е", "’": "'", "ʼ": "'"}
)
_FILE: Final = "names.json"


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a thing."""

    text: str
    language: str = ""
    preferred: bool = True


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with the types that were given to it and all its names."""

    iri: str
    types: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()

    @property
    def label(self) -> str:
        """The preferred English name, or the next best, or the IRI with its prefix."""
        best = sorted(self.names, key=lambda n: (not n.preferred, n.language not in ("en", "")))
        return best[0].text if best else compact(self.iri)


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found, and the name by which it was."""

    thing: Named
    name: Name


class Names:
    """The names of one generation."""

    def __init__(self, things: Mapping[str, Named]) -> None:
        self._things = things

    def __contains__(self, iri: str) -> bool:
        return iri in self._things

    def iris(self) -> list[str]:
        """All things that have a name or a type, sorted."""
        return sorted(self._things)

    def get(self, iri: str) -> Named:
        """What is known of a thing; one without names has none."""
        return self._things.get(iri) or Named(iri)

    def words(self) -> set[str]:
        """The slugs of all things, and the longer words in them, to tell what is misspelt."""
        slugs = {iri.rpartition("/")[2] for iri in self._things if kind_of(iri) not in {*LAST, ""}}
        return slugs | {word for slug in slugs for word in slug.split("-") if len(word) > 3}

    def of_kind(self, kind: str) -> dict[str, list[str]]:
        """All names of each thing of a kind, or concept of a scheme, by its slug."""
        return {
            parts[1]: [name.text for name in thing.names]
            for iri, thing in self._things.items()
            if (parts := split(iri)) is not None and parts[0] == kind
        }

    def label(self, iri: str) -> str:
        """What to call a thing."""
        return self.get(iri).label

    def search(self, text: str) -> list[Hit]:
        """The things one of whose names contains all these words, the best first."""
        wanted = fold(text)
        words = wanted.split()
        if not words:
            return []
        hits = [hit for thing in self._things.values() if (hit := _best(thing, wanted, words))]
        return sorted(hits, key=lambda hit: _rank(hit, wanted))

    def called(self, text: str) -> list[Named]:
        """The things that have exactly this name, up to case and accents."""
        wanted = fold(text)
        return [
            thing
            for thing in self._things.values()
            if any(fold(name.text) == wanted for name in thing.names)
        ]


def fold(text: str) -> str:
    """Text without case, accents, hyphens and repeated spaces, for comparison."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(kept.casefold().translate(_LETTERS).replace("-", " ").split())


def kind_of(iri: str) -> str:
    """The kind or scheme in an IRI of ours; empty for another."""
    prefix, _ = split(iri) or ("", "")
    return prefix if prefix in KINDS or prefix in SCHEMES else ""


def _best(thing: Named, wanted: str, words: list[str]) -> Hit | None:
    found = [
        (folded != wanted, not folded.startswith(wanted), not name.preferred, name.text, name)
        for name in thing.names
        if all(word in (folded := fold(name.text)) for word in words)
    ]
    return Hit(thing, min(found, key=lambda key: key[:4])[4]) if found else None


def _rank(hit: Hit, wanted: str) -> tuple[int, bool, bool, int, str, str]:
    folded = fold(hit.name.text)
    inside = not folded.startswith(wanted)
    return (_shelf(hit.thing.iri), folded != wanted, inside, len(folded), folded, hit.thing.iri)


def _shelf(iri: str) -> int:
    """Entities come first, then terms and concepts, then claims and what they are made of."""
    kind = kind_of(iri)
    return 2 if kind in LAST else 0 if kind in KINDS else 1


def names_of(store: Store) -> Names:
    """The names of the newest generation."""
    store.register_artefact(ARTEFACT, build, read)
    found = store.artefact(ARTEFACT)
    if not isinstance(found, Names):
        raise TypeError(f"the artefact {ARTEFACT} is something else")
    return found


def build(snapshot: Snapshot, folder: Path) -> None:
    """Collect all names of the graphs of the union into a file."""
    names: dict[str, set[tuple[str, str, bool]]] = {}
    types: dict[str, set[str]] = {}
    for graph in DEFAULT_UNION:
        for quad in snapshot.quads(ox.NamedNode(str(graph))):
            subject, predicate, value = quad.subject, quad.predicate.value, quad.object
            if not isinstance(subject, ox.NamedNode) or kind_of(subject.value) in UNNAMED:
                continue
            if predicate in PREFERRED + OTHER and isinstance(value, ox.Literal):
                name = (value.value, value.language or "", predicate in PREFERRED)
                names.setdefault(subject.value, set()).add(name)
            elif predicate == RDF_TYPE and graph in AUTHORED and isinstance(value, ox.NamedNode):
                types.setdefault(subject.value, set()).add(value.value)
    rows = [
        {"iri": iri, "types": sorted(types.get(iri, ())), "names": sorted(names.get(iri, ()))}
        for iri in sorted(names.keys() | types.keys())
    ]
    (folder / _FILE).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def read(folder: Path) -> Names:
    """Read the file again."""
    rows = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    things = (
        Named(row["iri"], tuple(row["types"]), tuple(Name(*name) for name in row["names"]))
        for row in rows
    )
    return Names({thing.iri: thing for thing in things})
