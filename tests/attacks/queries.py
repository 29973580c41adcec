"""All hostile requests to ``/sparql``; the modules beside this one hold them by their aims."""

from __future__ import annotations

from tests.attacks.calls import CALLS, FILES
from tests.attacks.heavy import ENDLESS, STREAMS
from tests.attacks.memory import MEMORY, REGEXES
from tests.attacks.model import Attack
from tests.attacks.nesting import FLOODS, NESTED, PLANNERS
from tests.attacks.requests import ENCODINGS, SHAPES, VOLUMES
from tests.attacks.updates import UPDATES

QUERIES: list[Attack] = [
    *CALLS, *FILES, *NESTED, *PLANNERS, *FLOODS, *ENDLESS, *STREAMS, *MEMORY, *REGEXES,
    *ENCODINGS, *SHAPES, *VOLUMES,
]  # fmt: skip
ATTACKS: list[Attack] = [*QUERIES, *UPDATES]
