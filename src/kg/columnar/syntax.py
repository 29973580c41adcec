"""Expressions as trees of calls, by which it is known what they can tell apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from kg.columnar.algebra import Call, Tree
from kg.columnar.handing_over import HandedOver
from kg.columnar.triples import Names
from kg.sparql.lexer import Token, word
from kg.sparql.tree import Part

_TAILS: Final = frozenset("OrTail AndTail RelationalTail AdditiveTail MultiplicativeTail".split())
_CHAINS: Final = frozenset("Expression And Relational Additive Multiplicative".split())
_WRAPPERS: Final = frozenset("Bracketted Constraint Call OrderCondition".split())


def tree_of(part: Part, names: Names, aggregates: Mapping[int, str]) -> Tree:
    """The tree of an expression; `aggregates` has the variables of those that begin at tokens."""
    if part.name in _CHAINS:
        return _chain(part, names, aggregates)
    if part.name in _WRAPPERS and part.parts:
        return tree_of(part.parts[0], names, aggregates)
    if part.name == "Unary":
        return _unary(part, names, aggregates)
    if part.name == "Primary" and part.parts:
        return tree_of(part.parts[0], names, aggregates)
    if part.name in ("BuiltInCall", "FunctionCall", "IriOrFunction"):
        return _call(part, names, aggregates)
    return names.term(part)


def _chain(part: Part, names: Names, aggregates: Mapping[int, str]) -> Tree:
    found = tree_of(part.parts[0], names, aggregates)
    for tail in part.parts[1:]:
        operator = word(names.tokens[tail.start]) or names.tokens[tail.start].text
        if operator in ("NOT", "IN"):
            listed = (tree_of(each, names, aggregates) for each in tail.parts[0].parts)
            found = Call("IN", (found, *listed))
            found = Call("!", (found,)) if operator == "NOT" else found
        else:
            found = Call(operator, (found, tree_of(tail.parts[0], names, aggregates)))
    return found


def _unary(part: Part, names: Names, aggregates: Mapping[int, str]) -> Tree:
    primary = part.parts[0]
    signs = names.tokens[part.start : primary.start]
    if len(signs) == 1 and signs[0].text != "!" and _is_number(names.tokens, primary):
        return names.term(Part("Literal", part.start, part.end))
    found = tree_of(primary, names, aggregates)
    for sign in reversed(signs):
        found = Call(sign.text if sign.text == "!" else f"unary {sign.text}", (found,))
    return found


def _is_number(tokens: Sequence[Token], primary: Part) -> bool:
    return primary.end == primary.start + 1 and tokens[primary.start].kind == "number"


def _call(part: Part, names: Names, aggregates: Mapping[int, str]) -> Tree:
    if part.start in aggregates:
        return aggregates[part.start]
    listed = part.child("ExpressionList") or part.child("Arguments")
    iri = part.child("Iri")
    if listed is None and iri is not None:
        return names.term(iri)
    if listed is None:
        raise HandedOver(f"it has {word(names.tokens[part.start])} inside of an expression")
    name = names.term(iri) if iri is not None else word(names.tokens[part.start])
    return Call(name, tuple(tree_of(each, names, aggregates) for each in listed.parts))


def listed(tree: Tree, name: str) -> tuple[str, ...] | None:
    """The IRIs in `name IN (…)`, or in `name = …`; None where a filter is something else."""
    if not isinstance(tree, Call) or tree.function not in ("IN", "=") or tree.arguments[0] != name:
        return None
    others = tree.arguments[1:]
    iris = tuple(each for each in others if isinstance(each, str) and each[:1] == "<")
    return iris if len(iris) == len(others) else None
