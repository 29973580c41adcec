"""Solutions of ids as bytes of SPARQL JSON, byte for byte as the engine writes them.

A term without escapes says in JSON what it says in the heap, so that its bytes are only put between
others. What has escapes is read and written again; triple terms are left to the engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import numpy as np

from kg.columnar.layout import Ids
from kg.columnar.overlay import Terms
from kg.columnar.table import Table, places
from kg.columnar.terms import Kind, unescaped

ROWS: Final = 10_000
"""So many are made at once."""

_LITERAL: Final = re.compile(
    rb'"((?:[^"\\]|\\.)*+)"(?:\^\^<([^>]*)>|@([^-]+(?:-[^-]+)*)(?:--(\w+))?)?', re.DOTALL
)


class Out(Protocol):
    """What takes the bytes of an answer."""

    def write(self, data: bytes) -> object:
        """Take some bytes."""


def has_triple_terms(table: Table, terms: Terms) -> bool:
    """Whether a solution has a triple term, for which there are no fragments."""
    low = terms.first(Kind.OTHER)
    odd = (np.unique(column[column >= low]) for column in table.columns.values())
    return any(terms.text(term).startswith("<<") for ids in odd for term in ids.tolist())


def write_json(table: Table, names: Sequence[str], terms: Terms, out: Out) -> None:
    """Write the solutions of a query that selects these variables."""
    head = json.dumps([name[1:] for name in names], ensure_ascii=False, separators=(",", ":"))
    out.write(f'{{"head":{{"vars":{head}}},"results":{{"bindings":['.encode())
    for start in range(0, table.rows, ROWS):
        at = slice(start, min(start + ROWS, table.rows))
        columns = [_members(name, table.column(name)[at], terms) for name in names]
        rows = map(b",".join, _bound(columns))
        out.write((b",{" if start else b"{") + b"},{".join(rows) + b"}")
    out.write(b"]}}")


def _bound(columns: Sequence[Sequence[bytes]]) -> Iterator[Sequence[bytes]]:
    """The members of each row; what is unbound has none."""
    rows = zip(*columns, strict=True)
    if all(map(all, columns)):
        yield from rows
    else:
        yield from ([member for member in row if member] for row in rows)


def _members(name: str, column: Ids, terms: Terms) -> list[bytes]:
    """A member of the object of each solution; empty where it is unbound."""
    first, of = places([column], len(column))
    values = column[first]
    head = f"{json.dumps(name[1:], ensure_ascii=False)}:".encode()
    made = [b"" if term == 0 else head + _fragment(text) for term, text in terms.texts(values)]
    return [made[at] for at in of.tolist()]


def _fragment(text: bytes) -> bytes:
    """A term as JSON."""
    if text[:1] == b"<":
        return b'{"type":"uri","value":"' + text[1:-1] + b'"}'
    if text[:1] == b"_":
        return b'{"type":"bnode","value":"' + text[2:] + b'"}'
    if b"\\" not in text and b"--" not in text[text.rfind(b'"') :]:
        return _plain(text)
    match = _LITERAL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no term")
    lexical, datatype, language, direction = match.groups()
    if b"\\" in lexical:
        value = json.dumps(unescaped(lexical.decode()), ensure_ascii=False).encode()
    else:
        value = b'"' + lexical + b'"'
    made = b'{"type":"literal","value":' + value
    if datatype:
        return made + b',"datatype":"' + datatype + b'"}'
    if not language:
        return made + b"}"
    made += b',"xml:lang":"' + language + b'"'
    return made + (b',"its:dir":"' + direction + b'"}' if direction else b"}")


def _plain(text: bytes) -> bytes:
    """A literal without escapes and without a direction as JSON."""
    end = text.rfind(b'"') + 1
    made = b'{"type":"literal","value":' + text[:end]
    match text[end : end + 1]:
        case b"@":
            return made + b',"xml:lang":"' + text[end + 1 :] + b'"}'
        case b"^":
            return made + b',"datatype":"' + text[end + 3 : -1] + b'"}'
    return made + b"}"
