"""What the engine reads of an update for us, in an empty store of its own that is thrown away.

What stands in brackets is given to it from the second line on, where it begins with the first
column. What stands around them is not given to it: it reads `MOVE graph:a` as `MOVE GRAPH :a`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox

from kg.errors import QueryError
from kg.namespaces import BASE, PREFIXES
from kg.sparql.lexer import Token, word
from kg.store.view import engine_errors

_STOPS: Final = "DROP GRAPH <urn:absent>"
"""Ends every update that begins so, after the engine has read all of it and before it does any."""


_OURS: Final = frozenset(f"<{iri}>" for iri in PREFIXES.values())
"""What most declarations say; whatever the base is, it stays what it is."""


def read_quads(prologue: str, block: str) -> tuple[ox.Quad, ...]:
    """The quads of a block of data, its brackets included."""
    store = ox.Store()
    with engine_errors():
        store.update(f"{prologue} INSERT DATA\n{block}")
    return tuple(store)


def check_block(prologue: str, before: str, block: str, after: str = "") -> None:
    """Raise `QueryError` for a block that cannot stand between these words; nothing is done."""
    with engine_errors():
        try:
            ox.Store().update(f"{prologue} {_STOPS} ; {before}\n{block}\n{after}")
        except RuntimeError:
            return  # the graph that is not there: all has been read


class Names:
    """The base and the prefixes at a place of an update, ours included.

    Relative IRIs are resolved by the engine: what we would make of them may be something else.
    """

    def __init__(self) -> None:
        self._base = BASE
        self._prefixes = dict(PREFIXES)
        self._resolved: dict[tuple[str, str], str] = {}

    def declare(self, found: Sequence[Token]) -> Sequence[Token]:
        """Take the declarations that these tokens begin with; what follows them."""
        at = 0
        while at < len(found):
            keyword = word(found[at])
            kinds = [token.kind for token in found[at + 1 : at + 3]]
            if keyword == "BASE" and kinds[:1] == ["iri"]:
                self._base = self._resolve(found[at + 1].text)
                at += 2
            elif keyword == "PREFIX" and kinds == ["pname", "iri"]:
                prefix = found[at + 1].text.removesuffix(":")
                self._prefixes[prefix] = self._resolve(found[at + 2].text)
                at += 3
            elif keyword == "VERSION" and kinds[:1] == ["string"]:
                at += 2
            else:
                break
        return found[at:]

    def prologue(self, prefixes: Iterable[str]) -> str:
        """The declarations for text that uses these prefixes, in one line."""
        known = (prefix for prefix in sorted(prefixes) if prefix in self._prefixes)
        declared = "".join(f" PREFIX {prefix}: <{self._prefixes[prefix]}>" for prefix in known)
        return f"BASE <{self._base}>{declared}"

    def iri(self, token: Token) -> ox.NamedNode:
        """The IRI that an `iri` or `pname` token stands for."""
        if token.kind == "iri":
            return ox.NamedNode(self._resolve(token.text))
        return ox.NamedNode(_evaluated(self.prologue([token.text.partition(":")[0]]), token.text))

    def _resolve(self, iri: str) -> str:
        if iri in _OURS:
            return iri[1:-1]
        key = (self._base, iri)
        if key not in self._resolved:
            self._resolved[key] = _evaluated(f"BASE <{self._base}>", iri)
        return self._resolved[key]


def _evaluated(prologue: str, iri: str) -> str:
    try:
        found = ox.Store().query(f"{prologue}\nSELECT ({iri} AS ?iri) {{}}")
    except SyntaxError as error:  # a place in this text of ours is of no use
        raise QueryError(f"IRI parsing failed: {iri}") from error
    solution = next(found, None) if isinstance(found, ox.QuerySolutions) else None
    term = solution["iri"] if solution else None
    if not isinstance(term, ox.NamedNode):
        raise QueryError(f"IRI parsing failed: {iri}")
    return term.value
