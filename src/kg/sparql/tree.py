"""A query as a tree, by the grammar in `sparql.ebnf`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from kg.sparql.grammar import Node, Rule, Terminal, expanded, first, nullable, rule_body, terminals
from kg.sparql.lexer import Token


@dataclass(slots=True)
class Part:
    """What one rule of the grammar stands for: the tokens from `start` up to `end`."""

    name: str
    start: int
    end: int = 0
    parts: list[Part] = field(default_factory=list)

    def all(self, *names: str) -> Iterator[Part]:
        """This and what is in it, in the order of the text; only of these rules, if any."""
        todo = [self]
        while todo:
            part = todo.pop()
            if not names or part.name in names:
                yield part
            todo.extend(reversed(part.parts))

    def child(self, name: str) -> Part | None:
        """The first part directly in this that is of a rule."""
        return next((part for part in self.parts if part.name == name), None)


_END: Final = Terminal("")
"""Where a rule is over."""


def tree(found: Sequence[Token], rule: str = "Query") -> Part | None:
    """The tree of these tokens; None if they do not follow the grammar."""
    root = Part(rule, 0)
    open_parts: list[Part] = [root]
    todo: list[Node] = [_END, rule_body(rule)]
    at, names = 0, terminals(found[0] if found else None)
    while todo:
        node = todo.pop()
        if node is _END:
            open_parts.pop().end = at
        elif isinstance(node, Terminal) and node.name in names:
            at += 1
            names = terminals(found[at] if at < len(found) else None)
        elif not names & first(node):
            if not nullable(node):
                return None
        elif isinstance(node, Rule):
            part = Part(node.name, at)
            open_parts[-1].parts.append(part)
            open_parts.append(part)
            todo += (_END, rule_body(node.name))
        else:
            todo.extend(expanded(node, names))
    return root
