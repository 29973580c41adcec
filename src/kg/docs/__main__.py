"""`python -m kg.docs` writes docs/terms.md, and the kinds of values for our JSON-LD context.

`--check` only says whether they are up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.docs import load, terms_page
from kg.docs.context import kinds_of_values
from kg.errors import KgError
from kg.resources import data_dir, ontology_dir, root


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if one is out of date.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the page is, if not docs/terms.md of the checkout.",
)
def main(check: bool, output: Path | None) -> None:
    """Write the term reference from ontology and data."""
    page = output or root() / "docs" / "terms.md"
    if not page.parent.is_dir():
        click.echo(f"there is no folder {page.parent}; run this in a checkout", err=True)
        sys.exit(2)
    try:
        ontology = load(ontology_dir())
        pages = {page: terms_page(ontology, load(data_dir()))}
    except KgError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    if output is None:
        pages[root() / "src" / "kg" / "rdf" / "context-v1.json"] = kinds_of_values(ontology)
    for path, text in pages.items():
        _renew(path, text, check=check)


def _renew(path: Path, text: str, *, check: bool) -> None:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    if check:
        click.echo(f"{path} is out of date; run python -m kg.docs", err=True)
        sys.exit(1)
    path.write_text(text, encoding="utf-8")
    click.echo(f"wrote {path}", err=True)


if __name__ == "__main__":
    main()
