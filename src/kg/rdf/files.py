"""Turtle files that a command writes: replaced whole, or grown in canonical form."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from rdflib import Graph

from kg.errors import InputError
from kg.rdf.turtle import canonical, read_turtle

NEW_FILE_MODE: Final = 0o644


def replace_file(path: Path, text: str) -> None:
    """Put the text in the file's place whole, so that no crash leaves half a file."""
    target = path.resolve()
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".kg-") as folder:
            new = Path(folder) / target.name
            new.write_bytes(text.encode())
            new.chmod(target.stat().st_mode if target.exists() else NEW_FILE_MODE)
            new.replace(target)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"cannot be written: {reason}", source=str(path)) from error


def add_to_file(path: Path, graph: Graph) -> None:
    """Add triples to a Turtle file, which is made if it is not there."""
    whole = read_turtle(path) if path.exists() else Graph(bind_namespaces="none")
    whole += graph
    replace_file(path, canonical(whole))
