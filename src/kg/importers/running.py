"""An import: rows into a folder, part by part, so that it can be stopped anywhere and go on.

The folder holds `release.ttl` (the claimant), `part-00001.nt` and so on, `report.tsv` (what is odd
about which row), and `import.json`: what is imported, and what came of it once all is done. A part
depends on its rows only. So whoever runs the same import again makes the parts that are missing,
and the result is the same to the byte.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from kg.errors import InputError, StoreError
from kg.importers.datasets import Dataset
from kg.importers.parts import Converter, Keys, in_parts, written
from kg.importers.releases import Release
from kg.importers.report import Report, report_of
from kg.importers.rows import UTF8, Row, Table, table_of
from kg.rdf.reader import graph_of_quads
from kg.rdf.spelling import did_you_mean
from kg.rdf.turtle import canonical

PART_ROWS: Final = 500
"""So that a part of events is about half of what `kg load` reads of N-Triples at once."""

RELEASE, REPORT, STATE, FIGURES = "release.ttl", "report.tsv", "import.json", "figures.ttl"
FORM: Final = 1
"""Goes up when the same rows give other triples, so that parts of before are not gone on with."""

_BLOCK: Final = 1 << 20

Only = dict[str, tuple[str, ...]]
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What to import: a file, how to read it, and which of its rows (all, if `only` is empty).

    `links` changes with the links that the result depends on. `turtle` asks for one canonical file.
    """

    path: Path
    release: Release
    dataset: Dataset
    only: Only
    encoding: str = UTF8
    turtle: bool = False
    links: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an import; `report` has the rows that were skipped or are odd."""

    rows: int
    triples: int
    parts: int
    report: Report


def run(job: Job, folder: Path, tell: Tell = lambda _: None, part_rows: int = PART_ROWS) -> Outcome:
    """Import into a folder, or go on with what was begun there; `tell` gets bytes read so far.

    Raises `InputError` for a file that cannot be read or a folder with another import in it, and
    `StoreError` while another process imports there.
    """
    with _alone_in(folder):
        state = _state(job, folder, part_rows)
        if "triples" not in state:
            state |= _all_parts(job, folder, tell, part_rows)
            _finish(job, folder, state)
        for path in [*_notes(folder), *(_parts(folder) if job.turtle else ())]:
            path.unlink()
        report = report_of(folder / REPORT)
        return Outcome(state["rows"], state["triples"], state["parts"], report)


def _all_parts(job: Job, folder: Path, tell: Tell, part_rows: int) -> dict[str, int]:
    _write(folder / RELEASE, canonical(job.release.graph()))
    rows = parts = 0
    with table_of(job.path, job.encoding, tell) as table, closing(Keys()) as keys:
        _check_columns(job, table)
        converter = Converter(job.dataset, job.release, keys)
        for parts, part in enumerate(in_parts(_wanted(table.rows, job.only), part_rows), 1):
            out = folder / f"part-{parts:05}.nt"
            if out.is_file():
                rows += converter.pass_over(part)
            else:
                rows += converter.convert(part, out, out.with_suffix(".tsv"))
    if not rows:
        raise InputError("has no row to import", source=str(job.path))
    return {"rows": rows, "parts": parts}


def _finish(job: Job, folder: Path, state: dict[str, Any]) -> None:
    """All files of the result; that the import is done is said last."""
    with written(folder / REPORT) as file:
        file.write("line\tkey\twhat\treason\tvalue\n")
        for path in _notes(folder):
            with path.open(encoding="utf-8") as notes:
                file.writelines(notes)
    state["triples"] = sum(_lines(path) for path in _parts(folder))
    if job.turtle:
        quads = {ox.Quad(*t) for path in _parts(folder) for t in ox.parse(path=path)}
        state["triples"] = len(quads)
        _write(folder / FIGURES, canonical(graph_of_quads(quads)))
    _write(folder / STATE, _as_json(state))


def _state(job: Job, folder: Path, part_rows: int) -> dict[str, Any]:
    """What is known of the import in the folder; a new one is noted there."""
    mine = {
        "file": job.path.name,
        "sha256": _digest(job.path),
        "encoding": job.encoding,
        "release": asdict(job.release),
        "only": {name: list(values) for name, values in job.only.items()},
        "links": job.links,
        "form": FORM,
        "part_rows": part_rows,
        "turtle": job.turtle,
    }
    path = folder / STATE
    if not path.is_file():
        _write(path, _as_json(mine))
        return mine
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if other := sorted(name for name, value in mine.items() if found.get(name) != value):
        raise InputError(
            f"there is another import in the folder: it differs in {', '.join(other)}",
            hint="import into a new folder, or remove this one first",
            source=str(folder),
        )
    return found


def _check_columns(job: Job, table: Table) -> None:
    """All columns that are needed or asked for are there."""
    for name in (*job.dataset.needs, *job.only):
        if name not in table.columns:
            raise InputError(
                f"has no column {name}",
                hint=did_you_mean(name, table.columns) or f"it has {', '.join(table.columns)}",
                source=str(job.path),
                line=1,
            )


def _wanted(rows: Iterator[Row], only: Only) -> Iterator[Row]:
    for row in rows:
        if all(_plain(row.values.get(name, "")) in values for name, values in only.items()):
            yield row


def _plain(value: str) -> str:
    """A value as people write it: `373` for `373.0`."""
    return value.strip().removesuffix(".0")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise InputError(
            f"is no folder to write to: {error.strerror}", source=str(folder)
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise StoreError(f"another process imports into {folder}") from error
    finally:
        os.close(lock)


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*.nt"))


def _notes(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*.tsv"))


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", source=str(path)) from error


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK), b""))


def _write(path: Path, text: str) -> None:
    with written(path) as file:
        file.write(text)


def _as_json(state: dict[str, Any]) -> str:
    return json.dumps(state, indent=2, ensure_ascii=False) + "\n"
