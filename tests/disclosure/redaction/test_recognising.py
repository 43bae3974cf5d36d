"""Pictures of text: read where tesseract is installed, after they were painted."""

import io
import shutil

import pytest
from PIL import Image, ImageDraw, ImageFont

from quartermaster.disclosure.redaction import asking
from quartermaster.files.opening.leaves import Box, Word
from quartermaster.files.opening.recognising import among, recognised
from tests.disclosure.redaction.proof import places_of, read_by_pdfium
from tests.factories.documents import OPEN, SECRET

needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="Tesseract is not installed."
)


def screenshot():
    """Two lines, as a phone would show them."""
    drawn, held = Image.new("RGB", (1200, 400), "white"), io.BytesIO()
    draw, font = ImageDraw.Draw(drawn), ImageFont.load_default(48)
    draw.text((40, 60), f"The {OPEN} is low", fill="black", font=font)
    draw.text((40, 220), f"says {SECRET} today", fill="black", font=font)
    drawn.save(held, "PNG")
    return held.getvalue()


@needs_tesseract
@pytest.mark.clause("G-5")
def test_words_in_a_picture_are_found_taken_out_and_the_others_read():
    content = screenshot()
    found = asking.find_in(content, SECRET)
    assert len(found) == 1
    areas = [{"page": page, "box": box, "mark": "19.36(5)"} for page, box in found]
    made, _ = asking.redact(content, areas)
    assert places_of(SECRET, made) == []
    words = read_by_pdfium(made).split()
    assert {OPEN, "today", "[19.36(5)]"} <= set(words)


@needs_tesseract
def test_a_whole_picture_is_read_too():
    made, _ = asking.whole(screenshot())
    assert {OPEN, SECRET} <= set(read_by_pdfium(made).split())


@pytest.mark.parametrize("tool", ["", "/nowhere/tesseract", "/bin/false"])
def test_without_the_tool_there_are_no_words(tool):
    assert recognised(Image.new("RGB", (9, 9)), tool) == []


def test_words_are_found_in_a_row_whatever_their_case_and_marks():
    words = [
        Word(text, Box(n, 0, n + 1, 1)) for n, text in enumerate(["Call", "Ana", "Reyes,", "now"])
    ]
    assert [box.left for box in among(words, "ana reyes")] == [1, 2]
    assert among(words, "reyes ana") == []
