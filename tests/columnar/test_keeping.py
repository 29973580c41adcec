"""Copies in a folder follow what was committed, and one that is damaged is never used."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.columnar.test_copy import triples
from tests.columnar.worlds import GRAPHS, committed, filled, texts_of

from kg.columnar.answer import Answer
from kg.columnar.beside import Beside
from kg.columnar.delta import opened
from kg.columnar.handing_over import Budget, HandedOver
from kg.columnar.keeping import Place, compact, follow, keep, set_aside
from kg.store.changes import write
from kg.store.interface import WHOLE
from kg.store.live import mark_of
from kg.store.view import View


@dataclass
class Home:
    """A store that is written and its copies; `view` is its newest generation."""

    store: ox.Store
    place: Place
    choose: random.Random

    @property
    def view(self) -> View:
        return View(mark_of(self.store).generation, self.store, GRAPHS[:2])

    def commit(self) -> None:
        write(self.place.changes, committed(self.store, self.choose))

    def follow(self) -> int | None:
        return follow(self.place, mark_of(self.store))

    def is_right(self) -> bool:
        """Whether the copy of the newest generation has what the engine has."""
        copy = opened(self.place.copies / str(self.view.generation))
        graphs = self.view.graphs()
        quads = {texts_of(quad) for graph in graphs for quad in self.view.quads(graph)}
        return triples(copy, "named") == quads

    def names(self) -> list[str]:
        return sorted(path.name for path in self.place.copies.iterdir())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A store with a copy of generation 1, which two commits follow."""
    choose = random.Random(8)
    place = Place(tmp_path / "columns", tmp_path / "changes", 100_000)
    home = Home(filled(choose, 100), place, choose)
    home.commit()
    keep(home.view, place.copies)
    home.commit()
    home.commit()
    return home


def test_a_copy_follows_several_commits_at_once_and_one_by_one(home: Home) -> None:
    assert home.follow()
    assert home.is_right()
    home.commit()
    assert home.follow()
    home.commit()
    assert home.follow()
    assert home.is_right()
    assert home.names() == ["1", "4", "5"]


def test_a_copy_made_of_itself_is_followed_from_then_on(home: Home) -> None:
    home.follow()
    compact(home.place)
    assert home.follow() == 0
    assert home.is_right()
    home.commit()
    assert home.follow()
    assert home.is_right()
    assert home.names() == ["3", "4"]


def test_without_a_copy_or_a_change_there_is_nothing_to_follow_from(home: Home) -> None:
    (home.place.changes / "1-2").unlink()
    assert home.follow() is None
    keep(home.view, home.place.copies)
    assert home.follow() == 0
    assert home.names() == ["3"]


def test_a_copy_of_another_history_is_not_followed(home: Home) -> None:
    home.follow()
    other = filled(random.Random(9), 100)
    for _ in range(4):
        write(home.place.changes, committed(other, random.Random(9)))
    assert follow(home.place, mark_of(other)) is None


def flip(path: Path) -> None:
    """Change one bit of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) * 2 // 3] ^= 1
    path.write_bytes(data)


def test_a_copy_that_cannot_be_opened_is_not_followed_from(home: Home) -> None:
    home.follow()
    (home.place.copies / "1" / "heap.npy").write_bytes(b"")
    home.commit()
    assert home.follow() is None


def test_a_copy_in_the_place_of_a_damaged_one_is_asked(home: Home) -> None:
    home.follow()
    generation = home.view.generation
    whole = home.place.copies / str(generation)
    away = whole.with_name("away")
    beside = Beside(home.place.copies, Budget(), 30)

    def asked() -> Answer:
        return beside.answer(generation, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", WHOLE, {})

    shutil.copytree(whole, away)
    (whole / "about.json").write_bytes(b"{")
    for _ in range(2):
        with pytest.raises(HandedOver, match="damaged"):
            asked()
    whole.rename(whole.with_name("damaged"))
    with pytest.raises(HandedOver, match="no copy"):
        asked()
    away.rename(whole)
    assert asked().table.rows == 1


def test_no_copy_with_a_changed_bit_is_used_after_a_start(home: Home, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(home.place.copies, whole)
    names = sorted(path.name for path in (whole / "1").iterdir())
    assert len(names) == 15
    for name in names:
        flip(home.place.copies / "1" / name)
        set_aside(home.place.copies)
        assert home.names() == [".aside-1"]
        assert home.follow() is None, name
        assert home.names() == []
        shutil.copytree(whole, home.place.copies, dirs_exist_ok=True)
    set_aside(home.place.copies)
    assert home.follow()
    assert home.is_right()


def test_a_delta_with_a_changed_bit_is_made_again_from_its_base(home: Home) -> None:
    home.follow()
    names = ("about.json", "heap.npy", "places.npy", "named_so_gone.npy", "union_os_s.npy")
    for number, name in enumerate(names, start=3):
        flip(home.place.copies / str(number) / name)
        home.commit()
        assert home.follow(), name
        assert home.is_right(), name


def test_a_change_with_a_changed_bit_is_not_followed(home: Home) -> None:
    flip(home.place.changes / "1-2")
    assert home.follow() is None
