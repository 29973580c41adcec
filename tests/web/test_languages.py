"""The site in another language, which is made from its catalogue of messages."""

from __future__ import annotations

import json
import re
from html import unescape
from importlib.resources import files
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from click.testing import CliRunner
from flask import Flask, template_rendered
from jinja2 import Template
from tests import pseudo
from tests.seeded import Seeded
from tests.web.conftest import BROWSER, commit, fixture_quads
from werkzeug.exceptions import HTTPException

from kg.cli import main
from kg.contributions.model import TRANSITIONS, Action, State, Whose
from kg.contributions.showing import in_kinds as in_kinds_in_english
from kg.errors import InputError
from kg.geo.natural_earth import POLICY
from kg.messages import FOLDER, language
from kg.namespaces import KINDS
from kg.processes.opening import open_embedded
from kg.store.embedded import EmbeddedStore
from kg.validation import Severity
from kg.web import create_app
from kg.web.translations import for_scripts
from kg.web.words import in_kinds

TEMPLATES = files("kg.web").joinpath("templates")
SEEN_ELSEWHERE = {"agreement.html", "conflict.html", "contribution.html", "release.html"}
"""Pages for which tests of our data, of contributions and of releases look."""
STARTS = (
    "/", "/policy", "/query", "/search?q=oster", "/search?q=x", "/search?q=zzzqq", "/contribute",
    "/contribute/claim", "/links", "/links/review", "/wanted", "/conflicts", "/ns", "/ontology",
    "/shapes", "/validate", "/contributions", "/releases", "/reconcile/preview?id=state/arvonia",
    "/nowhere", "/doc/state/nobody", "/query?query=SELECT", "/query?query=ASK{}",
    "/query?query=SELECT+*+{?s+?p+?o}&start=50", "/query?query=SELECT+*+{?s+<x:y>+?o}",
    "/search?q=ostr", "/search?q=oster&kind=event", "/doc/place/hostile",
)  # fmt: skip
"""Every page that a store is enough for; links lead to those about things."""
IN_OUR_DATA = (
    "/doc/conflict/first-nagorno-karabakh-war", "/doc/event/tegh-firefight", "/doc/state/armenia",
    "/doc/agreement/statement-of-10-november-2020",
    "/doc/dataset-release/ucdp-ged-23-1-country-years",
    "/search?q=firefigt", "/search?q=armenia&kind=state", "/reconcile/preview?id=state/armenia",
)  # fmt: skip
"""Pages with figures, a timeline, a map, a neighbourhood, and what is disputed."""


def site(store: EmbeddedStore) -> Flask:
    return create_app(store, site_language=pseudo.language())


def sort_of(app: Flask, path: str) -> tuple[str, str]:
    """What answers at an address, and for which kind of things."""
    try:
        endpoint, arguments = app.url_map.bind("localhost").match(urldefrag(path).url.split("?")[0])
    except HTTPException:
        return "nothing", path
    return str(endpoint), arguments.get("kind", "")


def looked_at(app: Flask, starts: tuple[str, ...]) -> tuple[dict[str, list[str]], set[str]]:
    """What is plain on some pages and on one more of each sort, and the templates they are of."""
    rendered, found, waiting = set[str](), dict[str, list[str]](), [*starts]
    seen = {sort_of(app, path) for path in starts}

    def note(_: Flask, template: Template, **__: object) -> None:
        rendered.add(str(template.name))

    with template_rendered.connected_to(note, app):
        for path in waiting:
            with app.test_client().get(
                path, headers={"Accept": BROWSER}, follow_redirects=True
            ) as page:
                html = page.text if page.mimetype == "text/html" else ""
            found[path] = pseudo.plain_words(html)
            for link in re.findall(r'href="(/[^"]*)"', html):
                address = urldefrag(unescape(link)).url
                if (sort := sort_of(app, address)) not in seen:
                    seen.add(sort)
                    waiting.append(address)
    return {path: words for path, words in found.items() if words}, rendered


def test_no_page_in_another_language_says_anything_in_english(store: EmbeddedStore) -> None:
    found, rendered = looked_at(site(store), STARTS)
    assert found == {}
    pages = {f.name for f in TEMPLATES.iterdir() if not f.name.startswith("_")}
    assert pages - rendered - {"base.html", "thing.html", "feed.xml"} == SEEN_ELSEWHERE


@pytest.mark.long
def test_no_page_of_our_data_in_another_language_says_anything_in_english(seeded: Seeded) -> None:
    found, _ = looked_at(site(open_embedded(seeded.home)), IN_OUR_DATA)
    assert found == {}


def test_what_is_plain_on_a_page_is_noticed() -> None:
    page = (
        '<html lang="ar"><p lang="en">data</p><p>⟦Ｗ⟧<b title="⟦Ｗ⟧ data">1</b> <code>a</code></p>'
    )
    assert pseudo.plain_words(page) == []
    assert pseudo.plain_words(f'{page}<p aria-label="A label">some <b>words</b>') == [
        "<p aria-label=A label>", "some", "words",
    ]  # fmt: skip


def test_a_page_has_the_direction_of_its_language_and_data_keeps_its_own(
    store: EmbeddedStore,
) -> None:
    page = site(store).test_client().get("/doc/state/arvonia").text
    assert f'<html lang="{pseudo.TAG}" dir="rtl">' in page
    assert '<h1><span lang="en" dir="auto">Arvonia</span></h1>' in page
    assert 'lang="hy" dir="ltr"' in page


def test_data_is_escaped_in_every_language(store: EmbeddedStore) -> None:
    english = create_app(store).test_client().get("/doc/place/hostile").text
    other = site(store).test_client().get("/doc/place/hostile").text
    title = re.search(r"<h1>(.*?)</h1>", english)
    assert title is not None
    assert "&lt;" in title[1]
    assert f'<h1><span lang="en" dir="auto">{title[1]}</span></h1>' in other


def test_a_language_is_one_more_folder(tmp_path: Path) -> None:
    made = Catalog(locale="pt_BR")
    made.add("Search", "Zoek")
    folder = tmp_path / "pt_BR" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as stream:
        write_mo(stream, made)
    found = language("pt-BR", tmp_path)
    assert (found.tag, found.direction, found.messages.gettext("Search")) == (
        "pt-BR",
        "ltr",
        "Zoek",
    )
    with pytest.raises(InputError, match="no messages in the language 'xx'") as raised:
        language("xx", tmp_path)
    assert raised.value.hint == "it has en, pt-BR; docs/translating.md says how to add one"


def test_a_server_does_not_start_in_a_language_that_there_is_not(tmp_path: Path) -> None:
    asked = ["serve", "--port", "0", "--set", "language=xx"]
    said = CliRunner().invoke(main, asked, env={"KG_HOME": str(tmp_path / "home")})
    assert (said.exit_code, "no messages in the language 'xx'" in said.stderr) == (2, True)


def test_every_translation_has_the_values_of_its_message() -> None:
    wrong = Catalog(locale="nl")
    wrong.add("Graph %(name)s", "Graaf %(naam)s", flags=("python-format",))
    assert faults(wrong) == ["Graph %(name)s"]
    committed = sorted(Path(str(FOLDER)).glob("*/LC_MESSAGES/messages.po"))
    assert {str(path): faults(pseudo.read(path.read_bytes())) for path in committed} == {
        str(path): [] for path in committed
    }


def faults(made: Catalog) -> list[str]:
    """The messages whose translations have other values than they have."""
    return [str(message.id) for message, _ in made.check()]


def test_scripts_are_told_which_form_a_number_takes() -> None:
    made = Catalog(locale="pl")
    made.add(("%(num)s row", "%(num)s rows"), ("a %(num)s", "b %(num)s", "c %(num)s"))
    told = for_scripts(pseudo.compiled("pl", made))["%(num)s row"]
    forms = [told["forms"][int(told["form_of"][number])] for number in (1, 2, 5, 12, 22, 101, 122)]
    assert [each[0] for each in forms] == ["a", "b", "c", "c", "b", "c", "b"]
    assert for_scripts(language("en")) == {}


def test_the_catalogue_has_what_scripts_say_and_what_other_modules_have_names_for() -> None:
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in pseudo.catalogue()}
    listed = json.loads(files("kg.web").joinpath("static/built/messages.json").read_text())
    assert {one for one, *_ in listed} <= known
    named = [*State, *Action, *Whose, *Severity]
    words = {each.value.replace("-", " ") for each in named} | {k.replace("-", " ") for k in KINDS}
    assert {*words, *(row.words for row in TRANSITIONS.values()), POLICY} - known == set()


@pytest.mark.parametrize("count", [1, 2])
def test_things_are_counted_as_on_the_command_line(count: int) -> None:
    kinds = dict.fromkeys((*KINDS, "other"), count)
    assert in_kinds(kinds) == in_kinds_in_english(kinds)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    store = EmbeddedStore(tmp_path_factory.mktemp("languages"))
    commit(store, *fixture_quads())
    return store
