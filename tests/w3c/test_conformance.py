"""The page on conformance says what the lists say, and these name tests that exist."""

from __future__ import annotations

import pytest
from tests.sparql.w3c import FOLDERS, MISSING
from tests.w3c.conformance import PAGE, page
from tests.w3c.evaluation import ROOT, cases_of, listed
from tests.w3c.known import KNOWN
from tests.w3c.suites import NOT_CLAIMED, SUITES

pytestmark = pytest.mark.skipif(not all(f.is_dir() for f in FOLDERS), reason=MISSING)

ELSEWHERE = {
    "sparql11/protocol",
    "sparql11/graph-store-protocol",
    "sparql11/http-rdf-update",
    "sparql11/service-description",
}
"""Folders whose tests are HTTP, and have modules of their own."""


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_folder_is_run_or_left_out_for_a_reason() -> None:
    there = {
        f"{version}/{manifest.parent.name}"
        for version in ("sparql10", "sparql11", "sparql12")
        for manifest in (ROOT / version).glob("*/manifest.ttl")
    }
    run = {folder for folders in SUITES.values() for folder in folders}
    assert run | ELSEWHERE | set(NOT_CLAIMED) == there
    assert all(listed(folder) for folder in run)


def test_what_is_known_not_to_pass_is_in_a_suite() -> None:
    assert set(KNOWN) <= {case.name for case in cases_of(*SUITES)}
