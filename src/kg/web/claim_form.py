"""A form that writes one well-formed claim, for those who do not write Turtle.

The texts of documents are not here: whoever fills it in pastes the sentence, whose digest says
whether it is that of the committed list. Its words are not kept.
"""

from __future__ import annotations

from typing import Any, Final

from flask import render_template, request
from rdflib import RDF, RDFS
from werkzeug.wrappers import Response

from kg.claims.drafting import Draft, draft_claim_in_sentence
from kg.claims.saying import CERTAINTIES, MODES, POLARITIES, draft_of, named, new_time, thing
from kg.errors import InputError, NotFoundError
from kg.namespaces import CKG, compact
from kg.rdf.turtle import canonical
from kg.sparql.known import known_of
from kg.store.interface import Store

SAID: Final = {
    "subject": "Subject",
    "predicate": "Predicate",
    "value": "Object",
    "words": "Words",
    "claimant": "Claimant",
    "mode": "Mode",
    "certainty": "Certainty",
    "polarity": "Stance",
    "gloss": "In our own words",
    "note": "Note",
}
"""The fields that say something of the claim, by their names in a draft."""
_UNASKED: Final = {"content": None, "made_in": None, "disputes": ()}
"""What a claim may have besides, which is written in Turtle."""
DEFAULTS: Final = {"mode": "fact", "certainty": "certain", "polarity": "positive"}


def claim_form(store: Store, error: InputError | NotFoundError | None = None) -> Response:
    """The form, with what was sent in it and, if there was one, why it is no claim yet."""
    known = known_of(store, [])
    predicates = sorted(
        (str(known.value(node, RDFS.label)), compact(str(node)))
        for node in known.subjects(RDF.type, CKG.Predicate, unique=True)
    )
    html = render_template(
        "claim_form.html",
        sent=DEFAULTS | request.form.to_dict(),
        predicates=predicates,
        modes=MODES,
        certainties=CERTAINTIES,
        polarities=POLARITIES,
        error=error,
        excerpt="",
    )
    return Response(html, 400 if error else 200, mimetype="text/html")


def drafted(store: Store) -> dict[str, str]:
    """What the form for contributions has in it for the claim that was sent.

    Raises `InputError` or `NotFoundError` for what is not a claim, or not on this sentence.
    """
    draft, value = _draft()
    known = known_of(store, named(draft), draft.document)
    times = new_time(known, draft, value)
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    made = draft_claim_in_sentence(known + times, text, draft)
    return {
        "added": canonical(made.triples + times),
        "format": "text/turtle",
        "title": (draft.gloss or "")[:200],
        "reason": request.form.get("note", ""),
        "document": compact(str(draft.document)),
    }


def _draft() -> tuple[Draft, str]:
    said: dict[str, Any] = {name: request.form.get(name, "").strip() or None for name in SAID}
    for name in ("subject", "predicate", "value", "gloss"):
        if said[name] is None:
            raise InputError(f"{SAID[name]}: this is needed")
    for name, allowed in (("mode", MODES), ("certainty", CERTAINTIES), ("polarity", POLARITIES)):
        said[name] = said[name] or DEFAULTS[name]
        if said[name] not in allowed:
            raise InputError(f"{SAID[name]}: {said[name]!r} is none of {', '.join(allowed)}")
    number = request.form.get("sentence", "").strip()
    if not (number.isascii() and number.isdecimal() and 0 < len(number) < 6):
        raise InputError(
            "Sentence: its number is a whole number", hint="the document's page has it"
        )
    document = thing(request.form.get("document", "").strip(), "Document", kind="document")
    found = draft_of(document, int(number), {**said, **_UNASKED}, lambda name: SAID.get(name, name))
    return found, said["value"]
