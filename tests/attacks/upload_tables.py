"""Hostile tables in CSV: what their reader would hold, or look at too often."""

from __future__ import annotations

from functools import partial

from tests.attacks.model import ANY, REFUSED, STOPPED, Upload, Weakness

CSV = "text/csv"
table = partial(Upload, weakness=Weakness.VOLUME, media_type=CSV, expect=STOPPED)
term = partial(Upload, weakness=Weakness.HOSTILE_TERMS, media_type=CSV, expect=REFUSED)

TABLES = [
    table("csv-quote-never-closed", body=lambda: 'person,label@en\na,"' + "x\n" * 2_000_000),
    table("csv-titles-by-the-million", body=lambda: "person" + ",a" * 2_000_000 + "\na\n"),
    table(
        "csv-languages-by-the-thousand",
        expect=ANY,
        body=lambda: "person" + "".join(f",label@x-{n}" for n in range(50_000)) + "\na,x\n",
    ),
    table("csv-wrong-rows", body=lambda: "claim,claimant\n" + "a-1-1,x y\n" * 400_000),
    table(
        "csv-cell-of-backslashes",
        expect=ANY,
        body=lambda: "person,label@en\na," + "\\" * 130_000 + "|\n",
    ),
    table("csv-cell-of-megabytes", body=lambda: "person,label@en\na," + "x" * 5_000_000),
    table("csv-bars", body=lambda: "claim,claimant\na-1-1," + "x|" * 60_000 + "\n"),
    table("csv-separators-only", body=lambda: "," * 5_000_000),
    term("csv-bidi", body="person,label@en\na,\u202eevil\n"),
    term("csv-javascript-iri", body="person,label@en,exactMatch\na,A,<javascript:alert(1)>\n"),
    term("csv-nul", body="person,label@en\na,\0\n"),
    term(
        "csv-template-of-nobody", media_type="text/csv; template=../../etc/passwd", body="id\na\n"
    ),
    term("csv-charset-of-codecs", media_type="text/csv; charset=unicode_escape", body="id\na\n"),
]
