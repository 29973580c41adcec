"""What a profile is: a class with the properties that its instances have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kg.namespaces import EXTERNAL_PREFIXES, compact
from kg.profiles.rdf import RDF, Term
from kg.profiles.shapes import NodeShape, Values

XSD: Final = EXTERNAL_PREFIXES["xsd"]
LANG_STRING: Final = f"{RDF}langString"
PLAIN: Final = (LANG_STRING, f"{XSD}string")
"""Datatypes that are not written."""

_WORD: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a class; `most` is None where any number will do.

    `datatype` is empty for plain text, and `fixed` says that a shape or the ontology demands it.
    `tagged` texts have a language. `general` ones may stand on anything.
    """

    iri: str
    name: str
    meaning: str
    example: Term | None
    least: int
    most: int | None
    values: Values
    is_iri: bool
    datatype: str
    fixed: bool
    tagged: bool
    general: bool = False
    shapes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A class with what its instances have; `kind` is the prefix of their IRIs, or empty.

    `classes` are the class itself and those above it, the nearest first. `instance` is one of the
    data that comes with kg, with its types and values, if there is any.
    """

    iri: str
    meaning: str
    example: str
    kind: str
    classes: tuple[str, ...]
    shapes: tuple[NodeShape, ...]
    properties: tuple[Property, ...]
    instance: str = ""

    @property
    def name(self) -> str:
        """`ckg:DatasetRelease`."""
        return compact(self.iri)

    @property
    def local(self) -> str:
        """`DatasetRelease`."""
        return re.split("[#/]", self.iri)[-1]

    @property
    def template(self) -> str:
        """`dataset-release`, the name of its template."""
        return _WORD.sub("-", self.local).lower()

    @property
    def own(self) -> tuple[Property, ...]:
        """The properties that are not those of anything."""
        return tuple(p for p in self.properties if not p.general)
