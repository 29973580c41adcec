"""Turtle, TriG, N-Triples and N-Quads before the parser: what it would read but should not.

The parser follows brackets without recursion, but it builds triple terms of RDF 1.2 with it, and
100,000 of them in each other end the process. They are found here by a scan that knows strings,
IRIs and comments as the parser does; what it does not know is an error for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kg.errors import TurtleError
from kg.rdf.characters import Written, place
from kg.rdf.upload_rules import UploadLimits

_HEX: Final = "[0-9A-Fa-f]"
_UCHAR: Final = rf"\\u{_HEX}{{4}}|\\U{_HEX}{{8}}"
_STRING: Final = (
    r'"""(?:[^"\\]++|\\.|"(?!""))*+"""'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+'''"
    r'|"(?!"")(?:[^"\\\r\n]++|\\.)*+"'
    r"|'(?!'')(?:[^'\\\r\n]++|\\.)*+'"
)
_IN_IRI: Final = r'[^\x00-\x20<>"{}|^`\\]'
_COMMENT: Final = r"#[^\r\n]*+"

_IRI_STARTS: Final = re.compile(rf"<(?:{_IN_IRI}|{_UCHAR})")
_TOKEN: Final = re.compile(
    rf"(?P<string>{_STRING})|<(?P<iri>(?:{_IN_IRI}|{_UCHAR})*+)>|{_COMMENT}|\\[^uU]|(?P<brace>{{)",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(rf"{_UCHAR}|\\[tbnrf\"'\\]")
_LETTERS: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def guard_turtle(text: str, limits: UploadLimits) -> int | None:
    """Refuse what is RDF 1.2 and IRIs that are too long; raises `TurtleError` with the place.

    Returns where the text is not well-formed, if it is so: there the parser must stop, too.
    """
    scanned = _harmless(limits).match(text)
    stop = scanned.end() if scanned else 0
    if stop == len(text):
        return None
    line, column = place(text, stop)
    if text.startswith(("<<", "{|", "~"), stop):
        raise TurtleError(
            "triples about triples (RDF 1.2) are not read",
            hint="files hold RDF 1.1 only: name what the triple says",
            line=line,
            column=column,
        )
    if _IRI_STARTS.match(text, stop) and re.compile(
        rf"<(?:{_IN_IRI}|{_UCHAR}){{{limits.iri_length + 1}}}"
    ).match(text, stop):
        raise TurtleError(
            f"an IRI of more than {limits.iri_length} characters",
            hint=f"at most {limits.iri_length} characters",
            line=line,
            column=column,
        )
    return stop


def _harmless(limits: UploadLimits) -> re.Pattern[str]:
    most = limits.iri_length
    iri = rf"<{_IN_IRI}{{0,{most}}}+>|<(?:{_IN_IRI}|{_UCHAR}){{0,{most}}}+>"
    other = r"""[^"'<#\\{~]++"""
    return re.compile(rf"(?:{other}|{iri}|{_STRING}|{_COMMENT}|\\[^uU]|{{(?!\|))*+", re.DOTALL)


def written_in_turtle(text: str) -> Iterator[Written]:
    """The strings and the IRIs of a text, in their order."""
    for match in _TOKEN.finditer(text):
        if match["iri"] is not None:
            yield Written(match.start(), match[0], _meant(match["iri"]))
        elif match["string"]:
            raw = match["string"]
            quotes = 3 if len(raw) >= 6 and raw[:3] in ('"""', "'''") else 1
            yield Written(match.start(), raw, _meant(raw[quotes:-quotes]))


def _meant(raw: str) -> str:
    return _ESCAPE.sub(lambda match: _character(match[0]), raw) if "\\" in raw else raw


def _character(escape: str) -> str:
    if escape[1] in "uU":
        number = int(escape[2:], 16)
        return chr(number) if number <= 0x10FFFF else escape
    return _LETTERS.get(escape[1], escape[1])


def graph_at(text: str, graph: str) -> int | None:
    """Where the name of a graph stands: at its braces in TriG, at the end of a line in N-Quads."""
    end = 0
    for match in _TOKEN.finditer(text):
        before = text[end : match.start()].split()
        if match["brace"]:
            name = before[-1] if before else ""
            if name and name[-1] not in ".}]":
                return text.rindex(name, end, match.start())
            end = match.end()
        elif match["iri"] is not None:
            after = re.compile(r"[ \t\r\n]*+[.{]").match(text, match.end())
            if after and _meant(match["iri"]) == graph:
                return match.start()
            end = match.end()
        else:
            end = match.end()
    return None
