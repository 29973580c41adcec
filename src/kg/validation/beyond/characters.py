"""Characters that look like others: words of two scripts, and names of ours that are not ASCII."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from kg.namespaces import BASE
from kg.validation.beyond.telling import warning
from kg.validation.report import Finding, Kind

MIXED: Final = "mixed-scripts-warning"

_LOOKS: Final = {
    **dict(zip("асеіјорѕухԁһӏ", "aceijopsyxdhl", strict=True)),
    **dict(zip("АВСЕНІЈКМОРЅТХУ", "ABCEHIJKMOPSTXY", strict=True)),
    **dict(zip("οαινυρΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oaivupABEZHIKMNOPTYX", strict=True)),
    **dict(zip("օոսհցՕՍՏ", "onuhgOUS", strict=True)),
}
"""Letters of other scripts that look like Latin ones."""

SCRIPTS: Final = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN")
_WORD: Final = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")


def mixed_scripts(added: Iterable[ox.Triple]) -> Iterator[Finding]:
    """IRIs and texts of new triples in which a letter looks like one of another script."""
    seen: set[ox.NamedNode] = set()
    for triple in added:
        for term in triple:
            if isinstance(term, ox.NamedNode) and term.value.startswith(BASE) and term not in seen:
                seen.add(term)
                odd = next((c for c in term.value if c.isalpha() and c > "~"), None)
                if odd is not None:
                    said = f"An IRI of ours has Latin letters only: {_named(odd)} is in this one."
                    yield _finding(triple, term.value, f"{said}{_advice(term.value)}")
            elif isinstance(term, ox.Literal):
                for word in mixed_words(term.value):
                    odd = _odd_letter(word)
                    said = f'A word is of one script: {_named(odd)} is in "{word}".'
                    yield _finding(triple, str(term), f"{said}{_advice(word)}")


def mixed_words(text: str) -> list[str]:
    """The words of a text in which Latin and letters of another script that look so are mixed.

    A word with letters that look like none of its other script, such as "µm" or "α-helix", is no
    mistake, and the parts beside a hyphen are words of their own.
    """
    return [word for word in _WORD.findall(text) if _is_mixed(word)]


def _is_mixed(word: str) -> bool:
    scripts = {_script(letter) for letter in word} - {""}
    return len(scripts) > 1 and any(letter in _LOOKS for letter in word)


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    return next((script for script in SCRIPTS if name.startswith(script)), "")


def _odd_letter(word: str) -> str:
    """The first letter of the script that fewer letters of a word are of."""
    scripts = [_script(letter) for letter in word]
    rarest = min((s for s in scripts if s), key=lambda script: (scripts.count(script), script))
    return word[scripts.index(rarest)]


def _named(letter: str) -> str:
    return f"{letter} (U+{ord(letter):04X}, {unicodedata.name(letter, 'no name').lower()})"


def _advice(text: str) -> str:
    """How it is in Latin letters, if that is all that is wrong with it."""
    latin = "".join(_LOOKS.get(letter, letter) for letter in text)
    return f" Perhaps it is {latin}." if latin.isascii() else ""


def _finding(triple: ox.Triple, value: str, message: str) -> Finding:
    return warning(triple, message, name=MIXED, kind=Kind.CHARACTERS, value=value)
