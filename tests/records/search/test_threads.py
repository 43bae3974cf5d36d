"""Mails of one exchange stand beside one another, whoever saved them; headings alone are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.records.models import RecordItem, SearchEntry
from quartermaster.records.search.alike import compare_next
from quartermaster.records.search.beside import thread_of
from quartermaster.records.search.threads import first_message
from tests.factories.records import paul, received, saving

pytestmark = pytest.mark.clause("G-5")


@pytest.mark.parametrize(
    ("headings", "root"),
    [
        (b"Message-ID: <a@x>\r\nSubject: s", b"a@x"),
        (b"message-id: <b@x>\nIn-Reply-To: <a@x>", b"a@x"),
        (b"References: <a@x>\r\n <b@x>\r\nIn-Reply-To: <b@x>\r\nMessage-ID: <c@x>", b"a@x"),
        (b"References:\r\n\t<a@x>\r\nMessage-ID: <c@x>", b"a@x"),
        (b"X-Message-ID: <a@x>", b""),
        (b"Subject: References: <a@x>", b""),
        (b"", b""),
    ],
)
def test_the_first_message_of_an_exchange_is_named(headings, root):
    assert first_message(headings) == root


@given(st.binary(max_size=400))
def test_whatever_the_headings_are_they_are_read(headings):
    assert isinstance(first_message(headings), bytes)


def mail(actor, at, headings: str):
    content = (
        "From: kim@pipe.example\r\nTo: ana@city.example\r\n"
        "Date: Fri, 20 Nov 2026 10:00:00 +0000\r\n"
        f"Subject: The valve\r\n{headings}\r\n\r\nReferences: <other@x>\r\nThe valve leaks."
    )
    key = received(actor, at, content.encode(), name="mail.eml", declared="message/rfc822")
    return saving(actor, at, [key])


@pytest.mark.django_db
def test_mails_of_one_exchange_are_one_thread_whoever_saved_them(cast, at):
    first = mail(cast.acting(cast.ana), at, "Message-ID: <a@x>")
    answer = mail(cast.acting(cast.sue), at, "Message-ID: <b@x>\r\nReferences: <a@x>")
    other = mail(cast.acting(cast.ana), at, "Message-ID: <z@x>")
    assert RecordItem.objects.filter(media_type="message/rfc822").count() == 3
    compare_next()
    assert list(thread_of(paul(cast), first)) == [answer]
    assert list(thread_of(cast.acting(cast.ana), first)) == []
    assert SearchEntry.objects.get(record=other).thread not in {
        "",
        SearchEntry.objects.get(record=first).thread,
    }
