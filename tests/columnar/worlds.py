"""Small random datasets with awkward terms in several named graphs, and copies of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.columnar.build import build
from kg.columnar.delta import opened
from kg.columnar.following import extend
from kg.columnar.layout import Copy
from kg.store.changes import Change
from kg.store.interface import Patch, Rules
from kg.store.live import MARK, UNNAMED, Live, Mark, mark_of
from kg.store.patches import canonical, effective
from kg.store.view import View

EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
ENTITIES = [ox.NamedNode(f"{EX}e{number}") for number in range(9)]
GRAPHS = [ox.NamedNode(f"{EX}g{number}") for number in range(3)]
LINKS = [ox.NamedNode(f"{EX}{name}") for name in ("partOf", "near", "knows")]


def literal(text: str, datatype: str = "string") -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(f"{XSD}{datatype}"))


INTEGERS = [literal(str(number), "integer") for number in (-3, 0, 1, 2, 5, 10, 40, 2**53 + 1)]
DECIMALS = [literal(text, "decimal") for text in ("-0.5", "0", "1.0", "1.5", "2.25", "1000000000")]
DATES = [literal(text, "date") for text in ("1999-12-31", "2000-01-01", "2020-02-29", "2020-03-01")]
TIMES = [
    literal(text, "dateTime")
    for text in ("2020-01-01T00:00:00", "2020-01-01T12:00:00.5", "2020-01-01T24:00:00")
]
STRINGS = [
    ox.Literal(text)
    for text in (
        "",
        "a",
        "B",
        "b",
        "é",
        "\U0001f600",
        'x\t"y"\n\\',
        "10",
        "\x01\x1f\x7f\b\f\r\x85/\u2028",
    )
]
TAGGED = [
    *(ox.Literal("a", language=tag) for tag in ("en", "EN", "de", "de-AT", "sr-Latn-RS")),
    *(ox.Literal(text, language="en") for text in ("", "B", "b", "é", "a b")),
]
DOUBLES = [literal(text, "double") for text in ("-1e3", "0", "1e0", "1.5", "2.5e-7", "1e300")]
ODD = [
    *(literal(text, "double") for text in ("NaN", "INF", "-0.0", "0.0", "1e0", "1.5")),
    *(literal(text, "float") for text in ("NaN", "1", "1.5")),
    *(literal(text, "integer") for text in ("01", "+1", "-0", "9" * 25, "one", str(-(2**63)))),
    *(literal(text, "decimal") for text in ("1.50", "-0.0", "1." + "1" * 25, "9" * 20)),
    *(literal(text, "date") for text in ("2020-02-30", "2020-01-01Z", "2020-01-01+14:00")),
    *(literal(text, "dateTime") for text in ("2020-01-01T00:00:00Z", "2020-01-01T05:00:00+05:00")),
    *(literal(text, "boolean") for text in ("true", "1", "false", "no")),
    *(literal(text, "duration") for text in ("P1Y", "P12M", "PT24H")),
    literal("2020", "gYear"),
    literal("7", "short"),
    ox.Literal("x", datatype=ox.NamedNode(f"{EX}type")),
]
VALUES = {
    f"{EX}count": INTEGERS,
    f"{EX}share": [*INTEGERS, *DECIMALS],
    f"{EX}on": DATES,
    f"{EX}at": TIMES,
    f"{EX}name": STRINGS,
    f"{EX}label": TAGGED,
    f"{EX}called": [*STRINGS, *TAGGED],
    f"{EX}measure": DOUBLES,
    f"{EX}odd": [*ODD, *INTEGERS, *DECIMALS, *DATES, *STRINGS, *TAGGED, *ENTITIES],
}
"""Predicates and their objects, from clean kinds to odd ones."""

PREDICATES = [*LINKS, *(ox.NamedNode(name) for name in VALUES)]


@dataclass(frozen=True)
class World:
    """The engine's view of a dataset, and the copy of it, which is in a folder."""

    view: View
    copy: Copy
    folder: Path


def quad(choose: random.Random) -> ox.Quad:
    subject = choose.choice(ENTITIES)
    graph = choose.choice(GRAPHS)
    if choose.random() < 0.4:
        return ox.Quad(subject, choose.choice(LINKS), choose.choice(ENTITIES), graph)
    name = choose.choice(list(VALUES))
    return ox.Quad(subject, ox.NamedNode(name), choose.choice(VALUES[name]), graph)


def filled(choose: random.Random, quads: int) -> ox.Store:
    """A store; its unnamed graph is the union of two of three named graphs, as a home keeps it."""
    store = ox.Store()
    for _ in range(quads):
        store.add(quad(choose))
    unite(store)
    return store


def new_quad(choose: random.Random) -> ox.Quad:
    """A quad with a term that no copy knows, maybe in a graph of its own."""
    number = choose.randrange(-300, 300)
    terms = [
        ox.NamedNode(f"{EX}e{number}"),
        ox.BlankNode(f"b{number}"),
        literal(f"{number}", "integer"),
        literal(f"{number}.25", "decimal"),
        literal(f"{number}.5e0", "double"),
        literal(f"{2000 + abs(number) % 30}-05-{1 + abs(number) % 28:02}", "date"),
        literal(f"{2000 + abs(number) % 30}-05-05T00:00:00", "dateTime"),
        literal(f"0{abs(number)}", "integer"),
        ox.Literal(choose.choice(STRINGS).value + f"\n\u0001\u2028{number}"),
        ox.Triple(ENTITIES[0], LINKS[0], ox.Literal(f"said {number}")),
        ox.Literal(choose.choice(TAGGED).value + f"{number}", language="en"),
    ]
    subject = choose.choice([*ENTITIES, *terms[:2]])
    predicate = choose.choice([*PREDICATES, *PREDICATES, ox.NamedNode(f"{EX}new{number % 3}")])
    graph = choose.choice([*GRAPHS, *GRAPHS, ox.NamedNode(f"{EX}g{3 + abs(number) % 3}")])
    return ox.Quad(subject, predicate, choose.choice(terms), graph)


def random_patch(store: ox.Store, choose: random.Random) -> Patch:
    """Some quads go, of a graph maybe all, and others come."""
    there = [quad for quad in store if quad.graph_name not in (MARK, UNNAMED)]
    there.sort(key=str)
    if choose.random() < 0.2:
        graph = choose.choice(GRAPHS)
        removed = [quad for quad in there if quad.graph_name == graph]
    else:
        removed = choose.sample(there, min(choose.randrange(15), len(there)))
    added = [quad(choose) for _ in range(choose.randrange(10))]
    added += [new_quad(choose) for _ in range(choose.randrange(15))]
    return effective(canonical(Patch(tuple(added), tuple(removed))), store)


def committed(
    store: ox.Store, choose: random.Random, union: Sequence[ox.NamedNode] = GRAPHS[:2]
) -> Change:
    """A commit of a random patch, as the writer makes it."""
    live = Live(store, Rules(), union)
    before = live.mark
    after = Mark(before.generation + 1, hash=f"{choose.random()}")
    patch = live.apply(random_patch(store, choose), after)
    return Change(before, live.mark, patch)


def texts_of(quad: ox.Quad) -> tuple[str, ...]:
    """The terms of a quad as N-Quads have them."""
    return tuple(f"<<( {t} )>>" if isinstance(t, ox.Triple) else str(t) for t in quad)


def unite(store: ox.Store) -> None:
    store.clear_graph(ox.DefaultGraph())
    for graph in GRAPHS[:2]:
        for each in list(store.quads_for_pattern(None, None, None, graph)):
            store.add(ox.Quad(each.subject, each.predicate, each.object))


def world(store: ox.Store, folder: Path, union: Sequence[ox.NamedNode] = GRAPHS[:2]) -> World:
    """A dataset and its copy; without `union` its unnamed graph is one of its own."""
    view = View(mark_of(store).generation, store, union)
    folder.mkdir()
    build(view, folder)
    return World(view, Copy(folder), folder)


def followed(store: ox.Store, before: World, change: Change, folder: Path) -> World:
    """What a world and a commit make; the base of its copy has to be in the same folder."""
    folder.mkdir()
    extend(before.folder, change, folder)
    union = sorted(before.view.union, key=str)
    return World(View(change.after.generation, store, union), opened(folder), folder)
