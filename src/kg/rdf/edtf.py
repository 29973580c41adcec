"""EDTF times and the days that bound them, since SPARQL cannot compare EDTF.

Read are: `2023`, `2023-04`, `2023-04-11`; unspecified digits on the right (`199X`, `19XX`,
`2023-XX`, `2023-04-XX`); a qualifier at the end (`~` approximate, `?` uncertain, `%` both); and
intervals of two of these, one of which may be open (`2010/2013`, `../2020`, `1991/..`).

A qualifier widens the bounds by one unit of what is written, on either side (`1990~` is 1989 to
1991, `199X~` is the 1980s to the 2000s). EDTF itself gives no number for it; the unit is our
reading, chosen so that two near dates are never called disjoint.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kg.errors import EdtfError

OPEN: Final = ".."
_DAY: Final = timedelta(days=1)

_DATE = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)"
    r"(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX))?)?"
    r"(?P<qualifier>[~?%])?"
)


@dataclass(frozen=True)
class Bounds:
    """The first and the last day that a time can touch; `None` where an interval is open.

    An instant happens on one unknown day from `earliest` to `latest`. An interval starts between
    `earliest` and `latest_start`, and ends between `earliest_end` and `latest`; both are `None`
    for an instant.
    """

    earliest: date | None
    latest: date | None
    latest_start: date | None = None
    earliest_end: date | None = None


def bounds(text: str) -> Bounds:
    """The bounds of an EDTF expression; raises `EdtfError` for what is not read."""
    if "/" not in text:
        return Bounds(*_span(text, text))
    first, *rest = text.split("/")
    if len(rest) != 1 or first == rest[0] == OPEN:
        raise _error(text, "an interval has two ends, and one of them is a date")
    earliest, latest_start = (None, None) if first == OPEN else _span(first, text)
    earliest_end, latest = (None, None) if rest[0] == OPEN else _span(rest[0], text)
    if earliest and latest and earliest > latest:
        raise _error(text, "the interval ends before it starts")
    return Bounds(earliest, latest, latest_start, earliest_end)


def _span(part: str, whole: str) -> tuple[date, date]:
    """First and last day of one date."""
    match = _DATE.fullmatch(part)
    if match is None:
        raise _error(whole, "write 2023, 2023-04, 2023-04-11, 199X, 2023~ or 2010/2013")
    year, month, day, qualifier = match.group("year", "month", "day", "qualifier")
    if (month and "X" in year) or (month == "XX" and day not in (None, "XX")):
        raise _error(whole, "only digits on the right can be unspecified")
    try:
        first, last = _days(year, month or "XX", day or "XX")
    except ValueError as error:
        raise _error(whole, "there is no such day in the years 1 to 9999") from error
    return _widened(first, last) if qualifier else (first, last)


def _days(year: str, month: str, day: str) -> tuple[date, date]:
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if month == "XX":
        return date(max(low, 1) if "X" in year else low, 1, 1), date(high, 12, 31)
    if day == "XX":
        first = date(low, int(month), 1)
        return first, first.replace(day=calendar.monthrange(low, int(month))[1])
    return (only := date(low, int(month), int(day))), only


def _widened(first: date, last: date) -> tuple[date, date]:
    """The span together with the equally long one before it and after it."""
    if (first.year, first.month) != (last.year, last.month):
        years = last.year - first.year + 1
        earlier, later = max(first.year - years, 1), min(last.year + years, 9999)
        return first.replace(year=earlier), last.replace(year=later)
    before = first - min(_DAY, first - date.min)
    after = last + min(_DAY, date.max - last)
    if first == last:
        return before, after
    return before.replace(day=1), after.replace(day=calendar.monthrange(after.year, after.month)[1])


def _error(text: str, hint: str) -> EdtfError:
    return EdtfError(f"not a time that we read: {text!r}", hint=hint)
