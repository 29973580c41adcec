"""Values of properties, as the index keeps them and as the API writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import pyoxigraph as ox

from kg.names.normal import fold_name
from kg.namespaces import PREFIXES, split
from kg.reconciliation.schema import slug_of

Value: TypeAlias = dict[str, Any]
"""A value as the API has it, such as `{"int": 3}` or `{"id": "place/baku", "name": "Baku"}`."""

_XSD: Final = PREFIXES["xsd"]
_WHOLE: Final = frozenset({f"{_XSD}integer", f"{_XSD}int", f"{_XSD}long"})
_BROKEN: Final = frozenset({f"{_XSD}decimal", f"{_XSD}double", f"{_XSD}float"})
_FINITE: Final = re.compile(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?")
_DAY: Final = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]")


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of a property; `kind` is `id`, `term`, `str`, `int`, `float` or `date`."""

    property: str
    kind: str
    value: str
    folded: str

    @classmethod
    def text(cls, property_: str, value: str) -> Fact:
        """A value that is text."""
        return cls(property_, "str", value, fold_name(value))


def fact_of(property_: str, value: object) -> Fact | None:
    """What is kept of a value; None where it is a node that means nothing outside."""
    if isinstance(value, ox.NamedNode):
        return _of_iri(property_, value.value)
    if not isinstance(value, ox.Literal):
        return None
    datatype, text = value.datatype.value, value.value
    if datatype in _WHOLE:
        return Fact(property_, "int", text, text)
    if datatype in _BROKEN and _FINITE.fullmatch(text):
        return Fact(property_, "float", text, text)
    if datatype == f"{_XSD}date" and _DAY.fullmatch(text):
        return Fact(property_, "date", text, fold_name(text))
    return Fact.text(property_, text)


def _of_iri(property_: str, iri: str) -> Fact | None:
    slug = slug_of(iri)
    if slug is not None:
        return Fact(property_, "id", slug, slug)
    kind, local = split(iri) or ("", "")
    if kind == "time":
        return Fact(property_, "date" if _DAY.fullmatch(local) else "str", local, fold_name(local))
    if kind in ("", "membership", "estimate", "reference"):
        return Fact.text(property_, iri) if not kind else None
    return Fact(property_, "term", iri, fold_name(local))


def written(kind: str, value: str, label: str) -> Value:
    """A value as the API has it; `label` is what the thing or term that it is is called."""
    match kind:
        case "id":
            return {"id": value, "name": label or value}
        case "int":
            return {"int": int(value)}
        case "float":
            return {"float": float(value)}
        case "date":
            return {"date": f"{value}T00:00:00Z"}
        case "term":
            return {"str": label or value}
    return {"str": value}
