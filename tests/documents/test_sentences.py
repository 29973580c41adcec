import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.documents.sentences import propose


def sentences(text):
    return [each.span.of(text) for each in propose(text)]


def roles(text):
    return [each.role for each in propose(text)]


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. Ferry Office met Mr. Lark and Dr. J. Reed on the quay.",
        "The mayor called it “a good day”, “calm”. but left early.",
        "Was the quay open at 5.30? nobody knew.",
        "She waited … and left.",
        "They moored at No. 7 that night.",
        "The boat (built by Reed & Co. Boatyards) sank.",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(text):
    assert sentences(text) == [text]


def test_a_sentence_ends_after_the_quotation_mark_that_closes_it():
    text = 'He said "the quay is closed." Then he left. “It is.” [Lark] nodded.'
    assert sentences(text) == [
        'He said "the quay is closed."',
        "Then he left.",
        "“It is.”",
        "[Lark] nodded.",
    ]


def test_a_bracket_that_closes_after_the_full_stop_belongs_to_the_sentence():
    text = "The ferry left (with everybody aboard.) It came back."
    assert sentences(text) == ["The ferry left (with everybody aboard.)", "It came back."]


def test_an_abbreviation_ends_a_sentence_where_the_next_word_begins_one():
    assert len(sentences("The ferry goes to the U.S. The fare is low.")) == 2
    assert len(sentences("It leaves at 7 p.m. It returns at noon.")) == 2
    assert len(sentences("We saw Mr. The Great perform.")) == 1


def test_a_short_line_without_full_stop_is_a_heading_and_a_long_one_is_not():
    text = f"Ferry returns to the quay\n\nIt came back.\n\n{'and so on ' * 9}"
    assert roles(text) == ["heading", "body", "body"]


def test_a_lead_in_is_not_a_heading():
    assert roles("What the harbour council says:\n\nNothing.") == ["body", "body"]


def test_lines_above_a_credit_are_a_heading_and_a_caption():
    text = (
        "It is.\n\nA quiet morning\nThe quay at dawn. Nobody is there.\nA. Lark/Quay Press\n\nOn."
    )
    assert roles(text) == ["body", "heading", "caption", "caption", "credit", "body"]


def test_a_line_above_a_credit_is_a_caption_even_without_full_stop():
    assert roles("The quay at dawn\nPhoto: Ada Lark") == ["caption", "credit"]


def test_numbers_count_through_the_whole_text():
    proposed = propose("Title\r\n\r\nOne. Two.\r\n\r\nThree.")
    assert [each.number for each in proposed] == [1, 2, 3, 4]


WORDS = ["U.S.", "Mr.", "quay", "Lark", "5", "etc.", "Photo", "é", "😀"]
MARKS = [".", "…", "?", "”", '"', "(", "[", "/"]
SPACES = [" ", "  ", "\n", "\n\n", "\r\n", "\u2028", "\u00a0", "\t"]


@given(st.lists(st.sampled_from(WORDS + MARKS + SPACES)).map("".join))
def test_proposed_spans_are_in_order_and_leave_out_nothing_but_white_space(text):
    reached = 0
    for each in propose(text):
        assert text[reached : each.span.start].strip() == ""
        assert each.span.of(text) == each.span.of(text).strip() != ""
        reached = each.span.end
    assert text[reached:].strip() == ""
