"""What every part of a query is read with: its tokens, its names, its expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, get_args

from kg.columnar.algebra import Aggregate, Expression, Function
from kg.columnar.handing_over import HandedOver
from kg.columnar.triples import Names
from kg.sparql.grammar import terminals
from kg.sparql.lexer import Token, word
from kg.sparql.prologue import read_prologue
from kg.sparql.tree import Part

OPEN: Final = frozenset("NOW RAND UUID STRUUID BNODE".split())
"""Functions whose value is not given by their arguments."""

AGGREGATES: Final[dict[str, Function]] = {name: name for name in get_args(Function)}


class Reader:
    """A query by its tokens."""

    def __init__(self, text: str, found: Sequence[Token]) -> None:
        self.tokens = found
        self._prologue = text[: found[read_prologue(text, found)[1]].start]
        self.names = Names(text, self._prologue, found)

    def expression(self, part: Part, aggregates: list[Aggregate] | None) -> Expression:
        """An expression; aggregates in it become variables, where there may be some."""
        for token in self.of(part):
            if word(token) in OPEN or word(token) == "EXISTS":
                raise HandedOver(f"it has {word(token)} in an expression")
        written: list[str] = []
        used: set[str] = set()
        at = part.start
        for call in part.all("BuiltInCall"):
            if "AGGREGATE" not in terminals(self.tokens[call.start]) or call.start < at:
                continue
            if aggregates is None:
                raise HandedOver("it has an aggregate where no group is")
            written.append(self.names.slice(at, call.start))
            used |= self.variables(at, call.start)
            written.append(self._aggregate(call, aggregates))
            used.add(written[-1])
            at = call.end
        written.append(self.names.slice(at, part.end))
        used |= self.variables(at, part.end)
        return Expression(" ".join(written), frozenset(used), self._prologue)

    def _aggregate(self, call: Part, aggregates: list[Aggregate]) -> str:
        found = self.of(call)
        function = AGGREGATES.get(word(found[0]))
        if function is None:
            raise HandedOver(f"what {word(found[0])} takes is left open")
        argument = call.child("Expression")
        distinct = word(found[2]) == "DISTINCT"
        if distinct and argument is None:
            raise HandedOver("it has COUNT(DISTINCT *)")
        value = self.expression(argument, None) if argument else None
        name = self.names.hide()
        aggregates.append(Aggregate(name, function, distinct, value))
        return name

    def variables(self, start: int, end: int) -> set[str]:
        """The variables between two tokens."""
        return {name_of(token) for token in self.tokens[start:end] if token.kind == "var"}

    def of(self, part: Part) -> Sequence[Token]:
        """The tokens of a part."""
        return self.tokens[part.start : part.end]


def only(part: Part, name: str) -> Part:
    """The part of this name that the grammar says is there."""
    found = part.child(name)
    if found is None:
        raise HandedOver(f"a {part.name} without {name}")
    return found


def name_of(token: Token) -> str:
    """A variable as operators have it."""
    return f"?{token.text[1:]}"
