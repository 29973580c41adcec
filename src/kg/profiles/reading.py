"""A table in CSV with the columns of a template, read into triples.

Nothing is passed over in silence: each value becomes a triple, or is told with its row, its column
and what to do. All rows are read before an error is raised, so that one look shows what is wrong.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import IO, Final, TypeAlias

import pyoxigraph as ox

from kg.errors import TableError
from kg.profiles.cells import CellError, Column, id_of, split_cell, term_of
from kg.profiles.classes import Profiles
from kg.profiles.columns import ID, known_columns, read_titles, template_of
from kg.profiles.ids import COMPUTED, computed_iri
from kg.profiles.model import Profile
from kg.profiles.rdf import TYPE, Term
from kg.profiles.text_lines import UTF_8, decoded_lines
from kg.rdf.upload_rules import LIMITS, iri_problem, text_problem

MOST: Final = 20
"""So many problems are told; the others are counted."""

_SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
_RDF_TYPE: Final = ox.NamedNode(TYPE)

Value: TypeAlias = tuple[Column, Term]


class TableReader:
    """One table on its way to triples; `notes` says what was found out about its form."""

    def __init__(
        self,
        file: IO[bytes],
        profiles: Profiles,
        *,
        template: Profile | None = None,
        encoding: str = UTF_8,
        source: str | None = None,
    ) -> None:
        self.notes: list[str] = []
        self._profiles = profiles
        self._source = source
        self._problems: list[tuple[int, str]] = []
        self._count = 0
        self._lines = decoded_lines(file, encoding)
        try:
            titles = self._header(template)
            self.template = template or template_of(titles, profiles) or self._unknown(titles)
            self._columns = read_titles(titles, self.template)
        except TableError as error:
            error.source = source
            raise

    def _header(self, template: Profile | None) -> list[str]:
        """The titles, by the separator with which most of them mean something."""
        first = next(self._lines, "")
        told = first.strip().lower()
        self._skipped = int(told.startswith("sep=") and len(told) == 5)
        separators = told[4] if self._skipped else "".join(_SEPARATORS)
        first = next(self._lines, "") if self._skipped else first
        if not first.strip():
            raise TableError("there is no row of titles", hint="`kg template` writes one", line=1)
        kept = list(islice(self._lines, 20))  # a title may run over lines, in quotes
        best: tuple[int, list[str], str] = (-1, [], ",")
        for separator in separators:
            titles = _titles([first, *kept], separator)
            profile = template or template_of(titles, self._profiles)
            known = known_columns(titles, profile) + 1 if profile else titles[:1] == [ID]
            if titles and known > best[0]:
                best = (known, titles, separator)
        _, titles, separator = best
        if not titles:
            raise TableError(
                "the titles cannot be read", hint="are they in the first line?", line=1
            )
        if separator != ",":
            words = _SEPARATORS.get(separator, repr(separator))
            self.notes.append(f"the columns are separated by {words}")
        self._rows = csv.reader(
            chain([first, *kept], self._lines), delimiter=separator, strict=True
        )
        return titles

    def _unknown(self, titles: Sequence[str]) -> Profile:
        near = difflib.get_close_matches(titles[0].strip().lower(), self._profiles.templates, 1)
        hint = (
            f"did you mean {near[0]}?" if near else "call it claim, person or as another template"
        )
        if titles[0].strip() == ID:
            hint += ", or name the template beside the file"
        raise TableError(
            f"the first column is called {titles[0][:40]!r}, which is no template",
            hint=hint,
            line=1,
        )

    def triples(self) -> Iterator[ox.Triple]:
        """The triples, row by row; raises `TableError` at the end if some values are none."""
        for number, line, row in self._numbered():
            if number > 1 and any(cell.strip() for cell in row):
                found = self._row(number, line, row)
                if not self._problems:
                    yield from found
        if self._problems:
            raise self._error()

    def lines(self) -> dict[str, int]:
        """The lines in which the first rows of things begin; reads all, instead of `triples`."""
        found: dict[str, int] = {}
        for number, line, row in self._numbered():
            if number > 1 and any(cell.strip() for cell in row):
                for triple in self._row(number, line, row)[:1]:
                    found.setdefault(str(triple.subject).strip("<>"), line)
        return found

    def _numbered(self) -> Iterator[tuple[int, int, list[str]]]:
        """Rows with their numbers, counted with the titles, and the lines in which they begin."""
        number, line = 0, self._skipped + 1
        while True:
            number += 1
            try:
                row = next(self._rows)
            except StopIteration:
                return
            except csv.Error as error:
                words, hint = str(error), "save it as CSV again"
                if "end of data" in words:
                    words, hint = "a quote is not closed", "double a quote that belongs to a text"
                raise TableError(
                    f"row {number} cannot be read: {words}",
                    hint=hint,
                    source=self._source,
                    line=line,
                ) from error
            except TableError as error:
                error.source = self._source
                raise
            yield number, line, row
            line = self._skipped + self._rows.line_num + 1

    def _row(self, number: int, line: int, row: Sequence[str]) -> list[ox.Triple]:
        values = list(self._values(number, line, row))
        subject = self._subject(number, line, row[0], values)
        if subject is None:
            return []
        found = [ox.Triple(subject, _RDF_TYPE, ox.NamedNode(self.template.iri))]
        for column, term in values:
            found.append(ox.Triple(subject, ox.NamedNode(column.property.iri), term))
        return found

    def _subject(
        self, number: int, line: int, cell: str, values: Sequence[Value]
    ) -> ox.NamedNode | None:
        kind, text = self.template.kind, cell.strip()
        if not text and kind in COMPUTED:
            text = computed_iri(kind, {c.property.iri: term for c, term in values}) or ""
        title = self.template.template
        if not text:
            self._wrong(number, line, title, cell, CellError("is empty", hint=f"name the {title}"))
            return None
        try:
            return ox.NamedNode(_sound(id_of(text, kind)))
        except CellError as error:
            self._wrong(number, line, title, text, error)
            return None

    def _values(self, number: int, line: int, row: Sequence[str]) -> Iterator[Value]:
        for place, cell in enumerate(row[1:]):
            column = self._columns[place] if place < len(self._columns) else None
            if column is None and cell.strip():
                words = CellError(
                    "is in no column", hint="give the column a title, or quote commas"
                )
                self._wrong(number, line, str(place + 2), cell.strip(), words)
            if column is None:
                continue
            for text in split_cell(cell):
                try:
                    term = term_of(text, column, self._profiles)
                    _sound(getattr(term, "value", ""), iri=isinstance(term, ox.NamedNode))
                    yield column, term
                except CellError as error:
                    self._wrong(number, line, column.title, text, error)

    def _wrong(self, row: int, line: int, column: str, value: str, error: CellError) -> None:
        self._count += 1
        if len(self._problems) < MOST:
            shown = value if len(value) <= 60 else f"{value[:60]}…"
            hint = f" ({error.hint})" if error.hint else ""
            words = f'row {row}, column {column}: "{shown}" {error.message}{hint}'
            self._problems.append((line, words))

    def _error(self) -> TableError:
        if self._count == 1:
            [(line, words)] = self._problems
            return TableError(words, source=self._source, line=line)
        lines = [f"{self._count} values cannot be read"]
        lines += [f"line {line}, {words}" for line, words in self._problems]
        if self._count > len(self._problems):
            lines.append(f"and {self._count - len(self._problems)} more")
        return TableError("\n  ".join(lines), source=self._source)


def _titles(lines: Sequence[str], separator: str) -> list[str]:
    """The titles, if this is what separates them; nothing where it cannot be."""
    try:
        return next(csv.reader(iter(lines), delimiter=separator))
    except csv.Error:
        return []


def _sound(text: str, *, iri: bool = True) -> str:
    """A text or an IRI that may be read from outside; raises `CellError` for any other."""
    problem = iri_problem(text, LIMITS) if iri else text_problem(text, LIMITS)
    if problem is None:
        return text
    if problem.hidden is not None:
        words = f"has a hidden character, U+{ord(problem.hidden):04X}"
        raise CellError(words, hint="delete it, and type the text anew")
    raise CellError(f"is not read: {problem.message}", hint=problem.hint)
