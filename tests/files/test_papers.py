"""Papers are sound PDF: tagged, titled, the same for the same data, and data is never markup."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from quartermaster.files import papers
from quartermaster.files.errors import PaperNotMade

AT = datetime(2026, 3, 2, 15, 30, 0, 123456, tzinfo=UTC)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def template(tmp_path, monkeypatch):
    """A room's folder of templates with one paper, written by the test."""

    def write(body):
        (tmp_path / "try.typ").write_text(
            '#import "house.typ": data, facts, listing, paper\n#show: paper\n' + body
        )
        found = papers.get_app_template_dirs("templates")
        monkeypatch.setattr(papers, "get_app_template_dirs", lambda _: (tmp_path, *found))
        return "try.typ"

    return write


def made(name, data, **more):
    return papers.render(name, data, title="Receipt", at=AT, **more)


def text(content):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_a_paper_is_tagged_titled_and_dated(template):
    content = made(template("#facts(data.facts)"), {"facts": [["Holder", "Ana Reyes"]]})
    found = PdfReader(io.BytesIO(content))
    root = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "en-US"
    assert found.metadata.title == "Receipt"
    said = found.xmp_metadata.stream.get_data()
    assert b"<pdfuaid:part>1</pdfuaid:part>" in said
    assert b"<pdfaid:part>2</pdfaid:part>" in said
    assert "Ana Reyes" in text(content)
    assert "March 2, 2026" in text(content)
    assert "Page 1 of 1" in text(content)


def test_the_same_data_at_the_same_instant_are_the_same_bytes(template):
    name = template("#data.word")
    assert made(name, {"word": "one"}) == made(name, {"word": "one"})
    assert made(name, {"word": "one"}) != made(name, {"word": "two"})


def test_what_is_in_data_is_text_and_never_markup(template):
    hostile = '#panic("x") *bold* $x$ \\ @ref <label> #read("/etc/passwd") ` "'
    content = made(template("#data.word"), {"word": hostile})
    assert hostile in text(content).replace("\n", " ").replace("  ", " ")


def test_a_letter_that_the_fonts_lack_is_spelt_by_its_number(template):
    content = made(template("#data.word"), {"word": "Łukasz 李 Müller 😀\x00\x07\x85 end"})
    assert "Łukasz [U+674E] Müller [U+1F600] end" in text(content)
    many = "".join(chr(0x4E00 + n) for n in range(papers.MOST_UNKNOWN * 3))
    pictured = papers.pictures(template("#data.word"), {"word": many}, title="x", at=AT)
    assert len(pictured) == 1


@example("\uf2a4")  # for private use
@example("\U000e0001\ufeff\ufffe")
@example("\u2f32\u131c\u080b\u0d93\u0309")  # a mark that stands on what is spelt out
@given(st.text(max_size=60))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_makes_a_paper(template, word):
    assert made(template("#data.word"), {"word": word}).startswith(b"%PDF-")


def test_a_table_of_many_rows_runs_over_pages_with_its_head(template):
    rows = [[f"PH-{n}", "Phone"] for n in range(120)]
    content = made(
        template("#listing(data.titles, data.rows)"), {"titles": ["Tag", "Kind"], "rows": rows}
    )
    pages = PdfReader(io.BytesIO(content)).pages
    assert len(pages) > 1
    assert "PH-119" in text(content)


def test_an_image_needs_its_words(template):
    name = template('#image("mark.png", alt: "The mark", width: 1cm)')
    tags = PdfReader(io.BytesIO(made(name, {}, images={"mark.png": PIXEL})))
    figure = tags.trailer["/Root"]["/StructTreeRoot"]["/K"][0].get_object()
    while figure["/S"] != "/Figure":
        kids = [kid.get_object() for kid in figure["/K"]]
        figure = kids[-1]
    assert figure["/Alt"] == "The mark"
    wordless = template('#image("mark.png", width: 1cm)')
    with pytest.raises(PaperNotMade):
        made(wordless, {}, images={"mark.png": PIXEL})


def test_a_paper_that_cannot_be_made_is_an_error_with_its_reason(template):
    with pytest.raises(PaperNotMade) as caught:
        made(template("#data.missing"), {})
    assert "missing" in str(caught.value.facts["why"])
    for name in ("../x.png", "/etc/x", "house.typ"):
        with pytest.raises(ValueError, match="no name for an image"):
            made(template("x"), {}, images={name: b""})


def test_its_pictures_are_one_a_page(template):
    name = template("One #pagebreak() Two")
    found = papers.pictures(name, {}, title="Receipt", at=AT)
    assert [content[:4] for content in found] == [b"\x89PNG", b"\x89PNG"]
