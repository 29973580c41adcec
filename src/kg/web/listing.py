"""Lists of what our queries find about a thing; each costs what is shown of it, not what there is.

Up to `sorted_entries` the solutions are sorted and counted. Of more only those are asked for that
are shown, in the order of the engine, which stays the same as long as the data does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pyoxigraph as ox

from kg.namespaces import CKG, compact
from kg.web.asking import Asking
from kg.web.claims import Claim, Opposition, claim, natural, opposed
from kg.web.facts import Facts
from kg.web.paging import Page, asked_page, page_of
from kg.web.rows import Row

ABOUT: Final = str(CKG.about)
ABOUT_AND_BY: Final = (ABOUT, str(CKG.claimant))


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
    most = asking.sizes.sorted_entries

    def ask() -> Found:
        return _found(asking.rows(query, limit=most + 1, offset=0, **values), key, most)

    return _first(asking, query, values, ask)


def _found(rows: Sequence[Row], key: Callable[[Row], Any], most: int) -> Found:
    if len(rows) > most:
        return Found(tuple(rows[:most]), cut=True)
    return Found(tuple(sorted(rows, key=key)), cut=False)


def _first(
    asking: Asking, query: str, values: dict[str, ox.NamedNode], ask: Callable[[], Found]
) -> Found:
    return asking.once(f"first of {query}", str(sorted(values.items())), ask)


def found_about_and_by(asking: Asking, iri: str) -> tuple[Found, Found]:
    """The first claims about a thing and by it, asked for at once where they are few."""
    most, query, entity = asking.sizes.sorted_entries, "claims-of", ox.NamedNode(iri)
    nodes = [ox.NamedNode(relation) for relation in ABOUT_AND_BY]

    def ask() -> list[Row] | None:
        if any(_counted(asking, iri, relation) > most for relation in ABOUT_AND_BY):
            return None
        rows = asking.rows(query, limit=most + 1, entity=entity, relation=nodes)
        return rows if len(rows) <= most else None

    rows = asking.once("claims about and by", iri, ask)

    def of(node: ox.NamedNode) -> Found:
        values = {"entity": entity, "relation": node}
        if rows is None:
            return found(asking, query, by_claim, **values)
        mine = [row for row in rows if row["relation"] == node]
        return _first(asking, query, values, lambda: _found(mine, by_claim, most))

    about, by = map(of, nodes)
    return about, by


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
    all_ = 0 if page.counted else _counted(asking, iri, relation)
    return replace(shown, all=all_, counted=True) if all_ > page.all else shown


def _counted(asking: Asking, iri: str, relation: str) -> int:
    """How many claims there are in a relation to a thing, where that has been counted; or 0."""
    counted = asking.counted.counts()
    claims = counted.claims.get(compact(relation).partition(":")[2], {}) if counted else {}
    return claims.get(iri, 0)


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
    return asking.labelled(told(asking, claims))


def told(asking: Asking, claims: Iterable[str]) -> Facts:
    """The same without the names of the things that they are about."""
    nodes = [ox.NamedNode(iri) for iri in sorted(set(claims))]
    return asking.facts("claim-list", claim=nodes) if nodes else Facts(())


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
