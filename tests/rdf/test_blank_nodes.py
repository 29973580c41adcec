from __future__ import annotations

import pytest

from kg.rdf.blank_nodes import blank_node_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("[] a ex:A .", [1]),
        ("ex:a ex:p\n  [ ex:q 1 ] ;\n ex:r _:x .", [2, 3]),
        ("ex:a ex:p ( 1 2 ) .\nex:b ex:p () .", [1]),
        ("ex:a ex:p (\n) .", []),
        ('ex:a ex:p "[ _:x (", \'[\', """[\n"_:x""", \'\'\'(\'\'\' . # [ (\n[] a ex:A .', [3]),
        (r'ex:a ex:p "\"[", ex:c\( .', []),
        ("<http://e/_:(a)> ex:p ex:a_:b, ex:x-_:y .", []),
        ('ex:a ex:p "never closed [', [1]),
        ("", []),
    ],
)
def test_the_lines_of_blank_nodes_are_found(text, lines):
    assert blank_node_lines(text) == lines


@pytest.mark.parametrize(
    "unit", ['"""a', '"', "'''", "(", "( ", "<", "\\", "#\n", "_:", "[", '""""']
)
def test_finding_them_takes_linear_time(unit):
    assert isinstance(blank_node_lines(unit * 20_000), list)
