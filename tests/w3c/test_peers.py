"""The W3C's tests of queries through the remote home, at servers of others."""

from __future__ import annotations

import pytest
from tests.sparql.w3c import MISSING
from tests.w3c.evaluation import cases_of, wrong
from tests.w3c.known_peers import PEER_FAILURES, QUERIES
from tests.w3c.peers import peer_scratch

CASES = cases_of(*QUERIES)

pytestmark = [pytest.mark.peers, pytest.mark.skipif(not CASES, reason=MISSING)]


@pytest.mark.parametrize("name", sorted(PEER_FAILURES))
def test_a_peer_fails_just_the_tests_that_it_is_known_to_fail(name: str) -> None:
    with peer_scratch(name) as scratch:
        failures = {case.name for case in CASES if wrong(case, scratch)}
    assert failures == PEER_FAILURES[name]
