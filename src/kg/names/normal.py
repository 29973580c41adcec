"""Names in one form: Latin letters without case and accents, for comparison and never for display.

What is one name in two spellings (`Пашинян`, `Փաշինյան`, `Paşinyan`, `Pashinian`) has, as a rule,
one form. Transliteration is rough on purpose: it has to agree with itself, not with a standard.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

CYRILLIC: Final = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґў",
        "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch  y  e iu ia i i e g u".split(
            " "
        ),
        strict=True,
    )
)
ARMENIAN: Final = dict(
    zip(
        "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
        "a b g d e z e y t zh i l kh ts k h dz gh ch m y n sh o ch p j r s v t r ts v p k o f ev"
        "".split(" "),
        strict=True,
    )
)
GEORGIAN: Final = dict(
    zip(
        "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
        "a b g d e v z t i k l m n o p zh r s t u p k gh q sh ch ts dz ts ch kh j h".split(" "),
        strict=True,
    )
)
LATIN: Final = {
    **dict.fromkeys("şșš", "sh"),
    "č": "ch",
    "ž": "zh",
    "ə": "a",
    "ı": "i",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ё": "e",
    "й": "i",
}

_LETTERS: Final = str.maketrans({**CYRILLIC, **ARMENIAN, **GEORGIAN, **LATIN})
_APART: Final = re.compile(r"[^a-z0-9]+")
_SILENT: Final = re.compile(r"['’ʼʻ`´‘ʹ՚.]")
_DOUBLE_I: Final = re.compile(r"i{2,}")

ENDINGS: Final = tuple(
    sorted(
        set(
            # Russian and Ukrainian
            "a u i e ia iu om em im oi ei oiu eiu ami iami akh iakh ogo omu uiu aia iei"
            # Armenian
            " n in ov um its ner neri"
            # Azerbaijani and Turkish
            " un nin nun dan den da de ia ie la le li"
            # English
            " s".split()
        ),
        key=lambda ending: (-len(ending), ending),
    )
)
"""Endings of inflected names in the form of `fold_name`, the longest first."""

SHORTEST_STEM: Final = 4

_SOUNDS: Final = (
    (re.compile("shch|tch|sch|sh|ch|ts|tz|dz|dj|zh|[cjzs]"), "S"),
    (re.compile("kh|gh|ck|[kqgxh]"), "K"),
    (re.compile("ph|[vwf]"), "V"),
    (re.compile("th|[td]"), "T"),
)


@lru_cache(maxsize=50_000)
def fold_name(text: str) -> str:
    """A name as words of a-z and 0-9 with single spaces; empty where it has neither."""
    lowered = unicodedata.normalize("NFC", text.casefold()).replace("ու", "u")
    lowered = _SILENT.sub("", lowered.replace(". ", " ").replace(".", " "))
    latin = lowered.translate(_LETTERS)
    return " ".join([_one_i(word) for word in _APART.split(_plain(latin)) if word])


def _plain(latin: str) -> str:
    """Without accents; most names have none left by now."""
    if latin.isascii():
        return latin
    letters = unicodedata.normalize("NFKD", latin)
    kept = "".join(c for c in letters if not unicodedata.combining(c))
    return kept.casefold().translate(_LETTERS)


def _one_i(word: str) -> str:
    """`ya`, `ia` and `ja` differ by taste only: y is i, but for a first `ye`, which is `e`."""
    if word.startswith("ye"):
        word = word[1:]
    return _DOUBLE_I.sub("i", word.replace("y", "i")) if len(word) > 1 else word


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name, in its order."""
    return tuple(fold_name(text).split())


@lru_cache(maxsize=100_000)
def stems(word: str) -> tuple[str, ...]:
    """A word that `fold_name` made without each of the endings that it may have."""
    return tuple(
        word[: -len(ending)]
        for ending in ENDINGS
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM
    )


@lru_cache(maxsize=200_000)
def skeleton(word: str) -> str:
    """How a word sounds, roughly: its consonants in classes, after an A if a vowel is first.

    A number stays what it is.
    """
    if word.isdecimal():
        return word
    for sounds, letter in _SOUNDS:
        word = sounds.sub(letter, word)
    first = "A" if word[:1] in "aeiou" else ""
    consonants = re.sub("[aeiou]", "", word)
    return first + re.sub(r"(.)\1+", r"\1", consonants)
