"""Which file of `data/` a thing is written in that no file tells of yet.

What a file tells of already stays there. A new entity goes to the file of its kind, a new document
and its parts to one of their own, claims and what they are made of to that of their document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as ox

from kg.claims.drafting import ARTICLE
from kg.namespaces import CURATED, IMPORTED, LINKS, PREFIXES, split

FOLDERS: Final[dict[ox.NamedNode, str]] = {
    ox.NamedNode(str(CURATED)): "curated",
    ox.NamedNode(str(IMPORTED)): "imported",
    ox.NamedNode(str(LINKS)): "links",
}
"""The folder of each graph of data."""

CONTRIBUTED: Final[dict[str, str]] = {
    "imported": "imported/contributed/data.ttl",
    "links": "links/contributed/links.ttl",
}
"""Where what is new goes that no import and no row of links has made."""

ENTITY_FILES: Final[dict[str, str]] = {
    "person": "persons",
    "organisation": "organisations",
    "state": "states",
    "group": "groups",
    "place": "places",
    "conflict": "conflicts",
    "event": "events",
    "agreement": "agreements",
    "prospective-agreement": "agreements",
    "post": "posts",
    "dataset-release": "dataset-releases",
    "name": "names",
}
DOCUMENTS: Final = frozenset({"document", "sentence", "clause", "passage"})
OTHER: Final = "other"
TIMES: Final = "curated/claims/times.ttl"


def homes(files: Mapping[str, Iterable[ox.Triple]]) -> dict[tuple[str, str], str]:
    """The file that tells of each subject, by the folder and its IRI.

    Where several do, it is the first that has most of its triples.
    """
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for name in sorted(files):
        for triple in files[name]:
            counts[name.partition("/")[0], str(triple.subject)][name] += 1
    return {key: max(found, key=lambda name: found[name]) for key, found in counts.items()}


class Places:
    """Finds the file of each subject of a graph."""

    def __init__(self, folder: str, known: Mapping[str, str], triples: Iterable[ox.Triple]) -> None:
        self._folder, self._known = folder, known
        self._users: dict[str, list[str]] = defaultdict(list)
        named = set(known)
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode):
                self._users[str(triple.object)].append(triple.subject.value)
                named.add(str(triple.subject))
        self._slugs = _document_slugs(named)

    def of(self, subject: ox.NamedNode) -> str:
        """The name of the file, relative to the folder of all data."""
        if str(subject) in self._known:
            return self._known[str(subject)]
        return CONTRIBUTED.get(self._folder) or self._curated(subject.value)

    def _curated(self, iri: str) -> str:
        kind, slug = split(iri) or ("", "")
        if kind in ENTITY_FILES:
            return f"curated/entities/{ENTITY_FILES[kind]}.ttl"
        if kind == "time":
            return TIMES
        part = "documents" if kind in DOCUMENTS else "claims"
        document = self._document(kind, slug) or self._document_of_users(iri)
        return f"curated/{part}/{document or OTHER}.ttl"

    def _document(self, kind: str, slug: str) -> str | None:
        """The longest slug of a document with which that of a part begins."""
        if kind not in DOCUMENTS and kind != "claim":
            return None
        slugs = (slug, f"{ARTICLE}{slug}") if kind == "claim" else (slug,)
        found = [
            each
            for each in self._slugs
            if any(name == each or name.startswith(f"{each}-") for name in slugs)
        ]
        return max(found, key=len, default=None)

    def _document_of_users(self, iri: str) -> str | None:
        """That of the first claim which leads to a content, through whatever lies between."""
        seen, waiting = {iri}, [iri]
        while waiting:
            for user in sorted(self._users[f"<{waiting.pop(0)}>"]):
                kind, slug = split(user) or ("", "")
                if kind == "claim":
                    return self._document(kind, slug)
                if user not in seen:
                    seen.add(user)
                    waiting.append(user)
        return None


def _document_slugs(names: Iterable[str]) -> list[str]:
    prefix = f"<{PREFIXES['document']}"
    return sorted(name[len(prefix) : -1] for name in names if name.startswith(prefix))


def by_folder(quads: Iterable[ox.Quad]) -> Iterator[tuple[str, list[ox.Triple]]]:
    """The triples of each graph of data, with the name of its folder; other graphs are left out."""
    found: dict[str, list[ox.Triple]] = {folder: [] for folder in FOLDERS.values()}
    for quad in quads:
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name in FOLDERS:
            found[FOLDERS[quad.graph_name]].append(quad.triple)
    yield from found.items()
