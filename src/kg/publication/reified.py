"""What claims are about, as triple terms of RDF 1.2: a proposition reifies the triple it describes.

    claim:c ckg:content proposition:p ; ckg:polarity polarity:negative .
    proposition:p rdf:reifies <<( event:a ckg:hostedBy person:b )>> .

A triple term is mentioned, not asserted: whether it is claimed or denied, by whom and how firmly
stays with the claims that have the proposition as their content.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

import pyoxigraph as ox

from kg.namespaces import PREFIXES

_RDF: Final = PREFIXES["rdf"]
_PARTS: Final = tuple(ox.NamedNode(f"{_RDF}{name}") for name in ("subject", "predicate", "object"))
REIFIES: Final = ox.NamedNode(f"{_RDF}reifies")


def reified(quads: Iterable[ox.Quad]) -> Iterator[ox.Triple]:
    """The triples of one graph, whose quads come subject by subject, with triple terms.

    A subject that has not exactly one rdf:subject, rdf:predicate and rdf:object, or whose values
    make no triple, keeps what it has.
    """
    for _, group in groupby(quads, key=lambda quad: quad.subject):
        triples = [quad.triple for quad in group]
        described = _described(triples)
        if described is None:
            yield from triples
        else:
            yield from (triple for triple in triples if triple.predicate not in _PARTS)
            yield ox.Triple(triples[0].subject, REIFIES, described)


def _described(triples: list[ox.Triple]) -> ox.Triple | None:
    """The triple that a subject describes."""
    values = [[t.object for t in triples if t.predicate == part] for part in _PARTS]
    if any(len(found) != 1 for found in values):
        return None
    (subject,), (predicate,), (value,) = values
    if not isinstance(subject, ox.NamedNode | ox.BlankNode):
        return None
    return ox.Triple(subject, predicate, value) if isinstance(predicate, ox.NamedNode) else None
