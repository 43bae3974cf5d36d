"""Paragraphs become clauses; on the real draft and on the model policy too."""

from pathlib import Path

import pytest

from quartermaster.kernel.errors import InvalidInput
from quartermaster.policy.redline import body, markdown, sentences, sources
from quartermaster.policy.redline.changes import Change
from quartermaster.policy.redline.mapping import ClauseKind, Place, catalogue, place, propose
from tests.factories.policy import FIRST
from tests.factories.word import docx, paragraph, text

HOUSE = Path(__file__).resolve().parents[3]
DRAFT = next(
    (
        path
        for folder in (HOUSE.parent, HOUSE.parent.parent)
        if (path := folder / "shared/data/policy-draft-redline.md").exists()
    ),
    None,
)
ALL = (
    ["P-1", "S-1", "S-2", "S-3"]
    + [f"G-{n}" for n in range(1, 13)]
    + [f"C-{n}" for n in range(1, 6)]
    + ["E-1"]
)


def proposed(text):
    return propose(markdown.parse(text.encode()))


@pytest.mark.clause("P-1")
@pytest.mark.skipif(DRAFT is None, reason="the city's draft is not beside this repository")
def test_the_citys_draft_falls_into_all_clauses():
    redline = markdown.parse(DRAFT.read_bytes())
    proposal = propose(redline)
    assert len(redline.deletions) == 6
    assert not redline.insertions_marked
    assert (list(proposal.codes), proposal.unmapped, proposal.missing) == (ALL, (), ())
    clauses = {clause.code: clause for clause in body.clauses(proposal.pieces)}
    changed = {c: d.suggestion.change for c, d in clauses.items() if d.suggestion.reason}
    assert changed == {
        "P-1": Change.EDITORIAL,
        "S-3": Change.SCOPE,
        "G-1": Change.EDITORIAL,
        "G-2": Change.EDITORIAL,
        "G-5": Change.STRENGTH,
    }
    assert clauses["G-12"].number == "12"
    assert clauses["S-2"].text.endswith("compliance with this policy.")
    text = body.current_text(proposal.pieces)
    assert "Acceptable Use" not in text
    assert "Cabinet departments" not in text
    assert body.title(proposal.pieces) == "Mobile Device Management Policy"


def test_the_model_policy_falls_into_all_clauses():
    redline = sources.read(sources.model_policy())
    proposal = propose(redline)
    assert (list(proposal.codes), proposal.unmapped, proposal.missing) == (ALL, (), ())
    assert redline.insertions_marked
    assert [entry.kind for entry in sources.related(sources.model_policy())] == [
        "email",
        "internet",
        "records",
    ]
    changes = {c.code: c.suggestion.change for c in body.clauses(proposal.pieces)}
    assert (changes["G-5"], changes["S-1"], changes["P-1"], changes["G-7"]) == (
        Change.STRENGTH,
        Change.SCOPE,
        Change.EDITORIAL,
        Change.NONE,
    )


def test_the_catalogue_names_every_clause_once():
    assert [kind.code for kind in catalogue()] == ALL
    assert all(kind.title and kind.places for kind in catalogue())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("title", Place("")),
        ("Purpose", Place("purpose")),
        ("General Policy item 4", Place("general policy", "item", 4)),
        ("Scope paragraph 2 sentence 1", Place("scope", "paragraph", 2, 1)),
        ("Scope paragraph 2 sentence 2 onwards", Place("scope", "paragraph", 2, 2, onwards=True)),
    ],
)
def test_places(text, found):
    assert place(text) == found


def test_what_is_left_over_is_listed():
    proposal = proposed(
        FIRST + "4. Software comes from the catalogue.\n\nAppendix\n\nA long text.\n"
    )
    assert [(p.section, p.text) for p in proposal.unmapped] == [("Appendix", "A long text.")]
    assert proposal.missing[0] == "G-5"


def test_a_person_corrects():
    proposal = proposed(FIRST)
    key = next(piece.key for piece in proposal.pieces if piece.code == "G-1")
    assert "G-13" in proposal.corrected({key: "G-13"}).codes
    assert key in [piece.key for piece in proposal.corrected({key: ""}).unmapped]
    heading = next(piece.key for piece in proposal.pieces if piece.structural)
    for wrong in ({"77": "G-1"}, {key: "g-1"}, {key: "G-0"}, {heading: "G-1"}):
        with pytest.raises(InvalidInput):
            proposal.corrected(wrong)


def test_struck_paragraphs_count_for_nothing():
    proposal = proposed(
        "Title\n\nScope\n\n~~This paragraph went.~~\n\nThis covers every phone of the City.\n"
    )
    assert [(p.code, p.text) for p in proposal.pieces if p.code] == [
        ("P-1", "Title"),
        ("S-1", "This covers every phone of the City."),
    ]
    assert proposal.unmapped == ()


def test_body_reads_back():
    pieces = proposed(FIRST).pieces
    assert body.load(body.dump(pieces)) == pieces


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("By e.g. phone. Then (i.e. later) more.", 2),
        ("See No. 5 of the list. “Quoted.” Next.", 3),
        ("No end", 1),
    ],
)
def test_sentences(text, count):
    assert len(sentences.starts(text)) == count


@pytest.mark.parametrize(
    "front",
    ["related: [{title: x}]", "related: 3", "a: [", "related: [{title: x, url: 'ftp://a'}]"],
)
def test_front_matter_that_is_wrong_is_refused(front):
    with pytest.raises(InvalidInput):
        sources.related(f"---\n{front}\n---\nText".encode())
    assert sources.related(b"Text without any") == []


def test_sentences_that_no_clause_takes_are_left_over():
    clauses = [ClauseKind("S-2", "x", (place("Scope paragraph 1 sentence 2"),))]
    prose = "Title\n\nScope\n\nOne stands alone. Two is the clause. Three is none.\n"
    proposal = propose(markdown.parse(prose.encode()), clauses)
    assert [(p.key, p.code, p.text, p.continues) for p in proposal.pieces[2:]] == [
        ("3.1", "", "One stands alone.", False),
        ("3.2", "S-2", "Two is the clause.", True),
        ("3.3", "", "Three is none.", True),
    ]
    assert body.current_text(proposal.pieces).endswith(
        "One stands alone. Two is the clause. Three is none."
    )
    with pytest.raises(ValueError, match="names no place"):
        place("")


def test_without_a_title():
    pieces = proposed("1. First item of all.\n").pieces
    assert body.title(pieces) == ""


def test_word_has_no_front_matter():
    assert sources.related(docx(paragraph(text("A text.")))) == []
