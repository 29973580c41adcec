"""Commands that write Turtle for people: where it goes, and what is known already."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

import click
from rdflib import Graph, URIRef

from kg.cli.home import opened_with_words
from kg.rdf.files import add_to_file
from kg.rdf.turtle import canonical, read_turtle
from kg.resources import ontology_dir
from kg.sparql.known import known_of

Command = TypeVar("Command", bound=Callable[..., Any])

DATA_HELP: Final = "Folder of Turtle files to look things up in, instead of the store."


def to_option(command: Command) -> Command:
    """`--to FILE`, handed on as `target`."""
    return click.option(
        "--to",
        "target",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Add it to this Turtle file, made if it is not there, instead of printing it.",
    )(command)


def data_option(command: Command) -> Command:
    """`--data DIR`: what is known is what the files of a folder and the ontology say."""
    return click.option(
        "--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help=DATA_HELP
    )(command)


def known(
    data: Path | None, target: Path | None, things: Iterable[URIRef], document: URIRef | None = None
) -> Graph:
    """What is known of these things: from the folder, else from the store; and from the draft."""
    if data is None:
        graph = known_of(opened_with_words(), things, document)
    else:
        graph = graph_of_folders(data, ontology_dir())
    if target is not None and target.exists():
        graph += read_turtle(target)
    return graph


def graph_of_folders(*folders: Path) -> Graph:
    """The triples of all Turtle files below these folders."""
    graph = Graph(bind_namespaces="none")
    for folder in folders:
        for file in sorted(folder.rglob("*.ttl")):
            graph += read_turtle(file)
    return graph


def put(graph: Graph, target: Path | None) -> None:
    """Print triples, or add them to the file."""
    if target is None:
        click.echo(canonical(graph), nl=False)
    else:
        add_to_file(target, graph)
