"""What a profile says, in a few words for tables."""

from __future__ import annotations

from typing import Final

from kg.namespaces import compact
from kg.profiles.model import Property
from kg.profiles.shapes import shown

LONGEST: Final = 80
"""Longer examples are cut off."""


def cardinality(each: Property) -> str:
    """How many values there are: `exactly 1`, `at least 1`, `at most 1`, `any number`."""
    least, most = each.least, each.most
    if least == most:
        return f"exactly {least}"
    if most is None:
        return f"at least {least}" if least else "any number"
    return f"{least} to {most}" if least else f"at most {most}"


def values_in_words(each: Property) -> str:
    """What the values are: a class, a vocabulary, a datatype with its bounds, a text."""
    values = each.values
    if values.scheme:
        return f"a concept of {values.scheme}"
    if values.classes:
        return " or ".join(map(compact, values.classes))
    if each.is_iri:
        return "an IRI"
    if values.choices:
        return f"one of {', '.join(values.choices)}"
    if each.tagged:
        languages = ", ".join(values.languages)
        return f"text, @{languages}" if languages else "text with its language"
    bounds = " ".join(
        f"{word} {value}"
        for word, value in (("from", values.minimum), ("to", values.maximum))
        if value
    )
    return f"{compact(each.datatype) or 'text'} {bounds}".strip()


def example_in_words(each: Property) -> str:
    """An example, cut off where it is long; empty where there is none."""
    text = "" if each.example is None else shown(each.example)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
