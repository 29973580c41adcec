from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import TurtleError
from kg.rdf.turtle import canonical_file

BLANK = "<http://a/s> <http://a/p> [] .\n"


def test_blank_nodes_are_allowed_outside_the_data_folder_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "data" / "x.ttl"
    path.parent.mkdir()
    path.write_text(BLANK, encoding="utf-8")
    assert canonical_file(path) == BLANK
    monkeypatch.setattr("kg.rdf.turtle.data_dir", lambda: path.parent)
    with pytest.raises(TurtleError, match="no blank nodes"):
        canonical_file(path)


def test_an_error_of_the_writer_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("[] <http://a/p> 1 .", encoding="utf-8")
    with pytest.raises(TurtleError) as caught:
        canonical_file(path)
    assert caught.value.source == str(path)
