"""Figures and times as charts: each row of the table has its bar, and says all that it shows."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from tests.web.conftest import BROWSER, commit
from tests.web.test_maps import quads
from tests.web.test_pages import section, words

from kg.namespaces import CONSENSUS, CURATED, DERIVED
from kg.store.embedded import EmbeddedStore
from kg.web import create_app, scale


def told(claim: str, holder: str, subject: str, predicate: str, object_: str, how: str) -> str:
    """A claim and its proposition, which is named by what it says."""
    content = "proposition:" + f"{subject}-{object_}".replace(":", "-")
    return f"""
      {content} rdf:subject {subject} ; rdf:predicate {predicate} ; rdf:object {object_} .
      claim:{claim} a ckg:Claim ; ckg:claimant {holder} ; ckg:content {content} ;
        ckg:mode mode:fact ; ckg:polarity polarity:positive ; ckg:certainty certainty:{how} .
    """


WAR, FORD, HILLS = "conflict:river-war", "event:ford", "conflict:hill-war"
HERALD, RIVERLAND = "document:herald", "state:riverland"
KILLED, WHEN = "ckg:casualties", "ckg:happenedOn"
CLAIMS = "".join(
    told(*each)
    for each in (
        ("herald-1-1", HERALD, WAR, KILLED, "estimate:one", "certain"),
        ("herald-1-2", RIVERLAND, WAR, KILLED, "estimate:two", "possible"),
        ("herald-1-3", HERALD, FORD, KILLED, "estimate:three", "certain"),
        ("herald-1-4", HERALD, HILLS, KILLED, "estimate:four", "certain"),
        ("herald-2-1", HERALD, WAR, WHEN, "time:2031", "certain"),
        ("herald-2-2", HERALD, FORD, WHEN, "time:2031-05-04", "certain"),
        ("herald-2-3", RIVERLAND, FORD, WHEN, "time:2031-05-04", "certain"),
        ("herald-2-4", HERALD, FORD, WHEN, "time:herald-1-monday", "certain"),
    )
)
DATA = f"""
GRAPH <{CURATED}> {{
  {WAR} a ckg:Conflict ; rdfs:label "the River War"@en .
  {FORD} a ckg:Event ; rdfs:label "the fight at the ford"@en .
  {HILLS} a ckg:Conflict ; rdfs:label "the Hill War"@en .
  {HERALD} rdfs:label "The Herald"@en .
  {RIVERLAND} rdfs:label "Riverland"@en .
  population:all-killed skos:prefLabel "all killed"@en .
  qualifier:countless skos:prefLabel "countless"@en .
  certainty:possible skos:prefLabel "possible"@en .
  {WHEN} rdfs:label "happened on"@en .
  estimate:one ckg:population population:all-killed ; ckg:low 20 ; ckg:best 30 ; ckg:high 90 .
  estimate:two ckg:population population:all-killed ; ckg:low 154 ; ckg:best 154 ; ckg:high 153 .
  estimate:three ckg:population population:all-killed ; ckg:low 1000 .
  estimate:four ckg:population population:all-killed ; ckg:qualifier qualifier:countless .
  time:2031 a ckg:Time ; rdfs:label "2031"@en ;
    ckg:earliest "2031-01-01"^^xsd:date ; ckg:latest "2031-12-31"^^xsd:date .
  time:2031-05-04 a ckg:Time ; rdfs:label "2031-05-04"@en ;
    ckg:earliest "2031-05-04"^^xsd:date ; ckg:latest "2031-05-04"^^xsd:date .
  time:herald-1-monday a ckg:Time ; rdfs:label "on Monday"@en .
  {CLAIMS}
}}
GRAPH <{DERIVED}> {{ claim:herald-1-2 ckg:nestedIn claim:herald-1-1 }}
GRAPH <{CONSENSUS}> {{ {FORD} ckg:partOf {WAR} }}
"""


@pytest.fixture(scope="module")
def charted(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    store = EmbeddedStore(tmp_path_factory.mktemp("charted"))
    commit(store, *quads(DATA))
    return create_app(store).test_client()


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path, headers={"Accept": BROWSER})
    assert response.status_code == 200
    return response.text


def row(html: str, holding: str) -> str:
    return next(part for part in html.split("<tr>") if holding in words(part))


def test_figures_stand_side_by_side_by_claimant_with_those_of_parts(charted: FlaskClient) -> None:
    shown = section(page(charted, "/doc/conflict/river-war"), "figures")
    assert "The Herald the River War – 20–90, best 30" in shown
    assert "The Herald the fight at the ford – 1,000 or more" in shown
    assert "none is added to another" in shown


def test_a_figure_of_somebody_in_the_words_of_another_says_both_and_is_hedged(
    charted: FlaskClient,
) -> None:
    shown = section(page(charted, "/doc/conflict/river-war"), "figures")
    assert "The Herald says that Riverland the River War" in shown
    assert "hedged: possible" in shown


def test_numbers_that_are_out_of_order_are_shown_as_the_source_has_them(
    charted: FlaskClient,
) -> None:
    found = row(page(charted, "/doc/conflict/river-war"), "lowest 154, best 154, highest 153")
    assert "out of order" in words(found)
    assert 'class="range odd"' in found


def test_a_bar_lies_where_its_numbers_do_and_an_open_one_ends_with_the_axis(
    charted: FlaskClient,
) -> None:
    html = page(charted, "/doc/conflict/river-war")
    bar = re.search(
        r'<rect class="range" x="([\d.]+)%" width="([\d.]+)%"', row(html, "20–90, best 30")
    )
    assert bar
    highest = int(re.findall(r"bars run from 0 to ([\d,]+);", html)[0].replace(",", ""))
    assert highest > 1000
    assert float(bar[1]) == pytest.approx(100 * 20 / highest, abs=0.01)
    assert float(bar[2]) == pytest.approx(100 * 70 / highest, abs=0.02)
    assert '<line class="open"' in row(html, "1,000 or more")


def test_a_figure_without_a_number_has_no_bar_and_is_not_nought(charted: FlaskClient) -> None:
    html = page(charted, "/doc/conflict/hill-war")
    assert "The Herald – countless" in section(html, "figures")
    assert '<svg class="bar"' not in html


def test_a_timeline_has_each_time_once_with_all_who_say_so(charted: FlaskClient) -> None:
    shown = section(page(charted, "/doc/conflict/river-war"), "timeline")
    day = "the fight at the ford happened on 2031-05-04 Riverland claim"
    assert "the River War happened on 2031 The Herald claim" in shown
    assert day in shown.replace("The Herald claim ; ", "")
    assert shown.count("happened on 2031-05-04") == 1
    assert "the fight at the ford happened on Monday The Herald claim" in shown


def test_a_day_is_certain_and_a_year_of_an_event_is_only_possible(charted: FlaskClient) -> None:
    html = page(charted, "/doc/conflict/river-war")
    assert 'class="sure"' in row(html, "happened on 2031-05-04")
    assert 'class="sure"' not in row(html, "happened on 2031 ")
    assert 'class="range"' in row(html, "happened on 2031 ")


def test_a_time_without_bounds_has_no_bar_and_stands_last(charted: FlaskClient) -> None:
    html = page(charted, "/doc/conflict/river-war")
    shown = section(html, "timeline")
    assert shown.index("on Monday") > shown.index("2031-05-04")
    assert "no day can be told" in words(row(html, "on Monday"))


@pytest.mark.parametrize("name", ["figures", "timeline"])
def test_the_query_of_a_chart_finds_what_the_chart_shows(charted: FlaskClient, name: str) -> None:
    part = page(charted, "/doc/conflict/river-war").partition(f'<h2 id="{name}"')[2]
    link = re.search(r'<a class="as-query" href="([^"]+)"', part)
    assert link
    answer = charted.get(link[1].replace("/query?", "/sparql?"), headers={"Accept": "text/csv"})
    found = answer.text.splitlines()[1:]
    assert len(found) == {"figures": 3, "timeline": 4}[name]


@pytest.mark.parametrize("highest", [0, 1, 3, 7, 10, 49, 999, 1000, 30_000, 98_765_432])
def test_an_axis_of_numbers_has_few_ticks_and_room_for_all(highest: int) -> None:
    axis = scale.of_numbers([0, highest])
    assert axis.last >= highest
    assert 2 <= len(axis.ticks) <= scale.MOST_TICKS
    assert 0 <= axis.at(highest) <= 100
    assert scale.of_numbers([highest], beyond=highest).last > highest


@pytest.mark.parametrize("last", [date(2031, 1, 1), date(2033, 7, 9), date(9999, 12, 31)])
def test_an_axis_of_days_has_few_ticks_and_room_for_all(last: date) -> None:
    axis = scale.of_days([date(2031, 1, 1), last])
    assert len(axis.ticks) <= scale.MOST_TICKS + 1
    assert 0 <= axis.at(date(2031, 1, 1).toordinal()) <= axis.at(last.toordinal()) <= 100
    assert all(0 <= tick.at <= 100 for tick in axis.ticks)


def test_an_axis_of_no_days_is_an_error() -> None:
    with pytest.raises(ValueError, match="no days"):
        scale.of_days([])
