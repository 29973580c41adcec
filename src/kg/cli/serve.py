"""`kg serve`: the site and the endpoint, for browsers and SPARQL clients."""

from __future__ import annotations

import logging
import socket
from typing import Final

import click

from kg.cli.home import folder, store_home
from kg.cli.load import ensure_seed
from kg.cli.remote import place
from kg.errors import InputError, StoreError
from kg.federation.endpoints import endpoints
from kg.messages import language
from kg.processes.opening import open_embedded, open_remote
from kg.processes.running import Front, run
from kg.processes.settings import Settings, allowed, settings
from kg.processes.watch import Lines
from kg.store.connection import is_served
from kg.store.folder import Folder
from kg.store.remote_place import Place
from kg.tokens import Tokens

QUESTION: Final = (
    "SELECT ?claimant ?initiator ?certainty ?passage WHERE { ?claim ckg:claimant ?claimant ;"
    " ckg:certainty ?certainty ; ckg:evidence ?passage ; ckg:content ?p ."
    " ?p rdf:subject event:tegh-firefight ; rdf:predicate ckg:initiatedBy ;"
    " rdf:object ?initiator }"
)
SETUP: Final = "kg.processes.opening:OURS"


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
    "--set",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="A limit for this run, such as seconds=20; docs/limits.md lists them.",
)
@click.option(
    "--trusted-proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="A proxy whose X-Forwarded-For and -Proto are believed.",
)
@click.option(
    "--prefix", default="", metavar="PATH", help="The path that a proxy puts before ours."
)
@click.option(
    "--federate",
    "federated",
    multiple=True,
    metavar="IRI",
    help="An endpoint that SERVICE may ask; docs/federation.md says how to write it.",
)
@click.option(
    "--setup",
    default=SETUP,
    hidden=True,
    help="What the store is; for tests and benchmarks.",
)
@click.pass_context
def serve(
    context: click.Context,
    host: str,
    port: int,
    given: tuple[str, ...],
    proxies: tuple[str, ...],
    prefix: str,
    federated: tuple[str, ...],
    setup: str,
) -> None:
    """Serve the store until Ctrl+C: the pages at /, SPARQL at /sparql.

    An empty store is filled with the data that comes with kg first.
    """
    home = folder()
    limits = settings(home.path, given)
    language(limits.language)  # says now that there is none
    asked = allowed(home.path, federated)
    endpoints(asked)  # says now what is wrong with them
    there = place()
    if there is None and is_served(home):
        raise InputError(
            f"a server runs on the store in {home.path} already",
            hint="stop it, or use another KG_HOME",
        )
    front = Front(_listening(host, port), proxies, prefix.rstrip("/"), asked)
    if there is not None:
        _serve_remote(there, home, limits, front)
        return
    if setup == SETUP:
        ensure_seed(context, open_embedded(store_home()))
    _log_to_stderr()
    address = _address(front)

    def ready(generation: int) -> None:
        click.echo(f"generation {generation} at {address}/ (Ctrl+C stops)", err=True)
        click.echo("who started the firefight near Tegh? ask in another terminal:", err=True)
        click.echo(
            f"  curl -s {address}/sparql -H 'Accept: text/csv' --data-urlencode \\\n"
            f"    'query={QUESTION}'",
            err=True,
        )
        if not Tokens(home.tokens).all():
            click.echo(
                "nobody can write over HTTP yet: `kg token create NAME --scope write`", err=True
            )

    run(home, limits, setup, front, ready)
    click.echo("stopped", err=True)


def _serve_remote(there: Place, home: Folder, limits: Settings, front: Front) -> None:
    """Serve what an endpoint of others holds, in this process; no other is started."""
    from kg.web.process import serve as serve_store  # a server of our own store has it elsewhere

    home.path.mkdir(parents=True, exist_ok=True)
    store = open_remote(there, home.path, limits)
    probed = store.probe()
    if not probed.queries:
        raise StoreError(
            f"the endpoint does not answer: {probed.why}", hint="`kg doctor` says more"
        )
    _log_to_stderr()
    for note in store.capabilities.notes:
        click.echo(note, err=True)
    click.echo(f"{there.query} at {_address(front)}/ (Ctrl+C stops)", err=True)
    serve_store(store, home, limits, front)
    click.echo("stopped", err=True)


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def _address(front: Front) -> str:
    host, port = front.listener.getsockname()[:2]
    return f"http://{_bracketed(host)}:{port}"


def _listening(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise _cannot_listen(host, port, "there is no such host") from error
    family, _, _, _, address = found[0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise _cannot_listen(host, port, (error.strerror or str(error)).lower()) from error
    return listener


def _cannot_listen(host: str, port: int, reason: str) -> InputError:
    return InputError(
        f"cannot listen at {host}:{port}: {reason}",
        hint="choose another one with --host or --port",
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


COMMANDS = (serve,)
