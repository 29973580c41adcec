"""Triples as tables in CSV, one for each class, and what no table can hold.

What is written is read back cell by cell before it counts: a value that would come back otherwise
is told as lost.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.namespaces import compact
from kg.profiles.cells import IRI, CellError, Column, id_of, join_cell, split_cell, term_of, text_of
from kg.profiles.classes import Profiles
from kg.profiles.columns import default_language, template_titles, title_of
from kg.profiles.model import Profile, Property
from kg.profiles.rdf import TYPE, Term

BOM: Final = "\ufeff"
"""Without it at the start of a file, Excel takes UTF-8 for Windows-1252."""

Values: TypeAlias = dict[str, list[Term]]
Key: TypeAlias = tuple[int, str, str]


@dataclass(slots=True)
class Tables:
    """Tables by the names of their templates, and in words what they do not hold."""

    texts: dict[str, str] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)


def template_csv(profile: Profile, profiles: Profiles) -> str:
    """An empty table with an example from the data that comes with kg, if there is one."""
    if not profile.instance:
        return _csv([template_titles(profile)])
    own = {p.iri for p in profile.own}
    values: Values = defaultdict(list)
    for predicate, term in profiles.data.pairs(profile.instance):
        if predicate in own:
            values[predicate].append(term)
    table = _Table(profile, profiles, Counter())
    table.add(profile.instance, values)
    return table.text(template_titles(profile))


def tables_of(
    triples: Iterable[ox.Triple], profiles: Profiles, only: Profile | None = None
) -> Tables:
    """Tables with all things that are of just one class that has a template, or of `only` one."""
    things: defaultdict[str, Values] = defaultdict(lambda: defaultdict(list))
    lost: Counter[str] = Counter()
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode):
            things[triple.subject.value][triple.predicate.value].append(triple.object)
        else:
            lost["triples of blank nodes"] += 1
    by_class = {p.iri: p for p in profiles.templates.values()}
    tables: dict[str, _Table] = {}
    for iri, values in sorted(things.items()):
        types = values.pop(TYPE, [])
        profile = by_class.get(_only_iri(types))
        if profile is None or (only is not None and profile is not only):
            lost[_not_held(types)] += 1
            continue
        table = tables.setdefault(profile.template, _Table(profile, profiles, lost))
        table.add(iri, values)
    texts = {name: table.text() for name, table in sorted(tables.items())}
    return Tables(texts, [f"{count} {words}" for words, count in sorted(lost.items())])


def _only_iri(types: Sequence[Term]) -> str:
    """The one class of a thing, or nothing."""
    first = types[0] if len(types) == 1 else None
    return first.value if isinstance(first, ox.NamedNode) else ""


def _not_held(types: Sequence[Term]) -> str:
    names = " and ".join(compact(t.value) for t in types if isinstance(t, ox.NamedNode))
    return f"things of {names}" if names else "things without a class"


class _Table:
    """The rows of one table; `lost` counts what is not in them."""

    def __init__(self, profile: Profile, profiles: Profiles, lost: Counter[str]) -> None:
        self._profile = profile
        self._profiles = profiles
        self._lost = lost
        self._places = {p.iri: n for n, p in enumerate(profile.properties)}
        self._made: dict[Key, Column] = {}
        self._columns: dict[Key, Column] = {}
        self._rows: list[tuple[str, dict[str, list[str]]]] = []

    def add(self, iri: str, values: Mapping[str, Sequence[Term]]) -> None:
        """One row."""
        cells: defaultdict[str, list[str]] = defaultdict(list)
        for predicate, terms in values.items():
            for term in terms:
                found = self._cell(predicate, term)
                if found is None:
                    words = f"values of {compact(predicate)} of {self._profile.name}"
                    self._lost[words] += 1
                else:
                    cells[found[0]].append(found[1])
        self._rows.append((self._id(iri), cells))

    def text(self, titles: Sequence[str] = ()) -> str:
        """The table, with at least the columns of these titles."""
        used = [column.title for _, column in sorted(self._columns.items())]
        head = list(dict.fromkeys((*titles, *used))) if titles else [self._profile.template, *used]
        rows = (
            [name, *(join_cell(cells.get(t, ())) for t in head[1:])] for name, cells in self._rows
        )
        return _csv([head, *rows])

    def _id(self, iri: str) -> str:
        prefix, _, slug = compact(iri).partition(":")
        for text in (slug, compact(iri)):
            if prefix == self._profile.kind and _is(text, self._profile.kind, iri):
                return text
        return f"<{iri}>"

    def _cell(self, predicate: str, term: Term) -> tuple[str, str] | None:
        """The title and the text of a value, if they mean just this value."""
        place = self._places.get(predicate)
        if place is None:
            return None
        for column in self._fitting(self._profile.properties[place], term):
            text = text_of(term, column, self._profiles)
            if self._comes_back(text, column, term):
                self._columns[place, column.language, column.datatype] = column
                return column.title, text
        return None

    def _fitting(self, each: Property, term: Term) -> list[Column]:
        """The columns that could hold a value, the plainest first."""
        if isinstance(term, ox.NamedNode):
            return [self._column(each, datatype="" if each.is_iri else IRI)]
        if not isinstance(term, ox.Literal) or each.is_iri:
            return []
        if term.language:
            allowed = each.tagged or not each.fixed
            return [self._column(each, language=term.language)] if allowed else []
        typed = self._column(each, datatype=term.datatype.value)
        return [typed] if default_language(each) else [self._column(each), typed]

    def _column(self, each: Property, *, language: str = "", datatype: str = "") -> Column:
        key = (self._places[each.iri], language, datatype)
        if key not in self._made:
            title = title_of(each, self._profile, language, compact(datatype))
            self._made[key] = Column(title, each, language, datatype)
        return self._made[key]

    def _comes_back(self, text: str, column: Column, term: Term) -> bool:
        try:
            return split_cell(join_cell([text])) == [text] and (
                term_of(text, column, self._profiles) == term
            )
        except CellError:
            return False


def _is(text: str, kind: str, iri: str) -> bool:
    try:
        return id_of(text, kind) == iri
    except CellError:
        return False


def _csv(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
