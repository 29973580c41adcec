"""Which entities have which names, by keys that are alike for names that look alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

import pyoxigraph as ox
from rdflib import RDFS, SKOS

from kg.namespaces import CKG, PREFIXES
from kg.rdf.folding import loosely_folded
from kg.validation.beyond.around import Around, node

NAMING: Final = tuple(map(node, (RDFS.label, SKOS.prefLabel, SKOS.altLabel)))
"""Properties that lead to names; derived graphs have the names of nodes as labels too."""

NAMED: Final = tuple(
    PREFIXES[kind]
    for kind in """person organisation state group place conflict event agreement
    prospective-agreement post""".split()
)
"""Kinds of things that one can have twice by mistake; contents and times are named by hashes."""

KINDS: Final = frozenset(
    str(CKG[name])
    for name in """Person Organisation State Group Place Event Agreement ProspectiveAgreement
    Post""".split()
)
"""Things of two of these that are called the same are two things, most likely."""

MOST: Final = 20_000
"""A gate keeps the names of so many entities; in a larger one it looks up likely spellings."""

ENOUGH: Final = 20
"""Of more entities that are called the same, so many are kept and told."""

LANGUAGES: Final = ("", "en", "ru", "hy", "az")


def is_named(iri: str) -> bool:
    """Whether something is an entity that people name."""
    return iri.startswith(NAMED)


def names_of(around: Around, entity: ox.NamedNode) -> list[str]:
    """All names of an entity, in any language."""
    found = (text for predicate in NAMING for text in around.literals(entity, predicate))
    return list(dict.fromkeys(found))


def _entities(around: Around) -> Iterator[ox.NamedNode]:
    """The entities of all classes that are named, each once."""
    seen: set[ox.NamedNode] = set()
    for kind in around.below(KINDS):
        for entity in around.instances(kind):
            if entity not in seen:
                seen.add(entity)
                yield entity


class Names:
    """Entities by their folded names.

    It may hold names that are gone: whoever finds something here looks whether it is so. It costs
    about 300 bytes for each name, and some ten microseconds to fill.
    """

    def __init__(self) -> None:
        self._by_key: dict[str, tuple[str, ...]] = {}

    @classmethod
    def of(cls, around: Around, most: int | None = None) -> Names | None:
        """The names of a whole store; None if it has more than `most` entities."""
        names = cls()
        for count, entity in enumerate(_entities(around)):
            if count == most:
                return None
            names.add(entity.value, names_of(around, entity))
        return names

    def add(self, entity: str, names: Iterable[str]) -> None:
        """Note the names of an entity, unless it is none that people name."""
        if not is_named(entity):
            return
        for key in filter(None, map(loosely_folded, names)):
            known = self._by_key.get(key, ())
            if len(known) < ENOUGH and entity not in known:
                self._by_key[key] = (*known, entity)

    def like(self, name: str) -> tuple[str, ...]:
        """The entities that may have a name that looks like this one."""
        return self._by_key.get(loosely_folded(name), ())


class Spellings:
    """What `Names` finds, as far as likely spellings of a name lead to it: nothing is kept."""

    def __init__(self, around: Around) -> None:
        self._around = around

    def like(self, name: str) -> tuple[str, ...]:
        """The entities that have this name in some language and in upper or lower case."""
        texts = dict.fromkeys((name, name.lower(), name.upper(), name.title(), name.capitalize()))
        literals = (
            ox.Literal(text, language=language) if language else ox.Literal(text)
            for text in texts
            for language in LANGUAGES
        )
        found = (s.value for literal in literals for s in self._around.subjects(None, literal))
        return tuple(islice(dict.fromkeys(filter(is_named, found)), ENOUGH))
