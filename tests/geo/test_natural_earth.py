"""What is taken over from Natural Earth: by codes and links, with both sides of a dispute."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from kg.errors import InputError
from kg.geo import imported, natural_earth
from kg.geo.__main__ import main
from kg.geo.natural_earth import AREAS, COUNTRIES, PLACES, Linked
from kg.namespaces import CKG, GEO, iri
from kg.rdf.turtle import parse_turtle, read_turtle
from kg.resources import data_dir, root

SOURCE = Path(os.environ.get("KG_SHARED", root().parent / "shared")) / "external" / "natural-earth"
MISSING = f"Natural Earth's files are not in {SOURCE}; KG_SHARED can name another folder"

OURS = Linked({("NRT", "901"): "northland", ("SOU", "902"): "southland"}, {"Q999000001": "town"})
SQUARE = [[[0, 0], [2, 0], [2, 2.00004], [0, 2], [0, 0]]]


def country(code: str, name: str, number: str) -> dict[str, object]:
    columns = {"ADM0_A3": code, "ADM0_A3_IS": code, "UN_A3": number, "NAME": name, "ADMIN": name}
    return row(columns | {"ISO_A3": "-99"}, {"type": "Polygon", "coordinates": SQUARE})


def area(code: str, note: str | None) -> dict[str, object]:
    columns = {"BRK_A3": code, "BRK_NAME": "Uplands", "ADM0_A3": "NRT", "ADMIN": "Northland"}
    columns |= {"featurecla": "Admin-0 claim area", "TYPE": "Disputed", "NOTE_BRK": note}
    return row(columns, {"type": "MultiPolygon", "coordinates": [SQUARE]})


def city(name: str, wikidata: str, code: str) -> dict[str, object]:
    columns = {"NAME": name, "wikidataid": wikidata, "ADM0_A3": code, "ADM0NAME": "Northland"}
    return row(columns, {"type": "Point", "coordinates": [1, 1.5]})


def row(columns: object, geometry: object) -> dict[str, object]:
    return {"type": "Feature", "properties": columns, "geometry": geometry}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = {
        COUNTRIES: [
            country("NRT", "Northland", "901"),
            country("SOU", "Southland", "902"),
            country("EAS", "Eastland", "903"),
            country("SOU2", "Southland's twin", "901"),
        ],
        PLACES: [city("Town", "Q999000001", "NRT"), city("Town", "Q999000002", "NRT")],
        AREAS: [
            area("B901", "Admin. by Northland; Claimed by South."),
            area("B902", "Admin. by Northland; Claimed by Southland"),
            area("B903", "Admin. by Northland; Claimed by Eastland"),
            area("B904", "Self admin.; Claimed by Nor."),
            area("B905", None),
        ],
    }
    for name, features in rows.items():
        text = json.dumps({"type": "FeatureCollection", "features": features})
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def found(folder: Path) -> Graph:
    whole = Graph()
    for text in imported.files(folder, OURS).values():
        whole += parse_turtle(text)
    return whole


def test_states_are_joined_by_two_codes_and_cities_by_wikidata_never_by_name(found: Graph) -> None:
    drawn = set(found.subjects(GEO.hasGeometry))
    areas = {iri("place", "natural-earth-b902"), iri("place", "natural-earth-b904")}
    assert drawn - areas == {
        iri("state", "northland"),
        iri("state", "southland"),
        iri("place", "town"),
    }


def test_a_geometry_is_rounded_text_in_longitude_and_latitude_with_its_release(
    found: Graph,
) -> None:
    node = iri("geometry", "natural-earth-110m-countries-nrt")
    text = Literal("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0))", datatype=GEO.wktLiteral)
    assert found.value(node, GEO.asWKT) == text
    release = found.value(node, DCTERMS.source)
    assert (release, RDF.type, CKG.DatasetRelease) in found
    assert "by who controls the ground, not by law" in str(found.value(release, RDFS.comment))


def test_a_disputed_area_is_taken_over_only_with_all_the_parties_that_are_named(
    found: Graph,
) -> None:
    areas = set(found.subjects(RDF.type, CKG.DisputedArea))
    assert areas == {iri("place", "natural-earth-b902"), iri("place", "natural-earth-b904")}
    assert {str(found.value(area, CKG.sourceNote)) for area in areas} == {
        "Admin. by Northland; Claimed by Southland",
        "Self admin.; Claimed by Nor.",
    }


def test_who_claims_an_area_is_a_claim_of_that_state_as_natural_earth_tells_it(
    found: Graph,
) -> None:
    outer = iri("claim", "natural-earth-b902-2-1")
    inner = found.value(outer, CKG.content)
    content = found.value(inner, CKG.content)
    assert (outer, CKG.claimant, release("10m-disputed-areas")) in found
    assert (inner, CKG.claimant, iri("state", "southland")) in found
    assert (content, RDF.subject, iri("place", "natural-earth-b902")) in found
    assert (content, RDF.object, iri("state", "southland")) in found
    administered = found.value(iri("claim", "natural-earth-b902-1-1"), CKG.content)
    assert (administered, CKG.roleAgent, iri("state", "northland")) in found
    own = set(found.subjects(CKG.claimant, release("10m-disputed-areas")))
    assert content not in {found.value(claim, CKG.content) for claim in own}


def test_where_a_city_lies_is_claimed_by_the_release_with_its_row(found: Graph) -> None:
    claim = iri("claim", "natural-earth-50m-q999000001-1")
    content = found.value(claim, CKG.content)
    assert (claim, CKG.claimant, release("50m-populated-places")) in found
    assert (content, RDF.predicate, CKG.locatedIn) in found
    passage = found.value(claim, CKG.evidence)
    assert str(found.value(passage, CKG.locator)) == "wikidataid Q999000001, ADM0_A3 NRT"


def release(name: str) -> URIRef:
    return iri("dataset-release", f"natural-earth-{name}")


def test_the_command_says_which_file_is_no_geojson(folder: Path, tmp_path: Path) -> None:
    (folder / AREAS).write_text("{}", encoding="utf-8")
    result = CliRunner().invoke(main, [str(folder), "--output", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert f"{AREAS}: is no GeoJSON of points and polygons" in result.output
    assert not (tmp_path / "out").exists()


def test_lines_are_refused(tmp_path: Path) -> None:
    line = row({}, {"type": "LineString", "coordinates": [[0, 0], [1, 1]]})
    path = tmp_path / "lines.geojson"
    path.write_text(json.dumps({"features": [line]}), encoding="utf-8")
    with pytest.raises(InputError, match="a LineString"):
        natural_earth.features(path)


@pytest.mark.skipif(not SOURCE.is_dir(), reason=MISSING)
def test_the_committed_data_is_what_the_command_writes(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [str(SOURCE), "--output", str(tmp_path)])
    assert result.exit_code == 0, result.output
    committed = data_dir() / "imported" / "natural-earth"
    for path in sorted(tmp_path.glob("*.ttl")):
        assert path.read_text(encoding="utf-8") == (committed / path.name).read_text("utf-8")
    assert {p.name for p in tmp_path.iterdir()} == {p.name for p in committed.iterdir()}


def test_all_that_is_taken_over_is_attributed_to_natural_earth() -> None:
    whole = Graph()
    for path in (data_dir() / "imported" / "natural-earth").iterdir():
        whole += read_turtle(path)
    for node in whole.subjects(RDF.type, GEO.Geometry):
        assert "natural-earth" in str(whole.value(node, DCTERMS.source))
    for claim in whole.subjects(RDF.type, CKG.Claim):
        holder = str(whole.value(claim, CKG.claimant))
        assert "natural-earth" in holder or list(whole.subjects(CKG.content, claim))
