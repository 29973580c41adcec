"""The words of a SPARQL query, in linear time.

Every pattern is anchored and either consumes what it looks at or looks at a bounded stretch, so
that no text takes longer than a constant per character. What cannot be a token ends the scan with
a token of the kind `bad`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

Kind = Literal[
    "iri",
    "pname",
    "bnode",
    "var",
    "lang",
    "number",
    "string",
    "word",
    "nil",
    "anon",
    "punct",
    "bad",
]


class Token(NamedTuple):
    """One token as it is written; `start` is its offset in code points."""

    kind: Kind
    text: str
    start: int


_SPACE = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+)*+")

_LETTER = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_MARK = "\u00b7\u0300-\u036f\u203f\u2040"
_NAME = rf"{_LETTER}_\-0-9{_MARK}"
_VARIABLE = rf"[{_LETTER}_0-9][{_LETTER}_0-9{_MARK}]*+"

# Exactly what may be escaped: a string that the engine cannot read it reads as two shorter ones.
_HEX = "[0-9A-Fa-f]"
_SCALAR = rf"(?:[0-9A-CE-Fa-ce-f]{_HEX}{{3}}|[Dd][0-7]{_HEX}{{2}})"
_UCHAR = rf"\\u{_SCALAR}|\\U0000{_SCALAR}|\\U(?:000[1-9A-Fa-f]|0010){_HEX}{{4}}"
_ECHAR = rf"\\[tbnrf\\\"']|{_UCHAR}"
_LOCAL = rf"%{_HEX}{{2}}|\\[_~.\-!$&'()*+,;=/?#@%]"

_TOKEN = re.compile(
    rf"""
    (?P<iri>    <(?:[^\x00-\x20<>"{{}}|^`\\]++|{_UCHAR})*+> )
  | (?P<string> \"\"\"(?:[^"\\]++|{_ECHAR}|"{{1,2}}+(?!"))*+\"\"\"
              | \'\'\'(?:[^'\\]++|{_ECHAR}|'{{1,2}}+(?!'))*+\'\'\'
              | "(?!"")(?:[^"\\\r\n]++|{_ECHAR})*+"
              | '(?!'')(?:[^'\\\r\n]++|{_ECHAR})*+' )
  | (?P<bnode>  _:[{_LETTER}_0-9](?:[{_NAME}.]*[{_NAME}])? )
  | (?P<pname>  (?:[{_LETTER}](?:[{_NAME}.]{{0,64}}[{_NAME}])?)?:
                (?:(?:[{_LETTER}_0-9:]|{_LOCAL})
                (?:(?:[{_NAME}.:]|{_LOCAL})*(?:[{_NAME}:]|{_LOCAL}))?)? )
  | (?P<var>    [?$]{_VARIABLE} )
  | (?P<lang>   @[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)? )
  | (?P<number> (?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+\-]?[0-9]++ | [0-9]*+\.[0-9]++ | [0-9]++ )
  | (?P<word>   (?:[A-Za-z_]|{_UCHAR})(?:[A-Za-z0-9_]|{_UCHAR})*+ )
  | (?P<nil>    \([ \t\r\n]*+\) )
  | (?P<anon>   \[[ \t\r\n]*+\] )
  | (?P<punct>  <<\( | \)>> | << | >> | \{{\| | \|\}} | \^\^ | && | \|\| | != | <= | >=
              | [{{}}()\[\];,.*/+\-=<>!|^~?] )
    """,
    re.VERBOSE,
)

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

OPENING: Final = {"{": "}", "(": ")", "[": "]", "<<": ">>", "<<(": ")>>", "{|": "|}"}
CLOSING: Final = {closing: opening for opening, closing in OPENING.items()}


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query; after one that is `bad` there are no more."""
    position = 0
    while True:
        space = _SPACE.match(text, position)
        position = space.end() if space else position
        if position == len(text):
            return
        match = _TOKEN.match(text, position)
        if match is None:
            yield Token("bad", text[position : position + 20], position)
            return
        kind: Kind = match.lastgroup  # type: ignore[assignment]
        yield Token(kind, match.group(), position)
        position = match.end()


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    before = text[:offset].replace("\r\n", " \n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


class Unescaped(NamedTuple):
    """A text with its code point escapes replaced, as SPARQL 1.1 reads it before its grammar."""

    text: str
    places: list[tuple[int, int]]

    def offset(self, position: int) -> int:
        """Where a position of this text is in the text as written."""
        index = bisect_right(self.places, (position, len(self.text) * 10)) - 1
        if index < 0:
            return position
        here, there = self.places[index]
        return there + position - here


def unescape(text: str) -> Unescaped | None:
    """Replace code point escapes wherever they stand; None if there are none."""
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    done = length = 0
    for match in _ESCAPE.finditer(text):
        number = int(match[1] or match[2], 16)
        if number > 0x10FFFF:
            continue
        parts += (text[done : match.start()], chr(number))
        length += match.start() - done + 1
        done = match.end()
        places.append((length, done))
    if not parts:
        return None
    return Unescaped("".join((*parts, text[done:])), places)


def word(token: Token) -> str:
    """A keyword in upper case, escapes replaced; empty for all that is not a word."""
    if token.kind != "word":
        return ""
    text = token.text
    plain = unescape(text) if "\\" in text else None
    return (plain.text if plain else text).upper()
