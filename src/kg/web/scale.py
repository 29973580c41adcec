"""Axes of the charts that the server draws: where a value is, in percent of their width."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

MOST_TICKS: Final = 6

_MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000, 60000)
_YEAR: Final = 12
_DIGITS: Final = 2


@dataclass(frozen=True)
class Tick:
    """A mark on an axis: where it is, in percent, and its words."""

    at: float
    words: str


@dataclass(frozen=True)
class Axis:
    """An axis from `first` to `last`, which differ."""

    first: float
    last: float
    ticks: tuple[Tick, ...]

    def at(self, value: float) -> float:
        """Where a value is, from 0 to 100."""
        return percent(value, self.first, self.last)


def percent(value: float, first: float, last: float) -> float:
    """Where a value is between two others, from 0 to 100."""
    return round(100 * (value - first) / (last - first), _DIGITS)


def of_numbers(values: Iterable[int], beyond: int = 0) -> Axis:
    """An axis from nought to a round number that no value is above, and that is above `beyond`."""
    highest = max((*values, beyond + 1))
    power = 1
    while power * 10 <= highest:
        power *= 10
    steps = (s for s in (power // 5, power // 2, power, 2 * power) if s)
    step = next(s for s in steps if highest <= s * (MOST_TICKS - 1))
    last = -(-highest // step) * step
    marks = range(0, last + 1, step)
    return Axis(0, last, tuple(Tick(percent(n, 0, last), f"{n:,}") for n in marks))


def of_days(days: Iterable[date]) -> Axis:
    """An axis of whole months that all days lie in; its values are ordinals of days.

    Raises ValueError if there is no day.
    """
    months = sorted(day.year * _YEAR + day.month - 1 for day in days)
    if not months:
        raise ValueError("an axis of no days")
    low, high = months[0], months[-1] + 1
    step = next((s for s in _MONTHS if (high - low) / s < MOST_TICKS - 1), _MONTHS[-1])
    first, last = _begins(low), _begins(high)
    marks = range(-(-low // step) * step, high + 1, step)
    ticks = (Tick(percent(_begins(m), first, last), _named(m, step)) for m in marks)
    return Axis(first, last, tuple(ticks))


def _begins(month: int) -> int:
    """The ordinal of the first day of a month, counted from the year 0."""
    year, zero_based = divmod(month, _YEAR)
    if year > date.max.year:
        return date.max.toordinal()
    return date(year, zero_based + 1, 1).toordinal()


def _named(month: int, step: int) -> str:
    year, zero_based = divmod(month, _YEAR)
    return f"{year}" if step % _YEAR == 0 else f"{year}-{zero_based + 1:02}"
