"""Messages of iPhones: the text and the pages of imessage-exporter, tables of backup readers."""

from datetime import datetime

import pytest

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.result import Kind
from tests.factories.exports import PICTURE, packed
from tests.factories.iphones import TEXT, page, page_folder, text_folder
from tests.records.reading.reader import CITY, read_all

FIRST = datetime(2026, 3, 24, 14, 5, 33, tzinfo=CITY)
ANSWER = ("owner", "On our way\n\nwith two of us")


def rows(found):
    return [(one.sender, one.body) for one in found.messages]


def test_the_text_of_a_conversation():
    (found,), files, gathered = read_all(text_folder(), "export.zip")
    assert (found.key, found.title) == (
        "iphone:Pipe Works, Sue Okafor",
        "Pipe Works, Sue Okafor",
    )
    assert rows(found) == [
        (
            "Pipe Works",
            "The main is open at Third and Polk\nWe need: a valve\nTapbacks:\nLoved by Me",
        ),
        (
            "+14145550102",
            "and/or a hose\n\n/Users/ana/Library/Messages/Attachments/aa/IMG_1.HEIC",
        ),
        ANSWER,
        ("", "You named the conversation The main"),
    ]
    assert found.messages[0].at == FIRST
    assert [one.outgoing for one in found.messages] == [False, False, True, None]
    assert [one.name for one in found.messages[0].attachments] == ["31.png"]
    assert [(one.name, one.why) for one in found.messages[1].attachments] == [
        ("IMG_1.HEIC", "The export does not have its content.")
    ]
    assert list(files.values()) == [PICTURE]
    assert (gathered.faults, gathered.question) == ([], {})


@pytest.mark.parametrize("new", [True, False])
def test_the_page_of_a_conversation(new):
    (found,), files, gathered = read_all(page_folder(new=new), "export.zip")
    word = "Tapbacks" if new else "Reactions"
    assert rows(found) == [
        (
            "Pipe Works",
            f"The main is open at Third & Polk\nWe need: a valve\n{word}:\nLoved by Me",
        ),
        ("+14145550102", "https://valves.example/12\nValve 12"),
        ANSWER,
        ("", "You named the conversation The main"),
    ]
    assert found.messages[0].at == FIRST
    assert found.messages[3].kind is Kind.NOTICE
    assert list(files.values()) == [PICTURE]  # of two of this name the one that is meant
    assert gathered.faults == []


def test_text_and_page_say_the_same_of_the_same_times():
    text, shown = (read_all(one)[0][0] for one in (text_folder(), page_folder()))
    assert [one.at for one in text.messages] == [one.at for one in shown.messages]
    assert [one.key for one in text.participants] == [one.key for one in shown.participants]


def test_a_page_alone_has_no_files_and_says_so():
    (found,), files, _ = read_all(page(), "Pipe Works.html")
    assert [one.why for one in found.messages[0].attachments] == [
        "The export does not have its content."
    ]
    assert (found.title, files) == ("Pipe Works", {})


def test_an_answer_that_stands_nowhere_else_is_kept():
    text = TEXT[: TEXT.index("Mar 24, 2026  2:06:10")]
    (found,), _, _ = read_all(text.encode(), "Pipe Works.txt")
    assert rows(found)[1] == ANSWER


def test_a_date_that_stands_in_the_words_of_a_message_begins_no_other():
    text = "Mar 24, 2026  2:05:33 PM\nAna\nsee below:\nMar 23, 2026  1:00:00 PM\nRex\nforged\n\n"
    (found,), _, _ = read_all(text.encode(), "Ana.txt")
    assert rows(found) == [("Ana", "see below:\nMar 23, 2026  1:00:00 PM\nRex\nforged")]


@pytest.mark.parametrize("date", ["Mar 32, 2026  2:05:33 PM", "Foo 12, 2026 13:05:33 PM"])
def test_a_date_that_is_none_is_told(date):
    (found,), _, gathered = read_all(f"{date}\nAna\nhello\n\n".encode(), "Ana.txt")
    assert rows(found) == [("Ana", "hello")]
    assert [one.why for one in gathered.faults] == ["The date of a message cannot be read."]


def test_nothing_of_a_page_is_run_or_kept_that_is_no_word():
    hostile = page().replace(
        b"We need: a valve",
        b"<script>run()</script><iframe src=http://127.0.0.1:9/></iframe>"
        b"<img src=x onerror=run()>ok",
    )
    (found,), files, _ = read_all(hostile, "x.html")
    assert found.messages[0].body.startswith("The main is open at Third & Polk\nok\n")
    assert files == {}


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body><p>A page of something else</p></body></html>",
        b"<!DOCTYPE html><html><div class='message'>",
        b"<html>" + b"<div class=message>" * 5000,
        b"<html>" + b"<div><p>" * 200_000,
    ],
)
def test_other_pages_are_refused_with_a_sentence(content):
    with pytest.raises(Unfit, match=r"\.$"):
        read_all(content, "x.html")


def test_a_text_beside_conversations_that_is_none_is_told_and_harms_nothing():
    package = packed({"Ana.txt": TEXT, "notes.txt": "nothing", "attachments/a.txt": "a file"})
    (found,), _, gathered = read_all(package, "export.zip")
    assert len(found.messages) == 4
    assert [one.where for one in gathered.faults] == ["notes.txt"]


def test_two_tables_and_their_files_of_one_name():
    heading = "Chat Session,Message Date,Type,Sender ID,Sender Name,Text,Attachment\n"
    row = "{0},2026-03-24 14:05:33,Incoming,+1414555010{1},{0},look,IMG_1.png\n"
    package = packed(
        {
            "A/Messages - A.csv": heading + row.format("A", 1),
            "A/IMG_1.png": b"of A",
            "B/Messages - B.csv": heading + row.format("B", 2),
            "B/IMG_1.png": b"of B",
        }
    )
    first, second = read_all(package, "export.zip")[0]
    assert [one.messages[0].attachments[0].size for one in (first, second)] == [4, 4]
    digests = {one.messages[0].attachments[0].digest for one in (first, second)}
    assert len(digests) == 2
