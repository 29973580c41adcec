"""RDF/XML before the parser: well-formed, without a document type, and of bounded cost.

The parser expands entities and takes time that is quadratic in depth, attributes and namespaces;
expat, which does not follow anything here, tells all of these with their places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from kg.errors import TurtleError
from kg.rdf.characters import Written, place
from kg.rdf.upload_rules import UploadLimits

_ATTRIBUTES: Final = 500
_NAMESPACES: Final = 250

_STRETCH: Final = re.compile(
    r"""<!--.*?-->|<!\[CDATA\[(?P<cdata>.*?)\]\]>|=\s*+"(?P<double>[^"<]*+)"|"""
    r"""=\s*+'(?P<single>[^'<]*+)'|(?<=>)(?P<text>[^<]++)""",
    re.DOTALL,
)
_REFERENCE: Final = re.compile(r"&(?:#x0*+([0-9A-Fa-f]{1,6})|#0*+([0-9]{1,7})|([a-z]+));")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}


def guard_xml(text: str, limits: UploadLimits) -> None:
    """Refuse what is not well-formed or not for us; raises `TurtleError` with the place."""
    _Guard(limits).read(text)


class _Guard:
    """Follows the elements of a document and counts what they cost the parser."""

    def __init__(self, limits: UploadLimits) -> None:
        self._limits = limits
        self._data = b""
        self._elements = 0
        self._cost = 0
        self._namespaces = 0
        self._in_scope = 0
        self._open: list[tuple[int, int]] = []
        self._parser = expat.ParserCreate("utf-8")
        self._parser.ordered_attributes = True
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, text: str) -> None:
        self._data = text.encode()
        try:
            self._parser.Parse(self._data, True)
        except expat.ExpatError as error:
            raise TurtleError(
                f"is not well-formed XML: {expat.ErrorString(error.code)}",
                hint="check the tags and the entities at this place",
                line=error.lineno,
                column=error.offset + 1,
            ) from error

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8"):
            raise self._refused(
                f"the encoding {encoding[:40]} is not read", "send it as UTF-8, and say so"
            )

    def _document_type(self, *_: object) -> None:
        before = self._data[: self._parser.CurrentByteIndex + len("<!DOCTYPE")]
        text = before[: max(before.rfind(b"<!DOCTYPE"), 0)].decode("utf-8", "replace")
        line, column = place(text, len(text))
        raise TurtleError(
            "a document type is not read",
            hint="leave out <!DOCTYPE …> and write entities out",
            line=line,
            column=column,
        )

    def _start(self, name: str, attributes: list[str]) -> None:
        self._open.append((self._namespaces, self._in_scope))
        self._elements += 1
        if attributes:
            self._attributes(attributes)
        self._cost += self._in_scope + self._namespaces + len(name)
        limits = self._limits
        if len(self._open) > limits.xml_nesting:
            raise self._refused(
                f"elements are nested more than {limits.xml_nesting} deep",
                "name nodes by rdf:about, and write them one after the other",
            )
        if self._elements > 4 * limits.quads + 1_000:
            raise self._refused(
                f"more elements than {limits.quads} quads need", "send it in several parts"
            )
        if self._cost > 3 * limits.expanded:
            raise self._refused(
                "the namespaces are too long for so many elements", "send it in several parts"
            )

    def _attributes(self, attributes: list[str]) -> None:
        if len(attributes) > 2 * _ATTRIBUTES:
            raise self._refused(
                f"an element with more than {_ATTRIBUTES} attributes", "write them as elements"
            )
        for name, value in zip(attributes[::2], attributes[1::2], strict=True):
            if name.startswith("xmlns"):
                self._namespaces += 1
                self._in_scope += len(value)
            elif name == "xml:base":
                self._in_scope += len(value)
            elif name.endswith("parseType") and value not in ("Resource", "Collection"):
                raise self._refused("XML literals are not read", "write plain text")
        if self._namespaces > _NAMESPACES:
            raise self._refused(
                f"more than {_NAMESPACES} namespaces in one place", "declare those that are used"
            )

    def _end(self, _name: str) -> None:
        self._namespaces, self._in_scope = self._open.pop()

    def _refused(self, message: str, hint: str) -> TurtleError:
        return TurtleError(
            message,
            hint=hint,
            line=self._parser.CurrentLineNumber,
            column=self._parser.CurrentColumnNumber + 1,
        )


def written_in_xml(text: str) -> Iterator[Written]:
    """The values of attributes and the stretches of text, in their order."""
    for match in _STRETCH.finditer(text):
        kind = match.lastgroup
        if kind is not None:
            raw = match[kind]
            yield Written(match.start(kind), raw, raw if kind == "cdata" else _meant(raw))


def _meant(raw: str) -> str:
    return _REFERENCE.sub(_character, raw) if "&" in raw else raw


def _character(match: re.Match[str]) -> str:
    digits, decimal, name = match.groups()
    if name:
        return _NAMED.get(name, match[0])
    number = int(digits, 16) if digits else int(decimal)
    return chr(number) if number <= 0x10FFFF else match[0]
