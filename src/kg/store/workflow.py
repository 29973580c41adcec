"""The graphs of contributions: they are kept with the data, and are no data.

Nothing follows from them and no shape judges them. Only a `Guarded` change writes them; those with
the contents of contributions are not among the graphs of a dataset unless somebody names them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyoxigraph as ox

from kg.errors import ConflictError, ForbiddenError, StaleError
from kg.namespaces import CONTRIBUTIONS, DRAFTS
from kg.store.interface import Asker, Dataset, Guarded, Patch
from kg.validation.solutions import WRITTEN

STEPS: Final = ox.NamedNode(str(CONTRIBUTIONS))
"""The graph of what became of contributions."""


AUTHORED: Final = tuple(ox.NamedNode(str(graph)) for graph in WRITTEN)
"""The graphs of data, which contributions change."""


def is_draft(graph: object) -> bool:
    """Whether a graph has the content of a contribution."""
    return isinstance(graph, ox.NamedNode) and graph.value.startswith(DRAFTS)


def is_workflow(graph: object) -> bool:
    """Whether a graph belongs to contributions."""
    return graph == STEPS or is_draft(graph)


def refuse_drafts(dataset: Dataset, asker: Asker) -> None:
    """Raise `ForbiddenError` where somebody without a token names the content of a contribution."""
    named = (graph for side in (dataset.default, dataset.named) for graph in side or ())
    if asker.client and not asker.known and any(is_draft(graph) for graph in named):
        raise ForbiddenError(
            "the contents of contributions are for those with a token",
            hint="send `Authorization: Bearer TOKEN`; what was accepted is in graph:curated",
        )


def data_part(patch: Patch) -> Patch:
    """A patch without what it changes in the graphs of contributions."""
    sides = (patch.added, patch.removed)
    if not any(is_workflow(quad.graph_name) for side in sides for quad in side):
        return patch
    return Patch(*(tuple(q for q in side if not is_workflow(q.graph_name)) for side in sides))


def refuse_workflow(patch: Patch) -> None:
    """Raise `ConflictError` for a patch that writes these graphs by hand."""
    for quad in (*patch.removed, *patch.added):
        if is_workflow(quad.graph_name):
            raise ConflictError(
                f"nobody writes {quad.graph_name} by hand",
                hint="`kg propose` and POST /contributions make contributions",
            )


def check_guard(change: Guarded, store: ox.Store, written: Iterable[ox.NamedNode]) -> None:
    """Raise `StaleError` where the state is not the one that was looked at."""
    expected = set(change.expected)
    graphs = tuple(written)
    fits = all(quad in store for quad in expected) and all(
        set(store.quads_for_pattern(node, None, None, graph))
        == {quad for quad in expected if (quad.subject, quad.graph_name) == (node, graph)}
        for node in change.whole
        for graph in graphs
    )
    if not fits:
        raise StaleError(
            "this was changed by somebody else meanwhile", hint="look at it again, then try again"
        )
