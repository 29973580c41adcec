"""What a year of a conflict, of a dyad and of a country claims, and what comes with kg of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.importers.tables import (
    ACD,
    COUNTRY_YEARS,
    DYADIC,
    OLDER_ACD,
    linked,
    shared,
    store_of,
    table,
)

from kg.errors import InputError
from kg.importers import releases
from kg.importers.country_years import CountryYears
from kg.importers.datasets import Dataset
from kg.importers.linked import Linked
from kg.importers.releases import Release, Series, holding_only
from kg.importers.running import FIGURES, RELEASE, Job, Only, Outcome, run
from kg.importers.ucdp_years import ConflictYears, DyadYears
from kg.namespaces import PREFIXES
from kg.resources import data_dir

CONFLICT = {
    "conflict_id": "990001",
    "location": "Freedonia",
    "incompatibility": "1",
    "territory_name": "Sylvania Pass",
    "year": "2031",
    "intensity_level": "1",
    "start_date": "2031-02-03",
    "start_prec": "1",
    "version": "25.1",
}
DYAD = CONFLICT | {"dyad_id": "991001", "side_a": "Government of Freedonia", "side_b": "Passmen"}
SUM = {
    "gwcode": "371.0",
    "country_name": "Armenia",
    "year": "2031.0",
    "low": "3.0",
    "high": "2.0",
    "best": "3.0",
    "source": "UCDP GED 23.1",
}
CLAIMED = """
SELECT ?subject ?predicate ?value ?gloss WHERE {
  ?claim ckg:content ?content ; rdfs:label ?gloss .
  ?content rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?value .
} ORDER BY ?subject ?predicate
"""
NAMES = ("subject", "predicate", "value", "gloss")
Make = Callable[[Release, Linked], Dataset]


def read(path: Path, folder: Path, series: Series, make: Make, only: Only | None = None) -> Outcome:
    version = "23.1" if make is CountryYears else "25.1"
    release = holding_only(series.release(version), only or {})
    dataset = make(release, linked())
    return run(Job(path, release, dataset, only or {}, turtle=True), folder)


def imported(folder: Path, rows: Iterable[dict[str, str]], series: Series, make: Make) -> Outcome:
    rows = list(rows)
    path = folder / "rows.csv"
    path.write_text(table(rows[0], rows))
    return read(path, folder / "import", series, make)


def acd(folder: Path, *changes: dict[str, str]) -> tuple[list[tuple[str, str, str, str]], Outcome]:
    outcome = imported(folder, [CONFLICT | c for c in changes], releases.ACD, ConflictYears)
    return claimed(store_of(folder / "import")), outcome


def claimed(store: ox.Store) -> list[tuple[str, str, str, str]]:
    found = store.query(CLAIMED, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    rows = [[solution[name].value for name in NAMES] for solution in found]
    return [(_short(s), _short(p), value, gloss) for s, p, value, gloss in rows]


def _short(iri: str) -> str:
    return iri.rpartition("/id/")[2].rpartition("ns#")[2]


def test_a_year_of_a_conflict_is_an_estimate_with_the_bounds_of_its_level(tmp_path: Path) -> None:
    rows, _ = acd(tmp_path, {}, {"year": "2032", "intensity_level": "2"})
    title = "UCDP/PRIO Armed Conflict Dataset 25.1"
    called = "Freedonia: Sylvania Pass, UCDP conflict 990001"
    assert {gloss for _, predicate, _, gloss in rows if predicate == "casualties"} == {
        f"{title} has 25 to 999 battle-related deaths in {called}, in 2031",
        f"{title} has 1000 or more battle-related deaths in {called}, in 2032",
    }
    bounds = """SELECT ?year ?low ?high WHERE {
      ?e ckg:low ?low ; ckg:period/ckg:edtf ?year . OPTIONAL { ?e ckg:high ?high }
      FILTER NOT EXISTS { ?e ckg:best ?best } } ORDER BY ?year"""
    found = store_of(tmp_path / "import").query(bounds, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    assert [tuple(v and v.value for v in s) for s in found] == [
        ("2031", "25", "999"),
        ("2032", "1000", None),
    ]


def test_the_start_of_a_conflict_is_claimed_once_where_it_is_exact_to_the_day(
    tmp_path: Path,
) -> None:
    other = {"conflict_id": "990002", "start_prec": "2"}
    rows, outcome = acd(tmp_path, {}, {"year": "2032"}, other)
    started = [(subject, value) for subject, p, value, _ in rows if p == "startedOn"]
    assert started == [("conflict/ucdp-990001", f"{PREFIXES['time']}2031-02-03")]
    assert [reason.words for reason in outcome.report.reasons] == [
        "start_date is not exact to the day and is not taken"
    ]


def test_a_near_link_takes_figures_and_not_the_start(tmp_path: Path) -> None:
    """388 is nearly, and not quite, the conflict of ours."""
    rows, _ = acd(tmp_path, {"conflict_id": "388"})
    assert {(subject, predicate) for subject, predicate, *_ in rows} == {
        ("conflict/nagorno-karabakh-conflict", "casualties")
    }


def test_a_dyad_is_part_of_its_conflict(tmp_path: Path) -> None:
    imported(tmp_path, [DYAD], releases.DYADIC, DyadYears)
    rows = claimed(store_of(tmp_path / "import"))
    assert [(s, p) for s, p, *_ in rows] == [
        ("conflict/ucdp-dyad-991001", "casualties"),
        ("conflict/ucdp-dyad-991001", "partOf"),
        ("conflict/ucdp-dyad-991001", "startedOn"),
    ]


def test_rows_of_another_version_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a row is of version 26\.1.*is it --release 26\.1"):
        acd(tmp_path, {"version": "26.1"})


def test_an_unknown_level_is_skipped(tmp_path: Path) -> None:
    _, outcome = acd(tmp_path, {}, {"year": "2033", "intensity_level": "3"})
    assert [(r.what, r.words, r.value) for r in outcome.report.reasons] == [
        ("skipped", "intensity_level is neither 1 nor 2", "3")
    ]


def test_a_sum_is_about_a_state_and_its_numbers_stay_as_they_are(tmp_path: Path) -> None:
    stranger = SUM | {"gwcode": "99001", "country_name": "Freedonia"}
    outcome = imported(tmp_path, [SUM, stranger], releases.COUNTRY_YEARS, CountryYears)
    rows = claimed(store_of(tmp_path / "import"))
    assert [(subject, gloss) for subject, _, _, gloss in rows] == [
        (
            "state/armenia",
            "A third party's sum of UCDP GED 23.1 gives 3 state-based deaths in Armenia in 2031"
            " (3 to 2)",
        )
    ]
    assert [(r.what, r.words, r.value) for r in outcome.report.reasons] == [
        ("skipped", "no state of ours is linked to the gwcode", "99001 (Freedonia)"),
        ("warning", "low, best and high are not in this order", "3, 3, 2"),
    ]


YEARS = ("1991", "1992", "1993", "1994", "2020", "2022")
COUNTRIES: Only = {"gwcode": ("371", "373"), "year": YEARS}
CONFLICTS: Only = {"conflict_id": ("376", "388", "396")}


@pytest.mark.parametrize(
    ("path", "series", "make", "only"),
    [
        (ACD, releases.ACD, ConflictYears, CONFLICTS),
        (DYADIC, releases.DYADIC, DyadYears, CONFLICTS),
        (COUNTRY_YEARS, releases.COUNTRY_YEARS, CountryYears, COUNTRIES),
    ],
    ids=["acd", "dyadic", "country-years"],
)
def test_what_comes_with_kg_is_what_the_import_makes(
    tmp_path: Path, path: Path, series: Series, make: Make, only: Only
) -> None:
    outcome = read(shared(path), tmp_path, series, make, only)
    slug = series.release("23.1" if make is CountryYears else "25.1").slug
    for name in (FIGURES, RELEASE):
        assert (tmp_path / name).read_text() == (data_dir() / "imported" / slug / name).read_text()
    assert outcome.report.skipped == 0


def test_an_older_release_is_another_claimant(tmp_path: Path) -> None:
    release = releases.ACD.release("22.1", citation="Its citation could not be looked up.")
    outcome = run(Job(shared(OLDER_ACD), release, ConflictYears(release, linked()), {}), tmp_path)
    assert (outcome.rows, outcome.report.skipped) == (2568, 0)
    asked = "SELECT DISTINCT ?claimant WHERE { ?claim ckg:claimant ?claimant }"
    found = store_of(tmp_path).query(asked, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    assert [s["claimant"].value for s in found] == [release.iri]


def test_a_release_without_a_known_citation_needs_one() -> None:
    with pytest.raises(InputError, match=r"how release 19\.1 is to be cited.*--citation"):
        releases.ACD.release("19.1")


@pytest.mark.parametrize(
    "changes",
    [
        {"slug": "UCDP GED"},
        {"licence": ""},
        {"licence": "CC BY"},
        {"url": "javascript:alert(1)"},
        {"citation": " "},
        {"title": "a\u202eb"},
    ],
    ids=str,
)
def test_a_release_says_what_can_be_said(changes: dict[str, str]) -> None:
    fine = dict.fromkeys(("title", "version", "citation", "method"), "words")
    good = fine | {"slug": "freedonia-2", "licence": "https://example.org/licence"}
    Release(**good)
    with pytest.raises(InputError):
        Release(**(good | changes))
