"""Pages of files that were not taken: a walk from the phone to the custodian and back."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quartermaster.audit.models import Entry
from quartermaster.records.models import Record, RefusedFile
from quartermaster.records.rules.quarantine import KEPT
from quartermaster.web.records.sorting import REACHED
from tests.factories.disclosure import acknowledged
from tests.factories.inbox import letter, taken
from tests.factories.quarantine import PROGRAM, bomb, kept
from tests.factories.records import custodian, held
from tests.web.records.test_pages import form
from tests.web.suites import RoomViewTests
from tests.web.waiting import waiting

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
VERBS = ("refused-content", "refused-release", "refused-discard")


def to(name, thing=None):
    return reverse(f"records:{name}", kwargs={"key": thing.pk} if thing else {})


def text(answer):
    return answer.content.decode()


def program(name="invoice.exe"):
    return SimpleUploadedFile(name, PROGRAM, "image/png")


@pytest.fixture
def ana(logged_in, cast):
    return logged_in(cast.ana)


@pytest.fixture
def paul(logged_in, cast):
    return logged_in(custodian(cast))


class TestRefused(RoomViewTests):
    list_name = "records:refused-files"
    detail_name = "records:refused"
    seen_by = {"ana": {"hers"}, "cole": set(), "sue": set(), "ida": set(), "rex": {"his"}}

    def things(self, cast, at):
        custodian(cast)
        return {
            "hers": kept(cast.acting(cast.ana), at),
            "his": kept(cast.acting(cast.rex), at, bomb(), name="photos.zip"),
        }


def test_from_the_phone_to_the_custodian_and_back(ana, paul, cast):
    answer = ana.post(to("save"), form(chosen=[program()]))
    assert answer.status_code == 422
    assert KEPT in text(answer)
    one = RefusedFile.objects.get()
    assert to("refused-files") in text(ana.get(to("records")))
    page = text(ana.get(to("refused", one)))
    assert "programs are not records" in page
    for verb in VERBS:
        assert to(verb, one) not in page
    assert "Files not taken" in text(paul.get("/"))
    assert f'href="{to("refused", one)}"' in text(paul.get(to("refused-files")))
    page = text(paul.get(to("refused", one)))
    for verb in VERBS:
        assert f'href="{to(verb, one)}"' in page
    start = paul.get(to("refused-release", one)).context["form"].initial
    assert start["about"] == "invoice.exe"
    said = {"about": "The tool", "with_whom": "", "happened_on": "2026-11-20"}
    assert paul.post(to("refused-release", one), said).status_code == 422
    paul.post(to("refused-release", one), {**said, "with_whom": "Pipe Works"})
    record = Record.objects.get()
    assert record.author == cast.ana
    page = text(ana.get(to("refused", one)))
    assert record.number in page
    assert to("record", record) in page
    shown = ana.get(f"{to('item', record.items.get())}?show")
    assert shown["Content-Type"] == "application/octet-stream"
    assert shown["Content-Disposition"].startswith("attachment")


def test_it_is_given_to_the_custodian_alone_and_shown_by_no_browser(paul, logged_in, cast, at):
    one = kept(cast.acting(cast.ana), at, b"<html><script>x</script>", name="page.html")
    answer = paul.get(to("refused-content", one))
    assert b"".join(answer.streaming_content) == b"<html><script>x</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="page.html.quarantined"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-store"
    assert Entry.objects.filter(tag="records.refused.read").count() == 1
    for name in ("ana", "rex", "ida", "cole", "sue"):
        client = logged_in(getattr(cast, name))
        for verb in VERBS:
            assert client.get(to(verb, one)).status_code == 403
            assert client.post(to(verb, one), {"reason": "No record"}).status_code in {403, 405}


def test_discarded_its_author_reads_why_and_under_a_hold_it_stays(paul, ana, cast, at):
    one = kept(cast.acting(cast.ana), at)
    held(cast, at)
    page = paul.post(to("refused-discard", one), {"reason": "An advertisement"})
    assert page.status_code == 409
    assert "under a legal hold" in text(page)
    other = kept(cast.acting(cast.rex), at)
    paul.post(to("refused-discard", other), {"reason": "An advertisement"})
    page = text(paul.get(to("refused", other)))
    assert "An advertisement" in page
    assert paul.get(to("refused-content", other)).status_code == 404
    assert ana.get(to("refused", other)).status_code == 404


def test_the_queue_of_the_phone_says_that_it_is_kept(ana):
    for _ in range(2):  # the worker sends again where the answer was lost
        answer = ana.post(to("queue-items"), {"key": str(uuid4()), "file": program()})
        assert (answer.status_code, answer.json()["code"]) == (422, "record-not-taken")
        assert answer.json()["message"].endswith(KEPT)
    given = form(message="<script>x</script>")
    answer = ana.post(to("queue"), given)
    assert answer.json()["message"].endswith(KEPT)
    names = RefusedFile.objects.order_by("name").values_list("name", flat=True)
    assert list(names) == ["invoice.exe", "message.txt"]


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_is_committed_though_nothing_else_is(ana):
    ana.post(to("save"), form(chosen=[program()]))
    ana.post(to("queue-items"), {"key": str(uuid4()), "file": program("other.exe")})
    assert RefusedFile.objects.count() == 1
    assert not Record.objects.exists()


def test_it_waits_for_the_custodian_and_for_nobody_else(rf, cast, at):
    one = kept(cast.acting(cast.ana), at)
    title = "Files that were not taken"

    def waits(person):
        request = rf.get("/")
        request.actor, request.at = cast.acting(person), at
        return waiting(request, title)

    (step,) = waits(custodian(cast))
    assert (step.address, step.due_at) == (to("refused", one), one.due_at)
    assert cast.ana.name in step.note
    for name in ("ana", "rex", "ida", "cole", "sue"):
        assert waits(getattr(cast, name)) == []


def test_who_discards_is_told_of_an_open_request_that_may_reach_it(paul, cast, at):
    one, mail = kept(cast.acting(cast.ana), at), taken(letter(results=""), at)
    pages = [to("refused-discard", one), to("mail-discard", mail)]
    assert not [page for page in pages if REACHED in text(paul.get(page))]
    acknowledged(cast, at)
    assert [page for page in pages if REACHED in text(paul.get(page))] == pages
