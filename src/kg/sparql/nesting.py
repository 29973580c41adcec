"""How deep a query or update is nested and how many patterns it has, from its tokens alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kg.sparql.lexer import CLOSING, OPENING, Token, word

Level = Literal["pattern", "select", "expression", "list", "data"]
"""What stands between two brackets: triples; the clauses of a SELECT; an expression; a collection
or a path; rows that are not planned, those of VALUES and the quads of an update."""

OPERANDS: Final = frozenset(
    {"iri", "pname", "bnode", "var", "lang", "number", "string", "nil", "anon"}
)
CLAUSES: Final = frozenset({"SELECT", "GROUP", "ORDER", "HAVING"})
BEFORE_DATA: Final = frozenset({"VALUES", "DATA", "INSERT", "DELETE"})
SEPARATORS: Final = frozenset({".", ";", ","})


@dataclass(slots=True)
class _Open:
    token: Token
    level: Level
    operands: bool = False


class Levels:
    """Follows the brackets of a query, token by token."""

    def __init__(self) -> None:
        self.patterns = 0
        self._open: list[_Open] = []
        self._last: Token | None = None
        self._before_last: Token | None = None
        self._data_next = False

    @property
    def depth(self) -> int:
        """How many brackets are open."""
        return len(self._open)

    @property
    def level(self) -> Level:
        """Between which brackets the next token stands; outside of all is like in a SELECT."""
        return self._open[-1].level if self._open else "select"

    @property
    def innermost(self) -> Token | None:
        """The last bracket that is still open."""
        return self._open[-1].token if self._open else None

    def mismatch(self, token: Token) -> Token | str | None:
        """What a closing bracket wrongly closes: another bracket, or "nothing"; None if right."""
        if token.kind != "punct" or token.text not in CLOSING:
            return None
        opened = self.innermost
        if opened is None:
            return "nothing"
        return None if OPENING[opened.text] == token.text else opened

    def is_comparison(self, token: Token) -> bool:
        """Whether `<…>` stands where an engine can take its `<` for an operator."""
        return token.kind == "iri" and self.level == "expression" and self._after_operand()

    def add(self, token: Token) -> None:
        """Take the next token."""
        text = token.text if token.kind == "punct" else ""
        if text in OPENING:
            self._open.append(_Open(token, self._opened(text)))
        elif text in CLOSING:
            self._close()
        elif text in SEPARATORS or text == "/":
            self._separate(text)
        elif token.kind in OPERANDS and self._open:
            self._open[-1].operands = True
            self.patterns += self.level == "list"
        keyword = word(token)
        if keyword in CLAUSES and self.level == "pattern":
            self._open[-1].level = "select"
        if keyword in BEFORE_DATA:
            self._data_next = True
        elif token.kind not in ("var", "nil") and text not in ("(", ")"):
            self._data_next = False
        self._before_last, self._last = self._last, token

    def _opened(self, bracket: str) -> Level:
        if self.level == "data" or (bracket == "{" and self._data_next):
            return "data"
        if bracket != "(":
            return "pattern"
        if self.level in ("select", "expression"):
            return "expression"
        if self.level == "list":
            return "list"
        return "expression" if self._calls() else "list"

    def _calls(self) -> bool:
        """Whether a `(` among triples belongs to `FILTER (`, `BIND (`, `FILTER ex:f (`."""
        if self._last is None:
            return True
        if self._last.kind in ("pname", "iri") and self._before_last is not None:
            return word(self._before_last) not in ("", "A")
        return word(self._last) not in ("", "A")

    def _close(self) -> None:
        if self._open:
            closed = self._open.pop()
            self.patterns += closed.operands and closed.level == "pattern"
        if self._open:
            self._open[-1].operands = True

    def _separate(self, text: str) -> None:
        if not self._open or self.level in ("expression", "data", "select"):
            return
        self.patterns += 1
        if text in SEPARATORS:
            self._open[-1].operands = False

    def _after_operand(self) -> bool:
        if self._last is None:
            return False
        closing = self._last.kind == "punct" and self._last.text in CLOSING
        literal = word(self._last) in ("TRUE", "FALSE")
        return self._last.kind in OPERANDS or closing or literal
