from __future__ import annotations

import random
import time

import pyoxigraph as ox
import pytest

from kg.rdf.skolem import GENID, skolemised

P = ox.NamedNode("http://e/p")


def graph(pairs):
    """A graph of arrows between the blank nodes of these numbers."""
    return [ox.Quad(ox.BlankNode(f"n{a}"), P, ox.BlankNode(f"n{b}")) for a, b in pairs]


def shuffled(quads, seed):
    """The same graph, with other labels and in another order."""
    chance = random.Random(seed)
    labels = {}

    def other(term):
        if not isinstance(term, ox.BlankNode):
            return term
        return labels.setdefault(term, ox.BlankNode())

    renamed = [ox.Quad(other(s), p, other(o), g) for s, p, o, g in quads]
    chance.shuffle(renamed)
    return renamed


CYCLE = [(n, (n + 1) % 30) for n in range(30)]
TREES = [(10 * t, 10 * t + n) for t in range(5) for n in range(1, 4)]
PETERSEN = [(n, (n + 1) % 5) for n in range(5)] + [(n, n + 5) for n in range(5)]
PETERSEN += [(5 + n, 5 + (n + 2) % 5) for n in range(5)]


@pytest.mark.parametrize(
    "pairs",
    [[(0, 1)], [(0, 0)], CYCLE, CYCLE[:-1], TREES, PETERSEN, [(0, 1), (2, 3)], [(0, 1), (0, 2)]],
)
@pytest.mark.parametrize("seed", range(5))
def test_the_same_graph_gives_the_same_iris(pairs, seed):
    quads = graph(pairs)
    assert set(skolemised(shuffled(quads, seed))) == set(skolemised(quads))


def test_different_nodes_get_different_iris():
    quads = graph(CYCLE)
    assert len({quad.subject for quad in skolemised(quads)}) == 30


def test_nodes_that_say_the_same_stay_two():
    (a, b) = skolemised([ox.Quad(ox.BlankNode(), P, ox.Literal("1")) for _ in range(2)])
    assert a.subject != b.subject


def test_the_same_node_in_another_graph_gets_another_iri():
    quad = ox.Quad(ox.BlankNode(), P, ox.Literal("1"))
    more = ox.Quad(ox.NamedNode("http://e/s"), P, ox.Literal("1"))
    assert skolemised([quad])[0].subject != skolemised([quad, more])[0].subject


def test_the_iris_are_below_genid_and_the_rest_is_kept():
    quads = [
        ox.Quad(ox.NamedNode("http://e/s"), P, ox.BlankNode("x"), ox.NamedNode("http://e/g")),
        ox.Quad(ox.BlankNode("x"), P, ox.Literal("1"), ox.NamedNode("http://e/g")),
    ]
    first, second = skolemised(quads)
    assert first.object == second.subject
    assert first.object.value.startswith(GENID)
    assert (first.subject, second.object, first.graph_name) == (
        quads[0].subject,
        quads[1].object,
        quads[0].graph_name,
    )


def test_a_graph_without_blank_nodes_is_kept():
    quads = [ox.Quad(ox.NamedNode("http://e/s"), P, ox.Literal("1"))]
    assert skolemised(quads) == quads


CLIQUE = [(a, b) for a in range(60) for b in range(60) if a != b]
CUBE = [(n, n ^ (1 << bit)) for n in range(1024) for bit in range(10)]


@pytest.mark.parametrize("pairs", [CLIQUE, CUBE, [(n, n + 1) for n in range(5_000)]])
@pytest.mark.sample(1)
def test_graphs_that_are_hard_to_label_are_labelled_in_bounded_time(pairs):
    quads = graph(pairs)
    start = time.process_time()
    named = skolemised(quads)
    assert time.process_time() - start < 5
    assert len({quad.subject for quad in named}) == len({quad.subject for quad in quads})
    assert skolemised(graph(pairs)) == named
