"""Paths without a step, from and to terms that the graph has and has not."""

from __future__ import annotations

from functools import reduce

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples

from kg.sparql.guard import check
from kg.sparql.rewrites import rewritten_for_ours
from kg.sparql.service import LIMITS

EDGES = {
    "p": {("a", "b"), ("b", "c"), ("c", "a"), ("d", "d")},
    "q": {("b", "d"), ("d", "e")},
}
NODES = {node for edges in EDGES.values() for edge in edges for node in edge}
TERMS = (*sorted(NODES), "absent")

STORE = ox.Store()
STORE.extend(
    ox.Quad(*(ox.NamedNode(f"urn:{term}") for term in (subject, predicate, node)))
    for predicate, edges in EDGES.items()
    for subject, node in edges
)


def changed(text: str) -> str:
    scan = check(text, LIMITS)
    return rewritten_for_ours(text, scan.tokens, scan.prologue)


def ask(where: str) -> list[dict[str, str]]:
    found = STORE.query(changed(f"SELECT * {{ {where} }}"))
    names = [variable.value for variable in found.variables]
    return [{n: row[n].value.removeprefix("urn:") for n in names if row[n]} for row in found]


class Path:
    """A path as it is written, and the pairs that it connects among some terms."""

    def __init__(self, text, pairs):
        self.text = text
        self.pairs = pairs


def closure(pairs):
    while more := {(a, d) for a, b in pairs for c, d in pairs if b == c} - pairs:
        pairs = pairs | more
    return pairs


def same(term):
    return {(node, node) for node in NODES | {term}}


STEPS = st.sampled_from([Path(f"<urn:{p}>", lambda term, p=p: EDGES[p]) for p in EDGES])
PATHS = st.recursive(
    STEPS,
    lambda inner: st.one_of(
        inner.map(lambda x: Path(f"^({x.text})", lambda t: {(b, a) for a, b in x.pairs(t)})),
        st.tuples(inner, inner).map(
            lambda xy: Path(
                f"({xy[0].text}|{xy[1].text})", lambda t: xy[0].pairs(t) | xy[1].pairs(t)
            )
        ),
        inner.map(lambda x: Path(f"({x.text})*", lambda t: closure(x.pairs(t) | same(t)))),
        inner.map(lambda x: Path(f"({x.text})?", lambda t: x.pairs(t) | same(t))),
        inner.map(lambda x: Path(f"({x.text})+", lambda t: closure(x.pairs(t)))),
    ),
    max_leaves=4,
)
EMPTY = st.tuples(PATHS, st.sampled_from("*?")).map(
    lambda found: Path(
        f"({found[0].text}){found[1]}",
        lambda t: (
            closure(found[0].pairs(t) | same(t)) if found[1] == "*" else found[0].pairs(t) | same(t)
        ),
    )
)


@settings(max_examples=examples(150))
@given(EMPTY, st.sampled_from(TERMS))
def test_a_term_is_connected_to_itself_and_to_what_it_leads_to(path: Path, term: str) -> None:
    wanted = sorted(end for start, end in path.pairs(term) if start == term)
    assert sorted(row["v"] for row in ask(f"<urn:{term}> {path.text} ?v")) == wanted


@settings(max_examples=examples(150))
@given(EMPTY, st.sampled_from(TERMS))
def test_and_to_what_leads_to_it(path: Path, term: str) -> None:
    wanted = sorted(start for start, end in path.pairs(term) if end == term)
    assert sorted(row["v"] for row in ask(f"?v {path.text} <urn:{term}>")) == wanted


@settings(max_examples=examples(150))
@given(EMPTY, st.sampled_from(TERMS), st.sampled_from(TERMS))
def test_two_terms_are_connected_or_not(path: Path, start: str, end: str) -> None:
    found = ask(f"<urn:{start}> {path.text} <urn:{end}>")
    assert len(found) == ((start, end) in path.pairs(start))


BLOCKS = st.lists(
    st.tuples(
        st.sampled_from(["<urn:absent>", "<urn:a>", "?v", "?w"]),
        st.sampled_from(["<urn:p>", "<urn:p>*", "<urn:q>?", "<urn:p>+"]),
        st.sampled_from(["<urn:absent>", "<urn:d>", "?v", "?x"]),
        st.sampled_from([" . ", " ; ", " , "]),
    ),
    min_size=1,
    max_size=4,
)


def relation(verb: str) -> set[tuple[str, str]]:
    pairs = EDGES[verb[5]]
    match verb[7:]:
        case "*":
            return closure(pairs | same("absent"))
        case "?":
            return pairs | same("absent")
        case "+":
            return closure(pairs)
    return pairs


def solutions(subject: str, verb: str, node: str) -> list[dict[str, str]]:
    """Of one triple pattern; two variables are connected among the nodes of the graph."""
    found = []
    both = subject.startswith("?") and node.startswith("?")
    for start, end in relation(verb):
        row: dict[str, str] = {}
        fits = not (both and "absent" in (start, end))
        for written, value in ((subject, start), (node, end)):
            if written.startswith("?"):
                fits = fits and row.setdefault(written[1:], value) == value
            else:
                fits = fits and written == f"<urn:{value}>"
        if fits:
            found.append(row)
    return found


def joined(left, right):
    return [
        {**a, **b}
        for a in left
        for b in right
        if all(a[name] == b[name] for name in a.keys() & b.keys())
    ]


@settings(max_examples=examples(150))
@given(BLOCKS)
def test_a_block_of_triples_means_the_join_of_its_triples(block) -> None:
    text, triples, before = "", [], (None, None, " . ")
    for subject, verb, node, sign in block:
        if before[2] == " . ":
            text += f"{subject} {verb} {node}"
        elif before[2] == " ; ":
            subject = before[0]
            text += f"{verb} {node}"
        else:
            subject, verb = before[0], before[1]
            text += node
        triples.append((subject, verb, node))
        before = (subject, verb, sign)
        text += sign
    text = text.rstrip(" ,;.")
    wanted = reduce(joined, (solutions(*triple) for triple in triples), [{}])
    assert sorted(map(sorted, (row.items() for row in ask(text)))) == sorted(
        map(sorted, (row.items() for row in wanted))
    )


@pytest.mark.parametrize(
    "where",
    [
        "?s <urn:p>* ?o",
        "<urn:a> <urn:p>+ ?o",
        "<urn:a> <urn:p>*/<urn:q> ?o",
        "<urn:a> <urn:p> ?o FILTER(2 * 3 = 6)",
        "<urn:a> <urn:p>* [ <urn:q> ?o ]",
        "[ <urn:p>* <urn:a> ]",
        "<urn:a> <urn:p>* _:b . _:b <urn:q> ?o",
    ],
)
def test_what_the_engine_answers_rightly_is_not_touched(where: str) -> None:
    text = f"SELECT * {{ {where} }}"
    assert changed(text) == text


def test_a_prefix_is_read_and_a_comment_is_no_end() -> None:
    text = "PREFIX u: <urn:> SELECT * { u:absent u:p* ?v # here\n; u:p* <urn:absent> . }"
    assert [row["v"].value for row in STORE.query(changed(text))] == ["urn:absent"]
