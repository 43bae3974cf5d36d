"""Text messages, calls and chats as phones write them."""

import json
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.dates import Order, settle
from quartermaster.records.reading.phones import alike
from quartermaster.records.reading.result import Kind, dumped, loaded
from quartermaster.records.reading.surrogates import mended
from tests.factories.exports import PICTURE, around, backup, chat, mms, packed, sms
from tests.records.reading.reader import CITY, TODAY, read_all, said


def test_text_messages_of_one_number_are_one_conversation_however_it_is_written():
    content = backup(
        sms("one", around(20), address="(414) 555-0101"),
        sms("two", around(21), address="+1 414-555-0101", kind=2),
        sms("draft", around(22), address="4145550101", kind=3),
    )
    (found,), _, _ = read_all(content)
    assert found.key == "sms:+14145550101"
    assert said(found) == [("+14145550101", "one"), ("owner", "two"), ("owner", "[Draft] draft")]
    assert found.messages[0].original["address"] == "(414) 555-0101"


def test_a_group_has_its_people_and_its_pictures():
    (found,), files, _ = read_all(backup(mms("look", around(20))))
    assert [(one.key, one.name) for one in found.participants] == [
        ("owner", ""),
        ("+14145550101", "Pipe Works"),
        ("+14145550102", "Sue Okafor"),
    ]
    (message,) = found.messages
    assert (message.sender, message.body) == ("+14145550102", "look")
    assert list(files.values()) == [PICTURE]


def test_emoji_of_two_references_are_read_and_halves_are_not_lost():
    entry = sms("XX", around(20)).replace("XX", "a &#55357;&#56832; &#xD83D;&#xDE00; &#55357; b")
    (found,), _, _ = read_all(backup(entry))
    assert found.messages[0].body == "a \U0001f600 \U0001f600 \ufffd b"


@given(
    st.lists(st.sampled_from(["&#55357;", "&#56832;", "a", "&amp;", "&#10;", "&#", "&"])), st.data()
)
def test_mending_does_not_depend_on_where_the_pieces_are_cut(parts, data):
    whole = "".join(parts).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=4)))
    edges = [0, *cuts, len(whole)]
    pieces = [whole[a:b] for a, b in pairwise(edges)]
    assert b"".join(mended(pieces)) == b"".join(mended([whole]))
    assert b"&#55357;" not in b"".join(mended([whole]))


def test_calls_are_conversations_of_calls():
    call = (
        '<call number="+14145550101" duration="75" date="1795190400000" type="{}"'
        ' presentation="1" contact_name="Pipe Works" />'
    )
    (found,), _, _ = read_all(backup(call.format(1), call.format(3), root="calls"))
    assert [(one.kind, one.body) for one in found.messages] == [
        (Kind.CALL, "Incoming call, 1:15"),
        (Kind.CALL, "Missed call, 1:15"),
    ]


def test_what_breaks_off_is_read_up_to_there_and_told():
    content = backup(sms("one", around(20)), sms("two", around(21)))
    (found,), _, gathered = read_all(content[: content.index(b"two") + 5])
    assert said(found) == [("+14145550101", "one")]
    assert [one.where for one in gathered.faults] == ["line 6"]


def test_an_entry_without_a_date_is_told_with_its_line():
    broken = sms("one", around(20)).replace('date="', 'date="x')
    (found,), _, gathered = read_all(backup(broken, sms("two", around(20))))
    assert said(found) == [("+14145550101", "two")]
    assert [(one.where, one.why) for one in gathered.faults] == [
        ("line 5", "An entry has no date that can be read.")
    ]


def test_a_chat_of_an_iphone():
    (found,), files, gathered = read_all(chat(), "WhatsApp Chat - Pipe Works (2).zip")
    assert (found.title, found.key) == ("Pipe Works", "whatsapp:Pipe Works")
    assert [(one.sender, one.kind) for one in found.messages] == [
        ("Pipe Works", Kind.NOTICE),
        ("Pipe Works", Kind.MESSAGE),
        ("Ana Reyes", Kind.MESSAGE),
        ("Ana Reyes", Kind.MESSAGE),
    ]
    assert found.messages[1].body == "The main is open at Third and Polk\nWe need: a valve"
    assert list(files.values()) == [PICTURE]
    assert not gathered.question


@pytest.mark.parametrize(
    ("line", "at", "sender", "body"),
    [
        ("24.03.26, 14:05 - Ana: Ja", (2026, 3, 24, 14, 5), "Ana", "Ja"),
        ("3/24/26, 2:05\u202fPM - Ana: Yes", (2026, 3, 24, 14, 5), "Ana", "Yes"),
        ("24/3/26 2:05 p.\u00a0m. - Ana: Si", (2026, 3, 24, 14, 5), "Ana", "Si"),
        ("2026-03-24, 14:05 - Ana: x", (2026, 3, 24, 14, 5), "Ana", "x"),
        ("[24.03.26, 14:05:09] ~\u00a0Ana: x", (2026, 3, 24, 14, 5, 9), "Ana", "x"),
        ("\u200e[3/24/26, 12:00:00 AM] Ana: x", (2026, 3, 24, 0, 0), "Ana", "x"),
        ("24/03/26, 14:05 - Ana left", (2026, 3, 24, 14, 5), "", "Ana left"),
    ],
)
def test_dates_and_times_as_regions_write_them(line, at, sender, body):
    (found,), _, _ = read_all(f"{line}\n".encode(), "WhatsApp Chat with Ana.txt")
    (message,) = found.messages
    assert message.at == datetime(*at, tzinfo=CITY)
    assert (message.sender, message.body) == (sender, body)


def test_a_message_that_quotes_another_chat_is_one_message():
    text = (
        "24/03/26, 14:05 - Ana: see\n[24/03/26, 10:00:00] Rex: quoted\n25/03/26, 9:00 - Sue: ok\n"
    )
    (found,), _, _ = read_all(text.encode(), "WhatsApp Chat with Ana.txt")
    assert said(found) == [("Ana", "see\n[24/03/26, 10:00:00] Rex: quoted"), ("Sue", "ok")]


def test_files_of_android_and_those_that_were_left_out():
    text = (
        "3/24/26, 2:05 PM - Ana: 00000003-PHOTO.png (file attached)\nthe valve\n"
        "3/24/26, 2:06 PM - Ana: other.pdf (file attached)\n"
        "3/24/26, 2:07 PM - Ana: <Media omitted>\n"
        "3/24/26, 2:08 PM - Ana: plan (old)\n"
    )
    (found,), _, _ = read_all(chat(text, "WhatsApp Chat with Ana.txt"))
    files = [[(file.name, bool(file.digest)) for file in one.attachments] for one in found.messages]
    assert files == [
        [("00000003-PHOTO.png", True)],
        [("other.pdf", False)],
        [("Media omitted", False)],
        [],
    ]
    assert found.messages[0].body == "the valve"


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (["24/03/26"], Order.DAY_FIRST),
        (["3/24/26"], Order.MONTH_FIRST),
        (["2026/3/4"], Order.YEAR_FIRST),
        (["3/3/26"], Order.DAY_FIRST),  # the same day in any order
        (["30/4/26", "1/5/26"], Order.DAY_FIRST),
        (
            ["4/11/26", "5/11/26", "1/12/26", "3/12/26"],
            Order.MONTH_FIRST,
        ),  # else the last would be to come
        (["9/12/26"], Order.MONTH_FIRST),  # as a day it would be in the future
        (["5/1/26", "6/1/26", "1/2/26"], Order.DAY_FIRST),  # else time would run backwards
        (["3/4/26", "3/5/26"], None),
        (["99/99/99"], None),
    ],
)
def test_the_order_of_dates_is_told_by_all_of_them(days, order):
    assert settle(days, TODAY).order == order


def test_signal_from_the_desktop():
    line = {
        "date": "2026-03-24T14:05:33",
        "sender": "Pipe Works",
        "body": "The valve",
        "quote": "",
        "sticker": None,
        "reactions": [["Ana", "👍"]],
        "attachments": [{"name": "valve.png", "path": "media/valve.png"}],
        "deleted": False,
        "call": False,
    }
    mine = {**line, "sender": "Me", "body": "Thanks", "attachments": [], "reactions": []}
    package = packed(
        {
            "Pipe Works/data.json": f"{json.dumps(line)}\nnot json\n{json.dumps(mine)}\n",
            "Pipe Works/chat.md": "[2026-03-24 14:05:33] Pipe Works: The valve\n",
            "Pipe Works/media/valve.png": PICTURE,
        }
    )
    (found,), files, gathered = read_all(package)
    assert said(found) == [("Pipe Works", "The valve\nAna: 👍"), ("Me", "Thanks")]
    assert found.people["Me"].owner
    assert found.messages[1].outgoing
    assert list(files.values()) == [PICTURE]
    assert [one.where for one in gathered.faults] == ["Pipe Works/data.json, line 2"]


def test_signal_as_markdown_alone():
    text = (
        "[2026-03-24 14:05:33] Pipe: Valve\nbelow ![v.png](./media/v.png)\n"
        "[2026-03-24 14:06:00] Me: ok\n"
    )
    (found,), files, _ = read_all(packed({"Pipe/chat.md": text, "Pipe/media/v.png": PICTURE}))
    assert said(found) == [("Pipe", "Valve\nbelow"), ("Me", "ok")]
    assert list(files.values()) == [PICTURE]


def test_a_list_of_messages_from_an_iphone():
    text = (
        "Chat Session,Message Date,Delivered Date,Service,Type,Sender ID,Sender Name,Status,"
        "Subject,Text,Attachment,Attachment type\n"
        'Pipe Works,2026-03-24 14:05:33,,iMessage,Incoming,+14145550101,Pipe Works,Read,,"Two\n'
        'lines, one message",IMG_1.png,Image\n'
        "Pipe Works,2026-03-24 14:06:00,,iMessage,Outgoing,,,Read,,ok,,\n"
        "Pipe Works,2026-03-24 14:07:00,,iMessage,Notification,,,,,Pipe Works left,,\n"
    )
    (found,), files, _ = read_all(packed({"Messages.csv": text, "IMG_1.png": PICTURE}))
    assert said(found) == [
        ("+14145550101", "Two\nlines, one message"),
        ("owner", "ok"),
        ("", "Pipe Works left"),
    ]
    assert found.messages[0].at == datetime(2026, 3, 24, 14, 5, 33, tzinfo=CITY)
    assert list(files.values()) == [PICTURE]


def test_other_headings_of_a_list_and_dates_that_are_asked_for():
    text = "Name;Phone;Date;Direction;Content\nPipe;4145550101;3/4/26, 2:05 PM;Sent;hello\n"
    (found,), _, gathered = read_all(text.encode("utf-8-sig"), "messages.csv")
    assert said(found) == [("owner", "hello")]
    assert gathered.question == {"sample": "3/4/26", "orders": ["dmy", "mdy"]}


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n...", b"<html>", b"a;b\n1;2\n", b"{}"])
def test_anything_else_is_refused_with_a_sentence(content):
    with pytest.raises(Unfit):
        read_all(content)


@given(st.text(max_size=60))
def test_numbers_are_made_alike_once(text):
    assert alike(alike(text)) == alike(text)


def test_what_is_written_is_read_again():
    (found,), _, _ = read_all(chat(), "WhatsApp Chat - Pipe Works.zip")
    again, more = loaded(dumped(found, taken_from={"name": "x"}))
    assert again.messages[0].at == found.messages[0].at.astimezone(UTC)
    assert (again, more) == (found, {"taken_from": {"name": "x"}})
