"""What an expression cannot tell apart: solutions with the same *cells* give it the same value.

Ids are ordered by kind and value, so that what is compared with a constant is the same within a
stretch of ids: below the constant, equal to it, or above. So the engine has to evaluate such an
expression once for each combination of stretches and not for each value; it still says itself what
the value is. What is not known here in full is a cell of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final, TypeAlias, cast

import numpy as np

from kg.columnar.algebra import Call, Tree
from kg.columnar.layout import Copy, Ids, Numbers
from kg.columnar.search import CASELESS, NEEDLE, containing, tags_of
from kg.columnar.table import Mask, Table, places
from kg.columnar.terms import NUMBERS, Key, Kind, kind_and_key

COMPARISONS: Final = frozenset({"=", "!=", "<", "<=", ">", ">=", "SAMETERM", "IN"})
OF_KINDS: Final = frozenset({"BOUND", "DATATYPE", "ISIRI", "ISURI", "ISLITERAL", "ISNUMERIC"})
DIGITS: Final = {"YEAR": (1, 2, 3, 4), "MONTH": (6, 7), "DAY": (9, 10)}
"""Where the text of a date has what a function tells of it."""
_RANGE: Final = re.compile(r"[a-z]{1,8}(?:-[a-z0-9]{1,8})*", re.ASCII)
_STRING: Final = re.compile(r'"[A-Za-z0-9-]*"')
"""A plain string as a constant of a query, without escapes."""

DAY_LENGTH: Final = len("2000-01-01")
LONGEST: Final = len("2000-01")
"""So many digits are one number, with which a cell has one of 64 bits."""

RELATIONS: Final[dict[str, Callable[[Any, Any], Mask]]] = {
    "=": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}

NUMERIC: Final = (Kind.INTEGER, Kind.DECIMAL, Kind.DOUBLE)
SAME_ORDER: Final = frozenset(
    {Kind.INTEGER, Kind.DECIMAL, Kind.DOUBLE, Kind.BOOLEAN, Kind.DATE, Kind.DATE_TIME, Kind.STRING}
)
"""Kinds in which the order of ids is that of `<`, and equal values have one id."""

EXACT: Final = SAME_ORDER - {Kind.DOUBLE, Kind.BOOLEAN}
"""Those of them whose values the engine does not round when it compares."""

ALIKE: Final = SAME_ORDER | {Kind.IRI}
"""Kinds whose terms compare in the same way with all terms of another kind, numbers apart."""

KEYS: Final = 4_096
"""So many keys of terms are kept."""

BEYOND: Final = 1 << 32
"""More than there are ids and stretches."""

FOLDED: Final[Mapping[str, Callable[[str], str]]] = {
    "LCASE": str.lower,
    "UCASE": str.upper,
    "STR": str,
}
"""What functions make of a constant string of ASCII."""

Cells: TypeAlias = Numbers
Cutter: TypeAlias = Callable[[Ids], Cells]


class Dividing:
    """Divides the solutions of a table by what an expression may tell apart."""

    def __init__(self, copy: Copy, table: Table) -> None:
        self._copy = copy
        self._table = table
        self._known: dict[str, tuple[Ids, Numbers]] = {}

    def compared(self, tree: Tree) -> Mask | None:
        """Where a comparison is true, where ids or tags tell it; None where they do not."""
        if isinstance(tree, str):
            return None
        if (asked := _asked_tags(tree)) is not None:
            return self._tagged(*asked)
        if (listed := _listed_iris(tree)) is not None:
            return self._among(*listed)
        if tree.function not in RELATIONS or len(tree.arguments) != 2:
            return None
        left, right = tree.arguments
        if _is_variable(left) and _is_variable(right):
            first, second = self._table.column(str(left)), self._table.column(str(right))
            kinds = self._kinds(first) | self._kinds(second)
            is_told = _one_order(kinds) or _one_way_to_be(tree.function, kinds)
            return RELATIONS[tree.function](first, second) if is_told else None
        if _is_variable(left) and _is_constant(right):
            return self._beside(str(left), tree.function, str(right))
        if _is_constant(left) and _is_variable(right):
            return self._beside(str(right), MIRRORED.get(tree.function, tree.function), str(left))
        return None

    def _beside(self, name: str, operator: str, constant: str) -> Mask | None:
        """A comparison of a variable with a constant; `_edges` are where its kind has it."""
        column = self._table.column(name)
        kind, key = kind_and_key(constant)
        kinds = self._kinds(column)
        if _one_way_to_be(operator, kinds | {kind}):
            return RELATIONS[operator](column, np.int32(self._copy.id_of(constant)))
        if not (_one_order(kinds | {kind}) or kinds | {kind} <= NUMBERS):
            return None
        below, above = (np.zeros(len(column), np.bool_) for _ in range(2))
        for each in kinds:
            first, beyond = self._edges(each, key)
            low, high = self._bounds(each)
            below |= (column >= low) & (column < first)
            above |= (column >= beyond) & (column < high)
        return RELATIONS[operator](above.view(np.int8), below.view(np.int8))

    def _among(self, name: str, iris: list[str]) -> Mask | None:
        """Which IRIs are among some; None where a column has anything else."""
        column = self._table.column(name)
        if self._kinds(column) != {Kind.IRI}:
            return None
        known = self._copy.find_all(iris)
        return np.isin(column, np.array([term for term in known if term], np.int32))

    def _tagged(self, name: str, is_wanted: Callable[[str], bool]) -> Mask | None:
        """Which literals have a tag that is wanted; the empty one is that of all without a tag."""
        column = self._table.column(name)
        kinds = self._kinds(column)
        if Kind.OTHER in kinds:
            return None
        values, of = np.unique(column, return_inverse=True)
        low, high = self._bounds(Kind.TAGGED)
        kept = (values >= self._bounds(Kind.INTEGER)[0]) & is_wanted("")
        at = np.flatnonzero((values >= low) & (values < high))
        numbers, known = tags_of(self._copy, values[at])
        kept[at] = np.array([is_wanted(tag.decode()) for tag in known], np.bool_)[numbers]
        return kept[of]

    def _kinds(self, column: Ids) -> set[Kind]:
        """The kinds of a column; `OTHER` where some are not known to be of one in the copy."""
        if not len(column) or column.min() == 0 or column.max() > self._copy.terms:
            return {Kind.OTHER}
        return self._copy.kinds(column)

    def cells(self, tree: Tree) -> list[Cells]:
        """Columns of numbers; solutions that have the same ones give the same value."""
        if isinstance(tree, str):
            return [self._table.column(tree).astype(np.int64)] if tree.startswith("?") else []
        return [column for each in self._divided(tree) for column in each]

    def _divided(self, tree: Call) -> Iterator[list[Cells]]:
        function, arguments = tree
        if function in COMPARISONS and _is_variable(arguments[0]):
            yield from self._compared(function, arguments)
        elif function in COMPARISONS and _is_constant(arguments[0]) and _is_variable(arguments[-1]):
            yield from self._compared(function, arguments[::-1])
        elif function in OF_KINDS and _is_variable(arguments[0]):
            yield [self._by(str(arguments[0]), lambda ids: self._stretches(ids, ()))]
        elif function in DIGITS and _is_variable(arguments[0]):
            digits, name = DIGITS[function], str(arguments[0])
            yield [self._by(name, lambda ids: self._digits(ids, digits, self._stretches(ids, ())))]
        elif (part := _substring(tree)) is not None:
            name, at = part
            yield [self._by(name, lambda ids: self._digits(ids, at, ids.astype(np.int64)))]
        elif function == "LANG" and _is_variable(arguments[0]):
            yield [self._by(str(arguments[0]), self._tags)]
        elif (wanted := _searched(tree)) is not None:
            name, needle, caseless = wanted
            yield [self._by(name, lambda ids: self._search(ids, needle, caseless))]
        else:
            yield from (self.cells(each) for each in arguments)

    def _compared(self, function: str, arguments: tuple[Tree, ...]) -> Iterator[list[Cells]]:
        first, *others = arguments
        constants = [other for other in others if _is_constant(other)]
        if len(constants) == len(others):
            wanted = tuple(str(constant) for constant in constants)
            yield [self._by(str(first), lambda ids: self._stretches(ids, wanted))]
        elif len(others) == 1 and _is_variable(others[0]) and function != "SAMETERM":
            yield self._pairs(str(first), str(others[0]))
        else:
            yield from (self.cells(each) for each in arguments)

    def _by(self, name: str, cut: Cutter) -> Cells:
        """The cells of a variable, which are found for each distinct value."""
        if name not in self._known:
            column = self._table.column(name)
            first, of = places([column], self._table.rows)
            self._known[name] = column[first], of
        values, of = self._known[name]
        return places([cut(values)], len(values))[1][of]

    def _stretches(self, ids: Ids, constants: tuple[str, ...]) -> Cells:
        """Between which edges each id stands; one of its own for what is in no order."""
        edges = {0, 1, *map(int, self._copy.starts), self._copy.terms + 1}
        single = {Kind.BLANK, Kind.OTHER}
        for constant in constants:
            kind, key = kind_and_key(constant)
            single |= _unsure(kind)
            for other in _comparable(kind) & self._present(ids):
                edges.update(self._edges(other, key))
        ordered = np.array(sorted(edges), np.int64)
        cells = np.searchsorted(ordered, ids, "right").astype(np.int64)
        return np.where(self._is_single(ids, single), ids.astype(np.int64) + len(ordered), cells)

    def _present(self, ids: Ids) -> set[Kind]:
        return self._copy.kinds(ids[(ids > 0) & (ids <= self._copy.terms)])

    def _is_single(self, ids: Ids, kinds: set[Kind]) -> Mask:
        single = ids > self._copy.terms
        for kind in kinds:
            low, high = self._bounds(kind)
            single |= (ids >= low) & (ids < high)
        return single

    def _bounds(self, kind: Kind) -> tuple[int, int]:
        """The first id of a kind, and that of the next one."""
        ends = [*map(int, self._copy.starts[1:]), self._copy.terms + 1]
        return int(self._copy.starts[kind]), ends[kind]

    def _edges(self, kind: Kind, key: Key) -> tuple[int, ...]:
        """The ids of a kind from which on terms are equal to a value, and above it; in order.

        One more to each side, for a decimal that the engine rounds to a double in its own way.
        """
        low, high = self._bounds(kind)
        rounded = kind == Kind.DOUBLE or isinstance(key, float)

        def value(term: int) -> Any:
            found = _key(self._copy.text(term))
            return float(cast(Fraction, found)) if rounded else found

        wanted = float(cast(Fraction, key)) if rounded else key
        ids = range(low, high)
        first = low + bisect_left(ids, wanted, key=value)
        if not rounded and kind in EXACT:  # no other one has an equal value
            above = first + (first < high and value(first) == wanted)
        else:
            above = low + bisect_right(ids, wanted, key=value)
        return (first, above) if kind != Kind.DOUBLE else (first - 1, first, above, above + 1)

    def _digits(self, ids: Ids, at: Sequence[int], cells: Cells) -> Cells:
        """Cells of dates with and without time by some places of their texts; others have cells."""
        for kind in (Kind.DATE, Kind.DATE_TIME):
            low, high = self._bounds(kind)
            found = np.flatnonzero((ids >= low) & (ids < high))
            starts = self._copy.offsets[ids[found] - 1]
            number = np.zeros(len(found), np.int64)
            for place in at:
                number = number * 10 + self._copy.heap[starts + place] - ord("0")
            cells[found] = (number + 1) * BEYOND + kind
        return cells

    def _tags(self, ids: Ids) -> Cells:
        """Cells of tagged strings by their tags."""
        cells = self._stretches(ids, ())
        low, high = self._bounds(Kind.TAGGED)
        at = np.flatnonzero((ids >= low) & (ids < high))
        cells[at] += (tags_of(self._copy, ids[at])[0] + 1) * BEYOND
        return cells

    def _search(self, ids: Ids, needle: str, caseless: bool) -> Cells:
        """Cells by whether texts contain another one; numbers and such are cells of their own."""
        cells = self._stretches(ids, ()) << 1
        single = ids > 0
        for kind in (Kind.IRI, Kind.STRING, Kind.TAGGED):
            low, high = self._bounds(kind)
            at = np.flatnonzero((ids >= low) & (ids < high))
            found, unsure = containing(self._copy, ids[at], needle, caseless=caseless)
            cells[at] |= found
            single[at] = unsure
        return np.where(single, ids.astype(np.int64) + BEYOND, cells)

    def _pairs(self, left: str, right: str) -> list[Cells]:
        """Cells by which of two values is the larger one, where both are of one ordered kind."""
        first, second = self._table.column(left), self._table.column(right)
        one, other = (
            self._by(name, lambda ids: self._stretches(ids, ())) for name in (left, right)
        )
        alike = np.zeros(self._table.rows, np.bool_)
        for kind in ALIKE:
            low, high = self._bounds(kind)
            alike |= (first >= low) & (first < high) & (second >= low) & (second < high)
        sign = np.where(alike, np.sign(first.astype(np.int64) - second) + 2, 0)
        apart = np.where(alike, 0, first), np.where(alike, 0, second)
        return [one, other, sign, *(each.astype(np.int64) for each in apart)]


@lru_cache(maxsize=KEYS)
def _key(text: str) -> Key:
    """The key of a term: those in the middle are looked at whenever one is looked for."""
    return kind_and_key(text)[1]


def _one_order(kinds: set[Kind]) -> bool:
    """Whether all terms are of one kind in which ids are in the order of values."""
    return len(kinds) == 1 and kinds <= EXACT


def _one_way_to_be(operator: str, kinds: set[Kind]) -> bool:
    """Whether terms are only compared for being the same, and are no literals."""
    return operator in ("=", "!=") and kinds <= {Kind.IRI, Kind.BLANK}


def _comparable(kind: Kind) -> set[Kind]:
    """The kinds whose values stand in an order with those of another one."""
    if kind in (Kind.INTEGER, Kind.DECIMAL):
        return {*NUMERIC}
    if kind == Kind.DOUBLE:
        return {Kind.INTEGER, Kind.DOUBLE}
    return {kind} if kind in ALIKE else set()


def _unsure(kind: Kind) -> set[Kind]:
    """The kinds whose values are not known to stand in an order with a constant of a kind."""
    match kind:
        case Kind.DOUBLE:
            return {Kind.DECIMAL}
        case Kind.DATE | Kind.DATE_TIME:
            return {Kind.DATE, Kind.DATE_TIME} - {kind}
        case Kind.TAGGED:
            return {Kind.TAGGED}
        case Kind.OTHER | Kind.BLANK:
            return {*Kind}
    return set()


def _is_variable(tree: Tree) -> bool:
    return isinstance(tree, str) and tree.startswith("?")


def _is_constant(tree: Tree) -> bool:
    return isinstance(tree, str) and not tree.startswith("?")


def _listed_iris(tree: Call) -> tuple[str, list[str]] | None:
    """The variable and the IRIs of `?p IN (rdfs:label, owl:sameAs)`, or of `?p = rdfs:label`."""
    name, *others = tree.arguments
    if tree.function not in ("=", "IN") or not _is_variable(name):
        return None
    iris = [each for each in others if isinstance(each, str) and each[:1] == "<" != each[1:2]]
    return (str(name), iris) if len(iris) == len(others) else None


def _asked_tags(tree: Call) -> tuple[str, Callable[[str], bool]] | None:
    """The variable and the tags of `LANG(?name) = "en"`, of an IN with several, of LANGMATCHES."""
    if tree.function not in ("=", "IN", "LANGMATCHES"):
        return None
    first, *others = tree.arguments
    if not isinstance(first, Call) or first.function != "LANG":
        return None
    texts = [each for each in others if isinstance(each, str) and _STRING.fullmatch(each)]
    of = first.arguments[0]
    if not _is_variable(of) or len(texts) < len(others):
        return None
    tags = [text[1:-1] for text in texts]
    if tree.function != "LANGMATCHES":
        return str(of), frozenset(tags).__contains__
    wanted = tags[0].lower()
    if not _RANGE.fullmatch(wanted):
        return None
    return str(of), lambda tag: f"{tag.lower()}-".startswith(f"{wanted}-")


def _substring(tree: Call) -> tuple[str, range] | None:
    """The variable and the places of `SUBSTR(STR(?day), 1, 4)`, if dates have digits there."""
    if tree.function != "SUBSTR" or len(tree.arguments) != 3:
        return None
    of, *span = tree.arguments
    if not isinstance(of, Call) or of.function != "STR" or not _is_variable(of.arguments[0]):
        return None
    numbers = [kind_and_key(each) for each in span if isinstance(each, str) and _is_constant(each)]
    if [kind for kind, _ in numbers] != [Kind.INTEGER] * 2:
        return None
    start, length = (int(cast(int, key)) for _, key in numbers)
    inside = 1 <= start <= start + length - 1 <= DAY_LENGTH and length <= LONGEST
    return (str(of.arguments[0]), range(start, start + length)) if inside else None


def _searched(tree: Call) -> tuple[str, str, bool] | None:
    """The variable, the text, and whether case does not matter, of a search for a text."""
    if tree.function != "CONTAINS" or len(tree.arguments) != 2:
        return None
    where, what = tree.arguments
    if isinstance(what, Call) and what.function in FOLDED and isinstance(what.arguments[0], str):
        what = FOLDED[what.function](what.arguments[0])
        if not what.isascii():
            return None
    caseless = False
    while isinstance(where, Call) and where.function in ("STR", "LCASE"):
        caseless |= where.function == "LCASE"
        where = where.arguments[0]
    if not isinstance(where, str) or not where.startswith("?") or not isinstance(what, str):
        return None
    needle = what[1:-1]
    if what[:1] != '"' or what[-1] != '"' or not NEEDLE.fullmatch(needle):
        return None
    if caseless and not CASELESS.fullmatch(needle):
        return None
    return where, needle, caseless
