"""What a process works out of a copy and keeps for the next query, up to so many bytes."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """Values by their keys; those that nobody asked for longest go first, the last one stays."""

    def __init__(self, most: int) -> None:
        self._most, self._total = most, 0
        self._values: dict[Key, tuple[Value, int]] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._values

    def get(self, key: Key) -> Value | None:
        """A value that is kept; it is then the one that was asked for last."""
        found = self._values.pop(key, None)
        if found is None:
            return None
        self._values[key] = found
        return found[0]

    def keep(self, key: Key, value: Value, size: int) -> Value:
        """Take in a value of so many bytes."""
        if key in self._values:
            self._total -= self._values.pop(key)[1]
        self._values[key] = value, size
        self._total += size
        while len(self._values) > 1 and self._total > self._most:
            self._total -= self._values.pop(next(iter(self._values)))[1]
        return value
