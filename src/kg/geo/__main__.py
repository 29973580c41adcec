"""`python -m kg.geo FOLDER` writes what our data takes over from files of Natural Earth."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.errors import KgError
from kg.geo import backdrop, imported
from kg.geo.natural_earth import linked
from kg.links.sssom import mapping_sets
from kg.resources import data_dir

FOLDER = "natural-earth"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write all to, if not those of the checkout.",
)
def main(folder: Path, output: Path | None) -> None:
    """Write Turtle, and the backdrop of maps, out of the GeoJSON files of Natural Earth."""
    target = output or data_dir() / "imported" / FOLDER
    package = output or Path(backdrop.__file__).parent
    try:
        texts = imported.files(folder, linked(mapping_sets(data_dir() / "links")))
        found = {target / name: text for name, text in texts.items()}
        found[package / backdrop.FILE] = backdrop.written(folder)
    except KgError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    target.mkdir(parents=True, exist_ok=True)
    for path, text in found.items():
        path.write_text(text, encoding="utf-8")
        click.echo(path)


if __name__ == "__main__":
    main()
