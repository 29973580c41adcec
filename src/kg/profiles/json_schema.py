"""A JSON Schema of a class: what keeps it is JSON-LD, to be loaded and converted as it is.

A document has a context, which the schema fixes, and a list of nodes. Keys are prefixed names; the
context says which values are IRIs, and which language or datatype the others have, so that most
values are plain texts.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import pyoxigraph as ox

from kg.namespaces import BASE, PREFIXES, compact
from kg.profiles.classes import Profiles
from kg.profiles.model import XSD, Profile, Property
from kg.profiles.rdf import Term

Schema: TypeAlias = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_NATIVE: Final = {f"{XSD}integer": "integer", f"{XSD}boolean": "boolean"}
"""Datatypes whose values JSON has itself; a decimal in JSON would be a double in RDF."""
_FORMATS: Final = {f"{XSD}date": "date", f"{XSD}anyURI": "uri"}
_DECIMAL: Final = f"{XSD}decimal"
_NAME: Final = r"^([A-Za-z][A-Za-z0-9-]*:[^\s<>]+|https?://[^\s<>]+)$"


def schema_iri(profile: Profile) -> str:
    """Where the schema of a class is found."""
    return f"{BASE}templates/{profile.template}.schema.json"


def json_schema(profile: Profile, profiles: Profiles) -> Schema:
    """The schema of documents with instances of a class."""
    schema: Schema = {
        "$schema": DIALECT,
        "$id": schema_iri(profile),
        "title": profile.name,
        "description": profile.meaning,
        "type": "object",
        "required": ["@context", "@graph"],
        "additionalProperties": False,
        "properties": {
            "@context": {"const": context_of(profile)},
            "@graph": {"type": "array", "items": {"$ref": "#/$defs/node"}},
        },
        "$defs": {"node": _node(profile, profiles)},
    }
    if profile.instance:
        schema["examples"] = [example_document(profile, profiles)]
    return schema


def context_of(profile: Profile) -> Schema:
    """The context of documents with instances of a class: prefixes, and what its values are."""
    prefixes = {name: PREFIXES[name] for name in sorted(PREFIXES)}
    told = ((p.name, _coercion(p)) for p in sorted(profile.properties, key=lambda p: p.name))
    return {**prefixes, **{name: {"@id": _full(name), **told_} for name, told_ in told if told_}}


def example_document(profile: Profile, profiles: Profiles) -> Schema:
    """A document with one instance, which keeps the schema."""
    own = {p.iri: p for p in profile.own}
    node: Schema = {"@id": compact(profile.instance), "@type": profile.name}
    for predicate, term in profiles.data.pairs(profile.instance):
        if predicate in own:
            node.setdefault(own[predicate].name, []).append(_written(term, own[predicate]))
    for each in own.values():
        if len(node.get(each.name, ())) == 1:
            [node[each.name]] = node[each.name]
    return {"@context": context_of(profile), "@graph": [node]}


def _node(profile: Profile, profiles: Profiles) -> Schema:
    properties = {p.name: _values(p, profiles) for p in profile.properties}
    named = f"^({profile.kind}:|{PREFIXES[profile.kind]})"
    return {
        "type": "object",
        "required": ["@id", "@type", *(p.name for p in profile.own if p.least)],
        "additionalProperties": False,
        "properties": {
            "@id": {"type": "string", "pattern": named, "description": "its name"},
            "@type": {"const": profile.name},
            **properties,
        },
    }


def _values(each: Property, profiles: Profiles) -> Schema:
    """The schema of one value or of several, as many as the shapes allow."""
    one = _value(each, profiles)
    about = {"description": each.meaning} if each.meaning else {}
    if each.most == 1:
        return {**one, **about}
    several: Schema = {"type": "array", "items": one, "minItems": max(each.least, 1)}
    if each.most is not None:
        several["maxItems"] = each.most
    return {"anyOf": [one, several], **about}


def _value(each: Property, profiles: Profiles) -> Schema:
    values = each.values
    if each.is_iri:
        return _iri(each, profiles)
    if each.tagged:
        return _tagged(each)
    if values.choices:
        return {"enum": list(values.choices)}
    if each.datatype in _NATIVE and each.fixed:
        found: Schema = {"type": _NATIVE[each.datatype]}
        limits = {"minimum": values.minimum, "maximum": values.maximum}
        return found | {name: int(value) for name, value in limits.items() if value}
    text: Schema = {"type": "string"}
    if each.datatype == _DECIMAL:
        text["pattern"] = r"^-?[0-9]+(\.[0-9]+)?$"
    elif values.pattern:
        text["pattern"] = values.pattern
    if each.fixed and each.datatype in _FORMATS:
        text["format"] = _FORMATS[each.datatype]
    return text if each.fixed or not each.datatype else {"anyOf": [text, _full_value("@type")]}


def _iri(each: Property, profiles: Profiles) -> Schema:
    if scheme := each.values.scheme:
        return {"enum": [compact(iri) for iri in profiles.concepts(scheme)]}
    kinds = profiles.kinds_of(each.values.classes) if each.values.classes else ()
    if not kinds:
        return {"type": "string", "pattern": _NAME}
    namespaces = [text for kind in kinds for text in (f"{kind}:", PREFIXES[kind])]
    return {"type": "string", "pattern": f"^({'|'.join(namespaces)})"}


def _tagged(each: Property) -> Schema:
    languages = each.values.languages
    if len(languages) == 1:
        return {"type": "string", "minLength": 1}
    return _full_value("@language")


def _full_value(key: str) -> Schema:
    """A value with its language or its datatype, as JSON-LD writes it in full."""
    return {
        "type": "object",
        "required": ["@value", key],
        "additionalProperties": False,
        "properties": {"@value": {"type": "string"}, key: {"type": "string"}},
    }


def _coercion(each: Property) -> Schema:
    """What the context says of the plain texts of a property."""
    if each.is_iri:
        return {"@type": "@id"}
    if each.tagged:
        languages = each.values.languages
        return {"@language": languages[0]} if len(languages) == 1 else {}
    if each.datatype and not (each.fixed and each.datatype in _NATIVE):
        return {"@type": compact(each.datatype)}
    return {}


def _written(term: Term, each: Property) -> Any:
    """A term as the context lets it be written."""
    if isinstance(term, ox.NamedNode):
        return compact(term.value) if each.is_iri else {"@id": term.value}
    if not isinstance(term, ox.Literal):
        return str(term)
    if term.language:
        short = each.values.languages == (term.language,)
        return term.value if short else {"@value": term.value, "@language": term.language}
    if term.datatype.value in _NATIVE and each.fixed:
        return int(term.value) if term.value.isdigit() else term.value == "true"
    if term.datatype.value in (each.datatype, "") or not _coercion(each):
        return term.value
    return {"@value": term.value, "@type": compact(term.datatype.value)}


def _full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local
