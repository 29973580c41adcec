"""From the text of a query to operators, or the reason why the copy does not answer it.

The text is one that the engine accepts: what is wrong with a query is not looked for here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from functools import reduce
from typing import Final

from kg.columnar.algebra import (
    Aggregate,
    Ask,
    Bgp,
    Call,
    Closure,
    Construct,
    Either,
    Exists,
    Expression,
    Extend,
    Filter,
    Grouping,
    Join,
    LeftJoin,
    Minus,
    Node,
    Order,
    Pattern,
    Query,
    Repeat,
    Select,
    Step,
    Union,
    Values,
    certain,
    filtered,
    variables,
)
from kg.columnar.handing_over import HandedOver
from kg.columnar.reading import Reader, name_of, only
from kg.columnar.triples import patterns
from kg.sparql.lexer import tokens, word
from kg.sparql.tree import Part, tree

UNKNOWN: Final = {
    "PathNegated": "a path with !",
    "TripleTerm": "a triple term",
    "DataTripleTerm": "a triple term",
    "ExpressionTripleTerm": "a triple term",
    "ReifiedTriple": "a reified triple",
    "Annotation": "an annotation",
}
"""Parts of the grammar that the copy does not answer, as reasons call them."""


def parse(text: str, graph: str | None = None) -> Query:
    """The operators of a query; raises `HandedOver` for what the copy does not answer.

    A `graph` is the only one that it sees, in the place of what FROM says.
    """
    if "\\u" in text or "\\U" in text:
        raise HandedOver("it has code points as escapes")
    found = tuple(tokens(text))
    root = tree(found)
    if root is None:
        raise HandedOver("it is outside of the grammar")
    for part in root.all(*UNKNOWN):
        raise HandedOver(f"it has {UNKNOWN[part.name]}")
    return _Query(text, found).query(root, graph)


class _Query(Reader):
    def query(self, root: Part, given: str | None) -> Query:
        form = only(root, "Form").parts[0]
        if form.name == "ConstructQuery" and form.child("WhereClause") is None:
            raise HandedOver("it has CONSTRUCT WHERE", "the pattern as a template before WHERE")
        if form.name == "DescribeQuery":
            if given is not None:
                raise HandedOver("it is a DESCRIBE of one graph")
            return self._describe(form, root.child("ValuesClause"))
        self._whole = only(form, "WhereClause")
        graph = self._only_graph(form, given)
        after = root.child("ValuesClause")
        if form.name == "AskQuery":
            if after or form.child("SolutionModifier"):
                raise HandedOver("it is an ASK with more than a pattern")
            return Ask(self._where(form, graph))
        if form.name == "ConstructQuery":
            return self._construct(form, after, graph)
        return self._select(form, after, graph)

    def _only_graph(self, form: Part, given: str | None) -> str | None:
        """The graph that is given, or that FROM makes the default graph; None is all of them."""
        clauses = [part for part in form.parts if part.name == "DatasetClause"]
        if given is None and not clauses:
            return None
        if any(word(token) == "GRAPH" for token in self.of(self._whole)):
            raise HandedOver("it has GRAPH beside FROM, or beside a graph that is all it sees")
        if given is not None:
            return given
        if len(clauses) > 1 or word(self.of(clauses[0])[1]) == "NAMED":
            raise HandedOver("it has FROM NAMED, or FROM more than once")
        return self.names.term(clauses[0].parts[-1])

    def _construct(self, form: Part, after: Part | None, graph: str | None) -> Construct:
        template = only(form, "ConstructTemplate")
        steps = (step for part in template.parts for step in patterns(part, self.names))
        made = tuple(step for step in steps if isinstance(step, Pattern))
        if self.names.hidden:
            raise HandedOver("it makes blank nodes")
        if any(term[0] not in "?<" and term[-1] != '"' for triple in made for term in triple):
            raise HandedOver("it makes literals, which the engine leaves as they are written")
        modifier = form.child("SolutionModifier") or Part("SolutionModifier", form.end, form.end)
        if modifier.child("GroupClause") or modifier.child("HavingClause"):
            raise HandedOver("it is a CONSTRUCT with groups")
        where = self._where(form, graph)
        if after is not None:
            where = Join(where, self._values(only(after, "DataBlock"), None))
        names = sorted({term for pattern in made for term in pattern if term.startswith("?")})
        order = tuple(self._orders(modifier, []))
        select = Select(where, None, (), tuple(names), False, order, *self._limits(modifier))
        return Construct(made, select)

    def _describe(self, form: Part, after: Part | None) -> Construct:
        """All triples of which a described term is the subject, as solutions for a template."""
        modifier = form.child("SolutionModifier") or Part("SolutionModifier", form.end, form.end)
        if after or form.child("DatasetClause") or modifier.child("GroupClause"):
            raise HandedOver("it is a DESCRIBE with FROM, groups or VALUES at its end")
        described = [self.names.term(part) for part in form.parts if part.name == "VarOrIri"]
        if not described:
            raise HandedOver("it has DESCRIBE *")
        subject, predicate, value = (self.names.hide() for _ in range(3))
        iris = tuple((term,) for term in described if not term.startswith("?"))
        parts: list[Node] = [Values((subject,), iris)] if iris else []
        where: Node | None = None
        if form.child("WhereClause"):
            self._whole = only(form, "WhereClause")
            where = self._where(form, None)
            order, cut = tuple(self._orders(modifier, [])), self._limits(modifier)
            if iris and cut != (None, 0):
                raise HandedOver("it describes a term that is given, with LIMIT or OFFSET")
            parts = [Exists(part, where, False, ()) for part in parts]  # else nothing is described
            bound = Expression(
                f"BOUND({subject})", frozenset((subject,)), "", Call("BOUND", (subject,))
            )
            for name in (term for term in described if term.startswith("?")):
                same = Expression(name, frozenset((name,)), "", name)
                found = Select(where, None, ((subject, same),), (subject,), False, order, *cut)
                parts.append(found if name in certain(where) else Filter(found, bound))
        triple = Pattern(subject, predicate, value)
        every = Join(reduce(Union, parts), Bgp((triple,)))
        select = Select(every, None, (), (subject, predicate, value), False, (), None, 0)
        return Construct((triple,), select, describes=True, repeated=where)

    def _where(self, part: Part, graph: str | None) -> Node:
        return self._group(only(only(part, "WhereClause"), "GroupGraphPattern"), graph)

    # SELECT

    def _select(self, part: Part, after: Part | None, graph: str | None) -> Select:
        where = self._where(part, graph)
        if after is not None:
            where = Join(where, self._values(only(after, "DataBlock"), None))
        clause = only(part, "SelectClause")
        words = [word(token) for token in self.of(clause)[1:2]]
        if words == ["REDUCED"]:
            raise HandedOver("REDUCED leaves open how many solutions there are")
        modifier = part.child("SolutionModifier") or Part("SolutionModifier", part.end, part.end)
        aggregates: list[Aggregate] = []
        items = [self._item(item, aggregates) for item in clause.parts]
        having = self._having(modifier, aggregates)
        order = tuple(self._orders(modifier, aggregates))
        grouping = self._grouping(modifier, aggregates, having)
        if grouping is not None and after is not None:
            raise HandedOver("it has VALUES after its groups")
        names = (
            [name for name, _ in items]
            if items
            else sorted(name for name in variables(where) if name not in self.names.hidden)
        )
        limit, offset = self._limits(modifier)
        return Select(
            where,
            grouping,
            tuple((name, value) for name, value in items if value is not None),
            tuple(names),
            words == ["DISTINCT"],
            order,
            limit,
            offset,
        )

    def _item(self, part: Part, aggregates: list[Aggregate]) -> tuple[str, Expression | None]:
        found = self.of(part)
        if not part.parts:
            return name_of(found[0]), None
        return name_of(found[-2]), self.expression(only(part, "Expression"), aggregates)

    def _having(self, modifier: Part, aggregates: list[Aggregate]) -> tuple[Expression, ...]:
        clause = modifier.child("HavingClause")
        return tuple(self.expression(each, aggregates) for each in clause.parts) if clause else ()

    def _orders(self, modifier: Part, aggregates: list[Aggregate]) -> Iterator[Order]:
        clause = modifier.child("OrderClause")
        for part in clause.parts if clause else ():
            descending = word(self.of(part)[0]) == "DESC"
            inner = part.parts[0] if part.parts else part
            yield Order(self.expression(inner, aggregates), descending)

    def _grouping(
        self, modifier: Part, aggregates: list[Aggregate], having: tuple[Expression, ...]
    ) -> Grouping | None:
        clause = modifier.child("GroupClause")
        if clause is None and not aggregates:
            if having:
                raise HandedOver("it has HAVING without groups")
            return None
        extends: list[tuple[str, Expression]] = []
        keys: list[str] = []
        for part in clause.parts if clause else ():
            found = self.of(part)
            if not part.parts:
                keys.append(name_of(found[0]))
                continue
            named = [word(token) for token in found[-3:-2]] == ["AS"]
            keys.append(name_of(found[-2]) if named else self.names.hide())
            extends.append((keys[-1], self.expression(part.parts[0], None)))
        return Grouping(tuple(extends), tuple(keys), tuple(aggregates), having)

    def _limits(self, modifier: Part) -> tuple[int | None, int]:
        limits = modifier.child("LimitOffset")
        numbers = {
            word(self.of(part)[0]): int(self.of(part)[1].text)
            for part in (limits.parts if limits else ())
        }
        return numbers.get("LIMIT"), numbers.get("OFFSET", 0)

    # patterns

    def _group(self, part: Part, graph: str | None) -> Node:
        node, filters = self._group_and_filters(part, graph)
        for each in filters:
            self._refuse_outside(each.variables - variables(node), part)
            node = filtered(node, each)
        return node

    def _group_and_filters(self, part: Part, graph: str | None) -> tuple[Node, list[Expression]]:
        inner = part.parts[0] if part.parts else Part("Group", part.start)
        if inner.name == "SubSelect":
            _outside_of_each(graph, "a subquery")
            return self._select(inner, inner.child("ValuesClause"), graph), []
        node: Node = Bgp(graph=graph)
        filters: list[Expression] = []
        tests: list[tuple[Part, bool]] = []
        for element in inner.parts:
            clause = word(self.tokens[element.start])
            if element.name == "NotTriples" and clause == "FILTER":
                self._filter(element, filters, tests)
            else:
                node = self._with(node, element, graph)
        for test, negated in tests:
            node = self._exists(node, test, negated, graph)
            self._refuse_outside(variables(node.pattern) - variables(node), part)
        return node, filters

    def _filter(
        self, element: Part, filters: list[Expression], tests: list[tuple[Part, bool]]
    ) -> None:
        constraint = only(element, "Constraint")
        found = self.of(constraint)
        words = [word(token) for token in found[:2]]
        call = next(iter(constraint.all("BuiltInCall")), None)
        if "EXISTS" in words and call is not None and call.start == constraint.start:
            tests.append((only(call, "GroupGraphPattern"), words[0] == "NOT"))
        else:
            filters += self.conditions(constraint)

    def _with(self, node: Node, element: Part, graph: str | None) -> Node:
        """A group as far as it was read, and its next element."""
        if element.name == "TriplesBlock":
            return _with_steps(node, tuple(patterns(element, self.names)), graph)
        inner = element.parts[-1]
        match word(self.tokens[element.start]):
            case "OPTIONAL":
                right, conditions = self._group_and_filters(inner, graph)
                if isinstance(right, Exists):
                    raise HandedOver(
                        "it has EXISTS directly in OPTIONAL", "one more pair of { } around it"
                    )
                for each in conditions:
                    known = variables(node) | variables(right)
                    self._refuse_outside(each.variables - known, inner)
                return LeftJoin(node, right, tuple(conditions))
            case "MINUS":
                _outside_of_each(graph, "MINUS")
                right = self._group(inner, graph)
                self._refuse_outside(variables(right) - variables(node), element)
                return Minus(node, right)
            case "GRAPH":
                name = self.names.term(element.parts[0])
                if name in self.variables(inner.start, inner.end):
                    raise HandedOver("it names the variable of GRAPH inside of it")
                return _joined(node, self._group(inner, name))
            case "BIND":
                found = self.of(inner)
                value = self.expression(only(inner, "Expression"), None)
                self._refuse_outside(value.variables - variables(node), element)
                return Extend(node, name_of(found[-2]), value)
            case "VALUES":
                return _joined(node, self._values(inner, graph))
            case "LATERAL" | "SERVICE" as clause:
                raise HandedOver(f"it has {clause}")
        branches = [self._group(branch, graph) for branch in inner.parts]
        united = branches[0]
        for branch in branches[1:]:
            united = Union(united, branch)
        return _joined(node, united)

    def _refuse_outside(self, names: frozenset[str], part: Part) -> None:
        """Raise `HandedOver` for names that are not bound in a part of the query, but elsewhere.

        By the letter they are unbound there; the engine at times takes their values along.
        """
        before = self.variables(self._whole.start, part.start)
        after = self.variables(part.end, self._whole.end)
        for name in sorted(names & (before | after)):
            raise HandedOver(
                f"it uses {name} where only another part of the query binds it",
                f"a pattern that binds {name} in that group, too, or another name for it",
            )

    def _exists(self, node: Node, test: Part, negated: bool, graph: str | None) -> Exists:
        _outside_of_each(graph, "EXISTS")
        inner, filters = self._group_and_filters(test, graph)
        if not _is_joined(inner, self.names.hidden):
            raise HandedOver("it has EXISTS with more than triple patterns and paths")
        known = certain(inner) | certain(node)
        conditions = [each for each in filters if not each.variables <= variables(inner)]
        for each in filters:
            if not each.variables <= known:
                raise HandedOver("it has EXISTS with a filter of what may be unbound")
            inner = filtered(inner, each) if each not in conditions else inner
        return Exists(node, inner, negated, tuple(conditions))

    def _values(self, block: Part, graph: str | None) -> Values:
        _outside_of_each(graph, "VALUES")
        found = self.of(block)
        brace = next(at for at, token in enumerate(found) if token.text == "{")
        names = tuple(name_of(token) for token in found[:brace] if token.kind == "var")
        if found[0].kind == "var":
            return Values(names, tuple((self._value(each),) for each in block.parts))
        return Values(names, tuple(tuple(map(self._value, row.parts)) for row in block.parts))

    def _value(self, part: Part) -> str | None:
        return None if word(self.tokens[part.start]) == "UNDEF" else self.names.term(part)


def _with_steps(node: Node, steps: Sequence[Step], graph: str | None) -> Node:
    """A group as far as it was read, and the patterns of a block."""
    plain = tuple(step for step in steps if isinstance(step, Pattern))
    node = _joined(node, Bgp(plain, graph)) if plain else node
    for step in steps:
        if isinstance(step, Either):
            empty = Bgp(graph=graph)
            united, *others = (_with_steps(empty, branch, graph) for branch in step.branches)
            for other in others:
                united = Union(united, other)
            ends = dict.fromkeys(term for term in (step.s, step.o, graph or "") if term[:1] == "?")
            each = Select(united, None, (), tuple(ends), True, (), None, 0)
            node = _joined(node, each)
    for step in steps:
        if isinstance(step, Repeat):
            node = _joined(node, _closure(step, _ends(steps), graph))
    return node


def _ends(steps: Sequence[Step]) -> set[str]:
    """The subjects and objects of patterns."""
    plain = (step for step in steps if isinstance(step, Pattern))
    return {term for step in plain for term in (step.s, step.o)}


def _closure(path: Repeat, nodes: set[str], graph: str | None) -> Closure:
    """A path that is repeated; without steps one only begins and ends in `nodes` of its graph."""
    if graph is not None:
        raise HandedOver("it has a path with *, + or ? in GRAPH")
    if path.empty and not {end for end in (path.s, path.o) if end[:1] == "?"} & nodes:
        raise HandedOver(
            "it has a path with * or ? from anywhere to anywhere",
            "a pattern beside it that binds one of its ends, or + in its place",
        )
    return Closure(path, _with_steps(Bgp(), path.steps, None))


def _joined(left: Node, right: Node) -> Node:
    """Both; patterns that stand beside each other in one graph are ordered together."""
    match left, right:
        case Bgp((), graph), _ if graph is None or _is_in(right, graph):
            return right
        case Bgp(), Bgp() if left.graph == right.graph:
            return Bgp(left.patterns + right.patterns, left.graph, left.filters + right.filters)
    return Join(left, right)


def _is_in(node: Node, graph: str) -> bool:
    """Whether an operator has no solution where there is no such graph, or none that binds it."""
    match node:
        case Bgp(patterns, name):
            return bool(patterns) and name == graph
        case Join(left, right):
            return _is_in(left, graph) or _is_in(right, graph)
        case Union(left, right):
            return _is_in(left, graph) and _is_in(right, graph)
        case LeftJoin(inner) | Minus(inner) | Exists(inner) | Filter(inner) | Extend(inner):
            return _is_in(inner, graph)
        case Select(where, grouping=None):
            return _is_in(where, graph)
    return False


def _is_joined(node: Node, hidden: Set[str]) -> bool:
    """Whether values of its variables may as well be put in as be joined with its solutions."""
    match node:
        case Bgp():
            return True
        case Join(left, right) | Union(left, right):
            return _is_joined(left, hidden) and _is_joined(right, hidden)
        case Select(where, grouping, extends, variables=names, limit=limit, offset=offset):
            is_plain = grouping is None and not extends and limit is None and not offset
            shown = variables(where) - hidden <= {*names}
            return is_plain and shown and _is_joined(where, hidden)
    return False


def _is_each(graph: str | None) -> bool:
    return graph is not None and graph.startswith("?")


def _outside_of_each(graph: str | None, what: str) -> None:
    if _is_each(graph):
        raise HandedOver(f"it has {what} in GRAPH with a variable")
