"""Where the triples of RDF/XML stand: all of an element's at its tag."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import urljoin
from xml.parsers import expat

from kg.namespaces import EXTERNAL_PREFIXES
from kg.rdf.placed import Placed

_RDF: Final = EXTERNAL_PREFIXES["rdf"]
_TYPE: Final = f"{_RDF}type"
_BASE: Final = "http://www.w3.org/XML/1998/namespacebase"
_SYNTAX: Final = frozenset(
    f"{_RDF}{name}" for name in ("about", "ID", "nodeID", "resource", "datatype", "parseType")
)


class _Element(NamedTuple):
    """An element that is open; `about` is its node, or the object of its property.

    `has_properties` is true of nodes, and of properties whose node is left out
    (rdf:parseType="Resource").
    """

    name: str
    has_properties: bool
    about: str | None
    at: int
    base: str
    text: list[str]


def placed_in_xml(text: str) -> Iterator[Placed]:
    """The triples of a text that is well-formed, in the order in which their elements end."""
    return iter(_Follower(text).read())


class _Follower:
    """Nodes hold properties, and properties hold nodes: the elements take turns."""

    def __init__(self, text: str) -> None:
        self._data = text.encode()
        self._found: list[Placed] = []
        self._open: list[_Element] = []
        self._filled: set[int] = set()
        self._bytes = self._characters = 0
        self._parser = expat.ParserCreate("utf-8", namespace_separator="")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def read(self) -> list[Placed]:
        self._parser.Parse(self._data, True)
        return self._found

    def _offset(self) -> int:
        """The offset in characters of where the parser is; it counts bytes and only goes on."""
        at = self._parser.CurrentByteIndex
        self._characters += len(self._data[self._bytes : at].decode("utf-8", "ignore"))
        self._bytes = at
        return self._characters

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        at = self._offset()
        around = self._open[-1] if self._open else None
        base = attributes.get(_BASE, around.base if around else "")
        about = _about(attributes, base)
        is_node = around is None or not around.has_properties
        implied = attributes.get(f"{_RDF}parseType") == "Resource"
        if name == f"{_RDF}RDF":
            is_node = implied = False
        elif is_node or implied:
            about = about or f"_:at {at}"
        element = _Element(name, is_node or implied, about, at, base, [])
        if is_node:
            self._node(element, attributes)
            self._linked(element)
        elif implied and around is not None:
            self._put(around.about or "", name, about or "", around.at, at)
        self._open.append(element)

    def _node(self, element: _Element, attributes: dict[str, str]) -> None:
        subject = element.about or ""
        if element.name != f"{_RDF}Description":
            self._put(subject, _TYPE, element.name, element.at, element.at)
        for name, value in attributes.items():
            if name not in _SYNTAX and name != _BASE:
                self._put(subject, name, value, element.at, element.at)

    def _linked(self, node: _Element) -> None:
        """A node in a property is its value."""
        if len(self._open) > 1:
            owner, property_ = self._open[-2:]
            self._filled.add(property_.at)
            if owner.about is not None:
                self._put(owner.about, property_.name, node.about or "", owner.at, node.at)

    def _text(self, data: str) -> None:
        if self._open:
            self._open[-1].text.append(data)

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        if element.has_properties or element.at in self._filled or not self._open:
            return
        owner = self._open[-1]
        if owner.about is None:
            return
        value = element.about if element.about is not None else "".join(element.text)
        self._put(owner.about or "", element.name, value, owner.at, element.at)

    def _put(self, subject: str, predicate: str, value: str, subject_at: int, at: int) -> None:
        self._found.append(Placed(subject, predicate, value, subject_at, at, at))


def _about(attributes: dict[str, str], base: str) -> str | None:
    """The IRI that an element names, or the label of its blank node."""
    for name in ("about", "resource"):
        if (iri := attributes.get(f"{_RDF}{name}")) is not None:
            return urljoin(base, iri) if base else iri
    if (identifier := attributes.get(f"{_RDF}ID")) is not None:
        return urljoin(base, f"#{identifier}")
    label = attributes.get(f"{_RDF}nodeID")
    return None if label is None else f"_:{label}"
