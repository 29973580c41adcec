"""The `SERVICE` clauses of a query: where they are, and which of them can be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.errors import QueryError
from kg.federation.endpoints import Endpoint
from kg.federation.groups import Tokens, after, in_scope, is_plain
from kg.sparql.errors import explain
from kg.sparql.grammar import stop
from kg.sparql.guard import Scan
from kg.sparql.lexer import CLOSING, OPENING, word
from kg.sparql.watch import error_at


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause that can be asked; `start` and `end` are the numbers of its tokens in the query.

    `group` is what stands between its braces. `before` is what stands before it in the group of
    the WHERE of the query; None where it does not stand directly in that.
    """

    endpoint: Endpoint
    silent: bool
    start: int
    end: int
    group: Tokens
    before: Tokens | None

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that its solutions can bind."""
        return in_scope(self.group)


def clauses(scan: Scan, allowed: Mapping[str, Endpoint]) -> tuple[Clause, ...]:
    """All clauses in their order; `QueryError` for a query that has one that is not asked.

    A query that is not well-formed is told so here, before anybody else is sent a part of it.
    """
    unknown = any(t.kind == "pname" and scan.prologue.resolve(t) is None for t in scan.tokens)
    if unknown or stop(scan.tokens) is not None:
        raise explain(QueryError("the query cannot be read"), scan.text)
    return tuple(_clauses(scan, allowed))


def _clauses(scan: Scan, allowed: Mapping[str, Endpoint]) -> Iterator[Clause]:
    found = scan.tokens
    opened: list[int] = []
    asked_until = 0
    for at, token in enumerate(found):
        if word(token) == "SERVICE":
            if at < asked_until:
                words = "a SERVICE inside of a SERVICE is not asked"
                raise _refused(scan, at, words, "put it beside the other")
            clause = _clause(scan, at, opened, allowed)
            asked_until = clause.end
            yield clause
        elif token.kind == "punct" and token.text in OPENING:
            opened.append(at)
        elif token.kind == "punct" and token.text in CLOSING:
            opened.pop()


def _introduced(found: Tokens, at: int) -> str:
    """The keyword before a bracket; that of GRAPH has a name in between."""
    if at > 1 and word(found[at - 2]) == "GRAPH":
        return "GRAPH"
    return word(found[at - 1]) if at else ""


def _clause(scan: Scan, at: int, opened: list[int], allowed: Mapping[str, Endpoint]) -> Clause:
    found = scan.tokens
    silent = word(found[at + 1]) == "SILENT"
    name = at + 1 + silent
    end = after(found, name + 1)
    group = found[name + 2 : end - 1]
    _refuse_correlated(scan, at, opened, group)
    before = found[opened[0] + 1 : at] if len(opened) == 1 else None
    return Clause(_endpoint(scan, name, allowed), silent, at, end, group, before)


def _endpoint(scan: Scan, at: int, allowed: Mapping[str, Endpoint]) -> Endpoint:
    """The endpoint that a token names; one that is not allowed is no failure that SILENT hides."""
    token = scan.tokens[at]
    if token.kind == "var":
        words = f"SERVICE {token.text} is not offered: which endpoint is asked has to be written"
        raise _refused(scan, at, words, "write its IRI, once for each endpoint, with UNION")
    iri = scan.prologue.resolve(token) or ""
    if iri not in allowed:
        words = f"the endpoint {iri} is not asked from here"
        raise _refused(scan, at, words, f"those that are: {', '.join(sorted(allowed))}")
    return allowed[iri]


def _refuse_correlated(scan: Scan, at: int, opened: list[int], group: Tokens) -> None:
    """Refuse a clause whose solutions may depend on those around it.

    EXISTS puts the values of each solution into its pattern. For triple patterns that means the
    same as joining with it afterwards: either finds something just if a solution of the triple
    patterns is compatible with the values. For filters, OPTIONAL and so on it does not. GRAPH does
    not change what an endpoint answers, but our engine binds its variable in patterns only.
    """
    around = [_introduced(scan.tokens, bracket) for bracket in opened]
    if "GRAPH" in around:
        words = "a SERVICE inside of GRAPH is not asked, since it knows nothing of our graphs"
        raise _refused(scan, at, words, "put it beside GRAPH, in the same group")
    if "LATERAL" in around:
        raise _refused(scan, at, "a SERVICE inside of LATERAL is not asked", "put it before")
    if "EXISTS" in around and (around[-1] != "EXISTS" or not is_plain(group)):
        raise _refused(
            scan,
            at,
            "a SERVICE inside of EXISTS has triple patterns only, and stands directly in it",
            "put it before the filter, in OPTIONAL, and ask for BOUND or !BOUND",
        )


def _refused(scan: Scan, at: int, message: str, hint: str) -> QueryError:
    return error_at(scan.text, scan.tokens[at].start, message, hint)
