"""A wrong check: named by one, taken back by another, told to everybody, held against nobody."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from quartermaster.compliance import schedule
from quartermaster.compliance.actions import cases, faults
from quartermaster.compliance.actions.findings import close
from quartermaster.compliance.faults import faults_visible_to, plan_of
from quartermaster.compliance.models import Case, Fault, Finding
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.notify.models import Message
from tests.factories import cases as make
from tests.factories.destruction import second_person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-1")]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def ben(cast):
    return cast.acting(second_person(cast))


def name(cast, at, **more):
    said = {
        "check": "passcode",
        "since": at - HOUR,
        "until": at + HOUR,
        "reason": "The check read the wrong answer",
        "actor": cast.acting(cast.ida),
        "at": at + DAY,
    }
    return faults.name_fault(**{**said, **more})


def cured(holder, at):
    finding = make.told(holder, at)
    with act(make.HOUSE, at) as doing:
        close(finding, FindingState.CURED, "Put right", doing)
    return finding


def mails():
    rows = Message.objects.filter(template="compliance/notices/fault")
    return sorted(rows.values_list("recipient", flat=True))


def test_what_a_wrong_check_found_is_taken_back_by_two(cast, ben, at):
    live, over = make.told(cast.ana, at), cured(cast.ana, at)
    before = make.told(cast.ana, at - 5 * DAY)
    other = make.told(cast.ana, at, check_name="encryption")
    fault = name(cast, at)
    plan = plan_of(fault)
    assert ({item.id for item in plan.findings}, plan.live, plan.told) == ({live.id, over.id}, 1, 1)
    assert Finding.objects.filter(state="withdrawn").count() == 0
    done = faults.confirm_fault(fault_id=fault.id, actor=ben, at=at + 2 * DAY)
    states = dict(Finding.objects.values_list("id", "state"))
    assert states == {
        live.id: "withdrawn",
        over.id: "cured",
        before.id: "noticed",
        other.id: "noticed",
    }
    assert set(done.findings.values_list("id", flat=True)) == {live.id, over.id}
    live.refresh_from_db()
    assert live.closing_reason == "It was our fault: The check read the wrong answer"
    assert mails() == ["ana@city.example", "ben1006@city.example"]
    assert {item.id for item in plan_of(done).findings} == {live.id, over.id}


def test_cases_and_referrals_go_with_it_and_who_got_them_is_told(cast, ben, at):
    case = make.referred(cast, at)
    fault = name(cast, at)
    assert [item.id for item in plan_of(fault).referred] == [case.id]
    faults.confirm_fault(fault_id=fault.id, actor=ben, at=at + DAY)
    case.refresh_from_db()
    assert case.state == "withdrawn"
    assert "sue@city.example" in mails()
    with pytest.raises(Conflict):
        cases.acknowledge(case=case, actor=cast.acting(cast.sue), at=at + DAY)


def test_what_human_resources_decided_is_theirs_and_they_are_told(cast, ben, at):
    hr = make.with_role(cast, make.Role.HR)
    case = make.decided(cast, hr, at)
    fault = name(cast, at)
    assert [item.id for item in plan_of(fault).decided] == [case.id]
    faults.confirm_fault(fault_id=fault.id, actor=ben, at=at + DAY)
    case.refresh_from_db()
    assert (case.state, hr.email in mails()) == ("decided", True)


def test_it_does_not_count_as_told_before(cast, ben, at):
    for day in (1, 2):
        cured(cast.ana, at - day * HOUR / 2)
    fault = name(cast, at, since=at - 2 * HOUR)
    faults.confirm_fault(fault_id=fault.id, actor=ben, at=at + DAY)
    make.told(cast.ana, at + 2 * DAY)
    schedule.take_steps(at + 2 * DAY + HOUR)
    assert Case.objects.count() == 0


def test_the_same_twice_without_a_fault_is_a_repetition(cast, at):
    for day in (1, 2):
        cured(cast.ana, at - day * HOUR / 2)
    make.told(cast.ana, at + 2 * DAY)
    schedule.take_steps(at + 2 * DAY + HOUR)
    assert Case.objects.get().trigger == "repeated"


def test_one_person_takes_nothing_back(cast, ben, at):
    finding = make.told(cast.ana, at)
    fault = name(cast, at)
    for person in (
        cast.acting(cast.ida),
        cast.acting(cast.rex),
        cast.acting(cast.cole),
        make.HOUSE,
    ):
        with pytest.raises(Refused):
            faults.confirm_fault(fault_id=fault.id, actor=person, at=at + DAY)
    for person in (cast.rex, cast.cole, cast.ana):
        with pytest.raises(Refused):
            name(cast, at, actor=cast.acting(person))
        assert faults_visible_to(cast.acting(person)).count() == 0
    with pytest.raises(DatabaseError), transaction.atomic():
        Fault.objects.update(state="confirmed", decided_by=cast.ida, decided_at=at + DAY)
    finding.refresh_from_db()
    assert finding.state == "noticed"
    faults.refuse_fault(fault_id=fault.id, actor=ben, at=at + DAY)
    with pytest.raises(Conflict):
        faults.confirm_fault(fault_id=fault.id, actor=ben, at=at + DAY)


def test_exactly_what_was_named_is_confirmed(cast, ben, at):
    make.told(cast.ana, at)
    fault = name(cast, at)
    make.told(cast.ana, at)
    with pytest.raises(Conflict, match="anew"):
        faults.confirm_fault(fault_id=fault.id, actor=ben, at=at + DAY)
    assert Finding.objects.filter(fault__isnull=False).count() == 0


@pytest.mark.parametrize("wrong", ["check", "order", "future", "long", "reason", "nothing"])
def test_what_cannot_be_named_is_refused(cast, at, wrong):
    make.told(cast.ana, at)
    more = {
        "check": {"check": "made-up"},
        "order": {"since": at + HOUR, "until": at},
        "future": {"until": at + 9 * DAY},
        "long": {"since": at - 400 * DAY},
        "reason": {"reason": " "},
        "nothing": {"check": "encryption"},
    }
    with pytest.raises(InvalidInput):
        name(cast, at, **more[wrong])
