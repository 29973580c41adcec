"""Queries under short addresses."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kg.errors import InputError, LimitError, NotFoundError, StoreError
from kg.permalinks import SHORTEST, Permalinks

NOW = datetime(2024, 1, 2, tzinfo=UTC)
GRAPHS = (("default-graph-uri", "https://example.org/g"),)


@pytest.fixture
def kept(tmp_path: Path) -> Permalinks:
    return Permalinks(tmp_path / "permalinks.sqlite", most=3, most_bytes=100)


def test_what_was_kept_is_read_again(kept: Permalinks) -> None:
    address = kept.keep("ASK { ?é ?p ?o }", GRAPHS, 7, NOW)
    found = kept.read(address)
    assert found is not None
    assert (found.query, found.graphs, found.generation, found.made) == (
        "ASK { ?é ?p ?o }",
        GRAPHS,
        7,
        NOW,
    )
    assert len(address) == SHORTEST


def test_the_same_has_the_same_address_and_anything_else_another(kept: Permalinks) -> None:
    address = kept.keep("ASK {}", (), 1, NOW)
    assert kept.keep("ASK {}", (), 1, NOW) == address
    assert len({address, kept.keep("ASK {}", (), 2, NOW), kept.keep("ASK {}", GRAPHS, 1, NOW)}) == 3


def test_what_was_removed_is_gone_for_good(kept: Permalinks, tmp_path: Path) -> None:
    address = kept.keep("ASK { 'a secret' ?p ?o }", (), 1, NOW)
    kept.remove(address)
    assert kept.read(address) is None
    with pytest.raises(InputError, match="was removed"):
        kept.keep("ASK { 'a secret' ?p ?o }", (), 1, NOW)
    assert b"a secret" not in (tmp_path / "permalinks.sqlite").read_bytes()


def test_an_address_of_nothing_is_told(kept: Permalinks) -> None:
    with pytest.raises(NotFoundError, match="no query is kept as nothing"):
        kept.read("nothing")
    with pytest.raises(NotFoundError, match="no query is kept as nothing"):
        kept.remove("nothing")


def test_no_more_and_no_longer_ones_are_kept_than_the_limits_say(kept: Permalinks) -> None:
    with pytest.raises(InputError, match="at most 100 bytes"):
        kept.keep("#" * 101, (), 1, NOW)
    first = [kept.keep("ASK {}", (), n, NOW) for n in range(3)]
    with pytest.raises(LimitError, match="3 queries are kept") as refused:
        kept.keep("ASK {}", (), 3, NOW)
    assert refused.value.limit == "permalinks"
    assert kept.keep("ASK {}", (), 0, NOW) == first[0]


def test_a_file_that_is_none_of_ours_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "permalinks.sqlite").write_text("no database" * 100)
    with pytest.raises(StoreError, match=r"permalinks\.sqlite"):
        Permalinks(tmp_path / "permalinks.sqlite").keep("ASK {}", (), 1, NOW)
