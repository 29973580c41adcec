"""A plain table of figures, and the words of the commands."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from tests.importers.tables import numbered, store_of, table, together_with

from kg.cli import main
from kg.namespaces import PREFIXES
from kg.validation.dataset import check_dataset

COLUMNS = (
    "key", "subject", "name", "population", "low", "best", "high", "qualifier", "period", "scope",
    "certainty", "locator",
)  # fmt: skip
FIGURE = {
    "key": "pass-2031",
    "subject": "conflict:nagorno-karabakh-conflict",
    "name": "the war of the pass",
    "population": "all-killed",
    "best": "1200",
}
SAID = (
    "--release", "freedonia-2", "--title", "Deaths of Freedonia 2", "--version", "2",
    "--licence", "https://example.org/licence", "--citation", "Marx, Rufus T. (2031).",
    "--method", "Counting by hand.",
)  # fmt: skip


def imported(folder: Path, *changes: dict[str, str]) -> Result:
    path = folder / "figures.csv"
    path.write_text(table(COLUMNS, [FIGURE | change for change in changes]))
    return kg("figures", path, *SAID, "--to", folder / "import")


def kg(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["import", *map(str, arguments)])


def told(folder: Path) -> list[tuple[str, ...]]:
    query = """SELECT ?label ?gloss ?certainty WHERE {
      ?claim ckg:claimant dataset-release:freedonia-2 ; rdfs:label ?gloss ;
             ckg:certainty ?certainty ; ckg:content/rdf:object ?estimate .
      ?estimate rdfs:label ?label } ORDER BY ?label"""
    found = store_of(folder / "import").query(query, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(value.value.rpartition("certainty/")[2] for value in row) for row in found]


def test_a_figure_is_claimed_as_the_table_has_it(tmp_path: Path) -> None:
    blurred = {"key": "b", "best": "", "low": "5", "qualifier": "around", "certainty": "possible"}
    when = {"key": "c", "period": "2031/2032", "scope": "in the pass", "high": "1500"}
    result = imported(tmp_path, {}, blurred, when)
    assert (result.exit_code, result.stdout[:12]) == (0, "3 of 3 rows,"), result.stderr
    title, name = "Deaths of Freedonia 2 gives", "for the war of the pass"
    later = "1200 (up to 1500) all killed (in the pass, 2031/2032)"
    assert sorted(told(tmp_path), reverse=True) == [
        ("around 5 or more all killed", f"{title} around 5 or more all killed {name}", "possible"),
        ("1200 all killed", f"{title} 1200 all killed {name}", "certain"),
        (later, f"{title} {later} {name}", "certain"),
    ]


def test_figures_keep_every_shape_and_check(tmp_path: Path) -> None:
    imported(tmp_path, {}, {"key": "b", "period": "2031", "low": "1500"})
    report = check_dataset(together_with(tmp_path / "import"))
    assert report.conforms, [str(result) for result in report.results]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"key": "The Pass"}, "key is not of small letters and digits, with hyphens between"),
        ({"subject": "person:ada"}, "subject is no event, conflict or state"),
        ({"subject": "the pass"}, "subject is no event, conflict or state"),
        ({"name": ""}, "name is empty"),
        ({"population": "everybody"}, "population is no concept of the scheme"),
        ({"best": ""}, "low, best, high and qualifier are all empty"),
        ({"qualifier": "perhaps"}, "qualifier is no concept of the scheme"),
        ({"period": "last year"}, "period is no time in EDTF"),
        ({"certainty": "sure"}, "certainty is none of certain"),
    ],
    ids=lambda given: str(given)[:30],
)
def test_a_row_that_says_something_else_is_skipped_with_the_reason(
    tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    result = imported(tmp_path, {"key": "fine"}, change)
    assert result.exit_code == 0
    assert f"skipped: 1 x {reason}" in " ".join(result.stderr.split())
    assert len(told(tmp_path)) == 1


def test_the_command_tells_rows_triples_and_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(numbered(3))
    asked = ("ucdp", "ged", path, "--release", "31.1", "--citation", "Marx (2031).")
    result = kg(*asked, "--only", "id=900001,900003", "--to", tmp_path / "import")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("2 of 2 rows, ")
    assert result.stdout.rstrip().endswith(f"triples in {tmp_path / 'import'}")
    assert "Held here: rows whose id is 900001 or 900003." in (
        tmp_path / "import" / "release.ttl"
    ).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ged", "nowhere.csv", "--release", "23.1"), "nowhere.csv: there is no such file"),
        (("ged", "nowhere.csv", "--release", "new"), "'new' is no version of a release"),
        (("ged", "nowhere.csv", "--release", "99.1"), "how release 99.1 is to be cited"),
        (("ged", "nowhere.csv", "--release", "23.1", "--only", "id"), "write COLUMN=VALUE"),
    ],
)
def test_a_wrong_argument_is_told_and_imports_nothing(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    result = kg("ucdp", *arguments, "--to", tmp_path / "import")
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert not (tmp_path / "import").exists()
