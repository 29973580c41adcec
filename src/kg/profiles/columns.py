"""The columns of a table: what their titles mean, and which titles a template has.

A title is the name of a property, with or without its prefix, then perhaps `@` and a language, or
`^^` and a datatype: `certainty`, `label@en`, `ckg:duration^^xsd:dayTimeDuration`, and `scope^^IRI`
where things are meant instead of texts. The first column names the thing of each row; its title is
the name of the template, so that a file says whose it is.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from kg.errors import InputError, TableError
from kg.namespaces import expand
from kg.profiles.cells import IRI, Column
from kg.profiles.classes import Profiles
from kg.profiles.model import Profile, Property
from kg.rdf.upload_rules import LANGUAGE

ID: Final = "id"
"""What the first column may be called where the template is told otherwise."""

_TITLE: Final = re.compile(r"(?P<name>[^@^\s]+)(?:@(?P<language>[^@^\s]+)|\^\^(?P<type>\S+))?")


def profile_named(name: str, profiles: Profiles) -> Profile:
    """The profile of a template, of a class or of its prefixed name; raises `InputError`."""
    local = name.rpartition(":")[2].lower()
    every = profiles.by_name.values()
    found = next((p for p in every if local in (p.template, p.local.lower())), None)
    if found is not None and found.kind:
        return found
    if found is not None:
        below = sorted(p.template for p in profiles.templates.values() if found.iri in p.classes)
        raise InputError(
            f"{found.name} has no template of its own",
            hint=f"take that of {', '.join(below)}" if below else None,
        )
    near = difflib.get_close_matches(local, profiles.templates, 1)
    names = ", ".join(sorted(profiles.templates))
    hint = f"did you mean {near[0]}?" if near else f"there are {names}"
    raise InputError(f"there is no template {name!r}", hint=hint)


def short_name(each: Property, profile: Profile) -> str:
    """The name of a property in titles: without its prefix unless that could mean another.

    A name that is short for a text and for an IRI is that of the text.
    """
    local = _local(each)
    same = [p for p in profile.properties if _local(p) == local]
    if len(same) > 1 and not each.is_iri:
        same = [p for p in same if not p.is_iri]
    taken = len(same) > 1 or local in (ID, profile.template)
    return each.name if taken else local


def title_of(each: Property, profile: Profile, language: str = "", datatype: str = "") -> str:
    """The title of a column."""
    tag = f"@{language}" if language else (f"^^{datatype}" if datatype else "")
    return short_name(each, profile) + tag


def default_language(each: Property) -> str:
    """The language in which texts of a property usually are, or nothing."""
    return next(iter(each.values.languages), "en") if each.tagged else ""


def template_titles(profile: Profile) -> list[str]:
    """The titles of an empty table, the first for the thing that a row is about."""
    titles = [title_of(p, profile, default_language(p)) for p in profile.own]
    return [profile.template, *titles]


def template_of(titles: Sequence[str], profiles: Profiles) -> Profile | None:
    """The template that the first title names, if it names one."""
    return profiles.templates.get(titles[0].strip().lower()) if titles else None


def known_columns(titles: Sequence[str], profile: Profile) -> int:
    """How many titles mean something."""
    names = _names(profile)
    found = (_TITLE.fullmatch(title.strip()) for title in titles[1:])
    return sum(match is not None and match["name"] in names for match in found)


def read_titles(titles: Sequence[str], profile: Profile) -> list[Column | None]:
    """The columns after the first; None for one without a title. Raises `TableError`."""
    stripped = [title.strip() for title in titles]
    if stripped[0].lower() not in (ID, profile.template):
        raise TableError(
            f"the first column is called {titles[0][:40]!r}",
            hint=f"it names the things, and is called {profile.template} or {ID}",
            line=1,
        )
    repeated = [title for title, count in Counter(stripped).items() if title and count > 1]
    if repeated:
        raise TableError(
            f"two columns are called {repeated[0]!r}",
            hint="put several values into one cell, as in a | b",
            line=1,
        )
    names = _names(profile)
    return [_column(title, names, profile) if title else None for title in stripped[1:]]


def _column(title: str, names: Mapping[str, Property], profile: Profile) -> Column:
    match = _TITLE.fullmatch(title)
    each = names.get(match["name"]) if match else None
    if match is None or each is None:
        near = difflib.get_close_matches(title.partition("@")[0], names, 1)
        hint = f"did you mean {near[0]}?" if near else f"`kg template {profile.template}` shows all"
        raise TableError(f"there is no column {title[:60]!r}", hint=hint, line=1)
    language, datatype = match["language"] or "", match["type"] or ""
    if language and (each.is_iri or (each.fixed and not each.tagged)):
        raise TableError(f"{each.name} has no language", hint="leave it out", line=1)
    if language and not LANGUAGE.fullmatch(language):
        raise TableError(f"{title}: {language!r} is no language", hint="write @en", line=1)
    if datatype == IRI and not each.is_iri and not each.fixed:
        return Column(title, each, datatype=IRI)
    if datatype and (each.is_iri or expand(datatype) is None):
        raise TableError(f"{title}: {datatype!r} is no datatype here", hint="leave it out", line=1)
    if each.tagged and not language and not datatype:
        language = next(iter(each.values.languages), "")
        if not language:
            raise TableError(f"{title} needs a language", hint=f"call it {title}@en", line=1)
    return Column(title, each, language, expand(datatype) or "" if datatype else "")


def _names(profile: Profile) -> dict[str, Property]:
    """Properties by all names that they have in titles."""
    return {
        name: each for each in profile.properties for name in (each.name, short_name(each, profile))
    }


def _local(each: Property) -> str:
    return each.name.rpartition(":")[2]
