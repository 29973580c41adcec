"""Files of any form as quads, one after the other and without holding a file whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kg.conversion.forms import Form
from kg.errors import InputError, TurtleError
from kg.profiles.classes import Profiles
from kg.profiles.model import Profile
from kg.profiles.reading import TableReader
from kg.profiles.text_lines import UTF_8
from kg.rdf.reader import _CONTROL, _PLACE, _hint

Note = Callable[[str], None]

NO_BASE: Final = "kg-no-base://none/"
"""What relative IRIs are resolved against, so that they are found and refused."""
_RELATIVE: Final = NO_BASE.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read; `name` is what it is called in errors."""

    path: Path
    form: Form
    name: str
    template: Profile | None = None
    encoding: str = UTF_8


def quads_of(source: Source, profiles: Profiles, note: Note, *, rename: bool) -> Iterator[ox.Quad]:
    """The quads of a file; with `rename`, its blank nodes are told apart from those of others."""
    try:
        if source.form.format is None:
            yield from _rows(source, profiles, note)
        else:
            yield from _rdf(source, source.form.format, rename=rename)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot be read: {reason}", source=source.name) from error


def _rows(source: Source, profiles: Profiles, note: Note) -> Iterator[ox.Quad]:
    with source.path.open("rb") as file:
        reader = TableReader(
            file,
            profiles,
            template=source.template,
            encoding=source.encoding,
            source=source.name,
        )
        for words in reader.notes:
            note(f"{source.name}: {words}")
        for triple in reader.triples():
            yield ox.Quad(*triple)


def _rdf(source: Source, form: ox.RdfFormat, *, rename: bool) -> Iterator[ox.Quad]:
    base = NO_BASE if form in (ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD) else None
    try:
        for quad in ox.parse(
            path=str(source.path), format=form, base_iri=base, rename_blank_nodes=rename
        ):
            if base is not None:
                _check_absolute(quad, source)
            yield quad
    except SyntaxError as error:
        message = _CONTROL.sub(lambda found: repr(found[0])[1:-1], _PLACE.sub("", error.msg))
        raise TurtleError(
            message,
            hint=_hint(message) or f"this was read as {source.form.title}",
            source=source.name,
            line=error.lineno,
            column=error.offset,
        ) from error


def _check_absolute(quad: ox.Quad, source: Source) -> None:
    for term in quad:
        if isinstance(term, ox.NamedNode) and term.value.startswith(_RELATIVE):
            relative = term.value.removeprefix(NO_BASE)
            raise TurtleError(
                f"a relative IRI: <{relative[:60]}>",
                hint="write the full IRI, or give a base in the file",
                source=source.name,
            )
