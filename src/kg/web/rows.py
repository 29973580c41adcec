"""Solutions of our own queries as what pages show: things with labels, texts, days, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pyoxigraph as ox

from kg.namespaces import compact
from kg.store.interface import Term
from kg.web.addresses import href
from kg.web.facts import Text, Thing

Row = Mapping[str, Term]


def thing(row: Row, name: str) -> Thing:
    """The thing that a variable is bound to, called by the variable `…Label` beside it."""
    iri = row[name].value
    label = row.get(f"{name}Label")
    return Thing(iri, label.value if label else compact(iri), href(iri), label is not None)


def thing_or_none(row: Row, name: str) -> Thing | None:
    """The same, or None where the variable is unbound."""
    return thing(row, name) if name in row else None


def shown(row: Row, name: str) -> Thing | Text | None:
    """The term that a variable is bound to, whatever it is; None where it is unbound."""
    term = row.get(name)
    if isinstance(term, ox.Literal):
        return Text(term.value, term.language)
    return thing_or_none(row, name)


def number(row: Row, name: str) -> int | None:
    """A whole number; None where the variable is unbound or what it is bound to is none."""
    value = row[name].value if name in row else ""
    return int(value) if value.lstrip("+-").isdecimal() else None


def day(row: Row, name: str) -> date | None:
    """A day; None where the variable is unbound or the calendar of Python has no such day."""
    try:
        return date.fromisoformat(row[name].value) if name in row else None
    except ValueError:
        return None
