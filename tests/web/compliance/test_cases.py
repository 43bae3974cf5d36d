"""Pages of cases: who sees which and what of it, the verbs, the cards, one's own page."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quartermaster.compliance import actions
from quartermaster.compliance.models import Case, Finding, Holiday, Outcome
from quartermaster.org.models import RoleAssignment
from quartermaster.org.roles import Role
from quartermaster.web.cards import cards_for
from tests.factories import cases as make
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db


@pytest.fixture
def hana(cast):
    return make.with_role(cast, Role.HR)


@pytest.fixture
def auda(cast):
    return make.with_role(cast, Role.AUDITOR, "Auda Berg")


def to(name, case):
    return reverse(f"cases:{name}", kwargs={"key": case.pk})


class TestPrepared(RoomViewTests):
    """Before its confirmation: the holder, the coordinator and ITMD."""

    list_name = "cases:cases"
    detail_name = "cases:case"
    seen_by = {"ana": {"ana"}, "cole": {"ana"}, "sue": set(), "ida": {"ana"}, "rex": set()}

    def things(self, cast, at):
        return {"ana": make.prepared(cast.ana, at)}


class TestReferred(RoomViewTests):
    """After it: the holder, the supervisor and ITMD, no coordinator any longer."""

    list_name = "cases:cases"
    detail_name = "cases:case"
    seen_by = {"ana": {"ana"}, "cole": set(), "sue": {"ana"}, "ida": {"ana"}, "rex": set()}

    def things(self, cast, at):
        return {"ana": make.referred(cast, at)}


class TestHolidays(RoomViewTests):
    list_name = "cases:calendar"
    seen_by = {"ana": set(), "cole": set(), "sue": set(), "ida": {"one"}, "rex": set()}

    def things(self, cast, at):
        return {"one": Holiday.objects.create(day=date(2026, 12, 25), name="Christmas Day")}


@pytest.mark.clause("E-1")
def test_outcome_and_late_words_are_for_holder_supervisor_and_human_resources(
    cast, hana, auda, at, logged_in
):
    case = make.decided(cast, hana, at)
    actions.answer(finding=case.finding, text="My own side.", actor=cast.acting(cast.ana), at=at)
    seen = {}
    for person in (cast.ana, cast.sue, hana, cast.ida, auda):
        page = logged_in(person).get(to("case", case))
        text = page.content.decode()
        seen[person.given_name] = ("Written warning" in text, "My own side." in text)
        for path in (f"/findings/{case.finding_id}/", "/audit/", "/mail/"):
            other = logged_in(person).get(path).content.decode()
            assert person in (cast.ana, cast.sue, hana) or "My own side." not in other
            assert "Written warning" not in other
    shown, hidden = (True, True), (False, False)
    assert seen == {"Ana": shown, "Sue": shown, "Hana": shown, "Ida": hidden, "Auda": hidden}
    csv = logged_in(cast.ida).get(reverse("cases:cases"), {"format": "csv"})
    assert b"warning" not in b"".join(csv.streaming_content)


@pytest.mark.clause("C-1", "E-1")
def test_the_way_over_the_pages(cast, hana, at, logged_in):
    otto = make.with_role(cast, Role.HR, "Otto Lind")
    case = make.prepared(cast.ana, at)
    decided = {"grade": "suspension", "reference": "HR-9", "reason": "Again."}
    milder = {"grade": "no_action", "reference": "", "reason": "Heard."}
    for person, name, sent, state in (
        (cast.cole, "confirm", {"reason": "Seen."}, "referred"),
        (cast.sue, "acknowledge", {}, "acknowledged"),
        (hana, "outcome", decided, "decided"),
        (cast.ana, "appeal", {"reason": "It was broken."}, "appealed"),
        (otto, "review", milder, "closed"),
    ):
        client = logged_in(person)
        assert client.get(to(name, case)).status_code == 200
        answer = client.post(to(name, case), sent)
        assert (name, answer.status_code) == (name, 302)
        case.refresh_from_db()
        assert case.state == state
        assert client.get(answer.url).status_code == 200
    assert list(Outcome.objects.values_list("grade", flat=True)) == ["suspension", "no_action"]


@pytest.mark.parametrize("name", ["dismiss", "withdraw"])
def test_what_was_wrong_is_dismissed_or_withdrawn(cast, at, logged_in, name):
    case = make.prepared(cast.ana, at)
    client = logged_in(cast.ida)
    assert client.post(to(name, case), {"reason": ""}).status_code == 422
    assert client.post(to(name, case), {"reason": "A wrong check."}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.closing_reason) == (
        {"dismiss": "dismissed", "withdraw": "withdrawn"}[name],
        "A wrong check.",
    )


def test_buttons_are_those_of_the_step_and_the_reader(cast, hana, at, logged_in):
    case = make.prepared(cast.ana, at)

    def buttons(person):
        return [b.label for b in logged_in(person).get(to("case", case)).context["buttons"]]

    assert buttons(cast.cole) == ["Confirm", "Dismiss"]
    assert buttons(cast.ida) == ["Confirm", "Dismiss", "Withdraw"]
    assert buttons(cast.ana) == ["Say your side", "Take the papers"]
    case = make.decided(cast, hana, at)
    assert buttons(cast.ana) == ["Say your side", "Appeal", "Take the papers"]
    assert (buttons(cast.sue), buttons(hana)) == ([], ["Take the papers"])


@pytest.mark.clause("C-1")
def test_my_compliance_says_what_to_do_and_by_when(cast, at, logged_in):
    finding = make.told(cast.ana, at)
    make.told(cast.cole, at)
    client = logged_in(cast.ana)
    page = client.get(reverse("cases:mine"))
    assert [line.row for line in page.context["findings"]] == [finding]
    assert finding.remedy in page.content.decode()
    address = reverse("cases:answer", kwargs={"key": finding.pk})
    assert client.post(address, {"reason": "I am on it.\nTomorrow."}).status_code == 302
    assert "I am on it.<br>Tomorrow." in client.get(f"/findings/{finding.pk}/").content.decode()
    for other in (cast.ida, cast.cole):  # who sees the finding, and may not speak for its holder
        assert logged_in(other).get(address).status_code == 403
        assert logged_in(other).post(address, {"reason": "x"}).status_code == 403
    assert logged_in(cast.rex).get(address).status_code == 404
    assert "Nothing. What you hold" in logged_in(cast.rex).get("/my-compliance/").content.decode()


def test_what_a_holder_writes_is_no_markup(cast, at, logged_in):
    case = make.prepared(cast.ana, at)
    text = "<script>alert(1)</script>"
    actions.answer(finding=case.finding, text=text, actor=cast.acting(cast.ana), at=at)
    for path in (to("case", case), f"/findings/{case.finding_id}/"):
        page = logged_in(cast.ida).get(path).content.decode()
        assert text not in page
        assert "&lt;script&gt;" in page


@pytest.mark.clause("C-1", "E-1")
def test_cards_say_what_waits_for_whom(cast, hana, at, asking):
    case = make.prepared(cast.ana, at)
    everyone = (cast.ana, cast.cole, cast.sue, cast.ida, cast.rex, hana)

    def waits():
        told = {
            person.given_name: {item.title for item in cards_for(asking(person))} & steps
            for person in everyone
        }
        return {name: title for name, titles in told.items() for title in titles}

    confirm = "Referrals to confirm or dismiss"
    steps = {confirm, "Referrals to acknowledge", "Cases without an outcome"}
    assert waits() == {"Cole": confirm, "Ida": confirm}
    make.cases.confirm(case=case, reason="x", actor=cast.acting(cast.ida), at=at)
    assert waits() == {"Sue": "Referrals to acknowledge"}
    make.cases.acknowledge(case=case, actor=cast.acting(cast.sue), at=at)
    assert waits() == {"Hana": "Cases without an outcome"}
    RoleAssignment.objects.create(person=cast.ana, role=Role.HR, granted_at=make.LONG_AGO)
    assert waits() == {"Hana": "Cases without an outcome"}


@pytest.mark.clause("C-1")
def test_holidays_are_imported_as_shown_and_say_what_they_move(cast, at, logged_in):
    finding = make.told(cast.ana, at)
    before = finding.cure_until
    closed = make.told(cast.cole, at)
    Finding.objects.filter(id=closed.id).update(state="cured", closed_at=at)
    client = logged_in(cast.ida)
    file = SimpleUploadedFile("days.csv", b"Date,Holiday\n2026-11-26,Thanksgiving Day\n")
    page = client.post(reverse("cases:calendar-import"), {"file": file})
    assert "the deadlines of 1 open findings and of 0 open cases" in page.content.decode()
    sent = {"parcel": page.context["parcel"], "shown": page.context["plan"].digest}
    assert client.post(reverse("cases:calendar-import"), sent).status_code == 409
    sent["confirmed"] = ["moves-deadlines"]
    assert client.post(reverse("cases:calendar-import"), sent).status_code == 302
    finding.refresh_from_db()
    assert finding.cure_until > before
    assert Finding.objects.get(id=closed.id).cure_until == before
    later = finding.cure_until
    gone = reverse("cases:calendar-remove", kwargs={"key": Holiday.objects.get().pk})
    assert client.post(gone).status_code == 302
    finding.refresh_from_db()
    assert (finding.cure_until, Holiday.objects.count()) == (later, 0)


def test_an_open_case_ends_later_and_a_closed_one_stays(cast, hana, at):
    open_case, shut = make.prepared(cast.ana, at), make.prepared(cast.cole, at)
    make.cases.dismiss(case=shut, reason="Wrong.", actor=cast.acting(cast.ida), at=at)
    before = open_case.due_at
    content = b"day,name\n2026-11-26,Thanksgiving Day\n"
    ida = cast.acting(cast.ida)
    plan = actions.plan_holidays(content=content, actor=ida)
    confirmed = frozenset(caution.code for caution in plan.cautions)
    actions.import_holidays(content=content, confirmed=confirmed, actor=ida, at=at)
    assert Case.objects.get(id=open_case.id).due_at > before
    assert Case.objects.get(id=shut.id).due_at is None


def test_the_evidence_is_shown_with_times_as_people_read_them(cast, at, logged_in):
    case = make.prepared(cast.ana, at)
    page = logged_in(cast.ida).get(to("case", case)).content.decode()
    assert "to ana@city.example, November 24, 2026, 9:00 a.m. CST (queued)" in page


def test_a_finding_leads_to_its_case_whoever_may_see_that(cast, at, logged_in):
    case = make.referred(cast, at)

    def leads(person):
        page = logged_in(person).get(f"/findings/{case.finding_id}/")
        return to("case", case) in page.content.decode()

    assert (leads(cast.ana), leads(cast.ida), leads(cast.cole)) == (True, True, False)
