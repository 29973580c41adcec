"""Solutions of ids as bytes of SPARQL JSON, byte for byte as the engine writes them.

A term without escapes says in JSON what it says in the heap, so that its bytes are only put between
others. What has escapes is read and written again; triple terms are left to the engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import chain
from typing import Final, NamedTuple, Protocol

import numpy as np

from kg.columnar.layout import Ids, Numbers
from kg.columnar.overlay import Terms
from kg.columnar.table import Table, places
from kg.columnar.terms import DATATYPES, Kind, unescaped

ROWS: Final = 10_000
"""So many are made at once."""

FEW: Final = 100
"""So many are sooner made one by one."""

_LITERAL: Final = re.compile(
    rb'"((?:[^"\\]|\\.)*+)"(?:\^\^<([^>]*)>|@([^-]+(?:-[^-]+)*)(?:--(\w+))?)?', re.DOTALL
)

_FORMS: Final = {
    Kind.IRI: b'{"type":"uri","value":"%b"}',
    Kind.STRING: b'{"type":"literal","value":"%b"}',
    **{
        kind: b'{"type":"literal","value":"%b","datatype":"' + datatype.encode() + b'"}'
        for kind, datatype in DATATYPES.items()
    },
}
"""What a term of a kind is in JSON, with what it says in its place."""


class Out(Protocol):
    """What takes the bytes of an answer."""

    def write(self, data: bytes) -> object:
        """Take some bytes."""


def has_triple_terms(table: Table, terms: Terms) -> bool:
    """Whether a solution has a triple term, for which there are no fragments."""
    low = terms.first(Kind.OTHER)
    for column in table.columns.values():
        high = column[column >= low]
        odd = high[terms.are_of(high, {Kind.OTHER})] if len(high) else high
        if any(terms.text(term).startswith("<<") for term in {*odd.tolist()}):
            return True
    return False


def write_json(table: Table, names: Sequence[str], terms: Terms, out: Out) -> None:
    """Write the solutions of a query that selects these variables, at once unless they are many."""
    head = json.dumps([name[1:] for name in names], ensure_ascii=False, separators=(",", ":"))
    waiting = f'{{"head":{{"vars":{head}}},"results":{{"bindings":['.encode()
    if table.rows <= FEW:
        waiting += _few_rows(table, names, terms)
    for start in range(0, table.rows if table.rows > FEW else 0, ROWS):
        if start:
            out.write(waiting)
            waiting = b","
        at = slice(start, min(start + ROWS, table.rows))
        waiting += _rows([_cells(name, table.column(name)[at], terms) for name in names])
    out.write(waiting + b"]}}")


def _few_rows(table: Table, names: Sequence[str], terms: Terms) -> bytes:
    columns = [table.column(name).tolist() for name in names]
    ids = sorted({*chain.from_iterable(columns)})
    texts = terms.texts(np.array(ids, np.int32))
    made = {term: _fragment(text) for term, text in zip(ids, texts, strict=True) if term}
    heads = [_head(name) for name in names]
    rows = [
        b",".join([head + made[term] for head, term in zip(heads, row, strict=True) if term])
        for row in zip(*columns, strict=True)
    ]
    return b",".join([b"{%b}" % row for row in rows])


class _Cells(NamedTuple):
    """What a column writes: `form`, with each of `cells` in it; a whole member begins with ",".

    What is unbound writes nothing.
    """

    form: bytes
    cells: list[bytes]


def _rows(columns: Sequence[_Cells]) -> bytes:
    """All rows: one form for all is filled at once, which takes a fraction of filling each."""
    form = b"".join(each.form for each in columns)
    rows = zip(*(each.cells for each in columns), strict=True)
    if columns[0].form == b"%b":  # where it is unbound a row begins with another member
        return b",".join([b"{%b}" % (form % row)[1:] for row in rows])
    forms = [b"{%b}" % form[1:]] * len(columns[0].cells)
    return b",".join(forms) % tuple(chain.from_iterable(rows))


def _cells(name: str, column: Ids, terms: Terms) -> _Cells:
    head = b"," + _head(name)
    first, of = places([column], len(column))
    values = column[first]
    alike = terms.alike(values)
    if alike is None:
        made = [head + _fragment(text) if text else b"" for text in terms.texts(values)]
        return _Cells(b"%b", _each(made, of))
    kind, inner = alike
    return _Cells(head + _FORMS[kind], _each(inner, of))


def _head(name: str) -> bytes:
    return f"{json.dumps(name[1:], ensure_ascii=False)}:".encode()


def _each(made: list[bytes], of: Numbers) -> list[bytes]:
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
