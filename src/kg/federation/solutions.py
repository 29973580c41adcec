"""The solutions of another endpoint as rows of `VALUES`, read with suspicion.

The engine's reader recurses into terms that stand in terms, so how deep an answer is nested is
looked at before.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.federation.trouble import NARROWER, trouble
from kg.rdf.skolem import GENID

DEPTH: Final = 16
"""Results without terms in terms have 5 levels; `link` and members that we do not know have few."""

BRACKETS: Final = 1_000_000
QUOTES: Final = 2_000_000
"""At most so many are looked at, for half a second or so."""

_STRING = re.compile(rb'"(?:[^"\\]++|\\[\s\S])*+"?')
"""One that is not closed takes the rest, as it does for who reads it: so this takes linear time."""

_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))

_IRI: Final = r'<[^\x00-\x20<>"{}|^`\\]*+>'
_WRITTEN = re.compile(
    rf'''{_IRI}|"(?:[^"\\\n\r]++|\\[tbnrf"'\\]|\\u[0-9A-Fa-f]{{4}})*+"'''
    rf"(?:@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[a-z]+)?|\^\^{_IRI})?"
)

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class Reading:
    """What is wanted of an answer: these variables, and at most so many rows."""

    iri: str
    variables: Sequence[str]
    rows: int


def read(body: bytes, reading: Reading) -> list[str]:
    """The rows of an answer in SPARQL's JSON; raises `EndpointError` for what is none.

    What it binds beyond `variables` is left out. A blank node becomes an IRI that is only of this
    answer.
    """
    labels = f"{GENID}{secrets.token_hex(8)}/"
    return [
        row([_text(term, labels, reading.iri) for term in terms])
        for terms in terms_of(body, reading)
    ]


def terms_of(body: bytes, reading: Reading) -> list[list[Term | None]]:
    """The same as terms, in the order of `variables`; None is unbound."""
    _refuse_depth(body, reading.iri)
    try:
        rows = _rows(body, reading)
    except (SyntaxError, ValueError, MemoryError) as error:  # the last: a string without end
        what = "sends what cannot be read as SPARQL results in JSON"
        raise trouble(reading.iri, what) from error.with_traceback(None)
    if rows is None:
        raise trouble(reading.iri, "answers with true or false")
    if len(rows) > reading.rows:
        what = f"answers with more than {reading.rows} solutions"
        raise trouble(reading.iri, what, hint=NARROWER, limit="service_rows")
    return rows


def _rows(body: bytes, reading: Reading) -> list[list[Term | None]] | None:
    """One more than may be at most; None for a verdict.

    No error that is kept leads to the solutions: only the thread that has read them may drop them.
    """
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    if not isinstance(found, ox.QuerySolutions):
        return None
    bound = {variable.value for variable in found.variables}
    names = [name if name in bound else None for name in reading.variables]
    return [
        [solution[name] if name else None for name in names]
        for solution in islice(found, reading.rows + 1)
    ]


def row(cells: Sequence[str]) -> str:
    """One row of `VALUES`."""
    return f"({' '.join(cells)})"


def _text(term: Term | None, labels: str, iri: str) -> str:
    """A term as SPARQL has it, which is looked at again: it goes into a query as it is."""
    if term is None:
        return "UNDEF"
    if isinstance(term, ox.BlankNode):
        return f"<{labels}{term.value}>"
    if isinstance(term, ox.Triple):
        raise trouble(iri, "sends a triple term, which is not read here")
    text = str(term)
    if _WRITTEN.fullmatch(text) is None:
        raise trouble(iri, "sends a term that SPARQL cannot write")
    return text


def _refuse_depth(body: bytes, iri: str) -> None:
    if body.count(b'"') > QUOTES:
        raise trouble(iri, "sends an answer with too many strings")
    brackets = _STRING.sub(b"", body).translate(None, _NO_BRACKETS)
    depth = deepest = 0
    for bracket in brackets[:BRACKETS]:
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    if deepest > DEPTH or len(brackets) > BRACKETS:
        raise trouble(iri, "sends an answer with too many brackets in brackets")
