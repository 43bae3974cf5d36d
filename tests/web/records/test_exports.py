"""Pages of exports: sent in, chosen out of, previewed, saved or cancelled, by their owner."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quartermaster.records import exports as queries
from quartermaster.records.models import Record, StagedExport
from tests.factories.exports import PICTURE, around, backup, chat, mms, sms, waiting
from tests.factories.records import custodian

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]


def to(name, key=None, **more):
    return reverse(f"records:{name}", kwargs={**({"key": key} if key else {}), **more})


def text(answer):
    return answer.content.decode()


@pytest.fixture
def ana(logged_in, cast):
    return logged_in(cast.ana)


def send(client, content, name="sms.xml"):
    return client.post(to("exports"), {"export": SimpleUploadedFile(name, content)})


def pick(**more):
    return {"about": "The main", "with_whom": "Pipe Works", "how": "whole", **more}


def test_from_the_file_to_the_record(ana, cast, at):
    content = backup(
        *(sms(f"message {number}", around(20, number // 60)) for number in range(120)),
        sms("Dinner at six?", around(21), address="+14145550199", name="Mother"),
    )
    answer = send(ana, content)
    export = StagedExport.objects.get()
    assert answer.url == to("export", export.pk)
    page = text(ana.get(answer.url))
    assert "Mother" in page
    assert "Save what I chose" not in page
    first = export.threads.get(position=1)
    here = to("export-thread", first.pk)
    page = text(ana.get(here))
    assert "page 1 of 2" in page
    assert 'value="Pipe Works (+14145550101)"' in page
    shown = [str(one) for one in range(100)]
    given = pick(how="some", shown=shown, ticked=["0", "5"], go="2")
    assert ana.post(here, given).url == f"{here}?page=2"
    shown = [str(one) for one in range(100, 120)]
    answer = ana.post(here, pick(how="some", shown=shown, ticked=["110"]))
    assert answer.url == to("export", export.pk)
    assert "Save what I chose" in text(ana.get(answer.url))
    page = text(ana.get(to("export-save", export.pk)))
    assert "3 of 120 messages become one record" in page
    assert "message 110" in page
    assert "message 111" not in page
    answer = ana.post(to("export-save", export.pk), {"residue": "gone", "device": ""})
    assert answer.url == to("records")
    record = Record.objects.get()
    page = text(ana.get(answer.url))
    assert f"Saved as {record.number}" in page
    assert not StagedExport.objects.exists()
    page = text(ana.get(to("conversation", record.pk)))
    assert "message 5" in page
    assert "Taken from sms.xml" in page


def test_what_is_saved_already_has_no_box_to_tick(ana):
    content = backup(sms("first", around(20)), sms("second", around(21)))
    send(ana, content)
    export = StagedExport.objects.get()
    thread = export.threads.get()
    ana.post(
        to("export-thread", thread.pk), pick(how="days", since="2026-11-20", until="2026-11-20")
    )
    ana.post(to("export-save", export.pk), {"residue": "gone", "device": ""})
    send(ana, content)
    thread = StagedExport.objects.get().threads.get()
    page = text(ana.get(to("export-thread", thread.pk)))
    assert Record.objects.get().number in page
    assert page.count('name="ticked"') == 1


def test_nothing_of_it_and_cancelling(ana, cast, at):
    export = waiting(cast, at)
    thread = export.threads.first()
    ana.post(to("export-thread", thread.pk), {"do": "nothing"})
    thread.refresh_from_db()
    assert thread.sealed_pick is None
    assert "destroyed at once" in text(ana.get(to("export-cancel", export.pk)))
    assert ana.post(to("export-cancel", export.pk)).url == to("exports")
    assert not StagedExport.objects.exists()
    assert ana.get(to("export", export.pk)).status_code == 404


def test_a_question_about_its_dates_is_put_and_answered(ana):
    written = b"3/4/26, 2:05 PM - Pipe Works: Open\n3/5/26, 2:06 PM - Ana Reyes: Coming\n"
    send(ana, written, "WhatsApp Chat with Pipe Works.txt")
    export = StagedExport.objects.get()
    page = text(ana.get(to("export", export.pk)))
    assert "What do its dates mean?" in page
    assert ana.post(to("export", export.pk), {"order": "mdy"}).url == to("export", export.pk)
    export.refresh_from_db()
    assert queries.summary_of(export).order == "mdy"


def test_pictures_are_shown_to_their_owner_alone(ana, logged_in, cast, at):
    send(ana, chat(), "WhatsApp Chat - Pipe Works.zip")
    export = StagedExport.objects.get()
    digest = export.files.get().digest
    address = to("export-file", export.pk, digest=digest)
    assert address in text(ana.get(to("export-thread", export.threads.get().pk)))
    answer = ana.get(address)
    assert (answer.content, answer["Content-Type"]) == (PICTURE, "image/png")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert ana.get(to("export-file", export.pk, digest="0" * 64)).status_code == 404
    for person in (cast.rex, cast.ida, cast.sue, custodian(cast)):
        client = logged_in(person)
        for page in (
            address,
            to("export", export.pk),
            to("export-save", export.pk),
            to("export-cancel", export.pk),
            to("export-thread", export.threads.get().pk),
        ):
            assert client.get(page).status_code == 404
        assert "WhatsApp Chat" not in text(client.get(to("exports")))


def test_what_cannot_be_shown_runs_nowhere(ana):
    send(ana, backup(mms("look", around(20), picture=b"<svg onload=alert(1)>" * 9)))
    export = StagedExport.objects.get()
    answer = ana.get(to("export-file", export.pk, digest=export.files.get().digest))
    assert answer.status_code == 302


def test_what_is_no_export_is_said_at_the_field(ana):
    answer = send(ana, b"only words", "notes.txt")
    assert answer.status_code == 422
    assert "No message of a chat is found in it." in text(answer)


def test_a_message_that_looks_like_code_is_shown_as_text(ana):
    send(ana, backup(sms("<script>alert(1)</script>", around(20))))
    thread = StagedExport.objects.get().threads.get()
    page = text(ana.get(to("export-thread", thread.pk)))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
