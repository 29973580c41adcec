"""A web process: the pages and the endpoint over the store of its supervisor, which it asks.

Run as `python -m kg.web.process` with one argument of JSON; the listening socket is inherited.
"""

from __future__ import annotations

import json
import logging
import resource
import socket
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from threading import Thread
from typing import Final

import uvicorn
from flask import Flask

from kg.columnar.keeping import NAME
from kg.columnar.near import Near
from kg.errors import KgError
from kg.federation.endpoints import endpoints
from kg.federation.service import Federation, FederationLimits
from kg.messages import language
from kg.permalinks import FILE, Permalinks
from kg.processes.garbage import leave_out_what_is_here
from kg.processes.parents import die_with_parent
from kg.processes.running import Front
from kg.processes.settings import Settings
from kg.processes.watch import Lines
from kg.reconciliation.asking import AskedReconciler
from kg.reconciliation.local import LocalReconciler
from kg.reconciliation.service import Reconciler
from kg.store.folder import Folder
from kg.store.interface import Store
from kg.store.releases import Releases
from kg.store.served import ServedStore
from kg.tokens import Tokens
from kg.web.again import Again
from kg.web.app import EXTENSION, HEADERS, Contributing, create_app, finished
from kg.web.asking import Asking
from kg.web.bridge import Application, Bridge
from kg.web.connection import protocol
from kg.web.counted import counted_beside
from kg.web.direct import Direct
from kg.web.kept import KeptAnswers
from kg.web.paging import PageSizes
from kg.web.query_page import AnswerSizes
from kg.web.reconcile import Sizes

ASKING: Final = ("/sparql", "/query", "/data", "/validate", "/reconcile", "/contributions")
"""Addresses that wait for workers; their threads are not those of the pages."""

WARMED: Final = ("/", "/conflicts", "/ontology")
"""Pages that a process looks at when it starts."""

SPARE: Final = 8
"""More threads for these than may wait, so that who is one too many is told by the supervisor."""


def main() -> None:
    """Serve until the supervisor ends this, or ends."""
    given = json.loads(sys.argv[1])
    die_with_parent(given["parent"])
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    listener = socket.socket(fileno=given["socket"])
    settings = Settings(**given["settings"])
    folder = Folder(Path(given["folder"]))
    store = ServedStore(folder.path, published=False, prepared=True)
    serve(
        store,
        folder,
        settings,
        Front(listener, given["proxies"], given["prefix"], given["allowed"]),
        AskedReconciler(folder, patience=settings.reconcile_seconds + 2 * settings.waiting_seconds),
    )


def serve(
    store: Store,
    folder: Folder,
    settings: Settings,
    front: Front,
    reconciler: Reconciler | None = None,
) -> None:
    """Serve a store in this process until a signal ends it; the folder has the tokens.

    Without a reconciler this process keeps an index of names itself.
    """
    logging.getLogger("uvicorn.error").addFilter(_without_tracebacks)
    _allow_files(2 * settings.connections + 256)
    app = _app(store, folder, settings, front, reconciler or LocalReconciler(store))
    Thread(target=_warm, args=(app,), name="kg-warm", daemon=True).start()
    server = uvicorn.Server(_config(app, settings, front))
    server.run(sockets=[front.listener])


def _warm(app: Flask) -> None:
    """Look at some pages before anybody does: the first look reads templates, maps and labels."""
    client = app.test_client()
    for path in WARMED:
        client.get(path, headers={"Accept": "text/html", "X-Request-ID": "start-up"})
    leave_out_what_is_here()


def _app(
    store: Store, folder: Folder, settings: Settings, front: Front, reconciler: Reconciler
) -> Flask:
    sizes = Sizes(
        settings.reconcile_queries,
        settings.reconcile_ids,
        settings.reconcile_bytes,
        settings.reconcile_seconds,
    )
    return create_app(
        store,
        tokens=Tokens(folder.tokens),
        update_bytes=settings.update_bytes,
        services=_services(settings, front.allowed),
        reconciling=(reconciler, sizes),
        releases=Releases(folder) if store.capabilities.history else None,
        contributing=Contributing(settings.contribution_bytes, bool(settings.accept_own)),
        answers=AnswerSizes(settings.answer_rows, settings.answer_sorted_rows),
        pages=PageSizes(
            settings.page_entries,
            settings.page_sorted,
            settings.page_rows,
            settings.page_neighbours,
            settings.page_points,
        ),
        counted=counted_beside(store) if isinstance(store, ServedStore) else None,
        links_kept=(_permalinks(folder, settings), settings.permalinks_hourly),
        site_language=language(settings.language),
    )


def _permalinks(folder: Folder, settings: Settings) -> Permalinks:
    return Permalinks(
        folder.path / FILE, most=settings.permalinks, most_bytes=settings.permalink_bytes
    )


def _config(app: Flask, settings: Settings, front: Front) -> uvicorn.Config:
    waiting = settings.queries + settings.waiting + SPARE
    waiting += settings.commits_waiting + settings.validations_waiting
    bridge = Bridge(
        app,
        threads=settings.threads,
        max_body=settings.update_bytes,
        lanes={"asking": waiting},
        lane_of=lane_of,
        stall=settings.stall_seconds,
        headers=HEADERS,
    )
    asking: Asking = app.extensions[EXTENSION]
    front_of: Application = bridge
    kept, direct = None, None
    if isinstance(asking.store, ServedStore):
        folder = asking.store.folder.artefacts / NAME
        near = Near(folder) if settings.columnar_triples else None
        stall = settings.stall_seconds
        direct = front_of = Direct(bridge, asking, asking.store, finished, near, stall)
    if settings.kept_bytes:
        kept = front_of = KeptAnswers(front_of, asking.shown_to_all, settings.kept_bytes)
    return uvicorn.Config(
        front_of,
        loop="uvloop",
        # The same bytes mean another request from a proxy that is believed.
        http=protocol(settings, HEADERS, None if front.proxies else Again(kept, direct).of_bytes),
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(front.proxies),
        forwarded_allow_ips=list(front.proxies),
        root_path=front.prefix,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=max(1, round(settings.stop_seconds)),
        backlog=512,
    )


def lane_of(path: str) -> str:
    """The lane of an address; those of graphs are below `/data`."""
    below = ("/data/", "/reconcile/", "/query/", "/contributions/")
    return "asking" if path.rstrip("/") in ASKING or path.startswith(below) else ""


def _services(settings: Settings, allowed: Sequence[str]) -> Federation | None:
    """What asks other endpoints; None where none is allowed, so that SERVICE is refused."""
    names = {field.name for field in fields(FederationLimits)}
    values = {name: value for name, value in asdict(settings).items() if name in names}
    return Federation(endpoints(allowed), FederationLimits(**values)) if allowed else None


def _allow_files(wanted: int) -> None:
    """Each connection and each question to the supervisor is a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _without_tracebacks(record: logging.LogRecord) -> bool:
    """Tell in one line of answers that were broken off on purpose."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, KgError):
        record.msg, record.args, record.exc_info = f"broken off: {error.message}", (), None
    return True


if __name__ == "__main__":
    main()
