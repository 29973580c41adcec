"""A state of the quads that is not stored: what is stored, with a patch laid over it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain
from typing import Protocol, TypeAlias

import pyoxigraph as ox

Subject: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Triple
Object: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
GraphName: TypeAlias = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


class Quads(Protocol):
    """What can be asked for quads by pattern: a store, or a store with a patch laid over it."""

    def quads_for_pattern(
        self,
        subject: Subject | None,
        predicate: ox.NamedNode | None,
        object: Object | None,
        graph_name: GraphName | None = None,
    ) -> Iterable[ox.Quad]:
        """The quads that fit; None fits everything."""


class Overlay:
    """The quads of `base` without `removed`, and with `added`, which wins over `removed`.

    Nothing is copied from `base`, which must stay as it is; the patch is indexed once.
    """

    def __init__(
        self, base: Quads, added: Collection[ox.Quad], removed: Collection[ox.Quad]
    ) -> None:
        self._base = base
        self._added = ox.Store()
        self._added.extend(added)
        self._hidden = {*removed, *added}
        self._subjects = {quad.subject for quad in self._hidden}
        self._objects = {quad.object for quad in self._hidden}

    def quads_for_pattern(
        self,
        subject: Subject | None,
        predicate: ox.NamedNode | None,
        object: Object | None,
        graph_name: GraphName | None = None,
    ) -> Iterable[ox.Quad]:
        """The quads that fit, each once, found as they are asked for."""
        stored = self._base.quads_for_pattern(subject, predicate, object, graph_name)
        if subject is not None and subject not in self._subjects:
            return stored
        if object is not None and object not in self._objects:
            return stored
        added = self._added.quads_for_pattern(subject, predicate, object, graph_name)
        return chain((quad for quad in stored if quad not in self._hidden), added)
