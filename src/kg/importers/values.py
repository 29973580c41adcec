"""What a cell says: numbers, days, lists. A row in which a needed cell says nothing is unusable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from kg.rdf.characters import FORBIDDEN

Values = Mapping[str, str]

_WHOLE: Final = re.compile(r"-?[0-9]{1,12}(\.0+)?")
_TRUTH: Final = {
    **dict.fromkeys(("1", "1.0", "t", "true", "yes"), True),
    **dict.fromkeys(("0", "0.0", "f", "false", "no"), False),
}


class UnusableRow(ValueError):
    """A row that is skipped: `reason` is the same for all such rows, `value` is what it has."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.value = value


def text(values: Values, name: str) -> str:
    """The words of a cell on one line, without characters that nobody can see."""
    return " ".join(FORBIDDEN.sub(" ", values.get(name, "")).split())


def whole(values: Values, name: str) -> int:
    """A whole number, also as `1991.0`; raises `UnusableRow` for anything else."""
    found = values.get(name, "").strip()
    if not _WHOLE.fullmatch(found):
        raise UnusableRow(f"{name} is no whole number", found)
    return int(found.partition(".")[0])


def count(values: Values, name: str) -> int:
    """A whole number from 0; raises `UnusableRow` for anything else."""
    found = whole(values, name)
    if found < 0:
        raise UnusableRow(f"{name} is below 0", str(found))
    return found


def day(values: Values, name: str) -> date:
    """A day, whatever time of it is given; raises `UnusableRow` for anything else."""
    found = values.get(name, "").strip()
    try:
        return date.fromisoformat(re.split("[T ]", found)[0])
    except ValueError:
        raise UnusableRow(f"{name} is no day", found) from None


def year(values: Values, name: str = "year") -> int:
    """A year of four digits; raises `UnusableRow` for anything else."""
    found = whole(values, name)
    if not 1000 <= found <= 9999:
        raise UnusableRow(f"{name} is no year", str(found))
    return found


def truth(values: Values, name: str) -> bool | None:
    """Whether a cell says yes, in any of the ways that releases write it; None for other words."""
    return _TRUTH.get(values.get(name, "").strip().lower())


def numbers(values: Values, name: str) -> list[int]:
    """The numbers of a list, with `;`, `,` or blanks between them, as in `2;200;900`.

    Raises `UnusableRow` for what is no such list. An empty cell is an empty list.
    """
    found = re.split(r"[;,\s]+", values.get(name, "").strip(" ;,"))
    return [whole({name: each}, name) for each in found if each]


def degrees(values: Values, name: str, most: int) -> Decimal | None:
    """A latitude or longitude of at most so many degrees; None where there is none."""
    try:
        found = Decimal(values.get(name, "").strip())
    except InvalidOperation:
        return None
    return found if abs(found) <= most else None
