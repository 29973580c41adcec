"""A warning about one new triple, at its subject."""

from __future__ import annotations

import pyoxigraph as ox

from kg.validation.beyond.around import Term
from kg.validation.report import Finding, Kind, Severity


def warning(
    triple: ox.Triple,
    message: str,
    *,
    name: str,
    kind: Kind,
    value: str | None = None,
    related: tuple[str, ...] = (),
) -> Finding:
    """A finding of a check `name` about a triple; `value` is its object unless given."""
    return Finding(
        focus_node=_written(triple.subject),
        message=message,
        severity=Severity.WARNING,
        source_shape=name,
        path=triple.predicate.value,
        value=_written(triple.object) if value is None else value,
        kind=kind,
        related=related,
    )


def _written(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
