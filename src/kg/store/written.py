"""A generation as files of lines, for those who make something of all of it at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.store.interface import Generation
from kg.store.live import Mark


@dataclass(frozen=True, slots=True)
class GraphLines:
    """Files of N-Triples in the engine's words: what came to a graph, and what of it is gone."""

    come: list[Path] = field(default_factory=list)
    gone: list[Path] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Written:
    """The lines of all graphs that queries see, those of `unnamed` where there is no union."""

    generation: Generation
    mark: Mark
    union: frozenset[ox.NamedNode]
    graphs: Mapping[ox.NamedNode, GraphLines]
    unnamed: GraphLines
