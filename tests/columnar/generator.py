"""Random queries in which every clause meets every other one."""

from __future__ import annotations

import random

from tests.columnar.worlds import ENTITIES, EX, GRAPHS, LINKS, ODD, PREDICATES, VALUES

THINGS = ("?a", "?b", "?c")
OTHERS = ("?d", "?e", "?f", "?g")
VARIABLES = (*THINGS, *OTHERS)
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
NUMBERS = ("0", "1", "1.0", "2.5", "1e0", "-3", '"1"^^xsd:float')
CONSTANTS = (
    *NUMBERS,
    '"2020-01-01"^^xsd:date',
    '"2020-01-01T00:00:00"^^xsd:dateTime',
    '"b"',
    '"a"@en',
    "true",
    f"<{EX}e1>",
)


class Generator:
    """Makes queries; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self.choose = random.Random(seed)
        self.seen: list[list[str]] = [[]]

    def query(self) -> str:
        head = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
        if self.chance(0.05):
            return f"{head}ASK {{ {self.group(2)} }}"
        if self.chance(0.05):
            return f"{head}CONSTRUCT {{ {self.template()} }} WHERE {{ {self.group(2)} }}"
        if self.chance(0.03):
            return head + self.description()
        after = f" {self.values(0)}" if self.chance(0.05) else ""
        return head + self.select(2) + after

    def description(self) -> str:
        """A DESCRIBE of some terms, with or without a pattern that binds them."""
        terms = [
            self.one(f"<{EX}e1>", f"<{EX}e2>", *THINGS) for _ in range(self.choose.randint(1, 2))
        ]
        if not any(term.startswith("?") for term in terms):
            return f"DESCRIBE {' '.join(terms)}"
        return f"DESCRIBE {' '.join(terms)} {{ {self.group(1)} }}"

    def template(self) -> str:
        """One or two triples without blank nodes; some may not be made."""
        return " ".join(
            f"{self.variable()} {self.one(f'<{EX}made>', f'<{EX}made>', '?b')}"
            f" {self.one(*(self.variable() for _ in range(9)), *CONSTANTS)} ."
            for _ in range(self.choose.randint(1, 2))
        )

    def chance(self, share: float) -> bool:
        return self.choose.random() < share

    def one(self, *values: str) -> str:
        return self.choose.choice(values)

    # queries

    def select(self, depth: int) -> str:
        if self.chance(0.35):
            return self.aggregated(depth)
        names = self.choose.sample(VARIABLES, self.choose.randint(1, 4))
        distinct = self.one("", "", "DISTINCT ")
        items = list(names)
        if self.chance(0.15):
            items.append(f"({self.value()} AS ?x)")
        shown = "*" if self.chance(0.15) else " ".join(items)
        outermost = depth == 2 and self.chance(0.05)
        graph = f"FROM {self.one(*map(str, GRAPHS))} " if outermost else ""
        where = self.group(depth)
        return f"SELECT {distinct}{shown} {graph}WHERE {{ {where} }} {self.end(names)}"

    def aggregated(self, depth: int) -> str:
        keys = self.choose.sample(VARIABLES, self.choose.choice((0, 1, 1, 2)))
        calls = [self.aggregate() for _ in range(self.choose.randint(1, 2))]
        items = [*keys, *(f"({call} AS ?x{at})" for at, call in enumerate(calls))]
        if self.chance(0.15):
            items.append(f"({calls[0]} + 1 AS ?y)")
        by = f"GROUP BY {' '.join(keys)} " if keys else ""
        if keys and self.chance(0.1):
            by = f"GROUP BY {keys[0]} (STR({self.variable()}) AS ?k) "
            items = [keys[0], "?k", *items[len(keys) :]]
            keys = [keys[0], "?k"]
        having = f"HAVING ({calls[0]} > {self.one('1', '2')}) " if by and self.chance(0.2) else ""
        end = self.end([*keys, "?x0"])
        distinct = self.one("", "", "", "DISTINCT ")
        where = self.group(depth)
        return f"SELECT {distinct}{' '.join(items)} WHERE {{ {where} }} {by}{having}{end}"

    def aggregate(self) -> str:
        function = self.one("COUNT", "COUNT", "SUM", "AVG", "MIN", "MAX")
        if function == "COUNT" and self.chance(0.4):
            return "COUNT(*)"
        argument = self.variable() if self.chance(0.85) else self.value()
        return f"{function}({self.one('', '', 'DISTINCT ')}{argument})"

    def end(self, names: list[str]) -> str:
        parts = []
        if self.chance(0.4):
            keys = self.choose.sample(names, self.choose.randint(1, len(names)))
            ways = [self.one("{}", "ASC({})", "DESC({})").format(key) for key in keys]
            parts.append(f"ORDER BY {' '.join(ways)}")
        if self.chance(0.25):
            parts.append(f"LIMIT {self.choose.choice((0, 1, 2, 3, 5, 50))}")
        if self.chance(0.1):
            parts.append(f"OFFSET {self.choose.choice((0, 1, 2, 100))}")
        return " ".join(parts)

    # patterns

    def group(self, depth: int) -> str:
        self.seen.append([])
        text = self.elements(depth)
        self.seen.pop()
        return text

    def elements(self, depth: int) -> str:
        parts = [self.triples()] if self.chance(0.9) else []
        for _ in range(self.choose.choice((0, 0, 1, 1, 2, 3))):
            parts.append(self.element(depth))
        return " ".join(parts)

    def element(self, depth: int) -> str:
        simple = (self.filter, self.filter, self.bind, self.values, self.block, self.exists)
        deep = (
            self.optional,
            self.optional,
            self.union,
            self.minus,
            self.graph,
            self.nested,
            self.subselect,
        )
        if depth == 0 or self.chance(0.4):
            return self.choose.choice(simple)(depth)
        return self.choose.choice(deep)(depth - 1)

    def block(self, _: int) -> str:
        return self.triples()

    def optional(self, depth: int) -> str:
        return f"OPTIONAL {{ {self.group(depth)} }}"

    def minus(self, depth: int) -> str:
        return f"MINUS {{ {self.group(depth)} }}"

    def union(self, depth: int) -> str:
        return " UNION ".join(
            f"{{ {self.group(depth)} }}" for _ in range(self.choose.choice((2, 3)))
        )

    def nested(self, depth: int) -> str:
        return f"{{ {self.group(depth)} }}"

    def graph(self, depth: int) -> str:
        name = self.one("?g", "?h", *(str(graph) for graph in GRAPHS), f"<{EX}none>")
        return f"GRAPH {name} {{ {self.group(depth)} }}"

    def subselect(self, depth: int) -> str:
        return f"{{ {self.select(depth)} }}"

    def exists(self, _: int) -> str:
        more = f" {self.filter(0)}" if self.chance(0.2) else ""
        return f"FILTER {self.one('', 'NOT ')}EXISTS {{ {self.triples()}{more} }}"

    def bind(self, _: int) -> str:
        return f"BIND({self.value()} AS {self.one('?x', '?y', '?z', '?g')})"

    def values(self, _: int) -> str:
        names = self.choose.sample(VARIABLES, self.choose.randint(1, 2))
        rows = " ".join(
            f"({' '.join(self.datum() for _ in names)})" for _ in range(self.choose.randint(0, 3))
        )
        return f"VALUES ({' '.join(names)}) {{ {rows} }}"

    def datum(self) -> str:
        if self.chance(0.2):
            return "UNDEF"
        return self.entity() if self.chance(0.6) else self.one(*CONSTANTS)

    def triples(self) -> str:
        """One to three patterns, mostly connected."""
        subject = self.thing()
        parts = [self.star()] if self.chance(0.2) else []
        for _ in range(self.choose.choice((1, 1, 2, 2, 3))):
            parts.append(self.pattern(subject))
            if self.chance(0.4):
                subject = self.thing()
        return " ".join(parts)

    def star(self) -> str:
        """What has something, and what else it has, as in a statement."""
        subject, mark = self.thing(), self.one(*VALUES)
        marks = f"{subject} <{mark}> {self.choose.choice(VALUES[mark])} ."
        if self.chance(0.4):
            marks = f"{subject} {self.choose.choice(LINKS)} {self.entity()} ."
        others = [
            f"{subject} {self.choose.choice(LINKS)} {self.one(self.thing(), self.entity())} ."
            for _ in range(self.choose.randint(1, 2))
        ]
        return " ".join(self.choose.sample([marks, *others], 1 + len(others)))

    def pattern(self, subject: str) -> str:
        if self.chance(0.08):
            subject = self.one(self.entity(), "_:b", "[]")
        if self.chance(0.05):
            return f"{subject} ?p {self.variable()} ."
        if self.chance(0.4):
            target = self.thing() if self.chance(0.8) else self.entity()
            return f"{subject} {self.path()} {target} ."
        name = self.one(*VALUES)
        target = str(self.choose.choice(VALUES[name]))
        if self.chance(0.85):
            target = self.noted(self.one(*OTHERS)) if self.chance(0.9) else self.thing()
        return f"{subject} <{name}> {target} ."

    def path(self) -> str:
        step = str(self.choose.choice(LINKS))
        other = str(self.choose.choice(PREDICATES))
        if self.chance(0.12):
            return self.one(f"^{step}", f"{step}/{other}", f"^{step}/{other}", f"^({step}/{step})")
        if self.chance(0.1):
            return self.one(
                f"{step}|{other}", f"(^{step}|{step}/{other})", f"{step}/({step}|^{other})"
            )
        if self.chance(0.1):
            simple = f"{step}{self.one('+', '+', '*', '?')}"
            inner = self.one(f"{step}/{other}", f"^{step}|{other}", f"{step}?", f"!{step}")
            longer = f"({inner}){self.one('+', '+', '*', '?')}"
            return self.one(simple, simple, f"^{simple}", longer, f"{other}/{simple}")
        return step

    def thing(self) -> str:
        return self.noted(self.one(*THINGS) if self.chance(0.93) else self.variable())

    def noted(self, name: str) -> str:
        """A variable that the group at hand binds."""
        self.seen[-1].append(name)
        return name

    def bound(self) -> str:
        """Mostly a variable that the group at hand binds."""
        return self.one(*self.seen[-1]) if self.seen[-1] and self.chance(0.85) else self.variable()

    def variable(self) -> str:
        return self.one(*VARIABLES)

    def entity(self) -> str:
        return str(self.choose.choice(ENTITIES))

    # expressions

    def filter(self, _: int) -> str:
        more = f" && {self.condition(1)}" if self.chance(0.2) else ""
        return f"FILTER({self.condition(2)}{more})"

    def condition(self, depth: int) -> str:
        if depth and self.chance(0.3):
            first, second = self.condition(depth - 1), self.condition(depth - 1)
            return self.one(f"({first} && {second})", f"({first} || {second})", f"!({first})")
        name = self.bound()
        return self.one(
            f"{name} {self.one(*COMPARISONS)} {self.one(*CONSTANTS)}",
            f"{name} {self.one(*COMPARISONS)} {self.one(*CONSTANTS)}",
            f"{name} {self.one(*COMPARISONS)} {self.bound()}",
            f"{self.one(*CONSTANTS)} {self.one(*COMPARISONS)} {name}",
            f"BOUND({name})",
            f"{self.one('isIRI', 'isLiteral')}({name})",
            f"DATATYPE({name}) {self.one('=', '!=')} {self.one('xsd:integer', 'xsd:date')}",
            f"{self.part_of(name)} {self.one(*COMPARISONS)} {self.one('1', '29', '2020', '1e0')}",
            f"{self.search(name)}",
            f"{self.search(name)}",
            f"{name} {self.one('IN', 'NOT IN')} ({self.one(*CONSTANTS)}, {self.bound()})",
            f"sameTerm({self.one(*CONSTANTS)}, {name})",
            f"{name} + {self.bound()} {self.one(*COMPARISONS)} {self.one(*NUMBERS)}",
            f"isNumeric({name})",
            f"LANGMATCHES(LANG({name}), '{self.one('en', 'de', '*', '')}')",
            f"LANG({name}) {self.one('=', '!=')} '{self.one('en', 'de', 'de-AT', '')}'",
            f"REGEX(STR({name}), 'e|1', 'i')",
            f"{name} IN ({self.one(*CONSTANTS)}, {self.entity()})",
            f"sameTerm({name}, {self.bound()})",
            f"STRLEN(STR({name})) > 1",
            f"COALESCE({name} > 1, true)",
            name,
        )

    def part_of(self, name: str) -> str:
        return f"{self.one('YEAR', 'MONTH', 'DAY', 'HOURS')}({name})"

    def search(self, name: str) -> str:
        within = self.one("{}", "STR({})", "LCASE({})", "LCASE(STR({}))").format(name)
        text = self.one("a", "B", "b", "e", "en", "10", "é", "20-0", "x", "n", "@", " ", "", "/g")
        return f"{self.one('CONTAINS', 'CONTAINS', 'STRSTARTS')}({within}, '{text}')"

    def value(self) -> str:
        name = self.bound()
        return self.one(
            f"{name} + 1",
            f"{name} * {self.bound()}",
            f"STR({name})",
            f"SUBSTR(STR({name}), {self.one('1', '6', '0')}, {self.one('4', '7', '12')})",
            self.part_of(name),
            f"IF({self.condition(0)}, {self.bound()}, {self.part_of(name)})",
            f"DATATYPE({name})",
            f"IF({name} > 1, {name}, 'no')",
            f"COALESCE({name}, {self.bound()})",
            f"xsd:integer({name})",
            f"{name} / 3",
            name,
            self.one(*CONSTANTS),
            str(self.choose.choice(ODD)),
        )
