"""One conversion: files of any form into one file, or into a folder of tables."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.conversion.forms import Form
from kg.conversion.reading import Source, quads_of
from kg.conversion.writing import whole, write_rdf
from kg.errors import InputError, LossError
from kg.namespaces import compact
from kg.profiles.classes import Profiles
from kg.profiles.model import Profile
from kg.profiles.writing import BOM, Tables, tables_of


@dataclass
class Conversion:
    """What came of a conversion: how many quads were read, and what people should know of it."""

    quads: int = 0
    notes: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to write: a file, a folder for tables, or a stream; `lossy` is what may be lost."""

    form: Form
    path: Path | None = None
    stream: IO[bytes] | None = None
    template: Profile | None = None
    lossy: bool = False


def convert(sources: Sequence[Source], target: Target, profiles: Profiles) -> Conversion:
    """Convert files; raises `LossError` before anything is written, unless losses are allowed.

    Where a stream is the target, a part may have been written by then.
    """
    done = Conversion()
    quads = _read(sources, profiles, done)
    if target.form.format is None:
        _write_tables(quads, target, profiles, done)
    elif target.stream is not None:
        _write_rdf(quads, target, target.stream, done)
    elif target.path is not None:
        with whole(target.path) as file:
            _write_rdf(quads, target, file, done)
    return done


def _read(sources: Sequence[Source], profiles: Profiles, done: Conversion) -> Iterator[ox.Quad]:
    for source in sources:
        for quad in quads_of(source, profiles, done.notes.append, rename=len(sources) > 1):
            done.quads += 1
            yield quad


def _write_rdf(quads: Iterable[ox.Quad], target: Target, out: IO[bytes], done: Conversion) -> None:
    form = target.form
    if form.format is None:
        raise TypeError(f"{form.title} is no form of RDF")
    if not form.graphs:
        quads = _merged(quads, target, done)
    write_rdf(quads, form.format, form.graphs, out)


def _merged(quads: Iterable[ox.Quad], target: Target, done: Conversion) -> Iterator[ox.Quad]:
    """Quads for a form without graphs: the names of those are lost."""
    named: Counter[str] = Counter()
    for quad in quads:
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            if not target.lossy:
                name = compact(str(getattr(quad.graph_name, "value", quad.graph_name)))
                raise LossError(
                    f"{target.form.title} has no graphs, and the name of {name} would be lost",
                    hint="convert to TriG or N-Quads, or say --lossy",
                )
            named[str(quad.graph_name)] += 1
        yield quad
    if named:
        done.losses.append(f"the graphs of {named.total()} quads, {len(named)} in number")


def _write_tables(
    quads: Iterable[ox.Quad], target: Target, profiles: Profiles, done: Conversion
) -> None:
    merged = _merged(quads, target, done)
    tables = tables_of((quad.triple for quad in merged), profiles, target.template)
    done.losses += tables.losses
    _check(tables, target)
    if target.path is not None and os.path.isdir(target.path):
        for name, text in tables.texts.items():
            with whole(target.path / f"{name}.csv") as file:
                file.write((BOM + text).encode())
        return
    text = next(iter(tables.texts.values()), "")
    if target.stream is not None:
        target.stream.write(text.encode())
    elif target.path is not None:
        with whole(target.path) as file:
            file.write((BOM + text).encode())


def _check(tables: Tables, target: Target) -> None:
    """Raise unless tables can be written where they are to be, and hold everything."""
    into_folder = target.path is not None and os.path.isdir(target.path)
    if not tables.texts:
        raise InputError("no table can be made of it", hint="; ".join(tables.losses) or None)
    if len(tables.texts) > 1 and not into_folder:
        raise InputError(
            f"this makes {len(tables.texts)} tables: {', '.join(tables.texts)}",
            hint="name a folder that exists, or one of them with --template",
        )
    if tables.losses and not target.lossy:
        raise LossError(
            f"this would be lost: {'; '.join(tables.losses)}",
            hint="convert to Turtle, or say --lossy",
        )
