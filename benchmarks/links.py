"""How often the links are right that `kg link suggest` would suggest, and those marked certain.

Reads Natural Earth and the list of verified identifiers from the folder `external` of KG_SHARED,
and asks no service. The pool has the populated places with their Wikidata identifiers, countries,
disputed areas, provinces and the verified things, and invented ones of the same names: a namesake,
a municipality, a region, a river, a predecessor, each beside a third of the things. A tenth of the
pool has no coordinates and a tenth no telling type. Questions are made of places, countries and
verified things: a name in English, in another language, or misspelt; the type; coordinates rounded
to a tenth of a degree. A seventh of them has no type, a seventh no coordinates. Each is asked four
times: with the right answer in the pool and without, with the invented things and without.

A quarter of the things, by a hash of their identifier, is for tuning, the others are for the test.
Prints counts, with shares and their 95 % intervals (Wilson) in per cent, for `tuning` or `test`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import sqrt
from pathlib import Path
from typing import Final

from links_world import Known, share, world
from measuring import line
from tests.links.cases import cases

from kg.suggestions.distance import Point
from kg.suggestions.extract import Extract
from kg.suggestions.scoring import CERTAIN, Suggestion, suggestions
from kg.suggestions.things import Other, Thing

STRONG: Final = 0.85

Row = tuple[str, int, int, float, float, float]
"""What is counted, how many of how many, and the share with its interval in per cent."""


@dataclass(frozen=True)
class Asked:
    """A question with its answer; None where the pool does not have it."""

    thing: Thing
    identifier: str
    present: bool
    sort: str
    crowded: bool


def main(split: str) -> None:
    """Ask all questions of a split and print what came of them."""
    folder = Path(os.environ.get("KG_SHARED", "")) / "external"
    if not folder.is_dir() or split not in ("tuning", "test"):
        sys.exit("usage: KG_SHARED=FOLDER python benchmarks/links.py tuning|test (external/ in it)")
    known, pool = world(folder)
    chosen = [k for k in known if is_tuning(k.other.identifier) == (split == "tuning")]
    line(f"{split}: {len(chosen)} things of {len(known)}", "count", "of", "%", "from", "to")
    for row in (*report(asked(chosen, pool)), twins(chosen), hard_negatives()):
        line(row[0], *row[1:])


def asked(chosen: Sequence[Known], pool: Sequence[Other]) -> list[tuple[Asked, list[Suggestion]]]:
    """All questions about some things, and what is suggested."""
    extracts = {True: Extract(pool), False: Extract(o for o in pool if not is_invented(o))}
    return [(a, answered(extracts[a.crowded], a)) for k in chosen for a in questions(k)]


def is_tuning(identifier: str) -> bool:
    """A quarter of all identifiers."""
    return share(identifier, "split") < 0.25


def twins(known: Sequence[Known]) -> Row:
    """What no rule can know: the only candidate is another city of that name, 8 km away."""
    sure = of = 0
    for k in known:
        if k.types == ("city",) and k.other.point is not None:
            lat, long = k.other.point
            thing = Thing("place:x", k.names[:1], (), k.types, k.other.point)
            other = replace(k.other, identifier="invented:twin", point=(lat + 0.072, long))
            sure += suggestions(thing, [other])[0].verdict == CERTAIN
            of += 1
    return counted("only a twin city 8 km away: certain, wrong", sure, of)


def is_invented(other: Other) -> bool:
    """Whether it is none of the files' things."""
    return other.identifier.startswith("invented:")


def answered(extract: Extract, asked: Asked) -> list[Suggestion]:
    """What is suggested; the right answer is not there where the pool is not to have it."""
    (others,) = extract.ask([asked.thing])
    if not asked.present:
        others = [other for other in others if other.identifier != asked.identifier]
    return suggestions(asked.thing, others)


def questions(known: Known) -> Iterator[Asked]:
    """An English name, one in another language and a misspelt one, each four times."""
    identifier = known.other.identifier
    foreign = [name for name in known.names[1:] if name != known.names[0]]
    names = {"English": known.names[0], "misspelt": misspelt(known.names[0])}
    if foreign:
        names["foreign"] = foreign[int(share(identifier, "language") * len(foreign))]
    for sort, name in names.items():
        types = () if share(identifier, sort, "type") < 1 / 7 else known.types
        point = None if share(identifier, sort, "point") < 1 / 7 else rounded(known.other.point)
        thing = Thing(f"{known.kind}:x", (name,), (), types, point, known.other.day)
        for present, crowded in product((True, False), (True, False)):
            yield Asked(thing, identifier, present, sort, crowded)


def misspelt(name: str) -> str:
    """A letter left out, doubled, or put in place of its neighbour, never the first one."""
    if len(name) < 4:
        return name
    at = 1 + int(share(name, "place") * (len(name) - 2))
    how = int(share(name, "how") * 3)
    return (
        name[:at] + name[at + 1 :],
        name[:at] + name[at] + name[at:],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
    )[how]


def rounded(point: Point | None) -> Point | None:
    """As coarse as coordinates in reports are."""
    return None if point is None else (round(point[0], 1), round(point[1], 1))


def report(results: Sequence[tuple[Asked, list[Suggestion]]]) -> Iterator[Row]:
    """What came of the questions."""
    present = [(a, found) for a, found in results if a.present]
    for sort in ("English", "foreign", "misspelt"):
        asked = [(a, found) for a, found in present if a.sort == sort]
        first = sum(is_right(a, f[0]) for a, f in asked if f)
        yield counted(f"{sort} name: the right one is first", first, len(asked))
        among = sum(any(is_right(a, s) for s in f) for a, f in asked)
        yield counted(f"{sort} name: the right one is there", among, len(asked))
    firsts = [(a, f[0]) for a, f in results if f]
    in_pool = [(a, s) for a, s in firsts if a.present]
    strong = [(a, s) for a, s in firsts if s.score >= STRONG]
    sure = [(a, s) for a, s in firsts if s.verdict == CERTAIN]
    yield counted("the first is right, answer in the pool", right(in_pool), len(in_pool))
    yield counted("the first is right, all questions", right(firsts), len(firsts))
    yield counted(f"the same, score of {STRONG} and more", right(strong), len(strong))
    yield counted("certain, answer in the pool", sum(a.present for a, _ in sure), len(present))
    yield counted("certain and wrong, by question", len(sure) - right(sure), len(sure))
    wrong = {a.identifier for a, s in sure if not is_right(a, s)}
    yield counted("certain and wrong, by thing", len(wrong), len({a.identifier for a, _ in sure}))


def hard_negatives() -> Row:
    """The hand-written things of one name; none is of a split, as nothing was tuned on them."""
    known = cases()
    sure = sum(any(s.verdict == CERTAIN for s in suggestions(c.thing, c.others)) for c in known)
    return counted("hand-written hard negatives: certain", sure, len(known))


def is_right(asked: Asked, found: Suggestion) -> bool:
    """Whether it is what was asked for; a question whose answer is absent has no right one."""
    return asked.present and found.other.identifier == asked.identifier


def right(found: Sequence[tuple[Asked, Suggestion]]) -> int:
    """How many are what was asked for."""
    return sum(is_right(a, s) for a, s in found)


def counted(what: str, count: int, of: int) -> Row:
    """A row of the report."""
    low, high = wilson(count, of)
    return what, count, of, 100 * count / of if of else 0.0, 100 * low, 100 * high


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    if not of:
        return 0.0, 1.0
    z, value = 1.959964, count / of
    middle = (value + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(value * (1 - value) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "tuning")
