"""Markdown redlines: marks, structure, odd markup, garbage."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.policy.redline import markdown
from quartermaster.policy.redline.errors import RedlineUnreadable
from quartermaster.policy.redline.model import Kind, Mark, Paragraph, Run, Style, runs_of, tidy

K, D, I = Kind.KEPT, Kind.DELETED, Kind.INSERTED  # noqa: E741 (as a redline marks them)
BODY = "This is a paragraph that is long enough to be no heading."


def paragraphs(text):
    return markdown.parse(text.encode()).paragraphs


def runs(text):
    (only,) = paragraphs(text + " " + BODY)
    texts = [(run.kind, run.text.removesuffix(" " + BODY)) for run in only.runs]
    return [(kind, words) for kind, words in texts if words]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a ~~b~~ c", [(K, "a "), (D, "b"), (K, " c")]),
        ("a~~b~~c", [(K, "a"), (D, "b"), (K, "c")]),
        ("a ++b++ c", [(K, "a "), (I, "b"), (K, " c")]),
        ("a <del>b</del><ins>c</ins>", [(K, "a "), (D, "b"), (I, "c"), (K, "")]),
        ("a <S>b</S> <strike>c</strike>", [(K, "a "), (D, "b"), (K, " "), (D, "c"), (K, "")]),
        ("~~a~~++b++ c", [(D, "a"), (I, "b"), (K, " c")]),
        ("++a ~~b~~ c++ d", [(I, "a "), (D, "b"), (I, " c"), (K, " d")]),
        ("~~a ++b++ c~~ d", [(D, "a b c"), (K, " d")]),
        (r"a \~~b\~~ c", [(K, "a ~~b~~ c")]),
        ("**~~a~~** __b__ c", [(D, "a"), (K, " b c")]),
        ("C++ or C++ c", [(K, "C++ or C++ c")]),
        ("1 + 1 ~ 2 c", [(K, "1 + 1 ~ 2 c")]),
        ("signed ______ c", [(K, "signed ______ c")]),
        ("~~~a~~~ c", [(K, "~~~a~~~ c")]),
        ("R&amp;D &lt;del&gt; c", [(K, "R&D <del> c")]),
        ("a <!-- ~~b --> c", [(K, "a  c")]),
        ("a <b>c</b>", [(K, "a <b>c</b>")]),
    ],
)
def test_marks(text, found):
    assert runs(text) == [(kind, words) for kind, words in found if words]


@pytest.mark.parametrize(
    "text",
    [
        "a ~~b\n\nc~~ d",
        "a <del>b",
        "a ~~b</del> c",
        "a <del>b~~ c",
        "a <del><del>b</del></del>",
        "a </del> b",
        "a <ins>b",
        "a <!-- b",
        "a ~~b~~ ~~c",
    ],
)
@pytest.mark.clause("P-1")
def test_a_deletion_that_does_not_end_is_refused(text):
    with pytest.raises(RedlineUnreadable, match="Line 1"):
        markdown.parse(text.encode())


def test_the_line_of_a_fault_is_the_line_in_the_file():
    with pytest.raises(RedlineUnreadable, match="Line 6") as caught:
        markdown.parse(b"---\nrelated: []\n---\n# T\n<!-- x\n-->a ~~b")
    assert caught.value.facts == {"line": 6}


def test_structure():
    text = f"""\
# A Policy

Scope

{BODY}
And its second line.

## General Policy
1. One item
   goes on.
2) Another.
- A bullet.

{BODY}
"""
    assert [(p.style, p.number, p.current) for p in paragraphs(text)] == [
        (Style.TITLE, "", "A Policy"),
        (Style.HEADING, "", "Scope"),
        (Style.BODY, "", f"{BODY} And its second line."),
        (Style.HEADING, "", "General Policy"),
        (Style.ITEM, "1", "One item goes on."),
        (Style.ITEM, "2", "Another."),
        (Style.ITEM, "", "A bullet."),
        (Style.BODY, "", BODY),
    ]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"", "no text that is in force"),
        (b"~~all of it~~", "no text that is in force"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"a\x00b", "NUL"),
        (b"x" * (markdown.LARGEST + 1), "at most"),
        (b"x " * markdown.LONGEST_PARAGRAPH, "characters at most"),
    ],
)
def test_what_is_no_policy_is_refused(source, message):
    with pytest.raises(RedlineUnreadable, match=message):
        markdown.parse(source)


def test_old_line_ends_and_a_byte_order_mark_are_no_trouble():
    text = f"\ufeffTitle\r\n\r\n{BODY}\r\r1. Item one of it."
    assert [p.current for p in markdown.parse(text.encode()).paragraphs] == [
        "Title",
        BODY,
        "Item one of it.",
    ]


@given(st.binary(max_size=400))
def test_garbage_never_crashes(source):
    try:
        found = markdown.parse(source)
    except RedlineUnreadable:
        return
    assert found.current.strip()


TAGS = ["<del>", "</del>", "<ins>", "</ins>", "<!--", "-->"]
TOKENS = [*TAGS, "~~", "++", "**", "\\", "1.", "#", "word", ".", "&amp;", "~", "+"]
MARKUP = st.lists(st.sampled_from([*TOKENS, " ", "\n", "\n\n", "---\n", "1. "]), max_size=40)


@given(MARKUP)
def test_odd_markup_never_crashes(tokens):
    try:
        found = markdown.parse("".join(tokens).encode())
    except RedlineUnreadable:
        return
    assert found.current.strip()


WORDS = st.text(alphabet="abc xyz", min_size=1, max_size=12).filter(
    lambda text: text.strip() == text
)
RUNS = st.lists(st.tuples(st.sampled_from(Kind), WORDS), min_size=1, max_size=12).map(runs_of)


def render(found):
    marks = {K: ("", ""), D: ("<del>", "</del>"), I: ("<ins>", "</ins>")}
    return "".join(marks[run.kind][0] + run.text + marks[run.kind][1] for run in found)


@pytest.mark.clause("P-1")
@given(RUNS)
def test_rendered_runs_read_back(found):
    (paragraph,) = paragraphs(f"1. {render(found)} {BODY}")
    assert paragraph.runs == runs_of([*((r.kind, r.text) for r in found), (K, f" {BODY}")])


@pytest.mark.clause("P-1")
@given(RUNS)
def test_current_text_is_what_is_kept_and_inserted(found):
    paragraph = Paragraph(found)
    assert paragraph.current == "".join(r.text for r in found if r.kind is not D)
    for mark in paragraph.marks():
        if mark.kind is I:
            assert paragraph.current[mark.offset :].startswith(mark.text)
    rebuilt = list(paragraph.current)
    for mark in reversed(paragraph.marks()):
        if mark.kind is D:
            rebuilt[mark.offset : mark.offset] = mark.text
    assert "".join(rebuilt) == paragraph.markup_free


@given(RUNS, st.integers(0, 100))
def test_cut_loses_nothing(found, offset):
    paragraph = Paragraph(found)
    first, second = paragraph.cut(min(offset, len(paragraph.current)))
    joined = runs_of((run.kind, run.text) for run in (*first.runs, *second.runs))
    assert joined == found
    assert first.current == paragraph.current[:offset]


def test_deletion_at_a_cut_belongs_to_what_follows():
    paragraph = Paragraph((Run(K, "One. "), Run(D, "Two"), Run(K, "Three.")))
    assert paragraph.cut(5)[1].marks() == (Mark(D, 0, "Two"),)


@given(st.text(max_size=60))
def test_tidy_text_has_no_double_spaces(text):
    assert not re.search(r"\s\s|^\s|\s$", tidy(text))
    assert tidy(tidy(text)) == tidy(text)
