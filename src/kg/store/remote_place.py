"""Where an endpoint is, how it is used, and what a store there can do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.store.candidate import Setup
from kg.store.interface import Capabilities
from kg.store.remote_http import Access
from kg.store.remote_probe import Probed


@dataclass(frozen=True, slots=True)
class Place:
    """Where an endpoint is, and how it is used; addresses that are None are not used.

    `fresh_seconds`: so old may be what is known of its mark. `unmarked_seconds`: what others write
    to an endpoint without our mark counts as a generation of its own after so long.
    `own_default_graph`: its default graph is taken as it is. `copy_quads`: to a larger one nothing
    is written. `graphs` are its named graphs where it is not to be asked for them.
    """

    query: str
    update: str | None = None
    data: str | None = None
    access: Access = field(default_factory=Access)
    seconds: float = 60.0
    fresh_seconds: float = 1.0
    unmarked_seconds: float = 600.0
    own_default_graph: bool = False
    copy_quads: int = 2_000_000
    answer_bytes: int = 100_000_000
    graphs: tuple[str, ...] = ()


def capabilities_of(place: Place, setup: Setup, probed: Probed | None) -> Capabilities:
    """What a store can do at an endpoint; before it was probed, what it may be able to do."""
    writable = place.update is not None and (probed is None or probed.conditional is True)
    return Capabilities(
        home="remote",
        writable=writable,
        history=False,
        union_default_graph=bool(setup.union) and not place.own_default_graph,
        ends_runaway_queries=False,
        artefacts=True,
        isolated=False,
        blank_nodes=False,
        own_engine=False,
        merges=probed is None or probed.merges is not False,
        notes=tuple(_notes(place, probed)),
    )


def _notes(place: Place, probed: Probed | None) -> Iterator[str]:
    yield "Earlier generations are not kept."
    if place.update is None:
        yield "Nothing is written: no address for updates is configured."
    elif probed is not None and not probed.conditional:
        yield f"Nothing is written: {probed.why or 'conditional updates could not be tried'}."
    if place.own_default_graph:
        yield "The default graph is that of the endpoint."
    elif probed is not None and probed.merges is False:
        yield "Default graphs of choice are not merged: a query can choose one."
    elif probed is None or probed.merges is None:
        yield "Whether a triple of several graphs is answered once was not tried."
