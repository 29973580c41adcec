"""What is wrong, in one sentence about the value that was found.

The message of a shape says what conforming data has, and is the same for all that the shape tests.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Final, TypeAlias

import pyoxigraph as ox

from kg.errors import KgError
from kg.namespaces import compact
from kg.validation.guide import Guide
from kg.validation.report import Finding

_SH: Final = "http://www.w3.org/ns/shacl#"
_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_SHOWN: Final = 60
_NUMBERS: Final = frozenset({"xsd:integer", "xsd:decimal", "xsd:double"})

Sentence: TypeAlias = Callable[[Finding, Guide], str]


def problem(finding: Finding, guide: Guide) -> str:
    """One sentence that says what is wrong; of a check it is the message."""
    if finding.component is None:
        return finding.message
    name = finding.component.removeprefix(_SH).removesuffix("ConstraintComponent")
    return _SENTENCES.get(name, _unfit)(finding, guide)


def shown(term: str | None) -> str:
    """A term as people write it, with a prefix and not longer than a line: `"12"^^xsd:integer`."""
    literal = literal_of(term)
    if term is None or literal is None:
        return compact(term or "")
    text = f'"{textwrap.shorten(literal.value, _SHOWN, placeholder=" …")}"'
    if literal.language:
        return f"{text}@{literal.language}"
    return text if literal.datatype.value == _STRING else f"{text}^^{compact(_datatype(literal))}"


def literal_of(term: str | None) -> ox.Literal | None:
    """The literal that is written as in N-Triples; None for an IRI."""
    if term is None or not term.startswith('"'):
        return None
    try:
        (quad,) = ox.parse(f"<a:> <a:> {term} .", format=ox.RdfFormat.N_TRIPLES)
    except SyntaxError as error:  # it was written by the parser's own library
        raise KgError(f"a value cannot be read: {term}") from error
    return quad.object if isinstance(quad.object, ox.Literal) else None


def _datatype(literal: ox.Literal) -> str:
    return literal.datatype.value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _what(finding: Finding) -> str:
    """What is tested: the value of the property, or the node itself."""
    return shown(finding.value if finding.value is not None else finding.focus_node)


def _property(finding: Finding) -> str:
    return compact(finding.path) if finding.path is not None else "this"


def _too_few(finding: Finding, guide: Guide) -> str:
    least = str(guide.parameter(finding.source_shape, "minCount") or "1")
    node = compact(finding.focus_node)
    if least == "1":
        return f"{node} has no {_property(finding)}."
    return f"{node} has fewer than {least} values of {_property(finding)}."


def _too_many(finding: Finding, guide: Guide) -> str:
    most = str(guide.parameter(finding.source_shape, "maxCount") or "1")
    many = "more than one value" if most == "1" else f"more than {most} values"
    return f"{compact(finding.focus_node)} has {many} of {_property(finding)}."


def _class(finding: Finding, guide: Guide) -> str:
    kind = compact(str(guide.parameter(finding.source_shape, "class") or ""))
    if literal_of(finding.value) is not None:
        return f"{_what(finding)} is a text; what stands here is the IRI of a {kind}."
    return f"Nothing says that {_what(finding)} is a {kind}."


def _datatype_of(finding: Finding, guide: Guide) -> str:
    asked = compact(str(guide.parameter(finding.source_shape, "datatype") or ""))
    literal = literal_of(finding.value)
    if literal is None:
        return f"{_what(finding)} is an IRI; what stands here is a literal of {asked}."
    text = f'"{textwrap.shorten(literal.value, _SHOWN, placeholder=" …")}"'
    if asked in _NUMBERS and not _is_number(literal.value):
        return f"{text} is a text; an {asked} is a number alone, without quotes and units."
    if compact(_datatype(literal)) == asked:
        return f"{text} is not how {asked} is written."
    if literal.language:
        return f"{shown(finding.value)} is a text in a language; {asked} stands here."
    return f"{text} has the datatype {compact(_datatype(literal))}, and not {asked}."


def _language(finding: Finding, guide: Guide) -> str:
    literal = literal_of(finding.value)
    asked = " or ".join(f"@{tag}" for tag in guide.listed(finding.source_shape, "languageIn"))
    if literal is None:
        return f"{_what(finding)} is an IRI; what stands here is a text with {asked}."
    if literal.language:
        return f"{_what(finding)} has the language tag @{literal.language}, and not {asked}."
    return f"{_what(finding)} has no language tag; {asked} is missing behind it."


def _form(finding: Finding, _guide: Guide) -> str:
    return f"{_what(finding)} is not written in this form."


def _node(finding: Finding, guide: Guide) -> str:
    scheme = guide.scheme(finding.source_shape)
    if scheme is None:
        return _unfit(finding, guide)
    return f"{_what(finding)} is no concept of the scheme {scheme.rpartition('/')[2]}."


def _listed(finding: Finding, _guide: Guide) -> str:
    return f"{_what(finding)} is none of these."


def _bound(finding: Finding, guide: Guide) -> str:
    least = guide.parameter(finding.source_shape, "minInclusive")
    most = guide.parameter(finding.source_shape, "maxInclusive")
    within = " and ".join(
        f"{word} {bound}"
        for word, bound in (("at least", least), ("at most", most))
        if bound is not None
    )
    literal = literal_of(finding.value)
    if literal is not None and _is_number(literal.value):
        return f"{literal.value} is not {within}."
    return f"{_what(finding)} is no number, so it is not {within}."


def _kind_of_term(finding: Finding, _guide: Guide) -> str:
    kind = "an IRI" if literal_of(finding.value) is None else "a literal"
    return f"{_what(finding)} is {kind}, which cannot stand here."


def _same_language(finding: Finding, _guide: Guide) -> str:
    return f"{compact(finding.focus_node)} has two values of {_property(finding)} in one language."


def _unfit(finding: Finding, _guide: Guide) -> str:
    if finding.value is not None and literal_of(finding.value) is not None:
        return f"{_what(finding)} is a text, which does not fit here."
    return f"{_what(finding)} does not fit here."


_SENTENCES: Final[dict[str, Sentence]] = {
    "Class": _class,
    "Datatype": _datatype_of,
    "In": _listed,
    "LanguageIn": _language,
    "MaxCount": _too_many,
    "MaxInclusive": _bound,
    "MinCount": _too_few,
    "MinInclusive": _bound,
    "Node": _node,
    "NodeKind": _kind_of_term,
    "Pattern": _form,
    "UniqueLang": _same_language,
}
"""By the name of the constraint component; others are told in general words."""
