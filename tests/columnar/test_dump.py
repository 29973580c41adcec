"""Lines are read in bulk as they would be one by one, and terms are ordered as by their keys."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from tests.columnar.worlds import ENTITIES, VALUES

from kg.columnar.dump import read, texts_of
from kg.columnar.ordering import ordered
from kg.columnar.terms import kind_and_key

TERMS = [
    *(str(term) for terms in (ENTITIES, *VALUES.values()) for term in terms),
    *(f'"{"long words " * length}"' for length in range(20)),
    "<<( <http://e/a> <http://e/b> <http://e/c d> )>>",
    "_:b",
    *(
        f'"{text}"@{tag}'
        for text in ("a", "a\\u0000", "a\\u0000\\u0001", "a\\u0001")
        for tag in ("b", "en")
    ),
]


@pytest.mark.parametrize("part_bytes", [50, 1_000, 1_000_000])
def test_lines_are_read_as_they_are_written_however_they_are_cut(
    part_bytes: int, tmp_path: Path
) -> None:
    choose = random.Random(5)
    rows = [(f"<{choose.randrange(30)}>", "<p>", choose.choice(TERMS)) for _ in range(400)]
    lines = [f"{' '.join(row)} .\n".encode() for row in rows]
    files = (lines[:7], [], lines[7:])
    sources = [tmp_path / str(number) for number in range(len(files))]
    for source, each in zip(sources, files, strict=True):
        source.write_bytes(b"".join(each))
    found = read(sources, part_bytes)
    texts = [text.decode() for text in texts_of(found)]
    assert sorted(texts) == sorted({term for row in rows for term in row})
    assert [tuple(texts[term] for term in row) for row in found.triples.T] == rows
    assert found.counts.tolist() == [7, 0, 393]


def test_terms_are_ordered_as_by_kinds_and_keys() -> None:
    texts = sorted({term.encode() for term in TERMS})
    random.Random(6).shuffle(texts)
    order, starts = ordered(texts)
    expected = sorted(texts, key=lambda text: kind_and_key(text.decode())[0])
    kinds = [kind_and_key(texts[place].decode())[0] for place in order]
    assert kinds == [kind_and_key(text.decode())[0] for text in expected]
    keys = [kind_and_key(texts[place].decode()) for place in order]
    assert all(a[1] < b[1] for a, b in pairwise(keys) if a[0] == b[0])
    assert starts[1] == 1 + sum(kind == 0 for kind in kinds)
