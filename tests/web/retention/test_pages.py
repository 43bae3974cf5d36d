"""Pages of retention: the schedule, what is due, and the way to the certificate."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from quartermaster.records import schedule
from quartermaster.records.models import DisposalBatch, RetentionSchedule
from quartermaster.web.panels import panels_of
from quartermaster.web.waits import waiting_for
from tests.cast import AT
from tests.factories.org import PASSWORD
from tests.factories.records import WHY, custodian, held, saved
from tests.factories.retention import (
    YEARS,
    approver,
    batches,
    drafted,
    executed,
    in_force,
    retained,
    shipped_earlier,
    waiting,
)

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-2")]
DUE = AT + YEARS


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def paul(logged_in, cast):
    return logged_in(custodian(cast))


@pytest.fixture
def ben(logged_in, cast):
    return logged_in(approver(cast))


@pytest.fixture
def record(cast, at):
    return saved(cast.acting(cast.ana), at)


def to(name, thing=None):
    return reverse(f"retention:{name}", kwargs={"key": thing.pk} if thing else {})


def text(answer):
    return answer.content.decode()


def steps_of(request):
    return {item.title for group in waiting_for(request) for item in group.waits}


def test_lists_and_things_open_for_the_custodian_and_the_second_person_alone(
    paul, ben, logged_in, cast, at, record
):
    (batch,) = batches(DUE)
    for address in (
        to("things"),
        to("thing", retained(record)),
        to("schedule"),
        to("batches"),
        to("batch", batch),
    ):
        assert (address, paul.get(address).status_code) == (address, 200)
        assert (address, ben.get(address).status_code) == (address, 200)
        for name in ("ana", "cole", "sue", "ida", "rex"):
            assert logged_in(getattr(cast, name)).get(address).status_code == 403


def test_a_schedule_is_drafted_changed_and_put_in_force_in_the_browser(paul, ben, cast, record):
    shown = text(paul.get(to("schedule")))
    assert "Text messages and e-mail, routine correspondence" in shown
    assert "Wis. Stat. § 19.21(4)(b)" in shown
    paul.post(to("draft"), {"note": "Ordinance 26-118"})
    draft = RetentionSchedule.objects.get(state="draft")
    row = draft.series.get(code="messages-routine")
    form = paul.get(to("series", row)).context["form"]
    given = {**form.initial, "years": 3}
    assert paul.post(to("series", row), given).status_code == 302
    assert "messages, routine" not in text(paul.get(to("version", draft)))
    plan = paul.get(to("version", draft)).context["plan"]
    assert [(item.code, item.earlier) for item in plan] == [("messages-routine", 1)]
    refused = paul.post(to("in-force", draft), {"password": PASSWORD})
    assert refused.status_code == 403
    wrong = ben.post(to("in-force", draft), {"password": "not mine"})
    assert (wrong.status_code, "The password is not right" in text(wrong)) == (422, True) or (
        wrong.status_code in {401, 403}
    )
    assert ben.post(to("in-force", draft), {"password": PASSWORD}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "in_force"
    assert retained(record).due_on == date(2029, 11, 24)


def test_kinds_that_no_series_names_are_shown_and_drafted_as_shipped(paul, ben, cast, at, asking):
    first = shipped_earlier(at, "open-records-requests")
    shown = text(paul.get(to("schedule")))
    assert "Files of open-records requests" in shown
    assert "which takes the rest" in shown
    assert to("shipped", first) in shown
    assert to("shipped", first) not in text(ben.get(to("schedule")))
    said = "3 years from: the case, claim or request is closed"
    assert (said in shown, said in text(paul.get(to("shipped", first)))) == (True, True)
    assert ben.post(to("shipped", first)).status_code == 403
    title = "Draft the shipped series"
    assert title in steps_of(asking(custodian(cast)))
    assert title not in steps_of(asking(approver(cast)))
    answer = paul.post(to("shipped", first))
    draft = RetentionSchedule.objects.get(state="draft")
    assert (answer.status_code, answer["Location"]) == (302, to("version", draft))
    assert title not in steps_of(asking(custodian(cast)))
    assert "which takes the rest" not in text(paul.get(to("version", draft)))
    assert to("shipped", first) not in text(paul.get(to("schedule")))
    assert paul.post(to("shipped", first)).status_code == 409
    assert ben.post(to("in-force", draft), {"password": PASSWORD}).status_code == 302
    assert paul.get(to("shipped", first)).status_code == 404
    assert "which takes the rest" not in text(paul.get(to("schedule")))


def test_a_series_is_added_and_taken_out(paul, cast, at):
    draft = drafted(cast, at)
    given = {
        "code": "drone-video",
        "title": "Video of drones",
        "about": "",
        "trigger": "fiscal_year",
        "years": 1,
        "months": 0,
        "days": 0,
        "basis": "Ordinance 26-119",
        "disposition": "destroy",
        "sources": ["photo"],
    }
    assert paul.post(to("series-add", draft), given).status_code == 302
    again = paul.post(to("series-add", draft), given)
    assert (again.status_code, "There is a series with this code" in text(again)) == (422, True)
    row = draft.series.get(code="drone-video")
    assert paul.post(to("series-drop", row)).status_code == 302
    assert not draft.series.filter(code="drone-video").exists()
    assert paul.post(to("withdraw", draft), {"reason": WHY}).status_code == 302
    assert paul.get(to("series", draft.series.first())).status_code == 404


def test_a_batch_goes_from_review_to_its_certificate(paul, ben, cast, record):
    other = saved(cast.acting(cast.ana), AT)
    (batch,) = batches(DUE)
    entry = batch.entries.get(retained__label=other.number)
    paul.post(to("keep-out", entry), {"reason": WHY})
    assert ben.post(to("approve", batch), {"password": PASSWORD}).status_code == 403
    assert paul.post(to("approve", batch), {"password": PASSWORD}).status_code == 302
    assert "Approve as the second" not in text(paul.get(to("batch", batch)))
    assert "Approve as the second" in text(ben.get(to("batch", batch)))
    assert paul.post(to("second", batch), {"password": PASSWORD}).status_code == 403
    assert ben.post(to("second", batch), {"password": PASSWORD}).status_code == 302
    schedule.dispose(DUE)
    shown = text(paul.get(to("batch", batch)))
    assert (record.number in shown, WHY in shown, "line 2 of the log" in shown) == (True,) * 3
    paper = paul.get(to("certificate", batch))
    assert paper["Content-Type"] == "application/pdf"
    assert record.number in PdfReader(BytesIO(paper.content)).pages[0].extract_text()
    assert paul.get(to("statement", batch)).json()["batch"] == batch.number
    stub = text(paul.get(reverse("records:record", kwargs={"key": record.pk})))
    assert "Destroyed as D-" in stub


def test_a_batch_is_stopped_and_has_no_certificate(paul, ben, cast, record):
    (batch,) = batches(DUE)
    waiting(batch, cast, DUE)
    assert paul.get(to("certificate", batch)).status_code == 404
    assert ben.post(to("stop", batch), {"reason": WHY}).status_code == 302
    assert DisposalBatch.objects.get(id=batch.id).state == "stopped"
    late = paul.post(to("approve", batch), {"password": PASSWORD})
    assert late.status_code in {409, 422}


def test_what_is_held_says_so_on_its_page_and_in_the_batch(paul, cast, at, record):
    saved(cast.acting(cast.sue), at)
    held(cast, at)
    (batch,) = batches(DUE)
    said = "It is under a legal hold."
    assert said in text(paul.get(to("batch", batch)))
    assert said in text(paul.get(to("thing", retained(record))))


def test_a_receipt_is_written_down_for_what_is_transferred(paul, cast, at, record):
    draft = drafted(cast, at)
    row = draft.series.get(code="messages-routine")
    form = paul.get(to("series", row)).context["form"]
    paul.post(to("series", row), {**form.initial, "disposition": "transfer"})
    in_force(draft, cast, at)
    (batch,) = batches(DUE)
    waiting(batch, cast, DUE)
    assert "Write down the receipt" in text(paul.get(to("batch", batch)))
    assert paul.post(to("receipt", batch), {"receipt": "WHS 2034-17"}).status_code == 302
    assert "WHS 2034-17" in text(paul.get(to("batch", batch)))


def test_an_author_changes_the_series_of_their_own_record_on_its_page(
    logged_in, cast, record, asking
):
    ana, address = logged_in(cast.ana), to("classify", retained(record))
    (body,) = [
        item
        for item in panels_of("record", asking(cast.ana), record)
        if item.title == "How long it is kept"
    ]
    assert address in body.html
    assert ana.post(address, {"series": "evidence", "reason": WHY}).status_code == 302
    assert retained(record).series == "evidence"
    assert logged_in(cast.rex).get(address).status_code == 404


def test_an_event_is_said_by_the_custodian(paul, cast, at, record):
    key = retained(record)
    paul.post(to("classify", key), {"series": "evidence", "reason": WHY})
    assert "Say when it happened" in text(paul.get(to("thing", key)))
    future = paul.post(to("event", key), {"happened_on": "2099-01-01", "reason": WHY})
    assert future.status_code == 422
    assert (
        paul.post(to("event", key), {"happened_on": "2026-11-24", "reason": WHY}).status_code == 302
    )
    assert retained(record).due_on == date(2033, 11, 24)


def test_what_waits_is_told_to_who_acts_on_it(paul, ben, cast, at, record, asking):
    (batch,) = batches(DUE)
    drafted(cast, at)
    assert f"Review {batch.number}" in steps_of(asking(custodian(cast)))
    assert steps_of(asking(approver(cast))) == {"Put Schedule 2 in force"}


def test_filters_find_what_is_due(paul, cast, at, record):
    executed(cast, DUE)
    never = saved(cast.acting(cast.ana), at)
    paul.post(to("classify", retained(never)), {"series": "proceedings", "reason": WHY})
    for query, labels in (
        ({"due": "never"}, [never.number]),
        ({"standing": "destroyed"}, [record.number]),
        ({"series": "proceedings"}, [never.number]),
        ({"due": "now"}, []),
        ({"q": record.number}, [record.number]),
    ):
        rows = paul.get(to("things"), query).context["table"].page.object_list
        assert (query, [row.record.label for row in rows]) == (query, labels)
