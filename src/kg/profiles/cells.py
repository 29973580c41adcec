"""One cell of a table: from its text to terms of RDF, and back.

Several values stand in one cell with a bar between them, `a | b`; a bar or a backslash that is part
of a value has a backslash before it. White space around a value does not count.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyoxigraph as ox

from kg.namespaces import PREFIXES, compact, expand, unescape_local
from kg.profiles.classes import Profiles
from kg.profiles.model import XSD, Property
from kg.profiles.rdf import Term

BAR: Final = "|"
IRI: Final = "IRI"
"""Stands for a datatype in the title of a column whose values are things, not texts."""
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_SPLIT: Final = re.compile(r"(?<!\\)((?:\\\\)*)\|")
_SLUG: Final = re.compile(r"[^\s:/<>\"{}|\\^`]+")
_PREFIXED: Final = re.compile(r"[A-Za-z][\w.-]*:[^\s<>\"{}|\\^`]+")
_DATES: Final = (
    ("date", re.compile(r"\d{4}-\d{2}-\d{2}")),
    ("gYearMonth", re.compile(r"\d{4}-\d{2}")),
    ("gYear", re.compile(r"\d{4}")),
)
_DURATIONS: Final = (
    ("yearMonthDuration", re.compile(r"-?P(\d+Y)?(\d+M)?(?<!P)")),
    ("dayTimeDuration", re.compile(r"-?P(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?(?<!T))?(?<!P)")),
)
_BY_FORM: Final = {f"{XSD}{name}": forms for forms in (_DATES, _DURATIONS) for name, _ in forms}
"""Datatypes that a column can have beside each other: each value says by its form which it is."""

_DAY_FIRST: Final = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_COMMA: Final = re.compile(r"-?\d+,\d+")
_THOUSANDS: Final = re.compile(r"-?\d{1,3}([ ,.'\u00a0\u202f]\d{3})+")


class CellError(ValueError):
    """A value that is not one of its column; the reader adds where it stands."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its header names it: a property, and how its texts are meant."""

    title: str
    property: Property
    language: str = ""
    datatype: str = ""


def split_cell(text: str) -> list[str]:
    """The values of a cell, without their escapes; empty ones are none."""
    parts, at = [], 0
    for bar in _SPLIT.finditer(text):
        parts.append(text[at : bar.end() - 1])
        at = bar.end()
    parts.append(text[at:])
    return [_ESCAPED.sub(r"\1", part.strip()) for part in parts if part.strip()]


def join_cell(values: Iterable[str]) -> str:
    """A cell of several values, sorted."""
    escaped = (value.replace("\\", "\\\\").replace(BAR, f"\\{BAR}") for value in sorted(values))
    return f" {BAR} ".join(escaped)


def term_of(text: str, column: Column, profiles: Profiles) -> Term:
    """The term that a value of a column means; raises `CellError`."""
    plain = not column.language and not column.datatype
    if column.datatype == IRI or (column.property.is_iri and plain):
        return ox.NamedNode(_iri_of(text, column.property, profiles))
    if column.language:
        return ox.Literal(text, language=column.language)
    datatype = column.datatype or _datatype_of(text, column.property)
    if choices := column.property.values.choices:
        _one_of(text, choices)
    if not datatype:
        return ox.Literal(text)
    check_text(text, datatype)
    return ox.Literal(text, datatype=ox.NamedNode(datatype))


def id_of(text: str, kind: str) -> str:
    """The IRI of the thing that a row is about, by its slug or its name."""
    if _SLUG.fullmatch(text):
        return f"{PREFIXES[kind]}{text}"
    slug = re.sub("[^a-z0-9.]+", "-", _ascii(text).lower()).strip("-")
    return _full(text, f"write {slug}" if slug and ":" not in text else f"write {kind}:NAME")


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def text_of(term: Term, column: Column, profiles: Profiles) -> str:
    """A term as a cell has it; `term_of` makes the same term of it."""
    if not isinstance(term, ox.NamedNode):
        return str(getattr(term, "value", term))
    short = compact(term.value)
    prefix, _, local = short.partition(":")
    kinds = _kinds(column.property, profiles)
    if kinds == (prefix,) and _SLUG.fullmatch(local):
        return local
    return (
        short if expand(short) == term.value and _PREFIXED.fullmatch(short) else f"<{term.value}>"
    )


def check_text(text: str, datatype: str) -> None:
    """Raise `CellError` unless a text is one of a datatype that we know."""
    name = datatype.removeprefix(XSD)
    found = _CHECKS.get(name)
    if found is not None and not found[0](text):
        raise CellError(f"is no xsd:{name}", hint=_hint(text, name) or found[1])


def _datatype_of(text: str, property_: Property) -> str:
    """The datatype of a value: the one of its column, or of several the one that has its form."""
    forms = () if property_.fixed else _BY_FORM.get(property_.datatype, ())
    fitting = (f"{XSD}{name}" for name, form in forms if form.fullmatch(text))
    return next(fitting, property_.datatype)


def _kinds(property_: Property, profiles: Profiles) -> tuple[str, ...]:
    if property_.values.scheme:
        return (property_.values.scheme,)
    return profiles.kinds_of(property_.values.classes) if property_.values.classes else ()


def _iri_of(text: str, property_: Property, profiles: Profiles) -> str:
    kinds = _kinds(property_, profiles)
    if len(kinds) == 1 and _SLUG.fullmatch(text):
        iri = f"{PREFIXES[kinds[0]]}{unescape_local(text)}"
    else:
        iri = _full(text, _how(kinds))
    if property_.values.scheme:
        _check_concept(iri, property_.values.scheme, profiles)
    return iri


def _check_concept(iri: str, scheme: str, profiles: Profiles) -> None:
    """Raise `CellError` unless an IRI is a concept of a vocabulary, with the one that is meant."""
    known = profiles.concepts(scheme)
    if iri in known:
        return
    prefix, word = PREFIXES[scheme], iri.rpartition("/")[2]
    for concept in known:
        if word in profiles.other_names(concept):
            raise CellError("is not one of the list", hint=f"write {concept.removeprefix(prefix)}")
    _one_of(word, [each.removeprefix(prefix) for each in known])
    raise CellError("is not one of the list", hint=f"write {scheme}:{word}")


def _how(kinds: Sequence[str]) -> str:
    """How a thing is named in a cell."""
    if not kinds:
        return "write a name with its prefix, such as person:NAME, or a full address"
    names = [f"{kind}:NAME" for kind in kinds]
    return f"write {', '.join(names[:-1])} or {names[-1]}" if names[1:] else f"write {names[0]}"


def _full(text: str, hint: str) -> str:
    """The IRI that a prefixed name or an IRI means."""
    iri = expand(text) if text.startswith(("<", "http")) or _PREFIXED.fullmatch(text) else None
    if iri is None:
        prefix = text.partition(":")[0]
        if ":" in text and " " not in text and prefix not in PREFIXES:
            near = difflib.get_close_matches(prefix, PREFIXES, 1)
            hint = f"did you mean {near[0]}:?" if near else f"there is no prefix {prefix}:; {hint}"
        raise CellError("names nothing", hint=hint)
    try:
        return ox.NamedNode(iri).value
    except ValueError as error:
        raise CellError(f"is no IRI: {error}", hint=hint) from error


def _one_of(text: str, choices: Sequence[str]) -> None:
    if text in choices:
        return
    near = difflib.get_close_matches(text, choices, 1)
    shown = ", ".join(choices) if len(choices) <= 8 else ""
    hint = f"did you mean {near[0]}?" if near else (f"it is {shown}" if shown else None)
    raise CellError("is not one of the list", hint=hint)


def _is_date(text: str) -> bool:
    try:
        return bool(_DATES[0][1].fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


_CHECKS: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "date": (_is_date, "write year, month and day, as in 2022-10-31"),
    "gYear": (_matches(r"-?\d{4,}"), "write the year with four digits"),
    "gYearMonth": (_matches(r"-?\d{4,}-(0[1-9]|1[0-2])"), "write year and month, as in 2022-10"),
    "integer": (_matches(r"[+-]?\d+"), "write digits only"),
    "decimal": (_matches(r"[+-]?(\d+(\.\d*)?|\.\d+)"), "write digits with a point, as in 40.5"),
    "boolean": (_matches("true|false|1|0"), "write true or false"),
    "duration": (_matches(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.).*)?"), "write it as in P42D"),
    "yearMonthDuration": (_matches(_DURATIONS[0][1].pattern), "write it as in P1Y1M"),
    "dayTimeDuration": (_matches(_DURATIONS[1][1].pattern), "write it as in P42D"),
}


def _hint(text: str, name: str) -> str | None:
    """What is meant by a value that people write in another way."""
    if name == "date" and (found := _DAY_FIRST.fullmatch(text)):
        day, month, year = found.groups()
        told = [f"{year}-{int(m):02}-{int(d):02}" for d, m in ((day, month), (month, day))]
        real = sorted({each for each in told if _is_date(each)})
        return f"write {' or '.join(real)}" if real else None
    if name == "date" and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return "there is no such day; the month comes before the day"
    if name == "decimal" and _COMMA.fullmatch(text):
        return f"write {text.replace(',', '.')}"
    if name == "integer" and _THOUSANDS.fullmatch(text):
        return f"write {re.sub('[^0-9-]', '', text)}"
    if name in ("integer", "decimal") and (number := re.match(r"-?\d+", text)):
        return f"write the number alone, {number[0]}"
    return None
