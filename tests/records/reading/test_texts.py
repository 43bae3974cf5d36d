"""The text of what is saved is read in a process of its own, and records are found by it."""

import io
import shutil
from datetime import timedelta
from email.message import EmailMessage

import openpyxl
import pikepdf
import pillow_heif
import pytest
from PIL import Image, ImageDraw, ImageFont

from quartermaster.audit.models import Entry
from quartermaster.files.stores import current
from quartermaster.records import destroying
from quartermaster.records.models import RecordText, TextWork
from quartermaster.records.reading.texts import PIECE, in_parts, of_bytes
from quartermaster.records.schedule import read_texts
from tests.factories.documents import OPEN, plain_pdf
from tests.factories.exports import packed
from tests.factories.records import received, saving

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
needs_tesseract = pytest.mark.skipif(not shutil.which("tesseract"), reason="needs tesseract")
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def written(words: str, kind="PNG") -> bytes:
    picture = Image.new("RGB", (900, 160), "white")
    font = ImageFont.load_default(56)
    ImageDraw.Draw(picture).text((30, 40), words, fill="black", font=font)
    held = io.BytesIO()
    picture.save(held, kind)
    return held.getvalue()


def mail() -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = "Pipe Works <pipe@example.com>", "ana@city.example"
    made["Subject"] = "Inlet valve"
    made.set_content("It is behind the hydrant.")
    made.add_attachment(bytes(20), maintype="image", subtype="png", filename="valve.png")
    return made.as_bytes()


def word_document() -> bytes:
    body = f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>Hydrant</w:t></w:r></w:p>'
    body += "<w:p><w:r><w:t>seventeen</w:t></w:r></w:p></w:body></w:document>"
    return packed({"[Content_Types].xml": "<Types/>", "word/document.xml": body})


def workbook() -> bytes:
    book, held = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Meter", "Reading"])
    book.active.append(["Elm Street", 4711])
    book.save(held)
    return held.getvalue()


def open_document() -> bytes:
    body = '<o:document xmlns:o="o" xmlns:text="t"><text:p>Gate <text:span>locked</text:span>'
    body += "</text:p></o:document>"
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": body})


def scan(words: str) -> bytes:
    """A PDF of one page that is a picture."""
    picture, held = Image.open(io.BytesIO(written(words))), io.BytesIO()
    picture.save(held, "PDF")
    return held.getvalue()


def heic(words: str) -> bytes:
    held = io.BytesIO()
    pillow_heif.from_pillow(Image.open(io.BytesIO(written(words)))).save(held)
    return held.getvalue()


@pytest.fixture
def ana(cast):
    return cast.acting(cast.ana)


@pytest.fixture
def saved_as(ana, at):
    def save(content, name, declared=""):
        key = received(ana, at, content, name=name, declared=declared)
        return saving(ana, at, [key])

    return save


def texts(record):
    rows = RecordText.objects.filter(record=record).order_by("item__position", "position")
    return [(row.kind, row.text) for row in rows]


def work(record):
    return TextWork.objects.get(item__record=record)


@pytest.mark.parametrize(
    ("make", "name", "declared", "kind", "words"),
    [
        (lambda: b"Shut the valve", "note.txt", "text/plain", "document", ["Shut the valve"]),
        (mail, "m.eml", "message/rfc822", "mail", ["Inlet valve", "hydrant", "valve.png"]),
        (word_document, "a.docx", "", "document", ["Hydrant", "seventeen"]),
        (workbook, "b.xlsx", "", "document", ["Elm Street", "4711"]),
        (open_document, "c.odt", "", "document", ["Gate locked"]),
        (plain_pdf, "d.pdf", "", "pdf", [OPEN]),
    ],
)
def test_the_text_of_a_file_is_read(saved_as, at, make, name, declared, kind, words):
    record = saved_as(make(), name, declared)
    assert work(record).state == "waiting"
    assert read_texts(at) == 1
    assert work(record).state == "read"
    found = texts(record)
    assert {one for one, _ in found} == {kind}
    whole = " ".join(text for _, text in found)
    assert [word for word in words if word not in " ".join(whole.split())] == []
    assert read_texts(at + timedelta(days=1)) == 0


@needs_tesseract
@pytest.mark.parametrize(
    ("make", "name"), [(written, "shot.png"), (scan, "scan.pdf"), (heic, "IMG_1.heic")]
)
def test_words_in_pictures_are_read(saved_as, at, make, name):
    record = saved_as(make("Hydrant opened"), name)
    read_texts(at)
    assert texts(record) == [("ocr", "Hydrant opened")]


def test_without_tesseract_it_says_so_and_is_read_when_it_is_there(saved_as, at, monkeypatch):
    path = shutil.which("tesseract")
    monkeypatch.setenv("PATH", "/nowhere")
    record = saved_as(written("Hydrant"), "shot.png")
    read_texts(at)
    assert (work(record).state, texts(record)) == ("unread", [])
    assert "not installed" in work(record).get_state_display()
    monkeypatch.undo()
    if path:
        read_texts(at)
        assert texts(record) == [("ocr", "Hydrant")]


def test_what_has_no_text_or_cannot_be_opened_says_so(saved_as, at):
    sound = saved_as(b"ID3" + b"\x00voice" * 30, "voice.mp3")
    broken = saved_as(b"%PDF-1.7 nothing behind it", "a.pdf")
    read_texts(at)
    assert work(sound).state == "none"
    assert (work(broken).state, work(broken).reason) == ("failed", "It is damaged, or no PDF.")


def test_a_missing_file_is_tried_again_and_then_given_up(saved_as, at):
    record = saved_as(b"Shut the valve", "note.txt", "text/plain")
    item = record.items.get()
    store = current()
    store._place(item.file.digest).unlink()
    for days in range(4):
        read_texts(at + timedelta(days=days))
    found = work(record)
    assert (found.state, found.attempts, found.due_at) == ("failed", 3, None)


def test_what_another_worker_has_is_left_to_it_until_that_is_dead(saved_as, at):
    record = saved_as(b"Shut the valve", "note.txt", "text/plain")
    TextWork.objects.update(locked_until=at + timedelta(minutes=25))
    assert read_texts(at) == 0
    assert read_texts(at + timedelta(minutes=25)) == 1
    assert work(record).state == "read"


def test_it_is_destroyed_with_the_record_and_nobody_reads_it_afterwards(saved_as, at):
    record = saved_as(b"Shut the valve", "note.txt", "text/plain")
    destroying.purge_derived([record.id], at)
    assert not TextWork.objects.exists()
    assert read_texts(at) == 0


def test_the_ledger_has_no_word_of_it(saved_as, at):
    saved_as(b"Shut the zqvalve", "note.txt", "text/plain")
    read_texts(at)
    assert "zqvalve" not in " ".join(str(row.data) for row in Entry.objects.all())


def test_long_texts_come_in_parts_that_are_whole():
    text = "valve " * 40_000
    parts = list(in_parts(text))
    assert "".join(parts) == text
    assert max(map(len, parts)) <= PIECE
    assert "".join(in_parts("x" * 120_000)) == "x" * 120_000


def test_a_document_with_code_gives_its_words_and_runs_nothing():
    made = pikepdf.new()
    made.add_blank_page()
    made.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS="app.launchURL('http://127.0.0.1:9/')"
    )
    made.attachments["a.exe"] = b"MZ\x00" * 20
    held = io.BytesIO()
    made.save(held)
    assert [one.text for one in of_bytes(held.getvalue(), "application/pdf")] == [""]
