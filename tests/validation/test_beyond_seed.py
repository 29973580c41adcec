"""The data that comes with kg was read: nothing beside shapes and checks is to be said of it."""

from __future__ import annotations

from tests.validation.beyond import named

from kg.validation import Report, read_files, seed_files
from kg.validation.beyond.around import Around
from kg.validation.beyond.findings import beyond
from kg.validation.beyond.names import Spellings
from kg.validation.beyond.relations import MAY_CONTRADICT, OPPOSES, RIVALS, SUPPORTS
from kg.validation.dataset import derived_store
from kg.validation.files import dataset_of
from kg.validation.solutions import quads_about


def test_nothing_looks_wrong_in_the_seed_and_its_claims_stand_as_the_rules_say() -> None:
    store = derived_store(dataset_of(read_files(seed_files())))
    triples = [quad.triple for quad in quads_about(store)]
    assert len(triples) > 1_000
    assert beyond(store, triples).results == ()
    spellings, report = Spellings(Around(store)), Report()
    for triple in triples:
        if triple.predicate.value.endswith("#content"):  # as if it were the last that came
            report += beyond(store, [triple], spellings)
    candidates = store.quads_for_pattern(None, MAY_CONTRADICT, None, None)
    against = {f.focus_node for f in report.results if f.source_shape in (OPPOSES, RIVALS)}
    assert named(report.results) == {SUPPORTS, OPPOSES, RIVALS}
    assert against == {getattr(quad.subject, "value", "") for quad in candidates}
