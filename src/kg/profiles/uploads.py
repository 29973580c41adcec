"""Tables from outside, over HTTP, and files of data by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path, PurePath
from typing import Final

import pyoxigraph as ox
from rdflib import Graph
from werkzeug.http import parse_options_header

from kg.errors import InputError, UnsupportedMediaError
from kg.profiles import packaged
from kg.profiles.columns import profile_named
from kg.profiles.model import Profile
from kg.profiles.reading import TableReader
from kg.profiles.text_lines import ENCODINGS, UTF_8
from kg.rdf.placed import Lines
from kg.rdf.placing import media_type_of
from kg.rdf.upload import read_upload
from kg.rdf.upload_rules import LIMITS
from kg.validation.files import read_file as read_rdf
from kg.validation.places import placed
from kg.validation.report import Report

TABLE: Final = "text/csv"
TABLE_SUFFIXES: Final = (".csv", ".tsv")
_HEAD: Final = 1000
_MARK: Final = "\ufeff"
_SEPARATORS: Final = (",", ";", "\t")


def read_any_upload(data: bytes, media_type: str, unnamed: ox.NamedNode) -> list[ox.Quad]:
    """The quads of an upload in RDF or CSV; those without a graph are put into `unnamed`.

    A media type such as `text/csv; template=claim; charset=windows-1252` says whose table it is,
    if its first title does not, and how it is encoded.
    """
    found, options = parse_options_header(media_type)
    if found.lower() != TABLE:
        quads = read_upload(data, media_type)
        return [_placed(quad, unnamed) for quad in quads]
    if len(data) > LIMITS.bytes:
        raise InputError(
            f"{len(data)} bytes are too many", hint=f"send at most {LIMITS.bytes} bytes at once"
        )
    written = ox.serialize(_sent(data, options).triples(), format=ox.RdfFormat.N_TRIPLES) or b""
    return read_upload(written, "application/n-triples", graph=unnamed)


def upload_type(path: PurePath) -> str:
    """The media type under which a file is sent, by the end of its name."""
    return TABLE if path.suffix.lower() in TABLE_SUFFIXES else media_type_of(path)


def placed_in_upload(report: Report, data: bytes, media_type: str) -> Report:
    """The report with the places of its findings in what was sent, which can be read."""
    found, options = parse_options_header(media_type)
    if found.lower() != TABLE:
        return placed(report, data.decode("utf-8-sig", "replace"), media_type)
    text = data.decode(_encoding(options.get("charset", UTF_8)), "replace").removeprefix(_MARK)
    return _in_rows(report, text, _sent(data, options).lines())


def with_rows(report: Report, folder: Path, template: Profile | None = None) -> Report:
    """The report with the rows of its findings about tables, whose names are relative to a folder.

    All of these have been read before.
    """
    for name in sorted({finding.file for finding in report.results if finding.file}):
        if is_table(folder / name):
            data = (folder / name).read_bytes()
            reader = TableReader(BytesIO(data), packaged(), template=template, source=name)
            text = data.decode(errors="replace").removeprefix(_MARK)
            report = _in_rows(report, text, reader.lines(), name)
    return report


def _sent(data: bytes, options: Mapping[str, str]) -> TableReader:
    profiles, name = packaged(), options.get("template")
    template = profile_named(name, profiles) if name else None
    encoding = _encoding(options.get("charset", UTF_8))
    return TableReader(BytesIO(data), profiles, template=template, encoding=encoding)


def _in_rows(report: Report, text: str, rows: Mapping[str, int], file: str | None = None) -> Report:
    """Findings about things that have rows point at these."""
    lines = Lines(text)
    return Report.of(
        replace(finding, line=line, column=1, excerpt=lines.excerpt(line, 1))
        if finding.file == file and (line := rows.get(finding.focus_node)) is not None
        else finding
        for finding in report.results
    )


def read_file(path: Path, template: Profile | None = None) -> Graph:
    """The graph of a file: of a table, or of RDF as `kg.validation.files.read_file` reads it.

    Raises `InputError` with the place.
    """
    if not is_table(path):
        return read_rdf(path)
    graph = Graph(bind_namespaces="none")
    text = ox.serialize(_triples(path, template), format=ox.RdfFormat.N_TRIPLES)
    graph.parse(data=text or b"", format="nt")
    return graph


def is_table(path: Path) -> bool:
    """Whether a file is a table, by its suffix, or where it has none by its titles."""
    return path.suffix.lower() in TABLE_SUFFIXES or (not path.suffix and _has_titles(path))


def _triples(path: Path, template: Profile | None) -> Iterator[ox.Triple]:
    try:
        with path.open("rb") as file:
            yield from TableReader(file, packaged(), template=template, source=str(path)).triples()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot be read: {reason}", source=str(path)) from error


def _has_titles(path: Path) -> bool:
    """Whether a file begins as a table does, with the name of a template and a separator."""
    try:
        with path.open("rb") as file:
            head = file.readline(_HEAD).decode("utf-8-sig", "replace")
    except OSError:
        return False  # whoever reads it as Turtle says why
    firsts = (head.partition(separator) for separator in _SEPARATORS)
    names = {first.strip().strip('"') for first, found, _ in firsts if found}
    return not names.isdisjoint(packaged().templates) if names else False


def _placed(quad: ox.Quad, unnamed: ox.NamedNode) -> ox.Quad:
    if not isinstance(quad.graph_name, ox.DefaultGraph):
        return quad
    return ox.Quad(quad.subject, quad.predicate, quad.object, unnamed)


def _encoding(charset: str) -> str:
    if charset.lower() in ("utf8", "us-ascii"):
        return UTF_8
    if charset.lower() not in ENCODINGS:
        raise UnsupportedMediaError(
            f"the charset {charset[:60]!r} is not read", hint=f"send {' or '.join(ENCODINGS)}"
        )
    return charset.lower()
