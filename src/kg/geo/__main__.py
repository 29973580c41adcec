"""`python -m kg.geo FOLDER` writes what our data takes over from files of Natural Earth."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.errors import KgError
from kg.geo import imported
from kg.geo.natural_earth import linked
from kg.links.sssom import mapping_sets
from kg.resources import data_dir

FOLDER = "natural-earth"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write to, if not data/imported/natural-earth of the checkout.",
)
def main(folder: Path, output: Path | None) -> None:
    """Write Turtle out of the three GeoJSON files of Natural Earth in FOLDER."""
    target = output or data_dir() / "imported" / FOLDER
    try:
        found = imported.files(folder, linked(mapping_sets(data_dir() / "links")))
    except KgError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    target.mkdir(parents=True, exist_ok=True)
    for name, text in found.items():
        (target / name).write_text(text, encoding="utf-8")
        click.echo(target / name)


if __name__ == "__main__":
    main()
