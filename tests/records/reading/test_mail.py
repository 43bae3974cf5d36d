"""Mail: one message, folders, Outlook; whatever strangers write in it."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.legacy.compound import compound
from quartermaster.records.reading.mailparts import shown
from tests.factories.exports import PICTURE
from tests.records.reading.reader import read_all, said


def message(subject="Valve", words="It is open.", **more):
    made = EmailMessage()
    made["From"] = more.pop("sender", "Pipe Works <pipe@example.com>")
    made["To"] = "Ana Reyes <ana.home@example.org>"
    made["Date"] = "Tue, 24 Mar 2026 14:05:33 -0500"
    made["Subject"] = subject
    for name, value in more.items():
        made[name.replace("_", "-")] = value
    made.set_content(words)
    return made


def test_one_message_with_its_people_and_its_file():
    made = message()
    made.add_alternative("<p>It is <b>open</b>.</p>", subtype="html")
    made.add_attachment(PICTURE, maintype="image", subtype="png", filename="valve.png")
    (found,), files, _ = read_all(made.as_bytes(), "m.eml")
    assert [one.shown for one in found.participants] == [
        "Pipe Works (pipe@example.com)",
        "Ana Reyes (ana.home@example.org)",
    ]
    assert said(found) == [("pipe@example.com", "Valve\n\nIt is open.")]
    assert found.messages[0].at == datetime(2026, 3, 24, 19, 5, 33, tzinfo=UTC)
    assert list(files.values()) == [PICTURE]


def test_a_folder_is_conversations_by_what_answers_what():
    parts = [
        message(Message_ID="<a@x>"),
        message("Re: Valve", "When?", Message_ID="<b@x>", In_Reply_To="<a@x>"),
        message("Lunch", "At six?", Message_ID="<c@x>"),
        message("Re: Valve", ">From now on.", Message_ID="<d@x>", References="<a@x> <b@x>"),
    ]
    folder = b"".join(
        b"From pipe@example.com Tue Mar 24 14:05:33 2026\n"
        + part.as_bytes().replace(b"\n>From", b"\n>>From")
        + b"\n"
        for part in parts
    )
    first, second = read_all(folder, "all.mbox")[0]
    assert (first.title, second.title) == ("Valve", "Lunch")
    assert [one.body.partition("\n\n")[2] for one in first.messages] == [
        "It is open.",
        "When?",
        ">From now on.",
    ]


def test_a_forwarded_message_is_a_file():
    outer = message("Fwd", "See below")
    outer.add_attachment(message("Inner", "secret words"))
    (found,), files, _ = read_all(outer.as_bytes())
    assert [one.name for one in found.messages[0].attachments] == ["message.eml"]
    assert b"secret words" in next(iter(files.values()))


def test_headings_in_odd_letters_are_read_or_kept():
    made = b"From: =?utf-8?q?J=C3=B6rg?= <j@x.example>\nDate: x\nSubject: =?bad?x?y?=\n\nhi\n"
    (found,), _, gathered = read_all(made)
    assert found.participants[0].name == "Jörg"
    assert found.title == "=?bad?x?y?="
    assert [one.why for one in gathered.faults] == ["The date of a message cannot be read."]


def test_a_page_gives_its_words_alone():
    page = "<head><title>t</title></head><p>One</p><script>run()</script>two<br>three &amp; four"
    assert shown(page) == "One\ntwo\nthree & four"


def test_parts_without_end_are_refused():
    deep = b"From: a@b.example\nSubject: x\nDate: x\n"
    for number in range(60):
        deep += f'Content-Type: multipart/mixed; boundary="{number}"\n\n--{number}\n'.encode()
    with pytest.raises(Unfit):
        read_all(deep)


def test_an_ole_document_that_is_no_message_is_refused():
    with pytest.raises(Unfit, match="Outlook"):
        read_all(compound({"Contents": b"x" * 5000}))
    with pytest.raises(Unfit, match="damaged"):
        read_all(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000)
