import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.documents.text import Span, gaps, read_text, sha256
from kg.errors import InputError

SPANS = st.tuples(st.integers(0, 40), st.integers(1, 9)).map(lambda p: Span(p[0], p[0] + p[1]))


def test_line_ends_and_a_byte_order_mark_are_code_points_of_the_text(tmp_path):
    file = tmp_path / "note.txt"
    file.write_bytes("\ufeffOne\r\ntwo\rthree\n".encode())
    assert read_text(file) == "\ufeffOne\r\ntwo\rthree\n"


def test_composed_and_decomposed_letters_stay_what_they_are(tmp_path):
    file = tmp_path / "note.txt"
    file.write_bytes("é e\u0301 😀".encode())
    assert len(read_text(file)) == 6


@given(st.text())
def test_the_digest_of_a_text_is_that_of_its_file(tmp_path_factory, text):
    file = tmp_path_factory.mktemp("texts") / "note.txt"
    file.write_bytes(text.encode())
    assert sha256(read_text(file)) == hashlib.sha256(file.read_bytes()).hexdigest()


def test_bytes_that_are_not_utf_8_are_named_with_their_place(tmp_path):
    file = tmp_path / "latin.txt"
    file.write_bytes(b"caf\xe9 open")
    with pytest.raises(InputError, match=r"latin\.txt: is not UTF-8: byte 3 is 0xe9"):
        read_text(file)


def test_a_missing_file_is_an_input_error(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_text(tmp_path / "none.txt")


def test_spans_that_only_touch_do_not_overlap():
    assert not Span(0, 4).overlaps(Span(4, 6))
    assert Span(0, 4).overlaps(Span(3, 6))


@given(st.lists(SPANS), SPANS)
def test_gaps_are_exactly_what_no_span_covers(spans, within):
    uncovered = {i for gap in gaps(within, spans) for i in range(*gap)}
    covered = {i for span in spans for i in range(*span)}
    assert uncovered == set(range(*within)) - covered
