"""Natural Earth as data of ours: outlines, disputed areas, and where cities lie, each claimed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rdflib import Graph

from kg.geo import natural_earth as ne
from kg.geo.areas import areas
from kg.geo.claiming import Claiming, Row, drawn
from kg.geo.release import Release
from kg.namespaces import CKG, iri
from kg.rdf.turtle import canonical


def files(folder: Path, ours: ne.Linked) -> Mapping[str, str]:
    """Canonical Turtle by file name, out of the three files of a folder.

    Raises `InputError` for a file that is missing or no GeoJSON.
    """
    title = "Natural Earth 1:110m countries"
    states = Release("natural-earth-110m-countries", title, folder / ne.COUNTRIES)
    title = "Natural Earth 1:10m disputed areas"
    disputes = Release("natural-earth-10m-disputed-areas", title, folder / ne.AREAS)
    title = "Natural Earth 1:50m populated places"
    places = Release("natural-earth-50m-populated-places", title, folder / ne.PLACES)
    countries, listed = ne.features(states.path), ne.features(disputes.path)
    codes = ne.states_by_code(countries, ours)
    graphs: dict[str, Iterable[Graph]] = {
        "releases.ttl": (states.graph(), disputes.graph()),
        "states.ttl": outlines(states, countries, codes),
        "places.ttl": cities(places, ne.features(places.path), ours.places, codes),
        "disputed-areas.ttl": areas(disputes, listed, countries, codes),
    }
    return {name: canonical(_together(parts)) for name, parts in graphs.items()}


def outlines(
    release: Release, countries: Iterable[ne.Feature], states: Mapping[str, str]
) -> Iterator[Graph]:
    """The outlines of states that are ours."""
    for feature in countries:
        code = feature.columns["ADM0_A3"]
        if code in states:
            label = f"{feature.columns['NAME']}, as drawn by {release.title} (ADM0_A3 {code})"
            named = f"{release.slug}-{code.lower()}", label
            yield drawn(iri("state", states[code]), feature.geometry, release.iri, named)


def cities(
    release: Release,
    places: Iterable[ne.Feature],
    ours: Mapping[str, str],
    states: Mapping[str, str],
) -> Iterator[Graph]:
    """Points of places that are ours, and the state that each lies in as a claim."""
    for feature in places:
        columns = feature.columns
        wikidata, code = columns.get("WIKIDATAID", ""), columns["ADM0_A3"]
        if wikidata not in ours:
            continue
        place = iri("place", ours[wikidata])
        label = f"{columns['NAME']}, as placed by {release.title} ({wikidata})"
        named = f"{release.slug}-{wikidata.lower()}", label
        yield drawn(place, feature.geometry, release.iri, named)
        if code in states:
            slug = f"natural-earth-50m-{wikidata.lower()}-1"
            row = Row(slug, release.iri, f"wikidataid {wikidata}, ADM0_A3 {code}")
            yield Claiming(slug, release.iri, row).of_proposition(
                f"Natural Earth places {columns['NAME']} in {columns['ADM0NAME']}",
                (place, CKG.locatedIn, iri("state", states[code])),
                f"{columns['NAME']} – located in – {columns['ADM0NAME']}",
            )


def _together(graphs: Iterable[Graph]) -> Graph:
    whole = Graph()
    for graph in graphs:
        whole += graph
    return whole
