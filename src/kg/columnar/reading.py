"""What every part of a query is read with: its tokens, its names, its expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, get_args

from kg.columnar.algebra import Aggregate, Expression, Function
from kg.columnar.handing_over import HandedOver
from kg.columnar.syntax import tree_of
from kg.columnar.triples import Names
from kg.sparql.grammar import terminals
from kg.sparql.lexer import Token, word
from kg.sparql.prologue import Prologue, read_prologue
from kg.sparql.tree import Part

OPEN: Final = frozenset("NOW RAND UUID STRUUID BNODE".split())
"""Functions whose value is not given by their arguments."""

AGGREGATES: Final[dict[str, Function]] = {name: name for name in get_args(Function)}


class Reader:
    """A query by its tokens."""

    def __init__(self, text: str, found: Sequence[Token]) -> None:
        self.tokens = found
        prologue, body = read_prologue(text, found)
        self._prologue = text[: found[body].start] + _assumed(prologue, found[body:])
        self.names = Names(text, self._prologue, found, prologue)

    def expression(self, part: Part, aggregates: list[Aggregate] | None) -> Expression:
        """An expression; aggregates in it become variables, where there may be some."""
        for token in self.of(part):
            if word(token) in OPEN or word(token) == "EXISTS":
                raise HandedOver(f"it has {word(token)} in an expression")
        written: list[str] = []
        used: set[str] = set()
        values: dict[int, str] = {}
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
            values[call.start] = written[-1]
            at = call.end
        written.append(self.names.slice(at, part.end))
        used |= self.variables(at, part.end)
        tree = tree_of(part, self.names, values)
        return Expression(" ".join(written), frozenset(used), self._prologue, tree)

    def conditions(self, part: Part) -> list[Expression]:
        """What all has to be true for a filter to be: the parts of its outermost `&&`."""
        inner = part
        while inner.name in ("Constraint", "Bracketted") and len(inner.parts) == 1:
            inner = inner.parts[0]
        if inner.name != "Expression" or len(inner.parts) > 1:
            return [self.expression(part, None)]
        first, *rest = inner.parts[0].parts
        return [self.expression(each, None) for each in (first, *(tail.parts[0] for tail in rest))]

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


def _assumed(prologue: Prologue, body: Sequence[Token]) -> str:
    """Declarations of the prefixes that are used and known without one."""
    used = {token.text.partition(":")[0] for token in body if token.kind == "pname"}
    known = sorted((used & prologue.prefixes.keys()) - prologue.declared)
    return "".join(f"PREFIX {name}: <{prologue.prefixes[name]}>\n" for name in known)


def only(part: Part, name: str) -> Part:
    """The part of this name that the grammar says is there."""
    found = part.child(name)
    if found is None:
        raise HandedOver(f"a {part.name} without {name}")
    return found


def name_of(token: Token) -> str:
    """A variable as operators have it."""
    return f"?{token.text[1:]}"
