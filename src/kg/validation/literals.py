"""Literals of data: their datatypes are few, and their text is of its datatype."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Final, TypeAlias

import pyoxigraph as ox
from rdflib import RDF, XSD

from kg.errors import InputError
from kg.geo import wkt
from kg.namespaces import GEO, compact
from kg.validation.solutions import WRITTEN, Entities, Found, quads_about, solutions_of

logging.getLogger("rdflib.term").setLevel(logging.ERROR)
# It prints a traceback for every literal that is found here.

_ANY: Final = re.compile(r".*", re.DOTALL)
_WHOLE: Final = re.compile(r"[+-]?[0-9]+")
_REAL: Final = re.compile(r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
_DAYS: Final = r"-?P(?=.)([0-9]+D)?(T(?=.)([0-9]+H)?([0-9]+M)?([0-9]+([.][0-9]+)?S)?)?"

FORMS: Final = {
    RDF.langString: _ANY,
    XSD.string: _ANY,
    XSD.integer: _WHOLE,
    XSD.nonNegativeInteger: re.compile(r"[+]?[0-9]+|-0+"),
    XSD.positiveInteger: re.compile(r"[+]?0*[1-9][0-9]*"),
    XSD.decimal: re.compile(r"[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)"),
    XSD.double: _REAL,
    XSD.boolean: re.compile(r"true|false|0|1"),
    XSD.date: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    XSD.dateTime: re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})?"),
    XSD.gYear: re.compile(r"-?[0-9]{4,}"),
    XSD.gYearMonth: re.compile(r"-?[0-9]{4,}-(0[1-9]|1[0-2])"),
    XSD.dayTimeDuration: re.compile(_DAYS),
    XSD.yearMonthDuration: re.compile(r"-?P(?=.)([0-9]+Y)?([0-9]+M)?"),
    XSD.anyURI: re.compile(r"[a-z][a-z0-9+.-]*:[^\s<>\"{}|\\^`]+", re.IGNORECASE),
    XSD.language: re.compile(r"[a-z]{1,8}(-[a-z0-9]{1,8})*", re.IGNORECASE),
    GEO.wktLiteral: _ANY,
}
"""The datatypes that data has, and how their text looks."""

_READERS: Final[dict[str, Callable[[str], object]]] = {
    str(XSD.date): date.fromisoformat,
    str(XSD.dateTime): datetime.fromisoformat,
    str(GEO.wktLiteral): wkt.read,
}
"""What reads a text whose form does not tell all."""
TYPED: Final = f"""SELECT ?entity ?property ?value {{
    VALUES ?graph {{ {" ".join(f"<{graph}>" for graph in WRITTEN)} }}
    GRAPH ?graph {{ ?entity ?property ?value }}
    FILTER(isLiteral(?value) && DATATYPE(?value) NOT IN (<{XSD.string}>, <{RDF.langString}>))
}}"""

Said: TypeAlias = tuple[object, ox.NamedNode, object]
"""A subject, a predicate and an object."""

LONGEST_SHOWN: Final = 100
_LOOKS: Final = {
    str(XSD.date): ": a date is year, month and day, such as 2022-10-31",
    str(XSD.dateTime): ": it is a date and a time, such as 2022-10-31T09:30:00Z",
    str(XSD.gYearMonth): ": it is a year and a month, such as 2022-10",
    str(XSD.integer): ": it is digits alone, such as 20",
    str(XSD.decimal): ": it is digits with a point, such as 40.5",
    str(GEO.wktLiteral): ": it is a point or closed polygons, such as POINT (44.5 40.2), longitude"
    " first",
    str(XSD.anyURI): ": it is an address, such as https://example.org/page",
}
"""How the text of a datatype looks, where people often write it otherwise."""
_FORMS: Final = {str(datatype): form for datatype, form in FORMS.items()}


def ill_typed_literals(store: ox.Store, entities: Entities = None) -> Found:
    """Literals whose text is none of their datatype: 30 February, or a number that is a word."""
    said = _typed_of_all(store) if entities is None else map(_of_quad, quads_about(store, entities))
    for entity, name, value in said:
        if not isinstance(value, ox.Literal) or not isinstance(entity, ox.NamedNode):
            continue
        if not well_typed(value.value, value.datatype.value):
            yield (
                entity.value,
                "The text of a literal fits its datatype, which is one of the usual ones:"
                f' "{_shown(value.value)}" of {compact(name.value)} is no'
                f" {compact(value.datatype.value)}{_LOOKS.get(value.datatype.value, '')}.",
            )


def _of_quad(quad: ox.Quad) -> Said:
    return quad.subject, quad.predicate, quad.object


def _typed_of_all(store: ox.Store) -> Iterator[Said]:
    """The literals of data that are no plain text, which any text is."""
    for solution in solutions_of(store, TYPED):
        yield solution[0], solution[1], solution[2]


def well_typed(text: str, datatype: str) -> bool:
    """Whether a datatype is one that data has, and the text is of it."""
    form = _FORMS.get(datatype)
    if form is None or not form.fullmatch(text):
        return False
    if datatype in _READERS:
        try:
            _READERS[datatype](text)
        except (ValueError, InputError):
            return False
    return True


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
