"""Writes `docs/conformance.md`: `python -m tests.w3c.conformance`, which `make conformance` calls.

The tests of this folder see to it that what is not on a list of exceptions is passed, and that what
is on it is not. So the page follows from the manifests and the lists.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.sparql.w3c import MISSING
from tests.w3c.evaluation import ROOT, cases_of, listed
from tests.w3c.exchanges import SUITES as FOLDERS
from tests.w3c.exchanges import read_manifest
from tests.w3c.known import KNOWN, Known
from tests.w3c.known_peers import PEER_FAILURES, QUERIES, UPDATE_FAILURES, UPDATES
from tests.w3c.older_graph_store import READINGS, read_older
from tests.w3c.suites import NOT_CLAIMED, SUITES

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"

HEAD = """# Conformance

`make conformance` runs the tests of the W3C against the endpoint, as requests to the real
application over the workers of a real server, and writes this page. What is not named below is
passed; a test of ours fails when something named here is passed after all. The tests are those of
<https://github.com/w3c/rdf-tests>. They are not part of this repository, and without them our tests
say that they were skipped.

The store of these tests is plain: its default graph is a graph of its own, and there are no shapes
and no gate. Literals are compared in the form in which the store keeps them ([the
graphs](graphs.md#writing)). A query or update is sent with the address of its file as `BASE`,
and each request asks for the generation that the write before it has told (`X-KG-At-Least`), since
a commit is acknowledged before it can be read.

| suite | passed | of |
|---|---|---|
"""


def page() -> str:
    """The page as it has to be; only where the suites are."""
    rows = [f"| {name} | {passed} | {total} |" for name, passed, total in _numbers()]
    return (
        HEAD + "\n".join([*rows, "", *_exceptions(), *_peers(), *_readings(), *_left_out()]) + "\n"
    )


def _numbers() -> Iterator[tuple[str, int, int]]:
    for suite in SUITES:
        names = [case.name for case in cases_of(suite)]
        yield suite, sum(name not in KNOWN for name in names), len(names)
    gsp = FOLDERS / "graph-store-protocol"
    direct, indirect = (
        read_manifest(gsp / f"manifest-{way}.ttl") for way in ("direct", "indirect")
    )
    others = {
        "SPARQL 1.1 Protocol": read_manifest(FOLDERS / "protocol" / "manifest.ttl"),
        "Graph Store Protocol": [*direct, *indirect],
        "Graph Store Protocol, the older suite": read_older(
            FOLDERS / "http-rdf-update" / "manifest.ttl"
        ),
        "Service Description": read_manifest(FOLDERS / "service-description" / "manifest.ttl"),
    }
    for name, tests in others.items():
        yield name, len(tests), len(tests)


def _exceptions() -> Iterator[str]:
    yield "## What is not passed"
    yield ""
    yield "| tests | cause | clause | consequence |"
    yield "|---|---|---|---|"
    for known in dict.fromkeys(KNOWN.values()):
        yield _row(_names(name for name, each in KNOWN.items() if each == known), known)
    yield ""


def _peers() -> Iterator[str]:
    yield "## Engines of others"
    yield ""
    yield "The same queries and updates, sent through the remote home ([remote](remote.md)) to"
    yield "servers of others (`make peers`). Queries that fail are theirs: nothing is rewritten"
    yield "for them but `GROUP_CONCAT` and the case of booleans. An update is tried by our engine"
    yield "and sent as the change that it makes; what fails there is ours."
    yield ""
    yield f"| suite | {' | '.join(PEER_FAILURES)} | of |"
    yield f"|---{'|---' * len(PEER_FAILURES)}|---|"
    for suite in QUERIES:
        names = {case.name for case in cases_of(suite)}
        passed = [str(len(names - failures)) for failures in PEER_FAILURES.values()]
        yield f"| {suite} | {' | '.join(passed)} | {len(names)} |"
    for suite in UPDATES:
        names = {case.name for case in cases_of(suite)}
        passed = [str(len(names - UPDATE_FAILURES))] * len(PEER_FAILURES)
        yield f"| {suite} | {' | '.join(passed)} | {len(names)} |"
    yield ""
    yield f"- Neither passes {_names(sorted(UPDATE_FAILURES))}: LOAD is refused, and a commit at an"
    yield "  endpoint has no blank nodes."
    for name, failures in PEER_FAILURES.items():
        yield f"- {name} does not pass {_names(sorted(failures))}."
    yield ""


def _row(names: str, known: Known) -> str:
    return f"| {names} | {known.cause} | {known.clause} | {known.consequence} |"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _readings() -> Iterator[str]:
    yield "## What is read otherwise than it is written"
    yield ""
    yield "In the older suite of the Graph Store Protocol, which the W3C has replaced:"
    yield ""
    for name, (_, _, why) in READINGS.items():
        yield f"- `{name}`: {why}."
    yield "- `delete__existing_graph`: no entry before it makes the graph that it deletes; we do."
    yield ""


def _left_out() -> Iterator[str]:
    yield "## What is not claimed"
    yield ""
    for folder, why in NOT_CLAIMED.items():
        yield f"- `{folder}` ({len(listed(folder))} tests): {why}."


def main() -> None:
    """Write the page."""
    if not ROOT.is_dir():
        sys.exit(f"{MISSING}: nothing was written")
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
