"""The readers of `kg.rdf.placed` by media type and by the end of a file's name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from kg.rdf.placed import Placed, Reader
from kg.rdf.placed_json import placed_in_json
from kg.rdf.placed_turtle import placed_in_turtle
from kg.rdf.placed_xml import placed_in_xml

TURTLE: Final = "text/turtle"
SUFFIXES: Final = {
    ".ttl": TURTLE,
    ".trig": "application/trig",
    ".nt": "application/n-triples",
    ".nq": "application/n-quads",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
}
"""The media type of a file by the end of its name; any other file is taken for Turtle."""

_READERS: Final[dict[str, Reader]] = {
    **dict.fromkeys(SUFFIXES.values(), placed_in_turtle),
    "application/rdf+xml": placed_in_xml,
    "application/ld+json": placed_in_json,
}


def media_type_of(path: PurePath) -> str:
    """The media type of a file, by the end of its name."""
    return SUFFIXES.get(path.suffix.lower(), TURTLE)


def placed_in(text: str, media_type: str) -> Iterator[Placed]:
    """The triples of a well-formed text and where they stand; none for media types not read."""
    reader = _READERS.get(media_type.partition(";")[0].strip().lower())
    return reader(text) if reader is not None else iter(())
