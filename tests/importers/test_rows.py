"""Tables and GeoJSON are read a row at a time, with the place of what is wrong in them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.importers.rows import table_of
from kg.importers.values import UnusableRow, day, numbers, text, truth, whole

Rows = list[tuple[int, dict[str, str], str]]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def made(content: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return made


def read(path: Path, encoding: str = "utf-8") -> Rows:
    with table_of(path, encoding) as table:
        return [(row.line, dict(row.values), row.broken) for row in table.rows]


@pytest.mark.parametrize(
    "content",
    [
        "id,Name\r\n1,Zoë\r\n",
        "id;name\n1;Zoë\n",
        "\ufeffid,name\n1,Zoë\n",
        'id,name\n\n1,"Zoë"',
    ],
    ids=["CRLF", "semicolons", "byte order mark", "empty line, no end"],
)
def test_a_table_is_read_however_it_is_written(write: Write, content: str) -> None:
    assert [values for _, values, _ in read(write(content))] == [{"id": "1", "name": "Zoë"}]


def test_a_row_knows_the_line_on_which_it_begins(write: Write) -> None:
    rows = read(write('id,name\n1,"two\nlines"\n2,one\n'))
    assert [line for line, _, _ in rows] == [2, 4]


def test_a_row_with_more_or_fewer_cells_says_so(write: Write) -> None:
    assert [broken for *_, broken in read(write("id,name\n1\n2,b\n3,c,d\n"))] == [
        "1 of 2",
        "",
        "3 of 2",
    ]


def test_another_encoding_is_refused_until_it_is_named(write: Write) -> None:
    path = write("id,name\n1,Zoë\n".encode("windows-1252"))
    with pytest.raises(InputError, match=r"is not utf-8.*0xeb.*--encoding windows-1252"):
        read(path)
    assert read(path, "windows-1252")[0][1]["name"] == "Zoë"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "does not name the columns"),
        ("id\n1\n", "does not name the columns"),
        ("id,id\n1,2\n", "does not name the columns"),
        ('id,name\n1,"a"b\n', r":2: is no table"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(
    write: Write, content: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read(write(content))


FEATURE = {
    "type": "Feature",
    "properties": {"id": 7, "Name": "Zoë", "none": None},
    "geometry": {"type": "Point", "coordinates": [20.5, -6.25]},
}


def test_features_are_rows_with_the_coordinates_of_their_point(write: Write) -> None:
    content = json.dumps({"type": "FeatureCollection", "features": [FEATURE, FEATURE]}, indent=1)
    rows = read(write(content, "events.geojson"))
    values = {"id": "7", "name": "Zoë", "none": "", "longitude": "20.5", "latitude": "-6.25"}
    assert [row for _, row, _ in rows] == [values, values]
    lines = content.splitlines()
    assert [lines[line - 1].strip() for line, *_ in rows] == ["{", "{"]


def test_many_features_are_read_across_the_blocks_of_a_file(write: Write) -> None:
    features = [{**FEATURE, "properties": {"id": n, "words": "ë" * 700}} for n in range(300)]
    rows = read(write(json.dumps({"features": features}), "events.json"))
    assert [values["id"] for _, values, _ in rows] == [str(n) for n in range(300)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"features": []}', "has no features"),
        ('{"type": "Point"}', "has no features"),
        ('{"features": [{"properties": {"id": 1}},\n{"prop', ":2: is no GeoJSON"),
        ('{"features": [{"id": 1}]}', ":1: a feature without properties"),
    ],
)
def test_what_is_no_collection_of_features_is_refused_with_its_place(
    write: Write, content: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        read(write(content, "events.geojson"))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read(tmp_path / "nowhere.csv")


def test_numbers_are_whole_however_a_table_writes_them() -> None:
    assert [whole({"n": written}, "n") for written in ("7", " 7.0", "-1")] == [7, 7, -1]
    for written in ("", "7.5", "seven", "1e3", "9" * 13):
        with pytest.raises(UnusableRow, match="n is no whole number"):
            whole({"n": written}, "n")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("2;200;900", [2, 200, 900]), ("651, 666", [651, 666]), ("", []), ("373.0", [373])],
)
def test_a_list_of_states_is_read_with_any_sign_between(written: str, meant: list[int]) -> None:
    assert numbers({"gwnoa": written}, "gwnoa") == meant


def test_active_year_means_the_same_in_every_release() -> None:
    assert {truth({"a": a}, "a") for a in ("1", "1.0", "true", "TRUE", "True")} == {True}
    assert {truth({"a": a}, "a") for a in ("0", "0.0", "false", "FALSE")} == {False}
    assert truth({"a": "perhaps"}, "a") is None


def test_a_day_is_read_without_its_time() -> None:
    written = ("2009-02-20", "2009-02-20T00:00:00", "2009-02-20 00:00:00.000")
    assert {day({"d": each}, "d").isoformat() for each in written} == {"2009-02-20"}


def test_characters_that_nobody_can_see_become_blanks() -> None:
    assert text({"t": " a\x00\u202eb\n c "}, "t") == "a b c"
