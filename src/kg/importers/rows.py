"""Rows of a table or of the features of a GeoJSON file, one at a time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO

from kg.errors import InputError

GEOJSON: Final = (".geojson", ".json")
UTF8: Final = "utf-8"
_MARK: Final = "\ufeff"
_CHUNK: Final = 1 << 16
_DELIMITERS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row by the names of their columns, all text; `line` is where it begins.

    `broken` says how many cells there are where they are not as many as the columns.
    """

    line: int
    values: Mapping[str, str]
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is being read: the names of its columns, and its rows."""

    columns: tuple[str, ...]
    rows: Iterator[Row]


@contextmanager
def table_of(
    path: Path, encoding: str = UTF8, tell: Callable[[int], None] = lambda _: None
) -> Iterator[Table]:
    """Read a CSV file or the features of a GeoJSON file; the rows come while they are asked for.

    A byte order mark at the start is skipped. `tell` is told how many bytes were read so far.
    Raises `InputError` with the place for what is no such file, or has another encoding.
    """
    with _readable(path, encoding), path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding=encoding, newline="")
        reader = _features if path.suffix.lower() in GEOJSON else _cells
        table = reader(text, str(path))
        yield Table(table.columns, _told(table.rows, raw, tell))


@contextmanager
def _readable(path: Path, encoding: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", source=str(path)) from error
    except LookupError as error:
        raise InputError(f"{encoding} is no encoding", hint="as in windows-1252") from error
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise InputError(
            f"is not {encoding}: there is a byte 0x{byte:02x} that it does not have",
            hint="if it was written in another encoding, say so: --encoding windows-1252",
            source=str(path),
        ) from error


def _told(rows: Iterator[Row], raw: BinaryIO, tell: Callable[[int], None]) -> Iterator[Row]:
    for row in rows:
        tell(raw.tell())
        yield row


def _cells(text: TextIO, source: str) -> Table:
    header = text.readline().removeprefix(_MARK)
    delimiter = max(_DELIMITERS, key=header.count)
    columns = tuple(
        name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])
    )
    if len(set(columns)) < 2 or len(set(columns)) != len(columns):
        raise InputError(
            "the first line does not name the columns, each by a name of its own",
            hint="a table begins with a line such as id,year,low,best,high",
            source=source,
            line=1,
        )
    return Table(
        columns, _of_csv(csv.reader(text, delimiter=delimiter, strict=True), columns, source)
    )


def _of_csv(reader: Any, columns: tuple[str, ...], source: str) -> Iterator[Row]:
    begins = 2
    try:
        for cells in reader:
            if cells:
                broken = f"{len(cells)} of {len(columns)}" if len(cells) != len(columns) else ""
                yield Row(begins, dict(zip(columns, cells, strict=False)), broken)
            begins = reader.line_num + 2
    except csv.Error as error:
        raise InputError(f"is no table: {error}", source=source, line=begins) from error


def _features(text: TextIO, source: str) -> Table:
    rows = _of_geojson(text, source)
    first = next(rows, None)
    if first is None:
        raise InputError("has no features", source=source)
    return Table(tuple(first.values), _again(first, rows))


def _again(first: Row, rows: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rows


def _of_geojson(text: TextIO, source: str) -> Iterator[Row]:
    """The features of a collection, without ever holding more than a few of them."""
    buffer, at, line = _at_features(text, source)
    decode = json.JSONDecoder().raw_decode
    while True:
        while (mark := buffer[at : at + 1]) and mark in " \t\r\n,":
            line += mark == "\n"
            at += 1
        if mark == "]":
            return
        try:
            feature, end = decode(buffer, at)
        except json.JSONDecodeError as error:
            more = text.read(max(_CHUNK, len(buffer) - at))
            if not more:
                raise InputError(
                    f"is no GeoJSON: {error.msg}",
                    hint="the file may have been cut off: get it once more",
                    source=source,
                    line=line,
                ) from error
            buffer, at = buffer[at:] + more, 0
            continue
        yield _feature(feature, line, source)
        line += buffer.count("\n", at, end)
        at = end


def _at_features(text: TextIO, source: str) -> tuple[str, int, int]:
    """What was read so far, where in it the first feature may begin, and its line."""
    buffer = ""
    while more := text.read(_CHUNK):
        buffer += more
        _, name, after = buffer.partition('"features"')
        if name and "[" in after:
            at = len(buffer) - len(after) + after.index("[") + 1
            return buffer, at, buffer.count("\n", 0, at) + 1
    raise InputError(
        "has no features",
        hint="a GeoJSON file of events is a FeatureCollection",
        source=source,
    )


def _feature(feature: object, line: int, source: str) -> Row:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(properties, dict):
        raise InputError("a feature without properties", source=source, line=line)
    values = {name.lower(): _text(value) for name, value in properties.items()}
    geometry = feature.get("geometry")
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        for name, value in zip(("longitude", "latitude"), geometry["coordinates"], strict=False):
            values.setdefault(name, _text(value))
    return Row(line, values)


def _text(value: object) -> str:
    return "" if value is None else str(value)
