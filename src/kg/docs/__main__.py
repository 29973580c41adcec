"""`python -m kg.docs` writes the pages that follow from data; `--check` only compares them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.docs import load, terms_page
from kg.docs.links import links_page
from kg.errors import KgError
from kg.links.sssom import mapping_sets, wanted
from kg.resources import data_dir, ontology_dir, root


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a page is out of date.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the term reference is, if not docs/terms.md; links.md lies beside it.",
)
def main(check: bool, output: Path | None) -> None:
    """Write the term reference from ontology and data, and the page of links from their rows."""
    page = output or root() / "docs" / "terms.md"
    if not page.parent.is_dir():
        click.echo(f"there is no folder {page.parent}; run this in a checkout", err=True)
        sys.exit(2)
    try:
        found = _pages(page)
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
    if check and old:
        sys.exit(1)


def _pages(terms: Path) -> dict[Path, str]:
    links = data_dir() / "links"
    return {
        terms: terms_page(load(ontology_dir()), load(data_dir())),
        terms.with_name("links.md"): links_page(mapping_sets(links), wanted(links)),
    }


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    main()
