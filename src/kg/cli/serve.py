"""`kg serve`: the site and the endpoint, for browsers and SPARQL clients."""

from __future__ import annotations

import logging
import signal
from types import FrameType
from typing import Final, NoReturn

import click
from waitress.server import create_server  # type: ignore[import-untyped]

from kg.cli.home import opened
from kg.cli.load import ensure_seed
from kg.errors import InputError
from kg.web import create_app
from kg.web.evaluations import EVALUATIONS

QUESTION: Final = (
    "SELECT ?claimant ?initiator ?certainty ?passage WHERE { ?claim ckg:claimant ?claimant ;"
    " ckg:certainty ?certainty ; ckg:evidence ?passage ; ckg:content ?p ."
    " ?p rdf:subject event:tegh-firefight ; rdf:predicate ckg:initiatedBy ;"
    " rdf:object ?initiator }"
)
THREADS_FOR_PAGES: Final = 2
"""Threads that no query of a visitor can take."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port to listen at; 0 takes a free one.",
)
@click.option(
    "--evaluations",
    type=click.IntRange(1, 1000),
    default=EVALUATIONS,
    show_default=True,
    metavar="N",
    help="Evaluate at most N queries of visitors at once; the next one is answered with 503.",
)
@click.pass_context
def serve(context: click.Context, host: str, port: int, evaluations: int) -> None:
    """Serve the store until Ctrl+C: the pages at /, SPARQL at /sparql.

    An empty store is filled with the data that comes with kg first.
    """
    store = opened()
    ensure_seed(context, store)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    try:
        server = create_server(
            create_app(store, evaluations=evaluations),
            host=host,
            port=port,
            threads=evaluations + THREADS_FOR_PAGES,
            ident="kg",
        )
    except OSError as error:
        raise _cannot_listen(host, port, (error.strerror or str(error)).lower()) from error
    except ValueError as error:  # what waitress makes of a host that cannot be looked up
        raise _cannot_listen(host, port, "there is no such host") from error
    address = f"http://{_bracketed(host)}:{getattr(server, 'effective_port', port)}"
    click.echo(f"generation {store.generation()} at {address}/ (Ctrl+C stops)", err=True)
    click.echo("who started the firefight near Tegh? ask in another terminal:", err=True)
    click.echo(
        f"  curl -s {address}/sparql -H 'Accept: text/csv' --data-urlencode \\\n"
        f"    'query={QUESTION}'",
        err=True,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    server.run()
    click.echo("stopped", err=True)


def _cannot_listen(host: str, port: int, reason: str) -> InputError:
    return InputError(
        f"cannot listen at {host}:{port}: {reason}",
        hint="choose another one with --host or --port",
    )


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    """End the loop of the server, which finishes what it is answering."""
    raise SystemExit(0)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


COMMANDS = (serve,)
