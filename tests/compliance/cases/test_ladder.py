"""From a notice to a closed case, step by step, and what keeps a step from being taken."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.audit.models import Entry
from quartermaster.compliance import actions, schedule
from quartermaster.compliance.actions import cases
from quartermaster.compliance.models import Case, Evaluation, Finding, Outcome, Statement
from quartermaster.compliance.rules.cases import Grade
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.org.roles import Role
from tests.factories import cases as make
from tests.factories.custody import keep

pytestmark = pytest.mark.django_db
HOUSE = system("test")
DAY = timedelta(days=1)


@pytest.fixture
def hana(cast):
    return make.with_role(cast, Role.HR)


def mailed(case):
    rows = Message.objects.filter(about_kind="compliance.case", about_id=str(case.pk))
    return {(m.recipient.partition("@")[0], m.key.split(":")[2]) for m in rows}


def steps(case):
    rows = Entry.objects.filter(subject_kind="compliance.case", subject_id=str(case.pk))
    return [entry.tag.rpartition(".")[2] for entry in rows.order_by("seq")]


@pytest.mark.clause("C-1", "E-1")
def test_the_whole_way_is_timed_mailed_and_in_the_ledger(cast, hana, at):
    finding = make.told(cast.ana, at)
    assert schedule.take_steps(at) == 0
    assert not Case.objects.exists()
    finding.refresh_from_db()
    schedule.take_steps(finding.due_at)  # the reminder
    schedule.take_steps(finding.cure_until)
    case = Case.objects.get()
    assert (case.state, case.trigger) == ("prepared", "continued")
    assert case.evidence["facts"]["observed"] == "No passcode is set."
    assert [n["to"] for n in case.evidence["notices"]] == ["ana@city.example"] * 2
    now = case.prepared_at + DAY
    cases.confirm(case=case, reason="Seen twice.", actor=cast.acting(cast.cole), at=now)
    assert (case.state, case.supervisor, case.confirmed_by) == ("referred", cast.sue, cast.cole)
    cases.acknowledge(case=case, actor=cast.acting(cast.sue), at=now)
    cases.record_outcome(
        case=case,
        grade=Grade.COACHING,
        reason="A first time.",
        reference="HR-1",
        actor=cast.acting(hana),
        at=now,
    )
    assert case.appeal_until > now + 10 * DAY
    schedule.take_steps(case.appeal_until)
    case.refresh_from_db()
    assert (case.state, case.closing_reason) == ("closed", "Nobody appealed.")
    assert steps(case) == [
        "prepared",
        "referred",
        "acknowledged",
        "decided",
        "closed",
    ]
    assert mailed(case) == {
        ("ana", "prepared"),
        ("cole", "prepared-due"),
        ("ida", "prepared-due"),
        ("ana", "referred"),
        ("sue", "referred-due"),
        ("ana", "acknowledged"),
        ("hana", "acknowledged-due"),
        ("ana", "decided"),
        ("ana", "closed"),
    }


@pytest.mark.clause("C-1")
def test_serious_is_prepared_within_the_minute_of_its_notice(cast, at):
    case = make.prepared(cast.ana, at)
    assert (case.trigger, case.state, case.noticed_at) == ("serious", "prepared", at)


@pytest.mark.clause("C-1")
def test_the_third_notice_within_the_look_back_is_a_repetition(cast, at):
    for weeks in (40, 3, 2):
        then = at - timedelta(weeks=weeks)
        old = make.told(cast.ana, then)
        Evaluation.objects.filter(device=old.device).update(state="pass")
        Finding.objects.filter(id=old.id).update(state="cured", closed_at=then + DAY)
    make.told(cast.ana, at)
    schedule.take_steps(at)
    case = Case.objects.get()
    assert case.trigger == "repeated"
    assert [item["as"] for item in case.evidence["before"]] == ["cured", "cured"]


def test_what_was_dismissed_does_not_count_as_a_time(cast, at):
    for weeks in (3, 2):
        then = at - timedelta(weeks=weeks)
        case = make.prepared(cast.ana, then)
        ida = cast.acting(cast.ida)
        cases.dismiss(case=case, reason="A wrong check.", actor=ida, at=then)
        Finding.objects.filter(id=case.finding_id).update(state="cured", closed_at=then + DAY)
    make.told(cast.ana, at)
    schedule.take_steps(at)
    assert Case.objects.filter(state="prepared").count() == 0


@pytest.mark.clause("C-1")
@pytest.mark.parametrize("state", ["unknown", "stale", "pending", "excepted", "not_applicable"])
def test_what_is_not_known_for_certain_never_opens_a_case(cast, at, state):
    finding = make.told(cast.ana, at, severity="serious")
    Evaluation.objects.update(state=state)
    schedule.take_steps(finding.cure_until + 30 * DAY)
    assert not Case.objects.exists()
    Evaluation.objects.all().delete()
    schedule.take_steps(finding.cure_until + 31 * DAY)
    assert not Case.objects.exists()


def test_a_device_that_changed_hands_is_no_case_of_who_had_it(cast, at):
    finding = make.told(cast.ana, at, severity="serious")
    finding.device.holder = cast.cole
    finding.device.save()
    keep(finding.device)
    schedule.take_steps(at)
    assert not Case.objects.exists()


@pytest.mark.clause("C-1")
def test_nobody_but_a_person_who_may_confirms(cast, hana, at):
    case = make.prepared(cast.ana, at)
    for actor in (HOUSE, *(cast.acting(p) for p in (cast.ana, cast.sue, cast.rex, hana))):
        with pytest.raises(Refused):
            cases.confirm(case=case, reason="x", actor=actor, at=at)
        with pytest.raises(Refused):
            cases.dismiss(case=case, reason="x", actor=actor, at=at)
    with pytest.raises(InvalidInput):
        cases.confirm(case=case, reason=" ", actor=cast.acting(cast.ida), at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.update(state="referred")
    case.refresh_from_db()
    assert case.state == "prepared"


def test_nobody_decides_on_themselves(cast, hana, at):
    case = make.prepared(cast.cole, at)
    with pytest.raises(Refused, match="of their own"):
        cases.confirm(case=case, reason="Fine.", actor=cast.acting(cast.cole), at=at)
    hana.supervisor = cast.sue
    hana.save()
    case = make.referred(cast, at, holder=hana)
    cases.acknowledge(case=case, actor=cast.acting(cast.sue), at=at)
    with pytest.raises(Refused, match="of their own"):
        cases.record_outcome(
            case=case, grade=Grade.NO_ACTION, reason="x", actor=cast.acting(hana), at=at
        )


def test_two_at_once_confirm_once(cast, at):
    case, same = make.prepared(cast.ana, at), Case.objects.get()
    cases.confirm(case=case, reason="One.", actor=cast.acting(cast.ida), at=at)
    with pytest.raises(Conflict):
        cases.dismiss(case=same, reason="Two.", actor=cast.acting(cast.cole), at=at)
    assert Case.objects.get().state == "referred"


def test_human_resources_step_in_where_no_supervisor_acts(cast, hana, at):
    case = make.referred(cast, at)
    with pytest.raises(Refused, match="still time"):
        cases.acknowledge(case=case, actor=cast.acting(hana), at=at)
    cases.acknowledge(case=case, actor=cast.acting(hana), at=case.due_at + DAY)
    alone = make.referred(cast, at, holder=cast.cole)
    assert alone.supervisor is None
    assert ("hana", "referred-due") in mailed(alone)
    cases.acknowledge(case=alone, actor=cast.acting(hana), at=at)


@pytest.mark.clause("E-1")
def test_one_appeal_in_time_reviewed_by_another_and_never_to_the_worse(cast, hana, at):
    other = make.with_role(cast, Role.HR, "Otto Lind")
    case = make.decided(cast, hana, at)
    with pytest.raises(Conflict, match="over"):
        late = case.appeal_until + DAY
        cases.appeal(case=case, text="No.", actor=cast.acting(cast.ana), at=late)
    with pytest.raises(Refused):
        cases.appeal(case=case, text="No.", actor=cast.acting(cast.sue), at=at)
    cases.appeal(case=case, text="It was repaired.", actor=cast.acting(cast.ana), at=at)
    with pytest.raises(Conflict):
        cases.appeal(case=case, text="Again.", actor=cast.acting(cast.ana), at=at)
    review = {"case": case, "reason": "Heard.", "reference": "HR-2", "at": at}
    with pytest.raises(Refused, match="does not review"):
        cases.review_appeal(grade=Grade.COACHING, actor=cast.acting(hana), **review)
    with pytest.raises(InvalidInput, match="graver"):
        cases.review_appeal(grade=Grade.TERMINATION, actor=cast.acting(other), **review)
    cases.review_appeal(grade=Grade.COACHING, actor=cast.acting(other), **review)
    assert case.state == "closed"
    assert list(Outcome.objects.values_list("grade", flat=True)) == ["written_warning", "coaching"]


@pytest.mark.clause("E-1")
def test_an_outcome_stands_on_the_scale_with_reason_and_reference(cast, hana, at):
    case = make.acknowledged(cast, at)
    actor = cast.acting(hana)
    with pytest.raises(InvalidInput, match="personnel file"):
        cases.record_outcome(case=case, grade=Grade.SUSPENSION, reason="x", actor=actor, at=at)
    with pytest.raises(InvalidInput, match="why"):
        cases.record_outcome(case=case, grade=Grade.NO_ACTION, reason=" ", actor=actor, at=at)
    case.refresh_from_db()
    assert (case.state, Outcome.objects.count()) == ("acknowledged", 0)


@pytest.mark.clause("E-1")
def test_neither_ledger_nor_mail_names_the_outcome(cast, hana, at):
    case = make.decided(cast, hana, at)
    actions.answer(finding=case.finding, text="My side.", actor=cast.acting(cast.ana), at=at)
    said = [str(entry.data) for entry in Entry.objects.all()]
    said += [message.subject + message.text for message in Message.objects.all()]
    words = ("written", "Written", "coaching", "HR-2026-17", "My side")
    assert [text for text in said if any(word in text for word in words)] == []


@pytest.mark.clause("E-1")
def test_the_holder_answers_at_every_step_and_nobody_for_them(cast, hana, at):
    case = make.prepared(cast.ana, at)
    ana = cast.acting(cast.ana)
    actions.answer(finding=case.finding, text="It is a work phone.", actor=ana, at=at)
    for who in (cast.cole, cast.sue, cast.ida, cast.rex, hana):
        with pytest.raises(Refused):
            actions.answer(finding=case.finding, text="x", actor=cast.acting(who), at=at)
    with pytest.raises(InvalidInput):
        actions.answer(finding=case.finding, text="x" * 4001, actor=ana, at=at)
    assert [(s.case, s.text) for s in Statement.objects.all()] == [(case, "It is a work phone.")]


@pytest.mark.clause("C-1")
def test_what_is_put_right_before_it_is_confirmed_is_closed(cast, at):
    finding = make.told(cast.ana, at)
    finding.refresh_from_db()
    schedule.take_steps(finding.due_at)
    schedule.take_steps(finding.cure_until)
    _close(finding, "cured", finding.cure_until)
    assert Case.objects.get().state == "cured"


def test_a_serious_one_stays_for_a_person_though_its_device_left(cast, at):
    case = make.prepared(cast.ana, at)
    _close(case.finding, "withdrawn", at)
    case.refresh_from_db()
    assert case.state == "prepared"


@pytest.mark.clause("C-1")
def test_a_finding_that_a_person_withdraws_takes_its_case_along(cast, at):
    case = make.referred(cast, at)
    ida = cast.acting(cast.ida)
    actions.withdraw(finding=case.finding, reason="A sensor's error.", actor=ida, at=at)
    case.refresh_from_db()
    assert (case.state, case.closing_reason) == ("withdrawn", "A sensor's error.")
    assert ("ana", "withdrawn") in mailed(case)


@pytest.mark.clause("C-1")
def test_a_case_rests_while_an_exception_covers_it(cast, at):
    case = make.prepared(cast.ana, at)
    Evaluation.objects.update(state="excepted")
    _close(case.finding, "excepted", at)
    case.refresh_from_db()
    assert (case.paused_at, case.due_at) == (at, None)
    with pytest.raises(Conflict, match="rests"):
        cases.confirm(case=case, reason="x", actor=cast.acting(cast.ida), at=at)
    later = at + 90 * DAY
    for state in ("excepted", "unknown", "stale"):
        Evaluation.objects.update(state=state)
        schedule.take_steps(later)
        case.refresh_from_db()
        assert case.paused_at == at
    Evaluation.objects.update(state="fail")
    schedule.take_steps(later)
    case.refresh_from_db()
    assert (case.state, case.paused_at, case.due_at > later) == ("prepared", None, True)


def test_reminded_halfway_and_once_it_is_overdue(cast, at):
    case = make.prepared(cast.ana, at)
    schedule.take_steps(case.wake_at)
    schedule.take_steps(case.due_at)
    schedule.take_steps(case.due_at + DAY)
    kinds = [what for who, what in mailed(case) if who == "ida"]
    assert sorted(kinds) == ["prepared-due", "prepared-overdue", "prepared-reminder"]
    assert steps(case) == ["prepared", "overdue"]


@pytest.mark.clause("E-1")
def test_the_database_keeps_what_a_case_rests_on(cast, hana, at):
    case = make.decided(cast, hana, at)
    actions.answer(finding=case.finding, text="My side.", actor=cast.acting(cast.ana), at=at)
    for rows, change in (
        (Case.objects, {"evidence": {}}),
        (Case.objects, {"referred_at": at - DAY}),
        (Outcome.objects, {"grade": "no_action"}),
        (Statement.objects, {"text": "Other words."}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def _close(finding, state, at):
    from quartermaster.compliance.actions.findings import close
    from quartermaster.compliance.rules.findings import FindingState
    from quartermaster.jobs.acts import act

    with act(HOUSE, at) as doing:
        close(finding, FindingState(state), "Because.", doing)
    outbox.deliver_due(at)
