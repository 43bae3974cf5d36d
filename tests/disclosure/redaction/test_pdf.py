"""What is taken out of a PDF is in no part of what is made of it."""

import io

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.disclosure.errors import DocumentUnfit
from quartermaster.disclosure.redaction import asking, making
from quartermaster.disclosure.redaction.layer import Letters, drawn
from quartermaster.files.opening.leaves import Box, Word
from tests.disclosure.redaction.proof import places_of, read_by_pdfium, readings
from tests.factories.documents import OPEN, SECRET, leaky_pdf, picture, plain_pdf

MARK = "19.36(10)(a)"


def areas_of(content, word=SECRET):
    return [{"page": page, "box": box, "mark": MARK} for page, box in asking.find_in(content, word)]


@pytest.mark.clause("G-5")
def test_the_word_is_gone_for_every_reader_and_in_every_byte():
    content = leaky_pdf()
    assert {"plain", "pypdf", "pdfium"} <= set(places_of(SECRET, content))
    made, pages = asking.redact(content, areas_of(content))
    assert (pages, places_of(SECRET, made)) == (2, [])


@pytest.mark.clause("G-5")
def test_what_remains_is_read_by_every_reader_with_the_mark():
    content = leaky_pdf()
    made, _ = asking.redact(content, areas_of(content))
    for name, text in readings(made).items():
        words = text.split()
        assert (name, words.count(OPEN)) == (name, 2)
        assert (name, f"[{MARK}]" in text) == (name, True)
        assert (name, "clerk." in words) == (name, True)


def test_only_pages_pictures_and_letters_are_left():
    made, _ = asking.redact(content := leaky_pdf(), areas_of(content))
    with pikepdf.open(io.BytesIO(made)) as document:
        assert set(document.Root.keys()) == {"/Type", "/Pages"}
        assert list(document.docinfo.keys()) == []
        assert {key for page in document.pages for key in page.obj} == {
            "/Type",
            "/Parent",
            "/MediaBox",
            "/Resources",
            "/Contents",
        }
    assert made.count(b"%%EOF") == 1


def test_the_area_is_black_and_what_was_there_cannot_be_seen():
    content = plain_pdf()
    areas = areas_of(content)
    made, _ = asking.redact(content, [{**area, "mark": ""} for area in areas])
    shown = pypdfium2.PdfDocument(made)[0].render(scale=2).to_pil().convert("L")
    box = Box(**areas[0]["box"])
    left, top, right, bottom = box.pixels(shown.size)
    lightest = shown.crop((left + 2, top + 2, right - 2, bottom - 2)).getextrema()[1]
    assert lightest < 40


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_page_that_is_turned_is_redacted_where_it_is_seen(rotate):
    content = plain_pdf(rotate=rotate)
    made, _ = asking.redact(content, areas_of(content))
    assert places_of(SECRET, made) == []
    assert OPEN in read_by_pdfium(made)


def test_words_in_two_writings_come_over():
    text = "Ελληνικά"
    letters = Letters()
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(612, 792))
    words = [Word(text, Box(1000, 1000, 3000, 1200)), Word("plain", Box(1000, 1500, 2000, 1700))]
    page.Contents = made.make_stream(drawn(words, (612, 792), letters))
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(letters.fonts(made)))
    held = io.BytesIO()
    made.save(held)
    for name, read in readings(held.getvalue()).items():
        assert (name, read.split()) == (name, [text, "plain"])


def test_without_an_area_all_that_can_be_seen_is_there_and_nothing_hidden():
    made, _ = asking.redact(leaky_pdf(), [])
    text = read_by_pdfium(made)
    assert text.split().count(SECRET) == 1  # in its line, and not from under the bar


@pytest.mark.clause("G-5")
def test_a_whole_release_has_what_is_shown_without_what_is_not():
    made, pages = asking.whole(leaky_pdf())
    with pikepdf.open(io.BytesIO(made)) as document:
        assert set(document.Root.keys()) == {"/Type", "/Pages"}
        assert "/Annots" not in document.pages[0].obj
    assert pages == 2
    assert b"JavaScript" not in made
    assert OPEN in read_by_pdfium(made)


def test_layers_that_are_switched_off_do_not_come_to_light():
    with pikepdf.open(io.BytesIO(plain_pdf())) as document:
        group = document.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("draft"))
        )
        document.Root.OCProperties = pikepdf.Dictionary(
            OCGs=[group], D=pikepdf.Dictionary(OFF=[group], Order=[group])
        )
        page = document.pages[0]
        page.Resources.Properties = pikepdf.Dictionary(Draft=group)
        page.contents_add(
            document.make_stream(b"/OC /Draft BDC BT /F 14 Tf 72 300 Td (zyzzyva) Tj ET EMC")
        )
        held = io.BytesIO()
        document.save(held)
    made, _ = asking.whole(held.getvalue())
    assert places_of("zyzzyva", made) == []
    assert OPEN in read_by_pdfium(made)


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7 nothing", b"%PDF-", b"no document", b"", b"\x89PNG\r\n\x1a\n" + b"broken" * 9],
)
def test_what_cannot_be_opened_is_refused_with_a_sentence(content):
    for verb in (asking.sizes_of, asking.whole):
        with pytest.raises(DocumentUnfit):
            verb(content)


def test_a_page_without_end_and_a_page_that_is_not_there_are_refused():
    with pikepdf.open(io.BytesIO(plain_pdf())) as document:
        document.pages[0].MediaBox = [0, 0, 900000, 900000]
        held = io.BytesIO()
        document.save(held)
    with pytest.raises(DocumentUnfit, match="too large"):
        asking.redact(held.getvalue(), [])
    box = {"left": 0, "top": 0, "right": 1, "bottom": 1}
    with pytest.raises(DocumentUnfit, match="no page 9"):
        asking.redact(plain_pdf(), [{"page": 9, "box": box, "mark": MARK}])


def test_many_in_one_bear_numbers_that_go_on():
    parts = [plain_pdf("index"), plain_pdf(pages=2), plain_pdf(rotate=90)]
    made = asking.bind(parts, title="Release", prefix="OR1-", first=7, plain=1)
    for name, text in readings(made).items():
        found = [word for word in text.split() if word.startswith("OR1-")]
        assert (name, found) == (name, ["OR1-000007", "OR1-000008", "OR1-000009"])


boxes = st.builds(
    lambda left, top, wide, high: Box(left, top, left + wide, top + high),
    st.integers(0, 9000),
    st.integers(0, 9000),
    st.integers(1, 1000),
    st.integers(1, 1000),
)


@given(boxes, boxes)
def test_meeting_is_mutual_and_a_part_meets_its_whole(one, other):
    assert one.meets(other) == other.meets(one)
    assert one.joined(other).meets(one)


@given(boxes, st.tuples(st.integers(1, 3000), st.integers(1, 3000)))
def test_pixels_cover_the_whole_box(box, size):
    left, top, right, bottom = box.pixels(size)
    assert left * 10_000 <= box.left * size[0]
    assert right * 10_000 >= box.right * size[0]
    assert top * 10_000 <= box.top * size[1]
    assert bottom * 10_000 >= box.bottom * size[1]


def test_a_picture_becomes_a_page_with_nothing_but_its_dots():
    box = {"left": 0, "top": 3000, "right": 10000, "bottom": 6000}
    made, pages = asking.redact(picture(), [{"page": 1, "box": box, "mark": MARK}])
    assert (pages, places_of(SECRET, made)) == (1, [])
    assert SECRET.encode() not in making.redacted(picture(), [])[0]
