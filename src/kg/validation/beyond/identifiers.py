"""Wikidata's ids: written right, still there, and of the kind of thing that has them here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox
from rdflib import OWL, SKOS

from kg.namespaces import expand
from kg.validation.beyond.around import Around, Term, node
from kg.validation.beyond.telling import warning
from kg.validation.beyond.wikidata import ENTITY, Item, Snapshot, id_of, meant
from kg.validation.report import Finding, Kind

MALFORMED: Final = "wikidata-id-malformed-warning"
GONE: Final = "wikidata-id-gone-warning"
OTHER_TYPE: Final = "wikidata-id-of-other-type-warning"

SAME: Final = tuple(map(node, (SKOS.exactMatch, OWL.sameAs)))
LINKS: Final = frozenset((*SAME, node(SKOS.closeMatch)))


def wrong_identifiers(
    around: Around, snapshot: Snapshot, added: Iterable[ox.Triple]
) -> Iterator[Finding]:
    """What is wrong with the ids of Wikidata's that new triples link to."""
    for triple in added:
        if triple.predicate in LINKS and isinstance(triple.object, ox.NamedNode | ox.Literal):
            written = triple.object.value
            right = meant(written)
            if right is not None:
                yield _malformed(triple, written, right)
            else:
                found = id_of(written)
                item = snapshot.find(found) if found is not None else None
                yield from _compared(around, item, triple) if item is not None else ()


def _malformed(triple: ox.Triple, written: str, right: str) -> Finding:
    ask = f"<{right}> for {written!r}" if right else f"{ENTITY}Q and a number for {written!r}"
    message = f"The IRI of an item of Wikidata begins with {ENTITY}: write {ask}."
    return _finding(triple, MALFORMED, message, (right,) if right else ())


def _compared(around: Around, item: Item, triple: ox.Triple) -> Iterator[Finding]:
    if item.state == "deleted":
        yield _finding(triple, GONE, f"Wikidata has deleted {item.id}.")
    elif item.state == "redirected":
        said = f"Wikidata has merged {item.id} into {item.target}: link to that."
        yield _finding(triple, GONE, said, (ENTITY + item.target,))
    elif triple.predicate in SAME and _is_other(around, triple.subject, item):
        kinds = " or ".join(item.classes)
        said = f"{item.id} is {item.description} on Wikidata, which would be a {kinds} here."
        yield _finding(triple, OTHER_TYPE, said)


def _is_other(around: Around, subject: Term, item: Item) -> bool:
    """Whether a thing is of none of the classes that fit an item; unknown ones fit."""
    classes = around.classes(subject)
    fitting = {expand(name) for name in item.classes}
    return bool(classes) and bool(fitting) and classes.isdisjoint(fitting)


def _finding(triple: ox.Triple, name: str, message: str, related: tuple[str, ...] = ()) -> Finding:
    return warning(triple, message, name=name, kind=Kind.IDENTIFIER, related=related)
