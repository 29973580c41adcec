"""Names made comparable: without case, marks and the order of words, in Latin letters.

What is folded is a key and nothing to show: it tells apart fewer names than people do, so that one
key is a reason to look and no proof.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_CYRILLIC: Final = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґў",
        "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya e i i e g u"
        "".replace("_", "-").split(),
        strict=True,
    )
)
_ARMENIAN: Final = dict(
    zip(
        "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
        "a b g d e z e e t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts u p k o f ev"
        "".split(),
        strict=True,
    )
)
_LATIN: Final = {"ı": "i", "ə": "a", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th"}
_LETTERS: Final = str.maketrans(
    {k: "" if v == "-" else v for k, v in (_CYRILLIC | _ARMENIAN | _LATIN).items()}
)
_APOSTROPHES: Final = re.compile("['’ʼ`ʻ]")
_WORDS: Final = re.compile(r"[^\W_]+")

_LOOSE: Final = (
    (re.compile("kh"), "h"),
    (re.compile("gh"), "g"),
    (re.compile("ou|w"), "u"),
    (re.compile("x"), "ks"),
    (re.compile("[yj]"), "i"),
    (re.compile("i(?=[aeou])|(?<=[aeou])i"), ""),
    (re.compile(r"([^\W\d])\1+"), r"\1"),
)
"""Spellings between which transliterations differ."""


def in_lower_case(text: str) -> str:
    """The words of a text in lower case, sorted; marks and letters stay."""
    return " ".join(sorted(_WORDS.findall(_APOSTROPHES.sub("", text.casefold()))))


def folded(text: str) -> str:
    """The words of a text in lower-case Latin letters without marks, sorted.

    Letters of other scripts than Latin, Cyrillic and Armenian stay. Folding twice changes nothing.
    """
    plain = _unmarked(_unmarked(text).translate(_LETTERS))
    return " ".join(sorted(_WORDS.findall(_APOSTROPHES.sub("", plain))))


def loosely_folded(text: str) -> str:
    """As `folded`, and alike for spellings between which transliterations differ: Aliyev, Алиев."""
    key, before = folded(text), ""
    while key != before:
        before = key
        for spelling, letter in _LOOSE:
            key = spelling.sub(letter, key)
        key = " ".join(sorted(key.split()))
    return key


def _unmarked(text: str) -> str:
    """Lower case, compatibility forms resolved, and no combining marks."""
    if text.isascii():
        return text.lower()
    low = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in low if not unicodedata.combining(c))
