"""`python -m kg.docs` writes docs/terms.md; `--check` only says whether it is up to date."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.docs import load, terms_page
from kg.errors import KgError
from kg.resources import data_dir, ontology_dir, root


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the page is out of date.")
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
        text = terms_page(load(ontology_dir()), load(data_dir()))
    except KgError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    if page.is_file() and page.read_text(encoding="utf-8") == text:
        return
    if check:
        click.echo(f"{page} is out of date; run python -m kg.docs", err=True)
        sys.exit(1)
    page.write_text(text, encoding="utf-8")
    click.echo(f"wrote {page}", err=True)


if __name__ == "__main__":
    main()
