"""Lists of messages as tables: the columns of iMazing, its workbooks, and the files beside them."""

import io
from datetime import datetime, timedelta

import openpyxl
import pytest

from benchmarks.fuzz_samples import packed
from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.packages import Package
from quartermaster.records.reading.result import Kind, Platform
from quartermaster.records.reading.texts import of_bytes
from quartermaster.records.reading.workbook import sheets
from tests.factories.exports import PICTURE
from tests.records.reading.reader import CITY, read_all

pytestmark = pytest.mark.clause("G-5")
# as programs that take these exports know them: text messages since version 2, and of WhatsApp
MESSAGES = [
    "Chat Session",
    "Message Date",
    "Delivered Date",
    "Read Date",
    "Edited Date",
    "Service",
    "Type",
    "Sender ID",
    "Sender Name",
    "Status",
    "Replying to",
    "Subject",
    "Text",
    "Reactions",
    "Attachment",
    "Attachment type",
]
WHATSAPP = [
    "Chat Session",
    "Message Date",
    "Sent Date",
    "Type",
    "Sender ID",
    "Sender Name",
    "Status",
    "Forwarded",
    "Replying to",
    "Text",
    "Reactions",
    "Attachment",
    "Attachment type",
    "Attachment info",
]
AT = datetime(2026, 3, 24, 14, 5, 33)
LONG = f"{'n' * 45}.png"


def row(columns, **given):
    known = {name.casefold().replace(" ", "_"): name for name in columns}
    cells = {known[name]: value for name, value in given.items()}
    return [cells.get(name, "") for name in columns]


def text_messages():
    first = {"chat_session": "Pipe Works", "service": "iMessage", "type": "Incoming"}
    who = {"sender_id": "+14145550101", "sender_name": "Pipe Works"}
    return [
        MESSAGES,
        row(MESSAGES, message_date=AT, text="The main\nis open", **first, **who),
        row(MESSAGES, message_date=AT, attachment="valve.png", reactions="Loved", **first, **who),
        row(MESSAGES, message_date=AT, attachment=LONG, **first, **who),
        row(
            MESSAGES,
            message_date=AT + timedelta(seconds=27),
            text="On our way",
            chat_session="Pipe Works",
            type="Outgoing",
            replying_to="The main",
        ),
        row(
            MESSAGES, message_date=AT, chat_session="Pipe Works", type="Notification", text="Named"
        ),
    ]


def workbook(*tables):
    made, held = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.active)
    for number, rows in enumerate(tables):
        sheet = made.create_sheet(f"Sheet {number}")
        for one in rows:
            sheet.append(one)
    made.save(held)
    return held.getvalue()


def as_csv(rows):
    quoted = (",".join('"' + str(cell).replace('"', '""') + '"' for cell in one) for one in rows)
    return "\r\n".join(quoted).encode("utf-8-sig")


FILES = {
    "Attachments/2026-03-24 14 05 33 - Pipe Works - valve.png": PICTURE,
    f"Attachments/2026-03-24 14 05 33 - Pipe Works - {LONG[:40]}.png": PICTURE + b"2",
    "Attachments/2026-03-24 14 06 00 - Pipe Works - valve.png": PICTURE + b"3",
}


@pytest.mark.parametrize(
    ("name", "content"), [("a.csv", as_csv(text_messages())), ("a.xlsx", workbook(text_messages()))]
)
def test_text_messages_with_their_files(name, content):
    (found,), files, gathered = read_all(packed({name: content, **FILES}), "export.zip")
    assert (found.platform, found.title) == (Platform.IPHONE, "Pipe Works")
    rows = {one.body: one for one in found.messages}
    assert rows["The main\nis open"].at == AT.replace(tzinfo=CITY)
    assert (rows["On our way"].outgoing, rows["On our way"].original["reply"]) == (True, "The main")
    assert rows["Named"].kind is Kind.NOTICE
    held = [one for one in found.messages if one.attachments]
    assert [one.attachments[0].name.rpartition(" - ")[2] for one in held] == [
        "valve.png",
        f"{LONG[:40]}.png",
    ]
    assert held[0].original["reactions"] == "Loved"
    assert list(files.values()) == [PICTURE, PICTURE + b"2"]  # and not that of another time
    assert (gathered.faults, gathered.question) == ([], {})


def test_a_workbook_alone_has_no_files_and_says_so():
    (found,), files, _gathered = read_all(workbook(text_messages()), "Messages.xlsx")
    held = [one for one in found.messages if one.attachments]
    assert {one.attachments[0].why for one in held} == {"The export does not have its content."}
    assert files == {}


def test_messages_of_whatsapp_are_told_by_their_columns():
    given = {"chat_session": "Pipe Works", "type": "Incoming", "sender_name": "Pipe"}
    rows = [WHATSAPP, row(WHATSAPP, message_date=AT, text="Open", **given)]
    for content, name in ((as_csv(rows), "a.csv"), (workbook(rows), "a.xlsx")):
        (found,), _files, _gathered = read_all(content, name)
        assert (found.platform, found.messages[0].body) == (Platform.WHATSAPP, "Open")


def test_the_first_sheet_that_is_a_list_is_read():
    other = [["Meter", "Reading"], ["Third", 4711]]
    (found,), _files, _gathered = read_all(workbook(other, text_messages()), "a.xlsx")
    assert len(found.messages) == 5
    with pytest.raises(Unfit, match="no export that is known"):
        read_all(workbook(other), "a.xlsx")


def test_cells_are_what_a_person_sees():
    made, held = openpyxl.Workbook(), io.BytesIO()
    sheet = made.active
    sheet["B2"], sheet["D2"] = "two", 46105
    sheet["D2"].number_format = "m/d/yy"
    sheet["A3"], sheet["B3"] = True, "=1+1"
    sheet["C3"] = 0.1
    made.save(held)
    (rows,) = sheets(Package(held))
    assert rows == [["", "two", "", "2026-03-24"], ["1", "", "0.1"]]


SHEET = "<worksheet xmlns='urn:x'><sheetData>{}</sheetData></worksheet>"


def raw(cells, **more):
    parts = {"xl/workbook.xml": "<workbook/>", "xl/worksheets/sheet1.xml": SHEET.format(cells)}
    return packed(parts | more)


@pytest.mark.parametrize(
    ("cells", "rows"),
    [
        ("<row><c t='inlineStr'><is><t>a</t><rPh><t>x</t></rPh></is></c><c><v>1</v></c></row>", 1),
        ("<row><c r='ZZZ1'><v>1</v></c><c r='A1'><v>2</v></c></row>", 1),
        ("<row><c t='s'><v>99999</v></c><c s='-1'><v>x</v></c><c r='B'><v/></c></row>", 1),
        ("<c><v>1</v></c>", 0),
    ],
)
def test_a_sheet_that_is_odd_is_read_as_far_as_it_goes(cells, rows):
    ((found,),) = [list(sheets(Package(io.BytesIO(raw(cells)))))]
    assert len(found) == rows


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("<row><c>", "damaged workbook"),
        ("<!DOCTYPE a><row/>", "damaged workbook"),
        ("<x>" * 50, "too deep"),
    ],
)
def test_a_sheet_that_means_harm_is_refused_in_words(cells, why):
    with pytest.raises(Unfit, match=why):
        read_all(raw(cells), "a.xlsx")


def test_entities_of_a_sheet_are_refused():
    bad = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><worksheet>&x;</worksheet>"
    with pytest.raises(Unfit, match="document type"):
        read_all(raw("", **{"xl/worksheets/sheet1.xml": bad}), "a.xlsx")


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def text(content):
    return "\n".join(one.text for one in of_bytes(content, XLSX))


def test_the_text_of_a_workbook_has_its_sheets_its_rows_and_its_days():
    made, held = openpyxl.Workbook(), io.BytesIO()
    made.active.title = "Readings"
    made.active.append(["Meter", "", AT])
    made.active.append(["Elm Street", 4711, "Elm Street"])
    made.create_sheet("Pumps")["XFD9"] = "far out"
    made.save(held)
    assert text(held.getvalue()) == (
        "Readings\nPumps\nMeter\t2026-03-24 14:05:33\nElm Street\t4711\tElm Street\nfar out"
    )


def test_the_text_of_a_workbook_that_breaks_off_is_read_as_far_as_it_goes():
    assert text(raw("<row><c t='str'><v>a valve</v></c><c>")) == "a valve"
    assert text(raw("<row><c t='str'><v>a valve</v></c></row>", **{"xl/styles.xml": "<"})) == (
        "a valve"
    )


def test_a_text_that_is_said_over_and_over_is_refused():
    strings = f"<sst><si><t>{'x' * 1_000_000}</t></si></sst>"
    cells = "<row>" + "<c t='s'><v>0</v></c>" * 150 + "</row>"
    content = raw(cells, **{"xl/sharedStrings.xml": strings})
    with pytest.raises(Unfit, match="more text"):
        text(content)
    with pytest.raises(Unfit, match="more text"):
        list(sheets(Package(io.BytesIO(content))))
