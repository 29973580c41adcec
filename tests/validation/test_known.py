"""What is kept of our checks is what their parser says."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kg.validation.__main__ import written
from kg.validation.checks import check_queries
from kg.validation.known import KNOWN, groups_known, text_of
from kg.validation.reads import reads_of


def test_the_file_is_up_to_date():
    assert KNOWN.read_text("utf-8") == written(), "run python -m kg.validation"


def test_all_our_checks_are_in_it():
    assert [name for name, query in check_queries().items() if groups_known(query) is None] == []


@pytest.mark.parametrize("name", check_queries())
def test_groups_are_read_as_they_were_written(name):
    query = check_queries()[name]
    groups = groups_known(query)
    assert groups is not None
    [kept] = text_of({query: groups}).removeprefix("{\n").removesuffix("\n}\n").split('],\n"')
    assert kept in KNOWN.read_text("utf-8")


def test_a_query_that_is_not_ours_is_parsed():
    query = "SELECT ?entity { ?entity rdfs:label ?label }"
    assert groups_known(query) is None
    [read] = reads_of(query) or ()
    assert read.pattern.hops[0].predicate.value.endswith("#label")


def test_to_know_what_our_checks_read_takes_no_parser():
    script = (
        "import sys; from kg.validation.checks import check_queries\n"
        "from kg.validation.reads import reads_of\n"
        "print(all(map(reads_of, check_queries().values())))\n"
        "print('rdflib.plugins.sparql.parser' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert said.stdout.split() == ["True", "False"], said.stderr
