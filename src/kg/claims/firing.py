"""Rules that cannot find anything in a few triples are not run over them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.claims.mentions import mentioned_in
from kg.claims.rules import Rule, Workspace

Stage: TypeAlias = tuple[tuple[Rule, frozenset[object]], ...]

TRUE: Final = ox.Literal(True)
_GROUP: Final = re.compile(r"\{[^{}]*\}")
_PARENTHESES: Final = re.compile(r"\([^()]*\)")
_OPTIONAL: Final = re.compile(r"\S+[|*?/]\S*|\S*[|^]\S*|GRAPH \S+")
"""Paths that may be absent from what they match, and names of graphs, which are no terms in it."""


def needs(rule: Rule) -> frozenset[object]:
    """Terms without which a rule finds nothing; with `true` after it, a predicate that has it.

    Only what stands in the outermost group, outside of paths with a choice, is needed for sure.
    """
    head, _, body = rule.text.partition("WHERE")
    text = _emptied(_GROUP, body.strip().removeprefix("{").rpartition("}")[0])
    text = _OPTIONAL.sub(" ", _emptied(_PARENTHESES, text))
    prefixes = "\n".join(line for line in head.splitlines() if line.startswith("PREFIX"))
    terms = mentioned_in(f"{prefixes}\n{text}")
    flags = " ".join(re.findall(r"[\w-]+:[\w-]+(?=\s+true\b)", text))
    return frozenset({*terms, *((flag, TRUE) for flag in mentioned_in(f"{prefixes}\n{flags}"))})


def _emptied(inner: re.Pattern[str], text: str) -> str:
    while inner.search(text):
        text = inner.sub(" ", text)
    return text


def with_needs(rules: Iterable[Rule]) -> Stage:
    """Rules in their order, each with what it needs."""
    return tuple((rule, needs(rule)) for rule in rules)


def run(stage: Stage, triples: Collection[ox.Triple]) -> Workspace:
    """A workspace in which those rules ran over some triples that can find something."""
    workspace = Workspace(ox.Store())
    workspace.scratch.extend(ox.Quad(*triple) for triple in triples)
    present = set(_present(triples))
    for rule, needed in stage:
        if needed <= present:
            workspace.run([rule])
            present.update(_present(workspace.found[rule]))
    return workspace


def _present(triples: Collection[ox.Triple]) -> Iterator[object]:
    for triple in triples:
        yield triple.predicate
        if isinstance(triple.object, ox.NamedNode):
            yield triple.object
        elif triple.object == TRUE:
            yield triple.predicate, TRUE
