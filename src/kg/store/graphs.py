"""Changes of whole graphs: whether one is meant for the state that is there, and its patch."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox

from kg.errors import NotFoundError, StaleError
from kg.rdf.upload import read_upload
from kg.store.interface import Generation, GraphChange, Patch


def check_state(change: GraphChange, generation: Generation, *, present: bool) -> None:
    """Raise `StaleError` or `NotFoundError` where a change is not for this state of its graph."""
    if change.generations is not None and generation not in change.generations:
        raise StaleError(
            f"the store is at generation {generation}, and not where this was meant for",
            hint="get the graph again and send the change with its new ETag",
        )
    if change.present is not None and present is not change.present:
        words = "the graph has triples already" if present else "the graph has no triples"
        raise StaleError(words, hint="leave the condition out to write all the same")
    if not change.uploads and not present and isinstance(change.graph, ox.NamedNode):
        raise no_graph(change.graph)


def no_graph(graph: ox.NamedNode) -> NotFoundError:
    """What to say of a graph without triples: empty graphs are not kept."""
    return NotFoundError(
        f"there is no graph {graph.value}", hint="a graph is there while it has triples"
    )


def graph_patch(change: GraphChange, state: Iterable[ox.Quad], *, keep_blank: bool) -> Patch:
    """The patch of a change on the quads that its graph has.

    Relative IRIs are resolved against the name of the graph. Raises what is wrong with an upload,
    as `read_upload` does. This parses what somebody sends: it runs where a process may be ended.
    """
    base = change.graph.value if isinstance(change.graph, ox.NamedNode) else None
    added = {
        quad: None
        for upload in change.uploads
        for quad in read_upload(
            upload.data,
            upload.media_type,
            graph=change.graph,
            base=base,
            keep_blank=keep_blank,
        )
    }
    return Patch(tuple(added), tuple(state) if change.replaces else ())
