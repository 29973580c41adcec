"""Which nodes may break a shape, found set-at-a-time: all that do, and perhaps some more.

The exact evaluator then looks at these only. So what is found here is never a result, and a step
that cannot tell returns every node that it was asked about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from kg.shacl import constraints as c
from kg.shacl import nested as n
from kg.shacl.columns import Columns, Key, Relation, terms_of
from kg.shacl.conditions import condition_of
from kg.shacl.keys import bad_keys, is_told_by_keys
from kg.shacl.paths import Alternative, Path, Repeated, Sequenced, Step
from kg.shacl.shapes import Constraint, Run, Shape, TargetClass

Keys: TypeAlias = frozenset[Key]

FEW: Final = 100
"""So many nodes are rather evaluated one by one than scanned for."""


def suspects(
    run: Run, columns: Columns, focus: Mapping[Shape, Keys], *, few: int = FEW
) -> dict[Shape, set[Key]]:
    """Of the focus nodes of each shape those that may have results.

    Shapes that read the same path are looked at one after the other, so that it is scanned once.
    Values of nested shapes are not scanned for where there are at most `few`.
    """
    jobs = [
        (_scanned(shape, constraint), shape, constraint)
        for shape in focus
        for constraint in (() if shape.deactivated else shape.constraints)
    ]
    found: defaultdict[Shape, set[Key]] = defaultdict(set)
    for _, shape, constraint in sorted(jobs, key=lambda job: job[0]):
        search = _Search(run, columns, few)  # what one job remembers is too much for all
        found[shape] |= search.broken(shape, constraint, focus[shape])
    return dict(found)


def _scanned(shape: Shape, constraint: Constraint) -> str:
    path = constraint.shape.path if isinstance(constraint, n.Property) else shape.path
    return str(path or shape.path)


class _Search:
    def __init__(self, run: Run, columns: Columns, few: int) -> None:
        self.run = run
        self.columns = columns
        self.few = few
        self._found: dict[tuple[Shape, Keys], frozenset[Key]] = {}

    def suspects(self, shape: Shape, nodes: Keys) -> Keys:
        """The nodes that may have results, of any shape."""
        if shape.deactivated or not nodes:
            return frozenset()
        key = (shape, nodes)
        if key not in self._found:
            self._found[key] = frozenset(self._suspects(shape, nodes))
        return self._found[key]

    def _suspects(self, shape: Shape, nodes: Keys) -> set[Key]:
        if len(nodes) <= self.few:
            terms = terms_of(nodes).items()
            return {key for key, term in terms if not self.run.conforms(shape, term)}
        return set().union(*(self.broken(shape, part, nodes) for part in shape.constraints))

    def broken(self, shape: Shape, constraint: Constraint, nodes: Keys) -> set[Key]:
        """The nodes that may break one constraint."""
        if not nodes:
            return set()
        if shape.path is None:
            return self._broken_by_themselves(shape, constraint, nodes)
        if not _is_scanned(shape.path):
            return set(nodes)
        relation = self.columns.relation(shape.path)
        if isinstance(constraint, c.MinCount):
            return set(nodes - _with_count(relation, nodes, constraint.count))
        if isinstance(constraint, c.HasValue):
            return set(nodes - self.columns.subjects_with(shape.path, constraint.value))
        if constraint not in relation.suspects:
            found = self._broken_in(relation, constraint)
            relation.suspects[constraint] = None if found is None else frozenset(found)
        some = relation.suspects[constraint]
        return set(nodes if some is None else nodes & some)

    def bad_values(self, constraint: Constraint, values: Keys) -> Keys | set[Key] | None:
        """The values that may break a constraint; None if it is not about single values."""
        if isinstance(constraint, n.Property | n.Node):
            return self.suspects(constraint.shape, values)
        if isinstance(constraint, n.And):
            return set().union(*(self.suspects(shape, values) for shape in constraint.shapes))
        if isinstance(constraint, n.Or):
            left = values
            for shape in constraint.shapes:
                left = self.suspects(shape, left)
            return left
        if isinstance(constraint, c.ValueConstraint):
            return bad_keys(constraint, values, self.columns, self.run)
        return None

    def _broken_by_themselves(self, shape: Shape, constraint: Constraint, nodes: Keys) -> set[Key]:
        if isinstance(constraint, c.Closed):
            others = (p for p in self.columns.predicates() if p not in constraint.allowed)
            return {key for p in others for key in nodes & self.columns.relation(Step(p)).domain}
        condition = condition_of(constraint)
        known: set[Key] = set()
        for target in shape.targets if condition else ():
            if isinstance(target, TargetClass):  # its instances are judged where they lie
                known |= nodes & self.columns.instances_without(target.of, str(condition))
                nodes -= self.columns.instances(target.of)
        found = self.bad_values(constraint, nodes)
        return known.union(nodes if found is None else found)

    def _broken_in(self, relation: Relation, constraint: Constraint) -> set[Key] | None:
        """The subjects of a relation that may break a constraint; None if that may be any node."""
        known = _IN_RELATIONS.get(type(constraint))
        if known is not None:
            return known(self.columns, relation, constraint)
        condition = None if is_told_by_keys(constraint) else condition_of(constraint)
        if condition is not None:
            return relation.leading_elsewhere(condition)
        bad = self.bad_values(constraint, relation.range)
        return None if bad is None else relation.leading_to(bad)


def _is_scanned(path: Path) -> bool:
    """Whether a path is cheap to scan: nothing in it is repeated."""
    match path:
        case Step():
            return True
        case Sequenced(parts) | Alternative(parts):
            return all(map(_is_scanned, parts))
        case Repeated():
            return False


def _with_count(relation: Relation, nodes: Keys, least: int) -> Keys:
    """The nodes that surely have so many values; a pair that comes twice counts once."""
    if least <= 1:
        return relation.domain if least == 1 else nodes
    count = Counter(s for s, _ in relation.pairs)
    return frozenset(key for key, number in count.items() if number >= least)


def _with_more(_: Columns, relation: Relation, constraint: c.MaxCount) -> set[Key]:
    if constraint.count < 1:
        return set(relation.domain)
    return {key for key, number in relation.counts.items() if number > constraint.count}


def _with_several(_: Columns, relation: Relation, __: c.UniqueLang) -> set[Key]:
    return set(relation.counts)


def _unequal(columns: Columns, relation: Relation, constraint: n.Equals) -> set[Key]:
    return {s for s, _ in relation.pairs ^ columns.relation(Step(constraint.predicate)).pairs}


def _not_disjoint(columns: Columns, relation: Relation, constraint: n.Disjoint) -> set[Key]:
    return {s for s, _ in relation.pairs & columns.relation(Step(constraint.predicate)).pairs}


def _with_both(columns: Columns, relation: Relation, constraint: n.LessThan) -> set[Key]:
    return set(relation.domain & columns.relation(Step(constraint.predicate)).domain)


_IN_RELATIONS: Final[dict[type, Callable[[Columns, Relation, Any], set[Key]]]] = {
    c.MaxCount: _with_more,
    c.UniqueLang: _with_several,
    n.Equals: _unequal,
    n.Disjoint: _not_disjoint,
    n.LessThan: _with_both,
}
