"""Pages say who claims what, how firmly and where; read here with an HTML parser."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import unquote_plus

import pytest
from tests.web.conftest import Get

from kg.sparql.names import names_of
from kg.store.embedded import EmbeddedStore
from kg.web import create_app

TAGS = re.compile(r"<[^>]+>")


def words(html: str) -> str:
    """What a page says, without its markup, in single spaces."""
    return " ".join(unescape(TAGS.sub(" ", html)).split())


def section(html: str, heading: str) -> str:
    """The part of a page under the heading with this id, up to the next section."""
    return words(html.partition(f'<h2 id="{heading}"')[2].partition("<h2")[0])


def order(text: str, *parts: str) -> bool:
    places = [text.index(part) for part in parts]
    return places == sorted(places)


def test_a_name_is_in_its_language_with_its_source_or_state(get: Get) -> None:
    html = get("/doc/state/arvonia").text
    assert '<span lang="hy" dir="ltr">Արվոնիա</span>' in html
    assert "Armenian, from Atlas of Nowhere 1" in words(html)
    assert "Russian, needs review" in words(html)
    assert words(html).count("Арвония") == 1


def test_an_entity_shows_the_types_that_were_given_and_not_their_superclasses(get: Get) -> None:
    kind = get("/doc/state/arvonia").text.partition('<p class="kind">')[2].partition("</p>")[0]
    assert words(kind) == "state"


def test_what_is_uncontested_comes_with_the_number_of_its_sources(get: Get) -> None:
    uncontested = section(get("/doc/event/oster-skirmish").text, "uncontested")
    assert "skirmish at Oster happened at Oster 2 sources" in uncontested
    assert "was started by" not in uncontested


def test_what_is_uncontested_is_shown_on_the_page_of_its_object_too(get: Get) -> None:
    assert "skirmish at Oster happened at Oster" in section(
        get("/doc/place/oster").text, "uncontested"
    )


def test_what_is_disputed_stands_side_by_side_once_with_its_claimants(get: Get) -> None:
    disputed = section(get("/doc/event/oster-skirmish").text, "disputed")
    assert disputed.count("Arvonia says that Belmark began it") == 1
    assert disputed.count("Belmark says that Arvonia began it") == 1
    assert "claimed by Arvonia" in disputed
    assert "claimed by Belmark" in disputed
    assert "may contradict each other (computed, not yet confirmed)" in disputed


def test_a_dispute_shows_the_disputed_claim_first(get: Get) -> None:
    disputed = section(get("/doc/place/oster").text, "disputed")
    assert order(disputed, "To the villagers Arvonia is ineffective", "Arvonia denies being")
    assert "the second disputes the first" in disputed


def test_both_sides_of_a_dispute_are_whole_where_only_one_is_about_the_thing(get: Get) -> None:
    disputed = section(get("/doc/state/belmark").text, "disputed")
    assert "Belmark says that Arvonia began it claimed by Belmark fact, certain" in disputed


def test_a_claim_shows_what_disputes_it(get: Get) -> None:
    against = section(get("/doc/claim/lantern-10-2").text, "against")
    assert "Arvonia denies being ineffective claimed by Arvonia judgement" in against


def test_what_is_consensus_is_not_repeated_as_recorded(get: Get) -> None:
    assert "happened at" not in section(get("/doc/event/oster-skirmish").text, "recorded")
    assert "latitude 12.5" in section(get("/doc/place/oster").text, "recorded")


def test_claims_are_listed_in_the_order_of_their_sentences(get: Get) -> None:
    about = section(get("/doc/place/oster").text, "about")
    assert order(about, "There was a skirmish at Oster", "Tolan says how")


def test_a_thing_is_called_by_its_english_name(get: Get) -> None:
    assert "<h1>Oster</h1>" in get("/doc/place/oster").text


def test_a_claim_in_a_list_has_claimant_mode_certainty_polarity_standing_and_place(
    get: Get,
) -> None:
    html = get("/doc/event/oster-skirmish").text
    row = next(r for r in html.split("<tr>") if "Belmark says that Arvonia began it" in r)
    told = words(row)
    assert "contested" in told
    assert "Belmark fact, certain, positive Lantern, sentence 2 (read online)" in told


def test_denials_and_hedges_are_marked_by_a_word(get: Get) -> None:
    def marks(slug: str) -> str:
        html = get(f"/doc/claim/{slug}").text
        return words(html.partition('<p class="marks">')[2].partition("</p>")[0])

    assert marks("herald-1-2") == "denies it contested"
    assert marks("lantern-10-1") == "hedged: probable"
    assert marks("lantern-10-2") == "contested"


def test_a_nested_claim_shows_its_holders_from_the_outermost_to_the_innermost(get: Get) -> None:
    who = section(get("/doc/claim/lantern-10-2").text, "who")
    assert order(who, "Mira Tolan claims that", "villagers of Oster claims this")
    about = section(get("/doc/place/oster").text, "about")
    assert "Mira Tolan says that villagers of Oster" in about


def test_an_outer_claim_shows_the_claims_inside_it(get: Get) -> None:
    who = section(get("/doc/claim/lantern-10-1").text, "who")
    assert order(who, "Mira Tolan claims this", "villagers of Oster is said to claim")
    assert "Tolan's interview with the Lantern" in who


def test_a_content_is_taken_apart_to_the_innermost_situation(get: Get) -> None:
    content = section(get("/doc/claim/lantern-10-1").text, "content")
    assert order(content, "evaluate", "theme Arvonia", "respect Arvonia guards Oster (situation)")
    assert "agent Arvonia place Oster" in content


def test_a_claim_shows_who_else_claims_the_same_content(get: Get) -> None:
    assert "The Herald" in section(get("/doc/claim/lantern-2-1").text, "same")


@pytest.mark.parametrize(
    ("thing", "part", "variable"),
    [
        ("claim/lantern-10-2", "against", "other"),
        ("claim/lantern-2-1", "same", "claim"),
        ("state/arvonia", "disputed", "other"),
        ("proposition/aaaaaaaaaa02", "disputed", "other"),
        ("situation/arvonia-ineffective", "disputed", "other"),
    ],
)
def test_what_a_page_lists_of_claims_is_there_as_a_query(
    get: Get, store: EmbeddedStore, thing: str, part: str, variable: str
) -> None:
    html = get(f"/doc/{thing}").text.partition(f'<h2 id="{part}"')[2].partition("<h2")[0]
    link = re.search(r'<a class="as-query" href="[^"]*?query=([^"&]+)"', html)
    assert link is not None
    found = b"".join(store.query(unquote_plus(link[1]), accept="application/sparql-results+json"))
    iris = [row[variable]["value"] for row in json.loads(found)["results"]["bindings"]]
    assert len(iris) > 0
    for iri in iris:
        assert f'href="/doc/claim/{iri.rpartition("/")[2]}"' in html


def test_a_passage_of_a_document_that_is_online_leads_to_its_words(get: Get) -> None:
    html = get("/doc/claim/lantern-2-2").text
    assert 'href="https://lantern.example/shots#:~:text=Each%20side,the%20other"' in html
    short = get("/doc/claim/lantern-10-1").text
    assert 'href="https://lantern.example/shots"' in short


def test_a_passage_of_a_document_that_is_not_online_leads_to_our_sentence_page(get: Get) -> None:
    html = get("/doc/claim/herald-1-1").text
    assert 'href="/doc/sentence/herald-1"' in html
    assert "Herald, sentence 1 (not online)" in words(html)


def test_a_document_is_shown_sentence_by_sentence_without_its_words(get: Get) -> None:
    html = get("/doc/document/lantern").text
    rows = re.findall(r'<tr id="s(\d+)">(.*?)</tr>', html, re.DOTALL)
    assert [number for number, _ in rows] == ["1", "2", "10"]
    told = [words(row) for _, row in rows]
    assert told[0] == "1 heading 0–14 clause 0–14 has no claim: repeats"
    assert "body 15–120" in told[1]
    assert order(
        told[1], "There was a skirmish", "Arvonia : Arvonia says", "Belmark : Belmark says"
    )
    assert "Each side" not in html


def test_a_sentence_has_its_claims_clauses_and_neighbours(get: Get) -> None:
    html = get("/doc/sentence/lantern-2").text
    assert "Sentence 2 of The Lantern: Shots at Oster , body , characters 15–120" in words(html)
    assert section(html, "claims").count("began it") == 2
    assert "15–120 Arvonia , Belmark" in section(html, "clauses")
    assert 'href="/doc/sentence/lantern-1" rel="prev"' in html
    assert 'href="/doc/sentence/lantern-10" rel="next"' in html
    assert "not online" in words(get("/doc/sentence/herald-1").text)


def test_a_statement_shows_its_speaker_channel_and_claims(get: Get) -> None:
    told = words(get("/doc/statement/tolan-lantern").text)
    assert "Mira Tolan" in told
    assert "telephone" in told
    assert "Tolan says how the villagers see Arvonia" in told


def test_a_situation_shows_who_asserts_and_who_denies_it(get: Get) -> None:
    html = get("/doc/situation/arvonia-ineffective").text
    assert "contested" in words(html)
    claims = section(html, "claims")
    assert "Arvonia denies being ineffective denies it" in claims
    assert "To the villagers Arvonia is ineffective" in claims
    assert '<h2 id="uses"' not in html


def test_a_situation_inside_another_shows_where_it_is_used(get: Get) -> None:
    uses = section(get("/doc/situation/guard-oster").text, "uses")
    assert "respect Arvonia is ineffective in guarding Oster" in uses


def test_a_membership_shows_post_and_period(get: Get) -> None:
    html = get("/doc/membership/bbbbbbbbbb01").text
    assert 'href="/doc/time/2010/2013"' in html
    assert "post envoy to the league" in words(html)


def test_a_page_holds_schema_org_that_can_be_parsed(get: Get) -> None:
    found = re.search(
        r'<script type="application/ld\+json">(.*?)</script>', get("/doc/state/belmark").text
    )
    assert found
    told = json.loads(found[1])
    assert (told["@type"], told["name"]) == ("Country", "Belmark")
    assert told["sameAs"] == ["https://elsewhere.example/belmark"]


def test_a_hostile_label_stays_text(get: Get) -> None:
    for path in ("/doc/place/hostile", "/search?q=script", "/query?query=SELECT+*+{+?s+?p+?o+}"):
        html = get(path).text
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in get("/doc/place/hostile").text


def test_a_hostile_address_is_no_link(get: Get) -> None:
    html = get("/doc/place/hostile").text
    assert "javascript:alert(2)" in html
    assert 'href="javascript:' not in html


def test_what_is_searched_for_stays_text(get: Get) -> None:
    assert "<b>" not in get("/search?q=<b>bold").text
    assert "<b>" not in get("/query?query=<b>").text
    assert "<b>" not in get("/doc/<b>/x").text


@pytest.mark.parametrize(
    ("needle", "label"),
    [
        ("OSTER", "Oster"),
        ("öster", "Oster"),
        ("Арвон", "Arvonia"),
        ("tolan m", "Mira Tolan"),
        ("Արվ", "Arvonia"),
    ],
)
def test_search_finds_names_in_any_script_case_and_accent(
    get: Get, needle: str, label: str
) -> None:
    html = get(f"/search?q={needle}").text
    first = html.partition('<ul class="plain hits">')[2].partition("</li>")[0]
    assert f">{label}</a>" in first.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize("needle", ["arvonia", "oster", "mír"])
def test_search_finds_all_that_the_command_line_finds(store: EmbeddedStore, needle: str) -> None:
    html = create_app(store).test_client().get(f"/search?q={needle}").text
    hits = re.findall(
        r'<(?:a|span)[^>]* title="([^"]+)"', html.partition('<ul class="plain hits">')[2]
    )
    assert hits
    assert set(hits) >= {hit.thing.iri for hit in names_of(store).search(needle)}


def test_search_puts_things_before_claims_about_them(get: Get) -> None:
    told = words(get("/search?q=oster").text)
    assert order(told, "place Oster", "claim There was a skirmish at Oster")


def test_search_puts_what_begins_with_the_words_before_what_contains_them(get: Get) -> None:
    told = words(get("/search?q=arvonia").text)
    assert order(told, "state Arvonia", "claim Arvonia denies", "claim Belmark says that Arvonia")


def test_search_without_result_says_so(get: Get) -> None:
    assert "Nothing has “zzz” in its names or descriptions" in words(get("/search?q=zzz").text)


def test_the_home_page_counts_what_is_there(get: Get) -> None:
    html = get("/").text
    counts = dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", html))
    assert counts == {
        "documents": "2",
        "claims": "8",
        "statements": "1",
        "entities": "4",
        "uncontested triples": "1",
        "contradictions": "0",
    }
    assert "1 pair of claims is a candidate" in words(html)


def test_health_names_the_generation(get: Get) -> None:
    assert get("/healthz").json == {"status": "ok", "generation": 1}
