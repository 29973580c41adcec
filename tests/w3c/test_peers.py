"""The W3C's tests of queries and updates through the remote home, at servers of others."""

from __future__ import annotations

import pytest
from tests.sparql.w3c import MISSING
from tests.w3c.evaluation import cases_of
from tests.w3c.known_peers import PEER_FAILURES, QUERIES, UPDATE_FAILURES, UPDATES
from tests.w3c.peers import failures, peer_scratch, peer_updates

CASES = cases_of(*QUERIES)
PEERS = sorted(PEER_FAILURES)

pytestmark = [pytest.mark.peers, pytest.mark.skipif(not CASES, reason=MISSING)]


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_fails_just_the_queries_that_it_is_known_to_fail(name: str) -> None:
    with peer_scratch(name) as scratch:
        assert failures(CASES, scratch).keys() == PEER_FAILURES[name]


@pytest.mark.parametrize("name", PEERS)
def test_updates_at_a_peer_fail_where_they_are_known_to_fail(name: str) -> None:
    with peer_updates(name) as scratch:
        assert failures(cases_of(*UPDATES), scratch).keys() == UPDATE_FAILURES
