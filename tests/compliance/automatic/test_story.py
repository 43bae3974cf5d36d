"""A rule from its proposal to what it did, and what undoes it."""

from datetime import timedelta

import pytest
from django.db import transaction

from quartermaster.audit.models import Entry
from quartermaster.compliance import access
from quartermaster.compliance.actions import automatic
from quartermaster.compliance.models import AutomaticAct, Finding, Restriction
from quartermaster.compliance.rules.automatic import Action
from quartermaster.inventory import holds
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.mdm.models import Command
from quartermaster.notify.models import Message
from quartermaster.org.errors import ProofNeeded
from quartermaster.org.models import Department
from quartermaster.policy.actions.exceptions import approve_exception, request_exception
from tests.factories import automatic as make
from tests.factories.custody import keep
from tests.factories.inventory import DeviceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked", "no_jump")]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def states():
    return sorted(AutomaticAct.objects.values_list("state", flat=True))


def change(device, **values):
    with transaction.atomic():
        type(device).objects.filter(id=device.id).update(**values)
        keep(device)


def mails(template):
    rows = Message.objects.filter(template=f"compliance/automatic/{template}")
    return sorted(rows.values_list("recipient", flat=True))


@pytest.mark.clause("G-10", "C-1")
def test_a_device_is_restricted_after_the_time_to_cure_and_admitted_when_it_is_cured(
    cast, ida, ben, at
):
    (phone,) = make.phones(cast, 1, at)
    rule = make.on(ida, ben, at)
    make.fail(phone, at)
    make.tick(at + DAY)
    assert (states(), access.access_of(phone).decision) == ([], "admitted")
    then = make.later([phone], at)
    make.tick(then)
    answer = access.access_by_tag(ida, phone.asset_tag)
    assert (states(), answer.decision, answer.since) == (["done"], "restricted", then)
    assert answer.reasons == (f"Passcode (clause G-3): {Finding.objects.get().observed}",)
    assert mails("done") == ["ana@city.example"]
    act = AutomaticAct.objects.get()
    assert (act.rule, act.version.number, act.acted_at) == (rule, 1, then)
    make.report(phone, then + HOUR, good=True)
    outbox.deliver_due(then + HOUR)
    assert (states(), access.access_of(phone).decision) == (["lifted"], "admitted")
    assert Restriction.objects.get().lifting_reason == "It was put right."
    assert mails("lifted") == ["ana@city.example"]
    tags = Entry.objects.filter(tag__startswith="compliance.a").values_list("tag", flat=True)
    assert [tag.removeprefix("compliance.") for tag in tags.order_by("seq")] == [
        "automatic.proposed",
        "automatic.tried",
        "automatic.approved",
        "automatic.prepared",
        "access.restricted",
        "automatic.acted",
        "access.lifted",
    ]


@pytest.mark.clause("G-10")
def test_a_trial_writes_down_what_it_would_do_and_does_nothing(cast, ida, at):
    found = make.phones(cast, 5, at)
    make.fail(found, at)
    make.tried(ida, at)
    then = make.later(found, at)
    for _ in range(3):
        make.tick(then)
    assert (states(), Restriction.objects.count(), mails("done")) == (["dry"] * 5, 0, [])


@pytest.mark.clause("G-10")
def test_a_proposal_does_not_even_that(cast, ida, at):
    (phone,) = make.phones(cast, 1, at)
    make.fail(phone, at)
    make.proposed(ida, at)
    make.tick(make.later([phone], at))
    assert states() == []


@pytest.mark.clause("G-10", "G-3")
def test_a_lock_is_asked_of_mdm_with_the_rule_as_reason(cast, ida, ben, at):
    (phone,) = make.phones(cast, 1, at)
    make.fail(phone, at)
    make.on(ida, ben, at, make.terms(Action.LOCK))
    then = make.later([phone], at)
    make.tick(then)
    make.tick(then + HOUR)
    command = Command.objects.get(kind="DeviceLock")
    assert command.reason == "Rule “Rule 0”, version 1: Passcode"
    assert (states(), command.enrolment.device_id) == (["done"], phone.id)
    text = Message.objects.get(template="compliance/automatic/done").text
    assert "A lock cannot be taken back from here" in text


@pytest.mark.clause("G-10")
@pytest.mark.parametrize("action", [Action.REMOVAL, Action.WIPE])
def test_what_destroys_is_only_proposed_and_takes_two_people(cast, ida, ben, at, action):
    (phone,) = make.phones(cast, 1, at)
    make.fail(phone, at)
    rule = make.on(ida, ben, at, make.terms(action, ownerships=("city",)))
    then = make.later([phone], at)
    make.tick(then)
    make.tick(then + HOUR)
    assert (states(), Command.objects.count(), len(mails("done"))) == (["proposed"], 0, 0)
    assert "ben1006@city.example" in mails("staff")
    act = AutomaticAct.objects.get()
    ask = {"rule_id": rule.id, "act_ids": [act.id], "reason": "As the rule says", "at": then}
    for actor in (make.HOUSE, cast.acting(cast.ana), cast.acting(cast.rex)):
        with pytest.raises(Refused):
            automatic.ask_for_proposals(**ask, actor=actor)
    request = automatic.ask_for_proposals(**ask, actor=ida)
    assert (request.kind, request.requester, request.state) == (action, cast.ida, "requested")
    assert (states(), Command.objects.count()) == (["asked"], 0)
    make.tick(then + 2 * HOUR)
    request.__class__.objects.filter(id=request.id).update(state="expired", closed_at=then + DAY)
    make.tick(then + DAY)
    assert (states(), Command.objects.count()) == (["declined"], 0)
    make.tick(then + 2 * DAY)
    assert states() == ["declined"]


@pytest.mark.clause("G-10")
def test_a_declined_proposal_does_not_come_again(cast, ida, ben, at):
    (phone,) = make.phones(cast, 1, at)
    make.fail(phone, at)
    rule = make.on(ida, ben, at, make.terms(Action.REMOVAL))
    then = make.later([phone], at)
    make.tick(then)
    act = AutomaticAct.objects.get()
    automatic.decline_proposals(
        rule_id=rule.id, act_ids=[act.id], reason="Talked to Ana", actor=ida, at=then
    )
    make.tick(then + DAY)
    assert states() == ["declined"]


@pytest.mark.clause("G-10")
def test_nobody_switches_on_what_they_wrote_nor_the_house_nor_a_stolen_session(cast, ida, ben, at):
    rule = make.tried(ida, at)
    for actor in (ida, cast.acting(cast.cole), cast.acting(cast.rex), make.HOUSE):
        with pytest.raises(Refused):
            automatic.approve_rule(
                rule_id=rule.id,
                shown=make.plan(rule, at).digest,
                reason="I looked at it",
                proof=None,
                actor=actor,
                at=at,
            )
    with pytest.raises(ProofNeeded):
        automatic.approve_rule(
            rule_id=rule.id,
            shown=make.plan(rule, at).digest,
            reason="I looked at it",
            proof=None,
            actor=ben,
            at=at,
        )
    assert make.approve(rule, ben, at).state == "on"


@pytest.mark.clause("G-10")
def test_whoever_approves_has_seen_the_plan_as_it_is(cast, ida, ben, at):
    (phone,) = make.phones(cast, 1, at)
    rule = make.tried(ida, at)
    seen = make.plan(rule, at).digest
    make.fail(phone, at)
    then = make.later([phone], at)
    with pytest.raises(Conflict, match="changed since you looked"):
        automatic.approve_rule(
            rule_id=rule.id,
            shown=seen,
            reason="I looked at it",
            proof=make.proof(ben, make.approving(rule.current.id, rule.current.digest), then),
            actor=ben,
            at=then,
        )


@pytest.mark.clause("G-10")
def test_a_changed_rule_is_tried_again_and_what_waited_is_let_go(cast, ida, ben, at):
    (phone,) = make.phones(cast, 1, at)
    make.fail(phone, at)
    rule = make.on(ida, ben, at, make.terms(Action.REMOVAL))
    then = make.later([phone], at)
    make.tick(then)
    changed = automatic.change_rule(
        rule_id=rule.id, terms=make.terms(count=5), reason="Milder than before", actor=ida, at=then
    )
    assert (changed.state, changed.current.number, states()) == ("trial", 2, ["passed"])
    make.tick(then)
    assert states() == ["dry", "passed"]
    with pytest.raises(InvalidInput, match="nothing was changed"):
        automatic.change_rule(
            rule_id=rule.id, terms=make.terms(count=5), reason="Once more", actor=ida, at=then
        )


@pytest.mark.clause("S-3", "C-1", "G-10")
def test_the_plan_says_whom_it_passes_over_and_why(cast, ida, at):
    police = Department.objects.create(
        code="MPD", name="Police", coverage="excluded", exclusion_reason="Own contracts"
    )
    plain, held, gone, new, elsewhere, away = make.phones(cast, 6, at)
    make.fail([plain, held, gone, new, elsewhere, away], at)
    (late,) = make.phones(cast, 1, at)
    then = make.later([plain, held, gone, new, elsewhere, away], at)
    make.report(late, then)
    gone.enrolments.update(state="ended", ended_at=then)
    change(new, holder=cast.cole)
    change(elsewhere, department=police)
    away.enrolments.update(last_seen_at=then - 3 * DAY)

    @holds.register
    def hold(device, at):
        return {"test": "A matter is in court."} if device.id == held.id else {}

    try:
        rule = make.tried(ida, then, make.terms(Action.LOCK))
        plan = make.plan(rule, then)
        make.tick(then)
    finally:
        holds.forget(hold)
    assert [line.device for line in plan.acts] == [plain]
    assert {line.device.asset_tag: line.why_not for line in plan.skipped} == {
        held.asset_tag: "On hold: A matter is in court.",
        gone.asset_tag: "The device is not enrolled.",
        new.asset_tag: "Another person has it now, who was told nothing.",
        elsewhere.asset_tag: "The department is excluded from the policy (S-3).",
        away.asset_tag: "Not heard from lately; it is looked at again when it is back.",
        late.asset_tag: "The holder was not told yet.",
    }
    assert [act.device for act in AutomaticAct.objects.all()] == [plain]


@pytest.mark.clause("C-1")
def test_no_act_before_the_notice_was_delivered_and_late_mail_gives_more_time(cast, ida, ben, at):
    (phone,) = make.phones(cast, 1, at)
    make.on(ida, ben, at)
    make.fail(phone, at)
    finding = Finding.objects.get()
    mail = Message.objects.filter(key=f"finding:{finding.id}:notice:{cast.ana.id}")
    mail.update(state="failed", sent_at=None)
    then = make.later([phone], at)
    make.tick(then)
    assert states() == []
    mail.update(state="sent", sent_at=finding.cure_until - HOUR)
    make.tick(then - 8 * DAY)
    assert states() == []
    make.tick(then)
    assert states() == ["done"]


@pytest.mark.clause("C-1", "G-3")
def test_what_is_serious_need_not_wait_where_the_rule_says_so(cast, ida, ben, at):
    patient, eager = make.phones(cast, 2, at)
    rule = make.terms(checks=("compromised",))
    make.on(ida, ben, at, rule)
    make.report(patient, at, "compromised")
    make.tick(at)
    assert states() == []
    at_once = make.terms(checks=("compromised",), serious_at_once=True)
    make.on(ida, ben, at, at_once)
    make.tick(at + HOUR)
    act = AutomaticAct.objects.get()
    assert (act.device, act.at_once, act.finding.noticed_at) == (patient, True, at)
    assert access.access_of(eager).admitted


@pytest.mark.clause("G-10", "C-1")
def test_an_exemption_that_came_at_the_last_moment_holds(cast, ida, ben, at):
    (phone,) = make.phones(cast, 1, at)
    make.fail(phone, at)
    make.on(ida, ben, at)
    then = make.later([phone], at)
    asked = request_exception(
        setting="passcode_required",
        value=False,
        ownership="city",
        device_id=phone.id,
        subject_label=phone.asset_tag,
        department_id=cast.water.id,
        reason="A kiosk",
        expires_at=then + 5 * DAY,
        actor=cast.acting(cast.cole),
        at=then,
    )
    approve_exception(exception_id=asked.id, actor=ida, at=then)
    make.tick(then)  # nobody has judged the device anew yet
    assert (states(), AutomaticAct.objects.get().note) == (["passed"], "An exemption covers it.")


@pytest.mark.clause("G-10")
def test_access_is_denied_to_what_is_unknown_not_enrolled_lost_or_retired(cast, ida, at):
    known, lost, alone = make.phones(cast, 3, at)
    retired = DeviceFactory(platform="ios", status="retired", holder=None)
    alone.enrolments.update(state="ended", ended_at=at)
    change(lost, status="lost")
    answers = {
        tag: access.access_by_tag(ida, tag).code
        for tag in (*(p.asset_tag for p in (known, lost, retired, alone)), "PH-NONE", "", "' or 1")
    }
    assert list(answers.values()) == [
        "admitted",
        "lost",
        "retired",
        "not_enrolled",
        "unknown",
        "unknown",
        "unknown",
    ]
    for person in (cast.rex, cast.ana, cast.cole):
        with pytest.raises(Refused):
            access.access_by_tag(cast.acting(person), known.asset_tag)


@pytest.mark.clause("G-10")
def test_a_person_restricts_and_lifts_with_a_reason_and_others_are_told(cast, ida, at):
    (phone,) = make.phones(cast, 1, at)
    for actor in (cast.acting(cast.rex), cast.acting(cast.cole), make.HOUSE):
        with pytest.raises(Refused):
            automatic.restrict_access(device=phone, reason="A bad feeling", actor=actor, at=at)
    placed = automatic.restrict_access(device=phone, reason="A bad feeling", actor=ida, at=at)
    with pytest.raises(Conflict):
        automatic.restrict_access(device=phone, reason="A bad feeling", actor=ida, at=at)
    assert access.access_of(phone).reasons == ("A bad feeling",)
    automatic.lift_restriction(
        restriction_id=placed.id, reason="It was nothing", actor=ida, at=at + HOUR
    )
    assert access.access_of(phone).since == at + HOUR
    tags = Entry.objects.filter(tag__startswith="compliance.access").order_by("seq")
    assert [entry.tag for entry in tags] == [
        "compliance.access.restricted",
        "compliance.access.lifted",
    ]


@pytest.mark.clause("G-10")
def test_a_lock_once_is_enough_for_two_findings_of_a_device(cast, ida, ben, at):
    (phone,) = make.phones(cast, 1, at)
    make.fail(phone, at)
    make.fail(phone, at + HOUR, "compromised")
    said = make.terms(Action.LOCK, checks=("passcode", "compromised"))
    make.on(ida, ben, at, said)
    then = at + 14 * DAY
    for check in ("passcode", "compromised"):
        make.report(phone, then, check)
    make.tick(then)
    make.tick(then + HOUR)
    assert (states(), Command.objects.filter(kind="DeviceLock").count()) == (["done"], 1)
