"""Tables to import, with identifiers far outside the real ones; and imports of them."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef

from kg.importers.linked import Linked
from kg.importers.releases import GED, Release
from kg.importers.running import PART_ROWS, Job, Outcome, run
from kg.importers.ucdp_events import Events
from kg.links.sssom import mapping_sets
from kg.namespaces import IMPORTED
from kg.resources import data_dir, ontology_dir, root
from kg.validation.files import dataset_of, read_files

SHARED = Path(os.environ.get("KG_SHARED", root().parent / "shared"))
UCDP = SHARED / "external" / "ucdp"
CAR = UCDP / "ged231_CAR_482.geojson"
HDX = UCDP / "hdx_ucdp_ged_fixture_BGD.csv"
ACD = UCDP / "ucdp-prio-acd-251.csv"
OLDER_ACD = UCDP / "ucdp-prio-acd-221.csv"
DYADIC = UCDP / "ucdp-dyadic-251.csv"
COUNTRY_YEARS = UCDP / "ged231_statebased_country_year_ARM_AZE_1989_2022.csv"

GED_COLUMNS = (
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id"
    " conflict_name dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a"
    " side_b_dset_id side_b_new_id side_b number_of_sources source_article source_office"
    " source_date source_headline source_original where_prec where_coordinates where_description"
    " adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id region event_clarity"
    " date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high low"
    " gwnoa gwnob"
).split()
"""The 49 columns that releases have since 20.1."""

EVENT = {
    "id": "900001",
    "year": "2031",
    "active_year": "1",
    "type_of_violence": "1",
    "conflict_new_id": "990001",
    "conflict_name": "Freedonia: Sylvania Pass",
    "dyad_name": "Government of Freedonia - Passmen",
    "where_prec": "1",
    "where_coordinates": "Duck Soup town",
    "latitude": "12.5",
    "longitude": "-45.25",
    "country": "Freedonia",
    "country_id": "99001",
    "event_clarity": "1",
    "date_prec": "1",
    "date_start": "2031-05-06 00:00:00.000",
    "date_end": "2031-05-06 00:00:00.000",
    "low": "1",
    "best": "2",
    "high": "3",
    "gwnoa": "99001",
}
RELEASE = GED.release("31.1", citation="Marx, Rufus T. (2031). Events of Freedonia.")


def shared(path: Path) -> Path:
    """A file of the shared folder, without which the test is skipped with the reason."""
    if not path.is_file():
        pytest.skip(f"the file of UCDP is not at {path}: set KG_SHARED")
    return path


def linked() -> Linked:
    return Linked(mapping_sets(data_dir() / "links"))


def table(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def events(*changes: Mapping[str, str]) -> str:
    """A table of GED with the event above, changed so, in each row."""
    return table(GED_COLUMNS, [EVENT | change for change in changes])


def numbered(count: int) -> str:
    return events(*({"id": str(900_001 + n), "best": str(n % 7 + 1)} for n in range(count)))


def import_events(
    path: Path, folder: Path, release: Release = RELEASE, *, part_rows: int = PART_ROWS
) -> Outcome:
    return run(Job(path, release, Events(release, linked()), {}), folder, part_rows=part_rows)


def store_of(folder: Path) -> ox.Store:
    """What an import wrote."""
    store = ox.Store()
    for path in sorted(folder.glob("*.ttl")) + sorted(folder.glob("*.nt")):
        store.bulk_load(path=path)
    return store


def together_with(folder: Path) -> dict[URIRef, Graph]:
    """What an import wrote as imported data, with the ontology, the shapes and our entities."""
    entities = (data_dir() / "curated" / "entities").glob("*.ttl")
    graphs = dataset_of(read_files([*ontology_dir().rglob("*.ttl"), *entities]))
    wrote = [*folder.glob("*.ttl"), *folder.glob("*.nt")]
    graphs[IMPORTED] = sum(read_files(wrote).values(), Graph(bind_namespaces="none"))
    return graphs
