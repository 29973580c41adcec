"""What a server tells of itself: lines of JSON for logs, and numbers for Prometheus."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from datetime import UTC, datetime
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from kg.processes.jobs import Job
from kg.processes.nursery import Child

QUERY_CHARACTERS: Final = 300
"""So much of the text of a query is in the log."""

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, default=str)
_LOG: Final = logging.getLogger("kg.server")


class Watch:
    """Counts and logs; every number has its name in `docs/operations.md`."""

    def __init__(self) -> None:
        self.broken = asyncio.Event()
        registry = self.registry = CollectorRegistry()
        self._queries = Counter(
            "kg_queries", "Queries by what became of them", ["outcome", "asker"], registry=registry
        )
        self._ended = Counter(
            "kg_workers_ended", "Worker processes that ended", ["kind", "reason"], registry=registry
        )
        self._latency = Histogram(
            "kg_query_seconds",
            "From the arrival of a query to the end of its answer",
            ["asker"],
            registry=registry,
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
        )
        self._commits = Counter(
            "kg_commits", "Commits by what became of them", ["outcome"], registry=registry
        )
        self._commit_latency = Histogram(
            "kg_commit_seconds", "From the arrival of a commit to its receipt", registry=registry
        )
        self._group = Histogram(
            "kg_commit_group",
            "Commits that went to disk together",
            registry=registry,
            buckets=(1, 2, 4, 8, 16, 32, 64),
        )
        self.gauges: dict[str, Gauge] = {
            name: Gauge(f"kg_{name}", help_, registry=registry)
            for name, help_ in (
                ("generation", "The newest generation that queries see"),
                ("committed_generation", "The newest generation that is committed"),
                ("workers", "Query workers that live"),
                ("workers_busy", "Query workers that answer a query"),
                ("queries_waiting", "Queries that wait for a worker"),
                ("commits_waiting", "Commits that wait to be prepared"),
                ("publish_seconds", "How long the last snapshot took to make"),
                ("disk_free_bytes", "What is free on the disk of the store"),
                ("write_ready", "1 while commits are taken"),
            )
        }

    def query(self, job: Job) -> None:
        """A query has ended."""
        asker = "visitor" if job.client else "kg"
        took = time.monotonic() - job.arrived
        self._queries.labels(job.outcome or "lost", asker).inc()
        self._latency.labels(asker).observe(took)
        if asker == "visitor":
            self.event(
                "query",
                request=job.message.get("request", ""),
                outcome=job.outcome,
                milliseconds=round(took * 1000, 1),
                waited=round((job.started or time.monotonic()) - job.arrived, 4),
                rows=job.report.get("rows"),
                bytes=job.report.get("bytes"),
                text=job.body.decode("utf-8", "replace")[:QUERY_CHARACTERS],
            )

    def commit(self, outcome: str, took: float, **fields: Any) -> None:
        """A commit was answered."""
        self._commits.labels(outcome).inc()
        self._commit_latency.observe(took)
        self.event("commit", outcome=outcome, milliseconds=round(took * 1000, 1), **fields)

    def group(self, size: int) -> None:
        """So many commits went to disk together."""
        self._group.observe(size)

    def ended(self, child: Child) -> None:
        """A worker has ended."""
        reason = child.killed_for or "itself"
        self._ended.labels(child.kind, reason).inc()
        if not child.killed_for:
            self.warning(f"a worker for {child.kind} ended by itself", process=child.pid)

    def event(self, name: str, **fields: Any) -> None:
        """Log that something happened."""
        _LOG.info(name, extra={"fields": fields})

    def warning(self, words: str, **fields: Any) -> None:
        """Log something that somebody should look at."""
        _LOG.warning(words, extra={"fields": fields})

    def failed(self, error: BaseException, *, vital: bool) -> None:
        """A task has failed in a way that nobody thought of; a vital one ends the server."""
        _LOG.error("a part of the server failed", exc_info=error)
        if vital:
            self.broken.set()

    def metrics(self) -> str:
        """All numbers, in the text format of Prometheus."""
        return generate_latest(self.registry).decode()


class Lines(logging.Formatter):
    """One line of JSON a record."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "time": moment,
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return _ENCODER.encode(line)
