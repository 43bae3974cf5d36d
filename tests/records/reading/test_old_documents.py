"""Rich text, documents of Office before 2007, and messages of Outlook with what is in them."""

import io
import shutil
import subprocess
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from benchmarks.legacy_samples import (
    dated_workbook,
    early_sheet,
    old_word,
    old_workbook,
    old_workbook_parts,
    outlook,
    rich,
    slides,
    word,
    workbook,
    workbook_parts,
)
from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.legacy.compound import compound
from quartermaster.records.reading.texts import Missed, kind_of, of_bytes, texts_of
from quartermaster.records.rules.content import judge
from tests.factories.documents import OPEN, plain_pdf
from tests.factories.exports import PICTURE, packed
from tests.records.reading.reader import read_all

OLE, RTF = "application/x-ole-storage", "application/rtf"
DOCUMENT = "Grüße from Third Street"
office = pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")


def said(content, media_type=OLE):
    return "\n".join(one.text for one in of_bytes(content, media_type))


def test_rich_text_gives_its_words_alone():
    assert said(rich(), RTF) == (
        "The main at Third\ncafé €100 {net}\n\u03c6\u03b6\u03c9\tend\na link\na remark\U0001f600"
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (rb"{\rtf1 a{\bin4 }\{x b}", "a b"),
        (rb"{\rtf1 unclosed {\b bold", "unclosed bold"),
        (rb"{\rtf1 a}}}} b", "a b"),
        (rb"{\rtf1\uc2 \u946\'3f\'3fx\uc0\u946 y}", "βxβy"),
        (rb"{\rtf1\ansicpg99999 x\'e9}", "xé"),
        (rb"{\rtf1 \'4", "4"),
    ],
)
def test_rich_text_that_is_odd_is_read_as_far_as_it_goes(content, words):
    assert said(content, RTF) == words


def test_rich_text_without_end_is_refused():
    with pytest.raises(Unfit, match="too deep"):
        said(b"{\\rtf1 " + b"{" * 5000, RTF)
    with pytest.raises(Unfit, match="no rich text"):
        said(b"words", RTF)


def test_a_document_of_word_with_pieces_of_both_kinds():
    made = word("Shut the valve\r", "Grüße, 水\r", 'a \x13HYPERLINK "x"\x14link\x15\x07b\r')
    assert said(made) == "Shut the valve\nGrüße, 水\na link\tb"


def test_a_locked_or_older_document_says_so():
    with pytest.raises(Unfit, match="password"):
        said(word("x", flags=0x0300))
    made = compound({"WordDocument": b"\xdb\xa5" + bytes(2000)})
    with pytest.raises(Unfit, match="before version 6"):
        said(made)
    hostile = bytearray(old_word("x"))
    hostile[512 + 0x0B] |= 1
    with pytest.raises(Unfit, match="password"):
        said(bytes(hostile))
    with pytest.raises(Unfit, match="password"):
        said(compound({"EncryptedPackage": b"x" * 5000}))


@pytest.mark.parametrize("cut", [0, 9])
@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("Grüße from Third\rStreet €5\r", {}),
        ("Лишь пыль\rи жизнь\r", {"page": "cp1251", "language": 0x0419}),
        ("Лишь пыль\rи жизнь\r", {"page": "cp1251", "charset": 204}),
        ("Łódź i okolice\rwodociąg\r", {"page": "cp1250", "language": 0x0415}),
    ],
)
def test_a_document_of_word_95_in_its_code_page(text, given, cut):
    assert said(old_word(text, cut=cut, **given)) == text.strip().replace("\r", "\n")


def test_a_workbook_of_excel_95_in_its_code_page():
    assert said(old_workbook()) == "Лист\nПыль\t2026-03-24\nMeter\t2026-03-24\t7\nЛишь"


def test_a_workbook_that_is_there_for_both_kinds_of_programs_is_read_once():
    parts = workbook_parts("S", [["Elm Street"]], 8000) | old_workbook_parts(1251)
    assert said(compound(parts)) == "S\nElm Street"


@pytest.mark.parametrize("version", [2, 4])
def test_a_sheet_of_excel_3_or_4_is_read(version):
    made = early_sheet(version)
    assert kind_of(made, "") == "application/vnd.ms-excel"
    assert said(made, kind_of(made, "")) == "Meter\t2026-03-24\n4711.5\t7"


def test_what_is_older_is_kept_and_says_that_its_text_is_not_read():
    for head, why in (
        (b"\x09\x00\x04\x00\x02\x00\x10\x00", "before version 3"),
        (b"\xdb\xa5\x2d\x00", "before version 6"),
    ):
        made = head + bytes(2000)
        assert judge(made).problem == ""
        with pytest.raises(Unfit, match=why):
            said(made, kind_of(made, ""))
    made = compound({"Book": b"\x09\x08\x08\x00\x00\x04" + bytes(6000)})
    with pytest.raises(Unfit, match="before version 3"):
        said(made)


FORMATS = ["m/d/yy", '"due "dd.mm.yyyy\\ hh:mm', "[$-409]h:mm AM/PM;@", "[h]:mm:ss", "mmm", "0.00"]
NUMBERS = [46105, 46105.586493, 0.5625, 1.25, 46105, 46105]


def test_days_and_times_of_a_workbook_are_shown_as_such():
    made = dated_workbook(FORMATS, NUMBERS, since_1904=False)
    assert said(made) == "2026-03-24\t2026-03-24 14:04:33\t13:30\t30:00:00\t2026-03-24\t46105"
    mac = dated_workbook(FORMATS, [44643, 0, 0, 0, 0, 0], since_1904=True)
    assert said(mac).split("\t")[:2] == ["2026-03-24", "1904-01-01 00:00"]


@pytest.mark.parametrize("cut", [20, 21, 64, 8000])
def test_a_workbook_whose_words_go_on_in_the_next_record(cut):
    rows = [["Meter", "水 Reading", 4711.0], ["Elm Street", "Meter", 0.25]]
    assert said(workbook("Água", rows, cut=cut)) == (
        "Água\nMeter\t水 Reading\t4711\nElm Street\tMeter\t0.25"
    )


def test_slides():
    assert said(slides("Title\rsecond line", "Grüße 水")) == "Title\nsecond line\nGrüße 水"


def test_an_ole_file_of_another_kind_has_no_text():
    assert said(compound({"Contents": b"x" * 5000})) == ""


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), b"x"])
def test_a_damaged_ole_file_is_refused_in_words(content):
    with pytest.raises(Unfit, match="damaged"):
        said(content)


def test_an_ole_file_with_sectors_of_no_size_is_refused_in_words():
    hostile = bytearray(workbook("S", [["x"]]))
    hostile[32:34] = (0x7E).to_bytes(2, "little")  # of the small sectors, as a power of two
    with pytest.raises(Unfit, match="damaged"):
        said(bytes(hostile))


@pytest.mark.parametrize(
    ("made", "name"),
    [(workbook("S", [["x"]]), "Workbook"), (outlook(), "__properties_version1.0")],
)
def test_an_ole_file_whose_streams_are_larger_than_it_is_is_refused_as_a_bomb(made, name):
    hostile = bytearray(made)
    at = made.index(name.encode("utf-16-le")) + 120  # where the entry of the stream says its size
    hostile[at : at + 4] = (1 << 30).to_bytes(4, "little")
    with pytest.raises(Unfit, match="bombs"):
        said(bytes(hostile))
    with pytest.raises(Unfit, match="bombs"):
        read_all(bytes(hostile), "m.msg")


def test_a_message_of_outlook_is_read_as_an_export():
    made = outlook(files=[("valve.png", "image/png", PICTURE)])
    (found,), files, gathered = read_all(made, "m.msg")
    assert found.title == "Inlet valve"
    assert [one.shown for one in found.participants] == [
        "Pipe Works (pipe@example.com)",
        "Ana Reyes (ana@city.example)",
    ]
    (message,) = found.messages
    assert (message.sender, message.body) == (
        "pipe@example.com",
        "Inlet valve\n\nIt is behind the hydrant.",
    )
    assert message.at == datetime.fromtimestamp(1_774_379_133, UTC)
    assert [one.name for one in message.attachments] == ["valve.png"]
    assert (list(files.values()), gathered.faults) == ([PICTURE], [])


def mail(*files, inner=None):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "p@x.example", "ana@city.example", "Drawings"
    made["Date"] = "Tue, 24 Mar 2026 14:05:33 -0500"
    made.set_content("See the files.")
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    if inner is not None:
        made.add_attachment(inner)
    return made


ENCLOSED = [
    ("a.pdf", "application/pdf", plain_pdf(), OPEN),
    ("a.doc", "application/msword", word(f"{DOCUMENT}\r"), DOCUMENT),
    ("a.xls", "application/octet-stream", workbook("S", [["Elm Street"]]), "Elm Street"),
    ("a.rtf", "text/rtf", rich(), "The main at Third"),
    ("a.html", "text/html", b"<html><p>On a <b>page</b></p><script>x()</script>", "On a page"),
    ("a.msg", "application/vnd.ms-outlook", outlook(), "behind the hydrant"),
    ("a.zip", "application/zip", packed({"in/a.txt": "deep in a package"}), "deep in a package"),
]


@pytest.mark.parametrize(("name", "kind", "content", "words"), ENCLOSED)
@pytest.mark.parametrize("made", ["eml", "mbox", "msg", "nested"])
def test_the_text_of_files_in_mail_is_text_of_the_record(made, name, kind, content, words):
    outer = mail((name, kind, content))
    given = {
        "eml": lambda: (outer.as_bytes(), "message/rfc822"),
        "mbox": lambda: (b"From a@b Tue Mar 24 14:05:33 2026\n" + outer.as_bytes(), "text/plain"),
        "msg": lambda: (outlook(files=[(name, kind, content)]), OLE),
        "nested": lambda: (mail(inner=outer).as_bytes(), "message/rfc822"),
    }[made]()
    whole = " ".join(said(*given).split())
    assert words in whole
    assert f"[attached: {name}" in whole


def test_what_cannot_be_read_in_a_mail_is_counted_and_the_rest_is_read():
    missed = Missed()
    outer = mail(
        ("a.pdf", "application/pdf", b"%PDF-1.7 nothing"),
        ("a.exe", "application/octet-stream", b"MZ\x00" * 50),
        ("b.txt", "text/plain", b"words after it"),
    )
    found = texts_of(io.BytesIO(outer.as_bytes()), "message/rfc822", "", missed)
    assert "words after it" in " ".join(one.text for one in found)
    assert missed.inside == 1  # a program has no text that would be missed


def test_mail_in_mail_without_end_ends():
    made = mail(("a.txt", "text/plain", b"innermost words"))
    for _ in range(6):
        made = mail(inner=made)
    missed = Missed()
    found = list(texts_of(io.BytesIO(made.as_bytes()), "message/rfc822", "", missed))
    assert "innermost" not in " ".join(one.text for one in found)
    assert missed.inside == 1


def converted(content, name, to, tmp_path, *more):
    """The same, as LibreOffice writes it."""
    source = tmp_path / name
    source.write_bytes(content)
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = [
        "soffice",
        home,
        "--headless",
        *more,
        "--convert-to",
        to,
        "--outdir",
        tmp_path,
        source,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return source.with_suffix(f".{to.partition(':')[0]}").read_bytes()


@office
@pytest.mark.parametrize("to", ["doc", "rtf"])
def test_what_another_program_writes_of_a_text_is_read(to, tmp_path):
    page = f"<html><meta charset=utf-8><p>{DOCUMENT}</p><p>水 Łódź €5</p></html>".encode()
    made = converted(
        page, "a.html", f"{to}:{'MS Word 97' if to == 'doc' else 'Rich Text Format'}", tmp_path
    )
    assert f"{DOCUMENT}\n水 Łódź €5" in said(made, OLE if to == "doc" else RTF)


@office
def test_what_another_program_writes_of_slides_is_read(tmp_path):
    names = {"office": "office", "draw": "drawing", "text": "text", "svg": "svg-compatible"}
    names |= {"presentation": "presentation", "style": "style"}
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in names.items()
    )
    page = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<office:document{spaces} office:version="1.2" office:mimetype="application/vnd.oasis'
        '.opendocument.presentation"><office:body><office:presentation><draw:page><draw:frame'
        ' svg:width="9cm" svg:height="3cm"><draw:text-box>'
        f"<text:p>{DOCUMENT}</text:p><text:p>水 Łódź</text:p></draw:text-box>"
        "</draw:frame></draw:page></office:presentation></office:body></office:document>"
    )
    made = converted(page.encode(), "a.fodp", "ppt", tmp_path)
    assert f"{DOCUMENT}\n水 Łódź" in said(made)


@office
def test_what_another_program_writes_of_a_table_is_read(tmp_path):
    rows = "".join(f"street {n},{n}.5,Łódź {n}\n" for n in range(900))
    made = converted(rows.encode(), "a.csv", "xls", tmp_path, "--infilter=CSV:44,34,76,1")
    lines = said(made).split("\n")
    assert lines[-1] == "street 899\t899.5\tŁódź 899"
    assert len(lines) == 901  # and the name of the sheet
