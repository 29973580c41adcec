"""Rules: numbered CONSTRUCT queries, each run once, in order, over what the earlier ones found.

A rule reads one graph: what people and imports wrote, plus everything that earlier rules made. Its
header says where its triples belong: `consensus` and `derived` are kept, `working` is a note
between rules that nobody outside sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import pyoxigraph as ox

from kg.errors import InputError, QueryError
from kg.namespaces import AUTHORED, CONSENSUS, DERIVED
from kg.resources import queries_dir

Target: TypeAlias = Literal["working", "consensus", "derived"]

WORKING: Final = "https://w3id.org/conflict-kg/working#"
"""Namespace of the notes between rules; no graph that is stored or served has them."""
KEPT: Final[dict[Target, ox.NamedNode]] = {
    "consensus": ox.NamedNode(str(CONSENSUS)),
    "derived": ox.NamedNode(str(DERIVED)),
}


@dataclass(frozen=True)
class Rule:
    """One CONSTRUCT query and its header.

    A rule with a `failure` is a condition of the consensus, and this is what to say of a
    proposition that breaks it. With `{because}` in it the rule excludes what it finds, because of
    the object it finds; without, the rule has to find the proposition.
    """

    path: Path
    summary: str
    target: Target
    failure: str | None
    text: str

    @property
    def name(self) -> str:
        """The file name without its suffix, e.g. `21-nobody-denies-it`."""
        return self.path.stem


def rules(stage: Literal["consensus", "derived"]) -> list[Rule]:
    """The rules of one stage, in the order in which they run: that of their numbers."""
    return [read_rule(path) for path in sorted((queries_dir() / stage).glob("*.rq"))]


def read_rule(path: Path) -> Rule:
    """Read a query and its header."""
    text = path.read_text(encoding="utf-8")
    fields = dict(_header(text))
    target = fields.get("graph")
    if target not in ("working", *KEPT):
        raise InputError(
            f"a rule has no graph {target!r}",
            hint="write `#+ graph: working`, `consensus` or `derived` in its header",
            source=str(path),
        )
    return Rule(
        path=path,
        summary=fields.get("summary", path.stem),
        target=target,
        failure=fields.get("failure"),
        text=text,
    )


def _header(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        if line.startswith("#+ ") and not line.startswith("#+  "):
            key, _, value = line.removeprefix("#+ ").partition(":")
            yield key.strip(), value.strip().strip('"')


@dataclass(frozen=True, slots=True)
class Followed:
    """What changes in a computed graph: files of N-Triples, each line once."""

    graph: ox.NamedNode
    come: Path
    gone: Path


class Workspace:
    """A scratch copy of the authored graphs in which rules run; the store itself stays as it is.

    All triples lie in the default graph. Those of the consensus lie in its named graph as well,
    for rules that ask whether a triple is in it.
    """

    def __init__(self, store: ox.Store) -> None:
        self.scratch: Final = ox.Store()
        self.found: Final[dict[Rule, list[ox.Triple]]] = {}
        self.scratch.bulk_extend(_authored(store))

    def run(self, stage: Iterable[Rule]) -> None:
        """Run rules in order, each over the results of the ones before."""
        for rule in stage:
            triples = sorted(set(self._results(rule)), key=str)
            self.scratch.extend(ox.Quad(*triple) for triple in triples)
            if rule.target == "consensus":
                name = KEPT["consensus"]
                self.scratch.extend(in_graph(triple, name) for triple in triples)
            self.found[rule] = triples

    def _results(self, rule: Rule) -> ox.QueryTriples:
        try:
            result = self.scratch.query(rule.text)
        except SyntaxError as error:
            problem = str(error).splitlines()[0][:120]
            raise QueryError(
                f"a rule is not well-formed: {problem}", source=str(rule.path)
            ) from error
        if not isinstance(result, ox.QueryTriples):
            raise QueryError("a rule is a CONSTRUCT query", source=str(rule.path))
        return result

    def quads(self, target: Literal["consensus", "derived"]) -> list[ox.Quad]:
        """What the rules run so far found for a graph, sorted."""
        triples = {t for rule, found in self.found.items() if rule.target == target for t in found}
        return [in_graph(triple, KEPT[target]) for triple in sorted(triples, key=str)]


def in_graph(triple: ox.Triple, name: ox.NamedNode) -> ox.Quad:
    """The quad of a triple in a named graph."""
    return ox.Quad(triple.subject, triple.predicate, triple.object, name)


def _authored(store: ox.Store) -> Iterator[ox.Quad]:
    for name in AUTHORED:
        for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(str(name))):
            yield ox.Quad(*quad.triple)
