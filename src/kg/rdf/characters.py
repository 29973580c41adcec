"""Text from outside: UTF-8 only, without characters that hide something, and places in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from kg.errors import TurtleError
from kg.rdf.placed import excerpt

_PLANES: Final = "".join(f"{chr(n << 16)}-{chr((n << 16) + 0xFFFD)}" for n in range(1, 17))

FORBIDDEN: Final = re.compile(
    f"[^\t\n\r -~\xa0-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd{_PLANES}]"
)
"""Controls other than tab and line ends, what turns the direction of text around, surrogates, and
code points that are no characters."""

_MARKS: Final = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)

_ESCAPE: Final = re.compile(
    r"\\u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}|\\[^uU]"
    r"|\\u(?P<four>[0-9A-Fa-f]{4})|\\U(?P<eight>[0-9A-Fa-f]{8})"
    r"|&\#x0*+(?P<hex>[0-9A-Fa-f]{1,6});|&\#0*+(?P<decimal>[0-9]{1,7});",
    re.DOTALL,
)


class Written(NamedTuple):
    """A string, an IRI or another stretch of a text: where it is, as written, and what it means."""

    offset: int
    raw: str
    value: str


def decoded(data: bytes) -> str:
    """The text of UTF-8 bytes, without a byte order mark; raises `TurtleError` with the place.

    Characters of `FORBIDDEN` are refused wherever they stand, comments included: there is nothing
    that one could read in them.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            raise TurtleError(f"this is {name}", hint="send it as UTF-8", line=1, column=1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise not_utf8(error) from error
    if found := FORBIDDEN.search(text):
        raise forbidden(text, found.start(), found[0])
    return text


def not_utf8(error: UnicodeDecodeError, *, source: str | None = None) -> TurtleError:
    """The error that refuses bytes, with what they are in the encoding that is likely theirs."""
    line, column = place(before := error.object[: error.start].decode(), len(before))
    byte = error.object[error.start]
    meant = bytes([byte]).decode("cp1252", "ignore")
    told = f"the byte {byte:02X} is {meant} in Windows-1252: " if meant.isprintable() else ""
    hint = f"{told if meant else ''}save it with the encoding UTF-8"
    refused = TurtleError("is not UTF-8 text", hint=hint, source=source, line=line, column=column)
    refused.excerpt = excerpt(error.object.decode("utf-8-sig", "replace"), line, column)
    return refused


def forbidden(text: str, offset: int, character: str) -> TurtleError:
    """The error that refuses a character, written as such or as an escape."""
    line, column = place(text, offset)
    hint = "take it out: nobody can see it"
    if character == "\0":
        hint = "take it out; if there are many, the text is UTF-16: send it as UTF-8"
    return TurtleError(
        f"U+{ord(character):04X} is not allowed", hint=hint, line=line, column=column
    )


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1; a line ends as in Turtle."""
    before = text[:offset].replace("\r\n", " \n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def hidden_at(written: Iterable[Written]) -> int | None:
    """The offset of the first escape that stands for a character of `FORBIDDEN`."""
    for each in written:
        if FORBIDDEN.search(each.value):
            return each.offset + _escape(each.raw)
    return None


def _escape(raw: str) -> int:
    for match in _ESCAPE.finditer(raw):
        digits = match["four"] or match["eight"] or match["hex"]
        number = int(digits, 16) if digits else int(match["decimal"] or 0x20)
        if number <= 0x10FFFF and FORBIDDEN.match(chr(number)):
            return match.start()
    return 0


def written_at(written: Iterable[Written], value: str) -> int | None:
    """The offset at which a term is written: as it is, else what it begins or ends with.

    An IRI that is put together has no place of its own: it is that of the longest namespace, base
    or relative IRI in it.
    """
    best, length = None, 3
    for each in written:
        if each.value == value:
            return each.offset
        if len(each.value) > length and (
            value.startswith(each.value) or value.endswith(each.value)
        ):
            best, length = each.offset, len(each.value)
    return best
