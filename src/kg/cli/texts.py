"""Where the texts of documents lie, which are neither in the repository nor in the store."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kg.documents.records import Document
from kg.documents.text import read_text, sha256
from kg.errors import InputError
from kg.namespaces import compact
from kg.resources import root

Command = TypeVar("Command", bound=Callable[..., Any])


def texts_option(command: Command) -> Command:
    """`--texts DIR`."""
    return click.option(
        "--texts",
        type=click.Path(file_okay=False, path_type=Path),
        help="Folder of the texts; else KG_TEXTS, else $KG_SHARED/sources, else"
        " ../shared/sources beside the checkout.",
    )(command)


def texts_folder() -> Path:
    """The folder of the texts where no option names it."""
    if texts := os.environ.get("KG_TEXTS"):
        return Path(texts)
    if shared := os.environ.get("KG_SHARED"):
        return Path(shared) / "sources"
    return root().parent / "shared" / "sources"


def text_of(record: Document, folder: Path | None) -> str:
    """The text of a document; raises `InputError` for one with another digest."""
    path = (folder or texts_folder()) / record.text_file
    text = read_text(path)
    if record.sha256 != sha256(text):
        raise InputError(f"this is not the text of {compact(str(record.iri))}", source=str(path))
    return text
