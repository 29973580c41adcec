"""The content of a contribution, in graphs of its own that only those with a token may ask.

graph:contribution/7                 what was sent, byte for byte, and what is said of it
graph:contribution/7/added/curated   triples to be added to graph:curated
graph:contribution/7/removed/links   triples to be removed from graph:links
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pyoxigraph as ox
from rdflib.namespace import DCTERMS, XSD

from kg.contributions.record import node
from kg.namespaces import CONTRIBUTION, DRAFTS, GRAPH, WORKFLOW
from kg.store.interface import Patch, Proposed, Upload
from kg.store.workflow import AUTHORED

NOTHING: Final = Patch()

FORMAT: Final = 1
"""The version of the members of what was found."""

SIDES: Final = ("added", "removed")


@dataclass(frozen=True, slots=True)
class Content:
    """What was sent, the patch that it is, and what is said of it.

    `told` is empty until it was checked; then it has the members `conforms`, `problem` (of what
    cannot be read), `report`, `findings`, `conflicts` and `meaning`.
    """

    proposed: Proposed
    patch: Patch = NOTHING
    told: Mapping[str, Any] = field(default_factory=dict)


def graph_name(number: int) -> ox.NamedNode:
    """The graph of what was sent."""
    return ox.NamedNode(f"{DRAFTS}{number}")


def graph_names(number: int) -> tuple[ox.NamedNode, ...]:
    """All graphs of one contribution."""
    sides = (_side(number, side, graph) for side in SIDES for graph in AUTHORED)
    return (graph_name(number), *sides)


def quads_of(number: int, content: Content) -> set[ox.Quad]:
    """The content of a contribution as quads."""
    found = {*_sent(number, content.proposed)}
    for side in SIDES:
        for quad in getattr(content.patch, side):
            graph = ox.NamedNode(str(quad.graph_name)[1:-1])
            found.add(_moved(quad, _side(number, side, graph)))
    if content.told:
        told = json.dumps({"format": FORMAT, **content.told}, ensure_ascii=False, sort_keys=True)
        found.add(_quad(number, node(number), WORKFLOW.report, ox.Literal(told)))
    return found


def content_of(number: int, quads: Iterable[ox.Quad]) -> Content:
    """The content that quads tell of."""
    sides: dict[str, list[ox.Quad]] = {side: [] for side in SIDES}
    targets = {_side(number, side, graph): (side, graph) for side in SIDES for graph in AUTHORED}
    parts: dict[str, dict[str, str]] = {}
    told: Mapping[str, Any] = {}
    for quad in quads:
        value = quad.object
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name in targets:
            side, graph = targets[quad.graph_name]
            sides[side].append(_moved(quad, graph))
        elif isinstance(quad.subject, ox.NamedNode) and isinstance(value, ox.Literal):
            if quad.predicate.value == str(WORKFLOW.report):
                told = _told(value.value)
            else:
                parts.setdefault(quad.subject.value, {})[quad.predicate.value] = value.value
    added, removed = (tuple(sorted(sides[side], key=str)) for side in SIDES)
    return Content(_proposed(parts), Patch(added, removed), told)


def kept(upload: Upload) -> ox.Literal:
    """The literal in which the bytes of something sent are kept."""
    data = base64.b64encode(upload.data).decode()
    return ox.Literal(data, datatype=ox.NamedNode(XSD.base64Binary))


def aimed(number: int, quad: ox.Quad) -> ox.Quad:
    """The quad of data that one in a graph of triples to be added or removed stands for."""
    for side in SIDES:
        for graph in AUTHORED:
            if quad.graph_name == _side(number, side, graph):
                return _moved(quad, graph)
    return quad


def _told(text: str) -> Mapping[str, Any]:
    """What was found, if this version of kg wrote it: otherwise it has to be looked at again."""
    members: dict[str, Any] = json.loads(text)
    return members if members.pop("format", None) == FORMAT else {}


def _moved(quad: ox.Quad, graph: ox.NamedNode) -> ox.Quad:
    return ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def _sent(number: int, proposed: Proposed) -> Iterator[ox.Quad]:
    for side in SIDES:
        for place, upload in enumerate(getattr(proposed, side)):
            part = ox.NamedNode(CONTRIBUTION[f"{number}/{side}/{place:04}"])
            yield _quad(number, part, WORKFLOW.bytes, kept(upload))
            yield _quad(number, part, str(DCTERMS.format), ox.Literal(upload.media_type))


def _proposed(parts: Mapping[str, Mapping[str, str]]) -> Proposed:
    sides: dict[str, list[Upload]] = {side: [] for side in SIDES}
    for iri, members in sorted(parts.items()):
        data = base64.b64decode(members[str(WORKFLOW.bytes)])
        sides[iri.split("/")[-2]].append(Upload(data, members[str(DCTERMS.format)]))
    return Proposed(*(tuple(sides[side]) for side in SIDES))


def _side(number: int, side: str, graph: ox.NamedNode) -> ox.NamedNode:
    return ox.NamedNode(f"{DRAFTS}{number}/{side}/{graph.value.removeprefix(str(GRAPH))}")


def _quad(number: int, subject: ox.NamedNode, predicate: str, value: ox.Literal) -> ox.Quad:
    return ox.Quad(subject, ox.NamedNode(predicate), value, graph_name(number))
