"""Word redlines: tracked changes read, hostile documents refused."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.policy.redline import body, mapping, sources, word
from quartermaster.policy.redline.errors import DocumentHostile, RedlineUnreadable
from quartermaster.policy.redline.model import Kind, Style, runs_of
from tests.factories.word import archive, deleted, document, docx, inserted, paragraph, text

K, D, I = Kind.KEPT, Kind.DELETED, Kind.INSERTED  # noqa: E741 (as a redline marks them)


def runs(*content):
    (only,) = word.parse(docx(paragraph(*content))).paragraphs
    return [(run.kind, run.text) for run in only.runs]


@pytest.mark.clause("P-1")
@pytest.mark.parametrize(
    ("content", "found"),
    [
        ((text("a "), deleted("b"), inserted("c")), [(K, "a "), (D, "b"), (I, "c")]),
        (
            (deleted("a", "moveFrom"), text("b"), inserted("a", "moveTo")),
            [(D, "a"), (K, "b"), (I, "a")],
        ),
        (
            (f'<w:ins w:id="2">{text("a")}{deleted("b")}</w:ins>', text("c")),
            [(I, "a"), (D, "b"), (K, "c")],
        ),
        (("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>",), [(K, "a b c")]),
        ((f'<w:hyperlink w:anchor="x">{text("a")}</w:hyperlink>',), [(K, "a")]),
        ((f"<w:sdt><w:sdtContent>{text('a')}</w:sdtContent></w:sdt>",), [(K, "a")]),
        (("<w:r><w:instrText>PAGE</w:instrText></w:r>", text("a")), [(K, "a")]),
    ],
)
def test_runs(content, found):
    assert runs(*content) == found


def test_formatting_comments_and_pictures_are_passed_over_and_noted():
    made = word.parse(
        docx(
            paragraph(
                '<w:commentRangeStart w:id="0"/>',
                "<w:r><w:rPr><w:b/><w:rPrChange w:id='1'><w:rPr/></w:rPrChange></w:rPr>"
                "<w:t>Bold.</w:t></w:r>",
                '<w:r><w:commentReference w:id="0"/></w:r>',
                "<w:r><w:drawing><w:t>x</w:t></w:drawing></w:r>",
                '<w:r><w:footnoteReference w:id="1"/></w:r>',
            )
        )
    )
    assert made.current == "Bold."
    assert made.deletions == made.insertions == ()
    assert made.notes == (
        "Changes of formatting alone were left out.",
        "Comments were left out.",
        "Footnotes were left out.",
        "Pictures and embedded objects were left out.",
    )


def test_structure_numbers_and_a_whole_policy():
    made = word.parse(
        docx(
            paragraph(text("Phone "), deleted("Use"), inserted("Care"), style="Title"),
            paragraph(text("General Policy"), style="Heading1"),
            paragraph(text("First item."), item=True),
            paragraph(deleted("Struck item."), item=True),
            paragraph(text("Second "), deleted("may"), inserted("must"), item=True),
            paragraph(text("Compliance")),
            paragraph(text("3. By hand.")),
            paragraph(text("A paragraph that is longer than a heading ever is, is it not.")),
        )
    )
    assert [(p.style, p.number, p.current) for p in made.paragraphs] == [
        (Style.TITLE, "", "Phone Care"),
        (Style.HEADING, "", "General Policy"),
        (Style.ITEM, "1", "First item."),
        (Style.ITEM, "", ""),
        (Style.ITEM, "2", "Second must"),
        (Style.HEADING, "", "Compliance"),
        (Style.ITEM, "3", "By hand."),
        (Style.BODY, "", "A paragraph that is longer than a heading ever is, is it not."),
    ]
    proposal = mapping.propose(made)
    changes = {c.code: c.suggestion.change.value for c in body.clauses(proposal.pieces)}
    assert changes == {"P-1": "editorial", "G-1": "none", "G-2": "strength", "C-1": "none"}


def test_paragraphs_joined_by_a_deleted_mark_are_one():
    made = word.parse(
        docx(paragraph(text("One "), mark_deleted=True), paragraph(text("and the same.")))
    )
    assert [p.current for p in made.paragraphs] == ["One and the same."]
    last = word.parse(docx(paragraph(text("One at the end."), mark_deleted=True)))
    assert last.current == "One at the end."


def test_tables_are_read_cell_by_cell():
    table = f"<w:tbl><w:tr><w:tc>{paragraph(text('In a cell.'))}</w:tc></w:tr></w:tbl>"
    made = word.parse(docx(paragraph(text("Before it.")), table))
    assert [p.current for p in made.paragraphs] == ["Before it.", "In a cell."]
    assert made.notes == ("Tables were read cell by cell.",)


ENTITY = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>'
SOUND = document(paragraph(text("Sound.")))


def _twice():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("word/document.xml", SOUND)
        made.writestr("Word/Document.xml", SOUND)
    return out.getvalue()


@pytest.mark.parametrize(
    "source",
    [
        archive({"word/document.xml": document(paragraph(text("&x;")), head=ENTITY)}),
        archive({"word/document.xml": document(paragraph(text("&c;")), head=LAUGHS)}),
        archive({"word/document.xml": document(head="<!DOCTYPE d>")}),
        archive({"word/document.xml": b"<a>" + b" " * 5_000_000 + b"</a>"}),
        archive({"word/document.xml": SOUND, "word/media/a": b"\0" * 3_000_000}),
        archive({"word/document.xml": SOUND} | {f"a{n}": "" for n in range(word.MOST_ENTRIES)}),
        archive({"word/document.xml": SOUND, "word/vbaProject.bin": b"macro"}),
        _twice(),
        b"PK" + b"\0" * word.LARGEST,
        docx("<w:p>" + "<w:ins>" * 300 + "</w:ins>" * 300 + "</w:p>"),
    ],
    ids=[
        "external-entity",
        "billion-laughs",
        "document-type",
        "zip-bomb",
        "bomb-beside",
        "entries",
        "macros",
        "twice",
        "size",
        "depth",
    ],
)
def test_hostile_documents_are_refused(source):
    with pytest.raises(DocumentHostile):
        word.parse(source)


@pytest.mark.parametrize(
    "source",
    [
        archive({"a.txt": "no Word"}),
        archive({"word/document.xml": "<not closed"}),
        archive({"word/document.xml": "<other/>"}),
        archive({"word/document.xml": f'<w:document xmlns:w="{word._W[1:-1]}"/>'}),
        docx(),
        docx(paragraph(deleted("All of it."))),
        b"PK\x03\x04 broken",
        docx(paragraph(text("Cut off.")))[:-30],
    ],
)
def test_what_is_no_policy_is_refused(source):
    with pytest.raises(RedlineUnreadable):
        word.parse(source)


def test_a_lie_about_the_size_is_no_way_past_the_bound(monkeypatch):
    monkeypatch.setattr(word, "LARGEST_PART", 100)
    with pytest.raises(DocumentHostile):
        word.parse(docx(paragraph(text("word " * 100))))


def test_encrypted_document_is_refused():
    source = bytearray(docx(paragraph(text("Secret."))))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = source.find(signature)
        while start >= 0:
            source[start + offset] |= 1
            start = source.find(signature, start + 4)
    with pytest.raises(RedlineUnreadable, match="password"):
        word.parse(bytes(source))


@given(st.binary(max_size=300))
def test_garbage_never_crashes(noise):
    sound = docx(paragraph(text("Sound text here.")))
    for source in (noise, b"PK" + noise, sound[:40] + noise + sound[40:]):
        try:
            assert sources.read(source).current
        except (RedlineUnreadable, DocumentHostile):
            continue


PIECES = st.lists(
    st.tuples(st.sampled_from(Kind), st.text(alphabet="abc d", min_size=1, max_size=10)),
    min_size=1,
    max_size=10,
)


@pytest.mark.clause("P-1")
@given(PIECES)
def test_tracked_changes_read_back(pieces):
    made = {K: text, D: deleted, I: inserted}
    content = [made[kind](words) for kind, words in pieces]
    (first, *_rest) = word.parse(docx(paragraph(*content, text("End, of it.")))).paragraphs
    assert first.runs == runs_of([*pieces, (K, "End, of it.")])


@pytest.mark.parametrize(
    "numbering",
    [
        '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr>',
        '<w:numPr><w:numId w:val="0"/></w:numPr>',
        "<w:numPr/>",
    ],
)
def test_sub_items_and_lists_switched_off_have_no_number(numbering):
    made = word.parse(
        docx(f"<w:p><w:pPr>{numbering}</w:pPr>{text('Not an item of its own.')}</w:p>", "<w:p/>")
    )
    assert [(p.style, p.number) for p in made.paragraphs] == [(Style.BODY, "")]


STYLES = f"""<w:styles xmlns:w="{word._W[1:-1]}">
<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="Punkt"><w:name w:val="List Number"/>
<w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="Enger"><w:name w:val="Narrow"/><w:basedOn w:val="Punkt"/></w:style>
<w:style w:styleId="Ring"><w:name w:val="Ring"/><w:basedOn w:val="Ring"/></w:style>
</w:styles>"""


def test_styles_number_and_head_whatever_their_language():
    content = document(
        paragraph(text("General Policy"), style="berschrift1"),
        paragraph(text("The first item of it."), style="Punkt"),
        paragraph(text("The second item of it."), style="Enger"),
        paragraph(text("An ordinary paragraph, based on a ring of styles."), style="Ring"),
    )
    made = word.parse(archive({"word/document.xml": content, "word/styles.xml": STYLES}))
    assert [(p.style, p.number) for p in made.paragraphs] == [
        (Style.TITLE, ""),
        (Style.ITEM, "1"),
        (Style.ITEM, "2"),
        (Style.BODY, ""),
    ]


def test_hostile_styles_are_refused():
    laughing = LAUGHS + STYLES
    with pytest.raises(DocumentHostile):
        word.parse(archive({"word/document.xml": SOUND, "word/styles.xml": laughing}))
