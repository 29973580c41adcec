"""How a page is cited: in words, in BibTeX and in CSL-JSON, each naming the generation it shows."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask import Blueprint, Response, abort
from werkzeug.wrappers import Response as BaseResponse

from kg.publication.description import TITLE
from kg.store.interface import Store
from kg.web.addresses import thing_iri
from kg.web.asking import Asking
from kg.web.missing import not_found

AUTHORS: Final = "Conflict KG contributors"
"""As in CITATION.cff."""
LICENCE: Final = "CC BY 4.0"
FORMS: Final[dict[str, tuple[str, str]]] = {
    "bib": ("application/x-bibtex", "BibTeX"),
    "csl.json": ("application/vnd.citationstyles.csl+json", "CSL-JSON"),
}
"""Media type and name of each form, by its suffix."""

_ESCAPED: Final = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_OUTSIDE_KEYS: Final = re.compile(r"[^A-Za-z0-9:.-]+")


@dataclass(frozen=True)
class Citation:
    """What is needed to cite a thing; `issued` is unknown where a store has no history."""

    title: str
    kind: str
    slug: str
    iri: str
    generation: int
    issued: date | None

    @property
    def key(self) -> str:
        """The key of the entry: letters, digits and a few signs."""
        return _OUTSIDE_KEYS.sub("-", f"ckg:{self.kind}:{self.slug}")

    @property
    def version(self) -> str:
        """The generation in words."""
        return f"generation {self.generation}"

    @property
    def words(self) -> str:
        """One line for a list of references."""
        when = f" ({self.issued.isoformat()})" if self.issued else ""
        kind = self.kind.replace("-", " ")
        return (
            f"{AUTHORS}: “{self.title}” ({kind}). {TITLE}, {self.version}{when}."
            f" {self.iri}. {LICENCE}."
        )

    def bibtex(self) -> str:
        """The entry for BibTeX; its values are escaped for TeX, addresses are left to `url`."""
        fields = {
            "author": f"{{{AUTHORS}}}",
            "title": f"{{{self.title.translate(_ESCAPED)}}}",
            "howpublished": TITLE,
            "note": f"{self.version}, {LICENCE}",
            "url": self.iri,
        }
        if self.issued:
            fields |= {"year": str(self.issued.year), "date": self.issued.isoformat()}
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        return f"@misc{{{self.key},\n{lines}\n}}\n"

    def csl(self) -> list[dict[str, Any]]:
        """The items of CSL-JSON: always one."""
        item: dict[str, Any] = {
            "id": self.key,
            "type": "entry",
            "author": [{"literal": AUTHORS}],
            "title": self.title,
            "container-title": TITLE,
            "version": self.version,
            "URL": self.iri,
            "license": LICENCE,
        }
        if self.issued:
            day = self.issued
            item["issued"] = {"date-parts": [[day.year, day.month, day.day]]}
        return [item]


def citation(store: Store, kind: str, slug: str, title: str) -> Citation:
    """How the thing of this kind and slug is cited as it is in the newest generation."""
    log = store.log() if store.capabilities.history else ()
    issued = date.fromisoformat(log[-1].time[:10]) if log else None
    return Citation(title, kind, slug, thing_iri(kind, slug), store.generation(), issued)


def blueprint(asking: Asking) -> Blueprint:
    """Citations as files."""
    bp = Blueprint("citing", __name__)

    @bp.get("/cite/<kind>/<path:file>")
    def cite(kind: str, file: str) -> BaseResponse:
        """The citation of a thing as a file that reference managers read."""
        suffix = next((each for each in FORMS if file.endswith(f".{each}")), None)
        if suffix is None:
            abort(404, f"A citation ends with .{' or .'.join(FORMS)}.")
        slug = file.removesuffix(f".{suffix}")
        iri = thing_iri(kind, slug)
        if not asking.exists(iri):
            not_found(asking, kind, slug)
        found = citation(asking.store, kind, slug, asking.label(iri) or slug)
        if suffix == "bib":
            body = found.bibtex()
        else:
            body = json.dumps(found.csl(), ensure_ascii=False, indent=2) + "\n"
        response = Response(body, content_type=f"{FORMS[suffix][0]}; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="citation.{suffix}"'
        return response

    return bp
