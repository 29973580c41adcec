"""`python -m kg.docs` writes what follows from data; with `--check`, it only compares.

These are the pages docs/terms.md, docs/classes.md and docs/links.md, and the kinds of values for
our JSON-LD context.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.docs import classes_page, load, terms_page
from kg.docs.context import kinds_of_values
from kg.docs.links import links_page
from kg.errors import KgError
from kg.links.sssom import mapping_sets, wanted
from kg.profiles import packaged
from kg.resources import data_dir, ontology_dir, root


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if one is out of date.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the pages, if not docs/ of the checkout; nothing else is written then.",
)
def main(check: bool, output: Path | None) -> None:
    """Write the references from ontology, shapes and data."""
    folder = output or root() / "docs"
    if not folder.is_dir():
        click.echo(f"there is no folder {folder}; run this in a checkout", err=True)
        sys.exit(2)
    try:
        found = _pages(folder)
        if output is None:
            found[root() / "src" / "kg" / "rdf" / "context-v1.json"] = kinds_of_values(
                load(ontology_dir())
            )
    except KgError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    old = {path: text for path, text in found.items() if not _is(path, text)}
    for path, text in old.items():
        if check:
            click.echo(f"{path} is out of date; run python -m kg.docs", err=True)
        else:
            path.write_text(text, encoding="utf-8")
            click.echo(f"wrote {path}", err=True)
    sys.exit(1 if check and old else 0)


def _pages(folder: Path) -> dict[Path, str]:
    links = data_dir() / "links"
    return {
        folder / "terms.md": terms_page(load(ontology_dir()), load(data_dir())),
        folder / "classes.md": classes_page(packaged()),
        folder / "links.md": links_page(mapping_sets(links), wanted(links)),
    }


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    main()
