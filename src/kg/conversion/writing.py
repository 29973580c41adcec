"""Quads into a file of a form, which appears whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from kg.errors import InputError
from kg.namespaces import PREFIXES, split
from kg.profiles.model import PLAIN
from kg.profiles.rdf import TYPE

_SOME: Final = (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG)
"""Forms that declare prefixes one a line at the top."""
_TYPE: Final = ox.NamedNode(TYPE)


@contextmanager
def whole(target: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which becomes the target when nothing is wrong until the end."""
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".convert-") as folder:
            path = Path(folder) / target.name
            with path.open("wb") as file:
                yield file
            if target.exists():
                path.chmod(target.stat().st_mode)
            path.replace(target)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot be written: {reason}", source=str(target)) from error


def write_rdf(quads: Iterable[ox.Quad], form: ox.RdfFormat, graphs: bool, out: IO[bytes]) -> None:
    """Write quads as they come; without `graphs`, as triples. Only used prefixes are declared."""
    used: set[str] = set()
    told = _noted(quads, used) if form in _SOME else quads
    items = told if graphs else (quad.triple for quad in told)
    if form not in _SOME:
        ox.serialize(items, out, format=form)
        return
    with tempfile.TemporaryFile() as body:
        ox.serialize(items, body, format=form, prefixes=PREFIXES)
        body.seek(0)
        for line in body:
            if not line.startswith(b"@prefix ") or _prefix(line) in used:
                out.write(line)
            if not line.startswith(b"@prefix "):
                break
        while chunk := body.read(1 << 20):
            out.write(chunk)


def _prefix(line: bytes) -> str:
    return line.split()[1].decode().removesuffix(":")


def _written(term: object) -> str:
    """The IRI that is written for a term: nothing for `a`, and for texts without a datatype."""
    if isinstance(term, ox.Literal):
        return "" if term.datatype.value in PLAIN else term.datatype.value
    return term.value if isinstance(term, ox.NamedNode) and term != _TYPE else ""


def _noted(quads: Iterable[ox.Quad], used: set[str]) -> Iterator[ox.Quad]:
    """The quads, with the prefixes of their IRIs noted."""
    seen: set[str] = set()
    for quad in quads:
        for term in quad:
            iri = _written(term)
            namespace = iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]
            if namespace not in seen:
                # A namespace can be as long as an IRI: those of others are not kept for ever.
                seen = seen if len(seen) < 10_000 else set()
                seen.add(namespace)
                if found := split(f"{namespace}x"):
                    used.add(found[0])
        yield quad
