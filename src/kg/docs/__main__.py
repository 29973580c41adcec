"""`python -m kg.docs` writes the generated pages of docs/; with `--check`, only looks at them.

These are docs/terms.md and docs/classes.md.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from kg.docs import classes_page, load, terms_page
from kg.errors import KgError
from kg.profiles import packaged
from kg.resources import data_dir, ontology_dir, root


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a page is out of date.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the pages, if not docs/ of the checkout.",
)
def main(check: bool, output: Path | None) -> None:
    """Write the references from ontology, shapes and data."""
    folder = output or root() / "docs"
    if not folder.is_dir():
        click.echo(f"there is no folder {folder}; run this in a checkout", err=True)
        sys.exit(2)
    try:
        old = {name: text for name, text in _pages().items() if not _is(folder / name, text)}
    except KgError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    for name, text in old.items():
        if check:
            click.echo(f"{folder / name} is out of date; run python -m kg.docs", err=True)
        else:
            (folder / name).write_text(text, encoding="utf-8")
            click.echo(f"wrote {folder / name}", err=True)
    sys.exit(1 if check and old else 0)


def _pages() -> Mapping[str, str]:
    return {
        "terms.md": terms_page(load(ontology_dir()), load(data_dir())),
        "classes.md": classes_page(packaged()),
    }


def _is(page: Path, text: str) -> bool:
    return page.is_file() and page.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    main()
