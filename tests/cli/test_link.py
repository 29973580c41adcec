"""`kg link`."""

from __future__ import annotations

from click.testing import CliRunner

from kg.cli import main
from kg.links.sssom import wanted
from kg.resources import data_dir


def lines(*arguments: str) -> list[str]:
    result = CliRunner().invoke(main, ["link", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_links_are_listed_a_line_each() -> None:
    row = "state:armenia\tskos:exactMatch\thttp://www.wikidata.org/entity/Q399\t0.95"
    assert row in lines("list")


def test_those_to_be_looked_at_again_are_the_less_certain_ones() -> None:
    review = lines("list", "--review")
    assert any(line.startswith("organisation:newsweek\t") for line in review)
    assert set(review) < set(lines("list"))
    assert all(float(line.rpartition("\t")[2]) < 0.75 for line in review)


def test_what_is_wanted_is_listed() -> None:
    assert len(lines("list", "--wanted")) == len(wanted(data_dir() / "links"))


def test_turtle_that_is_up_to_date_is_not_written_again() -> None:
    assert lines("build") == []
