"""Turtle files: read with the place of every error, and written in one canonical form."""

from __future__ import annotations

from pathlib import Path

from kg.errors import TurtleError
from kg.rdf.reader import parse_turtle, read_turtle
from kg.rdf.writer import canonical
from kg.resources import data_dir

__all__ = ["canonical", "canonical_file", "parse_turtle", "read_turtle"]


def canonical_file(path: Path, *, blank_nodes: bool | None = None) -> str:
    """The canonical text of a Turtle file.

    Unless told otherwise, blank nodes are refused below the data folder and allowed elsewhere
    (shapes and ontology); errors name the file.
    """
    if blank_nodes is None:
        blank_nodes = not path.resolve().is_relative_to(data_dir().resolve())
    graph = read_turtle(path)
    try:
        return canonical(graph, blank_nodes=blank_nodes)
    except TurtleError as error:
        raise TurtleError(error.message, hint=error.hint, source=str(path)) from error
