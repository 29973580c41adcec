"""Which days a time of Wikidata's may be: by its precision, its calendar and its era.

Days are numbered as astronomers do (Julian day numbers, at noon), since years before our era are
among them. `wikibase:timeValue` is written as XSD 1.1 has it, with a year 0, which is 1 BCE. Of a
time that is as precise as a day it is in the Gregorian calendar, whatever calendar it was entered
in; of a coarser one it is in that calendar, with 01 for what is not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

JULIAN: Final = "http://www.wikidata.org/entity/Q1985786"

MILLENNIUM, CENTURY, DECADE, YEAR, MONTH, DAY = range(6, 12)
"""Numbers of `wikibase:timePrecision`; higher ones are parts of a day, lower ones longer times."""

_TIME = re.compile(r"(?P<year>-?[0-9]{4,})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})T.*")


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day that something may be; None where that is open."""

    first: int | None
    last: int | None

    def meets(self, other: Span) -> bool:
        """Whether some day is in both."""
        return _before(self.first, other.last) and _before(other.first, self.last)

    @classmethod
    def of(cls, first: date | None, last: date | None) -> Span:
        """The days from one to another."""
        return cls(
            None if first is None else _number(first),
            None if last is None else _number(last),
        )


def _before(first: int | None, last: int | None) -> bool:
    return first is None or last is None or first <= last


def _number(day: date) -> int:
    return gregorian(day.year, day.month, day.day)


def gregorian(year: int, month: int, day: int) -> int:
    """The number of a day of the Gregorian calendar, also of one before there was that calendar."""
    years, months = _from_march(year, month)
    leap_days = years // 4 - years // 100 + years // 400
    return day + (153 * months + 2) // 5 + 365 * years + leap_days - 32045


def julian(year: int, month: int, day: int) -> int:
    """The number of a day of the Julian calendar."""
    years, months = _from_march(year, month)
    return day + (153 * months + 2) // 5 + 365 * years + years // 4 - 32083


def _from_march(year: int, month: int) -> tuple[int, int]:
    """Years from March 4801 BCE on and months from March on, so that a leap day is a last one."""
    shift = (14 - month) // 12
    return year + 4800 - shift, month + 12 * shift - 3


def span(value: str, precision: int, calendar: str) -> Span | None:
    """The days of a time as `wikibase:timeValue` has it; None if it cannot be read.

    A century is counted from 1900 by some and from 1901 by others: it is taken as both.
    """
    match = _TIME.fullmatch(value)
    if match is None or not 0 <= precision <= 14:
        return None
    year, month, day = (int(match[part]) for part in ("year", "month", "day"))
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    if precision >= DAY:
        number = gregorian(year, month, day)
        return Span(number, number)
    days = julian if calendar == JULIAN else gregorian
    if precision == MONTH:
        return Span(days(year, month, 1), days(year + month // 12, month % 12 + 1, 1) - 1)
    first, last = _years(year, precision)
    return Span(days(first, 1, 1), days(last + 1, 1, 1) - 1)


def _years(year: int, precision: int) -> tuple[int, int]:
    """The first and the last year of a time that is as precise as a year or less."""
    length = 10 ** (YEAR - precision)
    if precision in (YEAR, DECADE):
        first = year - year % length
        return first, first + length - 1
    if precision in (CENTURY, MILLENNIUM):
        first = year - year % length
        counted_from_one = year - 1 - (year - 1) % length + 1
        return min(first, counted_from_one), max(first, counted_from_one) + length - 1
    return year - length, year + length
