"""Queries as operators over multisets of solutions.

A variable is its name with a question mark, such as `?event`; a constant is the N-Triples text of
its term. What a query cannot select (blank nodes and steps of paths in its patterns) is a variable
too, with a name that the query does not have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Final, Literal, NamedTuple, TypeAlias, TypeVar, get_args

from kg.columnar.handing_over import HandedOver

Function: TypeAlias = Literal["COUNT", "SUM", "MIN", "MAX", "AVG"]


class Pattern(NamedTuple):
    """A triple pattern."""

    s: str
    p: str
    o: str


class Either(NamedTuple):
    """A path of `|`: the patterns of each of its branches. Each pair of ends is found once."""

    s: str
    o: str
    branches: tuple[tuple[Step, ...], ...]


class Repeat(NamedTuple):
    """A path with `+`, `*` or `?` between `s` and `o`; each pair of ends is found once.

    `steps` lead from `start` to `end`. With `empty` there may be none, with `many` more than one.
    """

    s: str
    o: str
    start: str
    end: str
    steps: tuple[Step, ...]
    empty: bool
    many: bool


Step: TypeAlias = Pattern | Either | Repeat
"""What a path or a block of triples is made of."""


class Call(NamedTuple):
    """A function or an operator with its arguments; a cast is called by the text of its IRI."""

    function: str
    arguments: tuple[Tree, ...]


Tree: TypeAlias = str | Call
"""An expression: a variable, the text of a constant, or a call."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as it is written, for the engine; `prologue` says what its names stand for."""

    text: str
    variables: frozenset[str]
    prologue: str
    tree: Tree

    @property
    def variable(self) -> str | None:
        """Its name, where it is nothing but a variable."""
        known = isinstance(self.tree, str) and self.tree.startswith("?")
        return self.tree if known and isinstance(self.tree, str) else None


@dataclass(frozen=True)
class Bgp:
    """Patterns of one graph: None is the default graph, else a term or a variable.

    Filters of its variables stand here, so that they are applied as early as can be.
    """

    patterns: tuple[Pattern, ...] = ()
    graph: str | None = None
    filters: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class Closure:
    """The pairs of ends of a path in the default graph, each once; `inner` is one step of it."""

    path: Repeat
    inner: Node


@dataclass(frozen=True)
class Join:
    """Solutions of both that agree."""

    left: Node
    right: Node


@dataclass(frozen=True)
class LeftJoin:
    """OPTIONAL; `conditions` are the filters directly inside of it."""

    left: Node
    right: Node
    conditions: tuple[Expression, ...]


@dataclass(frozen=True)
class Union:
    """Solutions of either."""

    left: Node
    right: Node


@dataclass(frozen=True)
class Minus:
    """MINUS."""

    left: Node
    right: Node


@dataclass(frozen=True)
class Exists:
    """Solutions for which a pattern has some that meet conditions, or with `negated` none."""

    inner: Node
    pattern: Node
    negated: bool
    conditions: tuple[Expression, ...]


@dataclass(frozen=True)
class Filter:
    """FILTER."""

    inner: Node
    expression: Expression


@dataclass(frozen=True)
class Extend:
    """BIND."""

    inner: Node
    variable: str
    expression: Expression


@dataclass(frozen=True)
class Values:
    """VALUES; None is UNDEF."""

    variables: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregate, whose value is bound to a variable; COUNT(*) has no `argument`."""

    variable: str
    function: Function
    distinct: bool
    argument: Expression | None


@dataclass(frozen=True, slots=True)
class Grouping:
    """GROUP BY `keys`, after `extends` have been bound; without keys all is one group."""

    extends: tuple[tuple[str, Expression], ...]
    keys: tuple[str, ...]
    aggregates: tuple[Aggregate, ...]
    having: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One condition of ORDER BY."""

    expression: Expression
    descending: bool


@dataclass(frozen=True)
class Select:
    """A SELECT query, outermost or inside of another one."""

    where: Node
    grouping: Grouping | None
    extends: tuple[tuple[str, Expression], ...]
    variables: tuple[str, ...]
    distinct: bool
    order: tuple[Order, ...]
    limit: int | None
    offset: int


@dataclass(frozen=True, slots=True)
class Ask:
    """An ASK query."""

    where: Node


@dataclass(frozen=True, slots=True)
class Construct:
    """A CONSTRUCT query: a template without blank nodes, and the solutions that are put into it.

    It is also a DESCRIBE query, as long as no object is a blank node, which is described as well.
    """

    template: tuple[Pattern, ...]
    select: Select
    describes: bool = False
    repeated: Node | None = None
    """The pattern of a DESCRIBE, which stands there once for each variable."""

    @property
    def where(self) -> Node:
        """The pattern."""
        return self.select.where


Query: TypeAlias = Select | Ask | Construct
Node: TypeAlias = (
    Bgp | Closure | Join | LeftJoin | Union | Minus | Exists | Filter | Extend | Values | Select
)


NODES: Final = get_args(Node)

Found = TypeVar("Found")
_FOUND: Final[list[Callable[[Node], object]]] = []


def _once(found: Callable[[Node], Found]) -> Callable[[Node], Found]:
    """What is found out of an operator, which does not change, kept with it."""
    name = f"_{found.__name__}"

    @wraps(found)
    def kept(node: Node) -> Found:
        known: Found | None = node.__dict__.get(name)
        if known is None:
            known = node.__dict__[name] = found(node)
        return known

    _FOUND.append(kept)
    return kept


def found_once(node: Node) -> dict[str, object]:
    """What is kept with an operator, for others that differ from it in constants alone."""
    for find in _FOUND:
        find(node)
    return {name: value for name, value in node.__dict__.items() if name[:1] == "_"}


@_once
def variables(node: Node) -> frozenset[str]:
    """The variables that solutions of an operator may bind."""
    match node:
        case Bgp(patterns, graph):
            terms = {term for pattern in patterns for term in pattern} | {graph or ""}
            return frozenset(term for term in terms if term.startswith("?"))
        case Closure(path):
            return frozenset(term for term in (path.s, path.o) if term.startswith("?"))
        case Join(left, right) | LeftJoin(left, right) | Union(left, right):
            return variables(left) | variables(right)
        case Minus(inner) | Filter(inner) | Exists(inner):
            return variables(inner)
        case Extend(inner, variable):
            return variables(inner) | {variable}
        case Values(names) | Select(variables=names):
            return frozenset(names)


@_once
def uses(node: Node) -> Mapping[str, int]:
    """In how many places operators use each variable; patterns of one `Bgp` are one place."""
    found: Counter[str] = Counter()
    for inner in inner_nodes(node):
        found.update(uses(inner))
    match node:
        case Bgp() | Values():
            found.update(variables(node))
        case Closure(path):
            found.update((path.s, path.o, path.start, path.end))
        case Filter(_, expression):
            found.update(expression.variables)
        case LeftJoin(conditions=conditions) | Exists(conditions=conditions):
            found.update(name for each in conditions for name in each.variables)
        case Extend(_, variable, expression):
            found.update({variable} | expression.variables)
        case Select():
            found.update(_used_above(node))
    return found


def _used_above(select: Select) -> frozenset[str]:
    """The variables that a query uses apart from those in its patterns."""
    grouping = select.grouping or Grouping((), (), (), ())
    named = (*select.extends, *grouping.extends)
    expressions = [
        *(value for _, value in named),
        *grouping.having,
        *(condition.expression for condition in select.order),
        *(a.argument for a in grouping.aggregates if a.argument is not None),
    ]
    inside = (name for expression in expressions for name in expression.variables)
    return frozenset((*select.variables, *grouping.keys, *(name for name, _ in named), *inside))


@_once
def certain(node: Node) -> frozenset[str]:
    """The variables that every solution of an operator binds."""
    match node:
        case Bgp() | Closure():
            return variables(node)
        case Join(left, right):
            return certain(left) | certain(right)
        case Union(left, right):
            return certain(left) & certain(right)
        case LeftJoin(inner) | Minus(inner) | Exists(inner):
            return certain(inner)
        case Filter(inner, expression):
            return certain(inner) | variables(inner) & _bound_by(expression.tree)
        case Extend(inner, variable, expression):
            known, value = certain(inner), expression.tree
            has_value = isinstance(value, str) and (value[:1] != "?" or value in known)
            return known | {variable} if has_value else known
        case Values(names, rows):
            unbound = {at for row in rows for at, term in enumerate(row) if term is None}
            return frozenset(name for at, name in enumerate(names) if at not in unbound)
        case Select(where, grouping, extends, names):
            known = certain(where)
            if grouping:
                return known & {*grouping.keys} & {*names}
            renamed = {name for name, value in extends if value.variable in known}
            return (known | renamed) & {*names}


def _bound_by(tree: Tree) -> frozenset[str]:
    """The variable that is bound where an expression is true, as far as it says so itself."""
    if not isinstance(tree, Call) or tree.function != "BOUND":
        return frozenset()
    return frozenset(each for each in tree.arguments if isinstance(each, str))


def filtered(node: Node, expression: Expression) -> Node:
    """The solutions of an operator that a filter keeps, which is applied as deep as it may be."""
    needed = expression.variables
    match node:
        case Exists(inner, pattern, negated, conditions):
            return Exists(filtered(inner, expression), pattern, negated, conditions)
        case Bgp(patterns, graph, filters) if needed and needed <= variables(node):
            return Bgp(patterns, graph, (*filters, expression))
        case Join(left, right) if needed and needed <= certain(left):
            return Join(filtered(left, expression), right)
        case Join(left, right) if needed and needed <= certain(right):
            return Join(left, filtered(right, expression))
        case LeftJoin(left, right, conditions) if needed and needed <= certain(left):
            return LeftJoin(filtered(left, expression), right, conditions)
        case Minus(left, right):
            return Minus(filtered(left, expression), right)
        case Union(left, right):
            return Union(filtered(left, expression), filtered(right, expression))
        case Extend(inner, variable, value) if variable not in needed:
            return Extend(filtered(inner, expression), variable, value)
        case Filter(inner, other):
            return Filter(filtered(inner, expression), other)
    return Filter(node, expression)


def operands(node: Node) -> list[Node]:
    """What is joined in an operator, in any order; of patterns those that hang together."""
    if isinstance(node, Join):
        return [*operands(node.left), *operands(node.right)]
    return _parts(node) if isinstance(node, Bgp) else [node]


def _parts(node: Bgp) -> list[Node]:
    """Patterns that share variables, and the filters on them; all of them where a filter spans."""
    groups: list[Bgp] = []
    for pattern in node.patterns:
        names = variables(Bgp((pattern,), node.graph))
        near = [group for group in groups if variables(group) & names]
        inner = tuple(each for group in near for each in group.patterns)
        groups = [*(g for g in groups if g not in near), Bgp((*inner, pattern), node.graph)]
    found: list[Node] = []
    left = list(node.filters)
    for group in groups:
        own = [each for each in left if each.variables <= variables(group)]
        left = [each for each in left if each not in own]
        found.append(Bgp(group.patterns, group.graph, tuple(own)))
    return found if found and not left else [node]


def refuse_uncertain(node: Node) -> None:
    """Raise `HandedOver` where an operator compares a variable that may be unbound on a side.

    Such patterns are the ones that engines read differently.
    """
    for inner in inner_nodes(node):
        refuse_uncertain(inner)
    if isinstance(node, Join | LeftJoin | Minus | Exists):
        left, right = inner_nodes(node)
        both = variables(left) & variables(right)
        computed = _computed(left) | _computed(right)  # which joins look at themselves
        for name in sorted(both - (certain(left) & certain(right)) - computed):
            raise HandedOver(
                f"it joins on {name}, which some solutions may leave unbound",
                f"a pattern that binds {name} in all solutions before it is used again",
            )


def _computed(node: Node) -> frozenset[str]:
    """What sub-queries compute: it is bound unless it is an error."""
    match node:
        case Select(extends=extends):
            return frozenset(name for name, _ in extends)
        case Join(left, right):
            return _computed(left) | _computed(right)
    return frozenset()


def inner_nodes(node: Node) -> tuple[Node, ...]:
    """The operators directly inside of one."""
    match node:
        case Bgp() | Values():
            return ()
        case Join(left, right) | LeftJoin(left, right) | Union(left, right) | Minus(left, right):
            return (left, right)
        case Exists(inner, pattern):
            return (inner, pattern)
        case Closure(_, inner):
            return (inner,)
        case Filter(inner) | Extend(inner) | Select(inner):
            return (inner,)
