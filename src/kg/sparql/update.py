"""An update read into its operations: names resolved, data and templates read, each WHERE a SELECT.

The engine reads what stands in brackets, operation by operation: it takes no prologue after a `;`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

import pyoxigraph as ox

from kg.errors import QueryError
from kg.sparql.clauses import (
    Block,
    Changes,
    Clear,
    Create,
    Data,
    Transfer,
    read_clauses,
)
from kg.sparql.errors import explain
from kg.sparql.guard import UPDATE_LIMITS, Part, UpdateLimits, check_update
from kg.sparql.lexer import Token, place, tokens
from kg.sparql.scratch import Names, check_block, read_quads
from kg.sparql.templates import Template, read_template
from kg.store.interface import Dataset, Patch


@dataclass(frozen=True, slots=True)
class Modify:
    """DELETE and INSERT for each solution of `select`; deleting comes first.

    `dataset` is what WITH or USING say that `select` sees; None where they say nothing. `start` is
    the offset of the operation in the text.
    """

    start: int
    select: str
    dataset: Dataset | None
    removed: Template | None
    added: Template | None


Operation: TypeAlias = Patch | Modify | Clear | Create | Transfer
"""INSERT DATA and DELETE DATA are patches as they are."""


def read_update(text: str, limits: UpdateLimits = UPDATE_LIMITS) -> tuple[Operation, ...]:
    """The operations of an update of anybody; raises `QueryError` with place and hint."""
    reader = _Reader(text)
    *parts, last = check_update(text, limits).parts
    found = [reader.operation(part) for part in parts]
    return (*found, *reader.last(last))


class _Reader:
    """Reads operations one after the other; what one declares holds for those after it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._names = Names()
        self._labels: set[str] = set()

    def last(self, part: Part) -> Iterator[Operation]:
        """Read the last part: no operation has to follow a `;`."""
        with self._explained(_start(part)):
            rest = self._names.declare(part.tokens)
        if rest:
            yield self._operation(part, rest)

    def operation(self, part: Part) -> Operation:
        """Read a part that has an operation."""
        with self._explained(_start(part)):
            rest = self._names.declare(part.tokens)
        return self._operation(part, rest)

    def _operation(self, part: Part, rest: Sequence[Token]) -> Operation:
        with self._explained(_start(part)):
            head = read_clauses(rest, self._names)
        prologue = self._names.prologue(part.prefixes)
        match head:
            case Data():
                return self._data(head, prologue, part)
            case Changes():
                return self._modify(head, prologue, rest[0].start)
            case _:
                return head

    def _data(self, head: Data, prologue: str, part: Part) -> Patch:
        block = self._between(head.quads)
        with self._explained(head.quads.start):
            if head.verb == "DELETE":
                check_block(prologue, "DELETE DATA", block)
            quads = read_quads(prologue, block)
        self._refuse_known_labels(part, head.quads)
        return Patch(added=quads) if head.verb == "INSERT" else Patch(removed=quads)

    def _modify(self, head: Changes, prologue: str, start: int) -> Modify:
        for before, block, after in (
            ("DELETE", head.removed, "WHERE {}"),
            ("INSERT", head.added, "WHERE {}"),
            ("DELETE WHERE" if head.where == head.removed else "INSERT {} WHERE", head.where, ""),
        ):
            if block is not None:
                with self._explained(block.start):
                    check_block(prologue, before, self._between(block), after)
        removed = self._template(head.removed, prologue, head.graph)
        added = self._template(head.added, prologue, head.graph)
        dataset = head.using
        if dataset is None and head.graph is not None:
            dataset = Dataset(default=(head.graph,))
        select = f"{prologue}\n{_select(self._between(head.where), removed, added)}"
        return Modify(start, select, dataset, removed, added)

    def _template(
        self, block: Block | None, prologue: str, graph: ox.NamedNode | None
    ) -> Template | None:
        if block is None:
            return None
        try:
            return read_template(prologue, self._between(block), graph or ox.DefaultGraph())
        except QueryError as error:
            line, column = place(self._text, block.start)
            raise QueryError(
                "these brackets have a literal or a triple term as a subject: no triple has",
                hint="subjects are IRIs, blank nodes or variables",
                line=line,
                column=column,
            ) from error

    def _refuse_known_labels(self, part: Part, block: Block) -> None:
        """A label of a blank node is good for one INSERT DATA (SPARQL 1.1, grammar note 11)."""
        known = part.labels & self._labels
        self._labels |= part.labels
        if not known:
            return
        for token in tokens(self._between(block)):
            if token.kind == "bnode" and token.text in known:
                line, column = place(self._text, block.start + token.start)
                raise QueryError(
                    f"{token.text} was a blank node of an operation before, and cannot be again",
                    hint="put both into one INSERT DATA, or give the other node another label",
                    line=line,
                    column=column,
                )

    def _between(self, block: Block) -> str:
        return self._text[block.start : block.end]

    @contextmanager
    def _explained(self, start: int) -> Iterator[None]:
        """Say in our words what is wrong with what was read from an offset on."""
        try:
            yield
        except QueryError as error:
            line, column = place(self._text, start)
            if error.line is not None and error.line > 2:
                line, column = line + error.line - 2, error.column or 1
            elif error.line == 2 and error.column is not None:
                column += error.column - 1
            placed = QueryError(error.message, line=line, column=column)
            raise explain(placed, self._text, "Update") from error


def _start(part: Part) -> int:
    return part.tokens[0].start if part.tokens else 0


def _select(where: str, *templates: Template | None) -> str:
    """The query of a WHERE, with no more solutions than make a difference to the templates."""
    given = [template for template in templates if template is not None]
    names = sorted({name for template in given for name in template.variables})
    selected = " ".join(f"?{name}" for name in names) or "*"
    if any(template.has_blank_nodes for template in given):
        return f"SELECT {selected} WHERE {where}"
    return (
        f"SELECT DISTINCT {selected} WHERE {where}" if names else f"SELECT * WHERE {where} LIMIT 1"
    )
