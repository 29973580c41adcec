"""SPARQL 1.2, by the tests of the W3C."""

from __future__ import annotations

import pytest
from tests.sparql.w3c import MISSING, Case
from tests.w3c.evaluation import cases_of, verdict
from tests.w3c.scratch import Scratch

CASES = cases_of("SPARQL 1.2")

pytestmark = pytest.mark.skipif(not CASES, reason=MISSING)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.sample(10)
def test_a_test_of_the_w3c_is_passed_unless_it_is_known_not_to_be(
    case: Case, scratch: Scratch
) -> None:
    assert verdict(case, scratch) == ""
