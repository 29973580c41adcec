"""What the writer leaves of each published generation leads from one snapshot to the next."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.store.toy import RULES, curated, ex, imported, quad

from kg.errors import StoreError
from kg.store.candidate import Prepared
from kg.store.changes import NAME, Changes, leading, read, united
from kg.store.folder import Folder
from kg.store.interface import CommitMeta, Patch
from kg.store.live import MARK, Mark, mark_of
from kg.store.writer import Commit, Writer

UNION = (curated, imported)


def writer(home: Path) -> Writer:
    return Writer(Folder(home), RULES, UNION, tells_changes=True)


def commit(writer: Writer, *added: ox.Quad, removed: tuple[ox.Quad, ...] = ()) -> None:
    base = writer.generation
    meta = CommitMeta("somebody", "why", datetime(2040, 1, 1, tzinfo=UTC))
    prepared = Prepared(base, Patch(added, removed))
    writer.commit([Commit(prepared, meta, f"commit/{base}")])


def quads(home: Path, generation: int) -> tuple[Mark, set[ox.Quad]]:
    store = ox.Store.read_only(str(Folder(home).snapshot(generation)))
    return mark_of(store), {quad for quad in store if quad.graph_name != MARK}


def test_changes_make_one_snapshot_of_another_with_all_that_is_computed(tmp_path: Path) -> None:
    here = writer(tmp_path)
    commit(here, quad("a", "b"), quad("a", "b", imported), quad("c", "d"))
    first = here.publish()
    commit(here, quad("c", "d", imported), quad("e", "f"), removed=(quad("a", "b"),))
    commit(here, quad("a", "b"), removed=(quad("e", "f"), quad("a", "b", imported)))
    here.publish()
    commit(here, ox.Quad(ex("g"), ex("p"), ox.BlankNode("x"), curated))
    last = here.publish()
    here.close()
    (start, before), (end, after) = quads(tmp_path, first), quads(tmp_path, last)
    found = leading(Folder(tmp_path).artefacts / NAME, start, end)
    assert [change.after.generation for change in found] == [3, 4]
    patch = united(found).patch
    assert (before - set(patch.removed)) | set(patch.added) == after
    assert not set(patch.added) & set(patch.removed)


def test_what_changed_is_told_before_a_snapshot_and_after_it_goes_on(tmp_path: Path) -> None:
    here = writer(tmp_path)
    commit(here, quad("a", "b"))
    first = here.publish()
    commit(here, quad("c", "d"))
    here.flush()
    told = Folder(tmp_path).artefacts / NAME
    assert (told / "1-2").exists()
    assert not Folder(tmp_path).snapshot(2).exists()
    commit(here, quad("e", "f"), removed=(quad("c", "d"),))
    last = here.publish()
    here.close()
    (start, before), (end, after) = quads(tmp_path, first), quads(tmp_path, last)
    found = leading(told, start, end)
    assert [change.after.generation for change in found] == [2, 3]
    patch = united(found).patch
    assert (before - set(patch.removed)) | set(patch.added) == after


def test_what_was_changed_unseen_is_no_part_of_a_chain(tmp_path: Path) -> None:
    here = writer(tmp_path)
    commit(here, quad("a", "b"))
    first = here.publish()
    here.close()
    silent = Writer(Folder(tmp_path), RULES, UNION)
    commit(silent, quad("c", "d"))
    silent.publish()
    silent.close()
    again = writer(tmp_path)
    commit(again, quad("e", "f"))
    last = again.publish()
    again.close()
    with pytest.raises(StoreError, match="not known what followed generation 1"):
        leading(
            Folder(tmp_path).artefacts / NAME, quads(tmp_path, first)[0], quads(tmp_path, last)[0]
        )


def test_a_change_that_another_one_came_before_unseen_begins_anew(tmp_path: Path) -> None:
    changes = Changes(tmp_path, Mark(1, "1"))
    changes.add(Mark(1, "1"), Patch((quad("a", "b"),)), Mark(2, "2"))
    changes.add(Mark(3, "3"), Patch((quad("c", "d"),)), Mark(4, "4"))
    changes.write(Mark(4, "4"))
    [path] = tmp_path.iterdir()
    assert path.name == "3-4"
    assert read(path).patch == Patch((quad("c", "d"),))
    changes.add(Mark(4, "4"), Patch((quad("e", "f"),)), Mark(5, "5"))
    changes.write(Mark(6, "6"))
    assert [path.name for path in tmp_path.iterdir()] == ["3-4"]


def test_a_history_that_is_another_one_is_not_led_from(tmp_path: Path) -> None:
    changes = Changes(tmp_path, Mark(1, "1"))
    changes.add(Mark(1, "1"), Patch((quad("a", "b"),)), Mark(2, "2"))
    changes.write(Mark(2, "2"))
    assert len(leading(tmp_path, Mark(1, "1"), Mark(2, "2"))) == 1
    with pytest.raises(StoreError, match="does not follow on generation 1"):
        leading(tmp_path, Mark(1, "other"), Mark(2, "2"))
    with pytest.raises(StoreError, match="not known what followed generation 2"):
        leading(tmp_path, Mark(1, "1"), Mark(2, "other"))
