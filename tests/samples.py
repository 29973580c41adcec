"""Of tests with hundreds of cases, `make test` takes a few, and `make exhaustive` all others."""

from __future__ import annotations

from collections import defaultdict

import pytest


def mark_all_but_samples(items: list[pytest.Item]) -> None:
    """Make cases long that are not among the so many which `@pytest.mark.sample` leaves.

    Those that stay are spread evenly over all cases of a test, the first and the last among them.
    """
    cases: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("sample"):
            cases[item.nodeid.partition("[")[0]].append(item)
    for group in cases.values():
        kept = spread(len(group), _size(group[0]))
        for place, item in enumerate(group):
            if place not in kept:
                item.add_marker(pytest.mark.long)


def spread(length: int, size: int) -> set[int]:
    """At most so many places of a list, as far from each other as may be."""
    if size >= length:
        return set(range(length))
    return {round(i * (length - 1) / max(size - 1, 1)) for i in range(size)}


def _size(item: pytest.Item) -> int:
    marker = item.get_closest_marker("sample")
    assert marker is not None
    (size,) = marker.args
    return int(size)
