"""All hostile uploads to ``/validate``; the modules beside this one hold them by their aims."""

from __future__ import annotations

from tests.attacks.model import Upload
from tests.attacks.upload_parsers import CONTEXTS, ENTITIES, NESTED
from tests.attacks.upload_shapes import SHAPES
from tests.attacks.upload_sizes import OUT_OF_SHAPE, SIZES
from tests.attacks.upload_tables import TABLES
from tests.attacks.upload_terms import GRAPHS, TERMS
from tests.attacks.upload_values import BLANKS, LEXICAL

UPLOADS: list[Upload] = [
    *TERMS, *GRAPHS, *BLANKS, *LEXICAL, *ENTITIES, *CONTEXTS, *SHAPES, *NESTED, *SIZES,
    *OUT_OF_SHAPE, *TABLES,
]  # fmt: skip
