"""Lists of what our queries find about a thing; each costs what is shown of it, not what there is.

Up to `sorted_entries` the solutions are sorted and counted. Of more only those are asked for that
are shown, in the order of the engine, which stays the same as long as the data does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox

from kg.namespaces import compact
from kg.web.asking import Asking
from kg.web.claims import Claim, Opposition, claim, natural, opposed
from kg.web.facts import Facts
from kg.web.paging import Page, asked_page, page_of
from kg.web.rows import Row


@dataclass(frozen=True)
class Found:
    """The first solutions of a query about a thing; all of them, sorted, unless it is `cut`."""

    rows: tuple[Row, ...]
    cut: bool

    def iris(self, variable: str) -> list[str]:
        """What a variable is bound to."""
        return [row[variable].value for row in self.rows]


def found(asking: Asking, query: str, key: Callable[[Row], Any], **values: ox.NamedNode) -> Found:
    """The first solutions of a query, asked once per generation."""

    def ask() -> Found:
        most = asking.sizes.sorted_entries
        rows = asking.rows(query, limit=most + 1, offset=0, **values)
        if len(rows) > most:
            return Found(tuple(rows[:most]), cut=True)
        return Found(tuple(sorted(rows, key=key)), cut=False)

    return asking.once(f"first of {query}", str(sorted(values.items())), ask)


def listed(
    asking: Asking, query: str, name: str, key: Callable[[Row], Any], **values: ox.NamedNode
) -> Page[Row]:
    """The page that is asked for of the solutions of a query."""
    first, size = found(asking, query, key, **values), asking.sizes.entries
    if not first.cut:
        return page_of(first.rows, name, size)
    number = asked_page(name)
    start = (number - 1) * size
    rows: Sequence[Row] = first.rows[start : start + size + 1]
    if len(rows) <= size:
        rows = asking.rows(query, limit=size + 1, offset=start, **values)
    if not rows:  # it is behind the last
        number, start, rows = 1, 0, first.rows[: size + 1]
    goes_on = len(rows) > size
    shown = tuple(rows[:size])
    least = max(len(first.rows), start + size) if goes_on else start + len(shown)
    return Page(name, shown, least, number, number + goes_on, size, counted=not goes_on)


def claims_of(asking: Asking, iri: str, relation: str, name: str) -> Page[str]:
    """The page that is asked for of the claims in a relation to a thing."""
    values = {"entity": ox.NamedNode(iri), "relation": ox.NamedNode(relation)}
    page = listed(asking, "claims-of", name, by_claim, **values)
    shown = page.showing(row["claim"].value for row in page.items)
    counted = None if page.counted else asking.counted.counts()
    all_ = counted.claims.get(compact(relation).partition(":")[2], {}).get(iri, 0) if counted else 0
    return replace(shown, all=all_, counted=True) if all_ > page.all else shown


def disputed(asking: Asking, claims: Sequence[str], iri: str) -> Page[tuple[str, str]]:
    """The page that is asked for of the pairs in which one of some claims stands against another.

    Pairs that a person dismissed are left out.
    """

    def ask() -> list[tuple[str, str]]:
        nodes = [ox.NamedNode(each) for each in claims]
        rows = asking.rows("opposed", claim=nodes) if nodes else []
        pairs = {_pair(row["claim"].value, row["other"].value) for row in rows}
        return sorted(pairs, key=lambda pair: list(map(natural, pair)))

    return page_of(asking.once("opposed", iri, ask), "disputed", asking.sizes.entries)


def claim_facts(asking: Asking, claims: Iterable[str]) -> Facts:
    """All that lists show of some claims."""
    nodes = [ox.NamedNode(iri) for iri in sorted(set(claims))]
    return asking.labelled(asking.facts("claim-list", claim=nodes)) if nodes else Facts(())


def shown_claims(facts: Facts, page: Page[str]) -> Page[Claim]:
    """A page of claims with what lists show of them."""
    return page.showing(claim(facts, iri) for iri in page.items)


def shown_pairs(facts: Facts, page: Page[tuple[str, str]]) -> Page[Opposition]:
    """A page of opposed claims with what lists show of them."""
    stand = opposed(facts, [iri for pair in page.items for iri in pair])
    pairs = {_pair(each.first.thing.iri, each.second.thing.iri): each for each in stand}
    return page.showing(pairs[pair] for pair in page.items if pair in pairs)


def by_claim(row: Row) -> Any:
    """Sort key: claims in the order of the sentences that they rest on."""
    return natural(row["claim"].value)


def _pair(one: str, other: str) -> tuple[str, str]:
    first, second = sorted((one, other), key=natural)
    return first, second
