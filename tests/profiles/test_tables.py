"""Tables as people and spreadsheets write them."""

from __future__ import annotations

from io import BytesIO

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import TableError
from kg.namespaces import PREFIXES
from kg.profiles import packaged
from kg.profiles.cells import join_cell, split_cell
from kg.profiles.columns import profile_named
from kg.profiles.reading import TableReader
from kg.profiles.writing import tables_of
from kg.resources import data_dir

PROFILES = packaged()
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def reader(data: bytes | str, template: str | None = None, encoding: str = "utf-8") -> TableReader:
    raw = data.encode() if isinstance(data, str) else data
    profile = profile_named(template, PROFILES) if template else None
    return TableReader(BytesIO(raw), PROFILES, template=profile, encoding=encoding, source="a.csv")


def values(data: bytes | str, encoding: str = "utf-8") -> dict[str, set[str]]:
    """What a table says, as texts by the last part of the predicate."""
    found: dict[str, set[str]] = {}
    for triple in reader(data, encoding=encoding).triples():
        name = triple.predicate.value.replace("#", "/").rpartition("/")[2]
        found.setdefault(name, set()).add(str(triple.object))
    return found


def problem(data: bytes | str, template: str | None = None) -> str:
    with pytest.raises(TableError) as error:
        list(reader(data, template).triples())
    return str(error.value)


def test_a_row_is_a_thing_of_the_class_that_the_first_title_names() -> None:
    [type_, label] = reader("person,label@en\nada,Ada\n").triples()
    assert type_.subject == label.subject == ox.NamedNode(f"{PREFIXES['person']}ada")
    assert type_.object == ox.NamedNode(f"{PREFIXES['ckg']}Person")
    assert label.object == ox.Literal("Ada", language="en")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffperson,label@en\nada,Ada\n",
        "person,label@en\r\nada,Ada\r\n",
        "Person,rdfs:label@en\nperson:ada,Ada",
        "person;label@en\r\nada;Ada\r\n",
        "person\tlabel@en\nada\tAda\n",
        "sep=;\nperson;label@en\nada;Ada\n",
        '"person","label@en"\n"ada"," Ada "\n',
        "person,label@en,,\nada,Ada,,\n,,,\n\n",
        "person,label\n<https://w3id.org/conflict-kg/id/person/ada>,Ada\n",
    ],
)
def test_what_spreadsheets_write_is_read_alike(text: str) -> None:
    assert list(reader(text).triples()) == list(reader("person,label@en\nada,Ada\n").triples())


@pytest.mark.parametrize(("separator", "words"), [(";", "semicolons"), ("\t", "tabs")])
def test_other_separators_than_commas_are_told(separator: str, words: str) -> None:
    assert reader(f"person{separator}label@en\n").notes == [f"the columns are separated by {words}"]
    assert reader("person,label@en\n").notes == []


def test_a_text_of_several_lines_keeps_them_and_later_rows_their_numbers() -> None:
    table = 'person,label@en\nada,"Ada\nof, ""here"""\nb c,B\n'
    assert problem(table).startswith('a.csv:4: row 3, column person: "b c"')
    assert values(table.replace("b c", "bc"))["label"] == {
        '"Ada\\nof, \\"here\\""@en',
        '"B"@en',
    }


def test_values_are_separated_by_bars_which_a_backslash_spares() -> None:
    found = values("person,label@en,altLabel@en\nada,Ada,A | B \\| C|D\\\\\n")
    assert found["altLabel"] == {'"A"@en', '"B | C"@en', '"D\\\\"@en'}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)))
def test_a_cell_keeps_any_texts(texts: list[str]) -> None:
    stripped = sorted({text.strip() for text in texts} - {""})
    assert split_cell(join_cell(stripped)) == stripped


def test_languages_datatypes_and_things_are_in_the_titles() -> None:
    assert values("label,literalForm@hy,source\nx,Երևան,document:a\n")["literalForm"] == {
        '"Երևան"@hy'
    }
    duration = values("duration,ckg:duration^^xsd:dayTimeDuration\nx,P42D\n")["duration"]
    assert duration == {'"P42D"^^<http://www.w3.org/2001/XMLSchema#dayTimeDuration>'}
    scope = values("casualty-estimate,scope^^IRI\nx,organisation:a\n")["scope"]
    assert scope == {f"<{PREFIXES['organisation']}a>"}


def test_a_value_of_a_free_column_says_by_its_form_what_it_is() -> None:
    issued = values("document,issued\na,2022\nb,2022-10\nc,2022-10-31\n")["issued"]
    assert {text.rpartition("#")[2] for text in issued} == {"gYear>", "gYearMonth>", "date>"}


def test_names_that_are_computed_may_be_left_out() -> None:
    table = "proposition,subject,predicate,object\n,event:a,ckg:initiatedBy,state:b\n"
    subjects = {triple.subject for triple in reader(table).triples()}
    assert [str(s).rpartition("/")[0] for s in subjects] == [f"<{PREFIXES['proposition'][:-1]}"]
    assert "is empty (name the person)" in problem("person,label@en\n,Ada\n")


PROBLEMS = [
    (
        "person,label@en\njohn doe,x\n",
        'row 2, column person: "john doe" names nothing (write john-doe)',
    ),
    ("claim,certainty\na-1-1,likely\n", 'column certainty: "likely" is not one of the list'),
    ("claim,certainty\na-1-1,likely\n", "(write probable)"),
    ("claim,certainty\na-1-1,certan\n", "(did you mean certain?)"),
    ("claim,claimant\na-1-1,Vladimir Putin\n", "names nothing (write dataset-release:NAME, "),
    ("claim,claimant\na-1-1,persn:x\n", "(did you mean person:?)"),
    ("time,earliest\na,2022-31-10\n", "(there is no such day; the month comes before the day)"),
    ("time,earliest\na,31/10/2022\n", "(write 2022-10-31)"),
    ("time,earliest\na,3.4.2022\n", "(write 2022-03-04 or 2022-04-03)"),
    ("place;lat\na;40,5\n", 'column lat: "40,5" is no xsd:decimal (write 40.5)'),
    ("estimate,best\na,2 000\n", "(write 2000)"),
    ("estimate,best\na,40 km\n", "(write the number alone, 40)"),
    ("relative-time,relation\na,befor\n", "(did you mean before?)"),
    ("person,label@en\nada,Ada,Lovelace\n", 'row 2, column 3: "Lovelace" is in no column'),
    ("person,label@en\nada,A\u202eda\n", "has a hidden character, U+202E"),
    ('person,label@en\nada,"Ada\n', "row 2 cannot be read: a quote is not closed"),
    ("person,lable@en\nada,Ada\n", "there is no column 'lable@en' (did you mean label?)"),
    ("person,label@en,label@en\nada,Ada,A\n", "two columns are called 'label@en'"),
    ("label,literalForm\nx,Y\n", "literalForm needs a language (call it literalForm@en)"),
    ("claim,certainty@en\na,b\n", "ckg:certainty has no language"),
    ("persn,label@en\nada,Ada\n", "which is no template (did you mean person?)"),
    ("id,label@en\nada,Ada\n", "or name the template beside the file"),
    ("", "there is no row of titles"),
    ("," * 200_000, "is no template"),
    ("x" * 200_000, "the titles cannot be read"),
    ("person,exactMatch\na,<javascript:a>\n", "is not read: IRIs of the scheme javascript:"),
    ("a,b".encode("utf-16"), "is UTF-16 text (save it as CSV UTF-8)"),
]


@pytest.mark.parametrize(("table", "words"), PROBLEMS)
def test_what_cannot_be_read_is_told_with_its_place_and_what_to_do(
    table: str | bytes, words: str
) -> None:
    told = problem(table)
    assert words in told
    assert told.startswith("a.csv:")


def test_all_that_is_wrong_is_told_at_once_and_the_rest_is_counted() -> None:
    rows = "".join(f"p{n},x y\n" for n in range(30))
    told = problem(f"claim,claimant\n{rows}").splitlines()
    assert told[0] == "a.csv: 30 values cannot be read"
    assert told[1].startswith('  line 2, row 2, column claimant: "x y"')
    assert told[-1] == "  and 10 more"


def test_no_triple_comes_after_a_row_that_cannot_be_read() -> None:
    found = []
    with pytest.raises(TableError):
        found.extend(reader("person,label@en\nb c,x\nada,Ada\n").triples())
    assert found == []


def test_windows_1252_is_told_apart_and_read_where_it_is_asked_for() -> None:
    data = "person,label@en\nada,Adaé\n".encode("windows-1252")
    told = problem(data)
    assert told.startswith("a.csv:2:8: is not UTF-8 but looks like Windows-1252: the byte 0xE9")
    assert "'ada,Adaé'" in told
    assert values(data, "windows-1252")["label"] == {'"Adaé"@en'}
    assert "is no UTF-8 text: the byte 0x81" in problem(b"person,label@en\nada,\x81\n")


def test_all_data_that_comes_with_kg_goes_into_tables_and_back() -> None:
    triples = {
        quad.triple
        for path in data_dir().rglob("*.ttl")
        if path.parent.name != "links"  # which has tables of its own, and follows from them
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    }
    tables = tables_of(triples, PROFILES)
    assert tables.losses == []
    back = {t for text in tables.texts.values() for t in reader(text).triples()}
    assert back == triples


def test_what_a_table_cannot_hold_is_counted() -> None:
    name, ckg = PREFIXES["person"], PREFIXES["ckg"]
    text = f"""
      <{name}a> a <{ckg}Person> ; <{LABEL}> "A"@en, " padded "@en ; <http://e/own> 1 .
      <{name}b> a <{ckg}Person>, <{ckg}State> . <{name}c> <{LABEL}> "C"@en . _:d <{LABEL}> "D"@en .
    """
    tables = tables_of(
        (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)), PROFILES
    )
    assert tables.texts == {"person": "person,label@en\r\na,A\r\n"}
    assert tables.losses == [
        "1 things of ckg:Person and ckg:State",
        "1 things without a class",
        "1 triples of blank nodes",
        "1 values of http://e/own of ckg:Person",
        "1 values of rdfs:label of ckg:Person",
    ]
