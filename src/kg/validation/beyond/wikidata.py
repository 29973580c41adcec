"""What is known locally of Wikidata's items: a file of their types, and how their IRIs look.

The file is UTF-8 text, a row for each id, its columns set apart by tabs:

    id  state  target  classes  description  source

`state` is `present`, `redirected` (then `target` is the id that it leads to) or `deleted`.
`classes` are those of our classes that fit, such as `ckg:State ckg:Place`; none if that is not
known. Rows are sorted by their bytes (`LC_ALL=C sort`), so that one is found in a file of any size
without reading it. Lines that begin with `#` stand before all rows and say whose file it is.
"""

from __future__ import annotations

import mmap
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from kg.errors import InputError
from kg.resources import data_dir

ENTITY: Final = "http://www.wikidata.org/entity/"
COLUMNS: Final = 6
STATES: Final = frozenset(("present", "redirected", "deleted"))

_RIGHT: Final = re.compile(re.escape(ENTITY) + "(?P<id>[QPL][1-9][0-9]*)")
_LIKE: Final = re.compile(
    r"(?:https?://)?(?:www\.|m\.)?wikidata\.org/(?:entity|wiki|wiki/Special:EntityData)/"
    r"(?:Property:)?(?P<id>.*)",
    re.IGNORECASE,
)
_ID: Final = re.compile(r"\s*(?P<kind>[QP])\s*0*(?P<number>[1-9][0-9]*)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the file."""

    id: str
    state: str
    target: str
    classes: tuple[str, ...]
    description: str
    source: str


def shipped() -> Path:
    """The file that comes with kg: ids that were checked by hand."""
    return data_dir() / "external" / "wikidata.tsv"


def id_of(iri: str) -> str | None:
    """The id in an IRI of Wikidata's, as `Q7747`; None if it is none that is written right."""
    match = _RIGHT.fullmatch(iri)
    return match["id"] if match else None


def meant(text: str) -> str | None:
    """The right IRI for one of Wikidata's that is written otherwise, or for a bare id.

    Empty if it is one of Wikidata's and nobody can say which; None if it is none, or is right.
    """
    if id_of(text) is not None:
        return None
    match = _LIKE.fullmatch(text.strip())
    written = _ID.fullmatch(unquote(match["id"]) if match else text)
    if written is not None:
        return f"{ENTITY}{written['kind'].upper()}{written['number']}"
    return "" if match else None


class Snapshot:
    """Finds rows in a file by halving it; raises `InputError` for a row that is none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:  # ValueError: it is empty
            raise InputError("the types of Wikidata cannot be read", source=str(path)) from error

    def find(self, item: str) -> Item | None:
        """The row of an id, if there is one."""
        wanted, low, high = item.encode() + b"\t", 0, len(self._bytes)
        while low < high:
            start = self._bytes.rfind(b"\n", 0, (low + high) // 2) + 1
            end = self._bytes.find(b"\n", start)
            end = len(self._bytes) if end < 0 else end
            line = self._bytes[start:end]
            if line.startswith(wanted):
                return self._item(line)
            low, high = (end + 1, high) if line < wanted else (low, start)
        return None

    def _item(self, line: bytes) -> Item:
        cells = line.decode("utf-8", "replace").rstrip("\r").split("\t")
        if len(cells) != COLUMNS or cells[1] not in STATES:
            hint = "id, state, target, classes, description and source, set apart by tabs"
            raise InputError("not a row of types of Wikidata", hint=hint, source=str(self._path))
        id_, state, target, classes, description, source = cells
        return Item(id_, state, target, tuple(classes.split()), description, source)
