"""Exceptions: two people, 180 days, one setting; and what remains required meanwhile."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import system
from quartermaster.org.models import RoleAssignment
from quartermaster.org.roles import Role
from quartermaster.policy import queries
from quartermaster.policy.actions import (
    apply_proposal,
    approve_exception,
    decline_exception,
    end_exception,
    end_what_is_over,
    exceptions,
    request_exception,
    withdraw_exception,
)
from quartermaster.policy.models import RequirementException
from quartermaster.policy.plan import read_defaults

DAYS_30 = timedelta(days=30)


@pytest.fixture
def city(cast, at):
    """The default requirements, applied."""
    plan = queries.plan(read_defaults())
    apply_proposal(proposal=plan.proposal, digest=plan.digest, actor=system("tests"), at=at)


@pytest.fixture
def ask(cast, city, at):
    """Ask for an exception, by default Cole for Ana's passcode length."""

    def request(who=None, **more):
        values = {
            "setting": "passcode_minimum_length",
            "value": 4,
            "ownership": "city",
            "department_id": cast.water.id,
            "person_id": cast.ana.id,
            "reason": "Works in gloves",
            "expires_at": at + DAYS_30,
        }
        return request_exception(**(values | more), actor=cast.acting(who or cast.cole), at=at)

    return request


def _length(cast, at, **who):
    asked = queries.effective_requirements(cast.water.id, "city", at=at, **who).requirements
    return asked.passcode_minimum_length


def test_an_exception_needs_two_people_and_ends(cast, ask, at):
    item = ask()
    assert (item.state, item.subject_label, item.scope) == ("requested", "Ana Reyes", "person")
    assert _length(cast, at, person_id=cast.ana.id) == 6
    approve_exception(exception_id=item.id, actor=cast.acting(cast.ida), at=at)
    assert _length(cast, at, person_id=cast.ana.id) == 4
    assert _length(cast, at, person_id=cast.sue.id) == 6
    assert _length(cast, at) == 6
    assert _length(cast, at + DAYS_30, person_id=cast.ana.id) == 6
    assert end_what_is_over(actor=system("tests"), at=at + DAYS_30) == 1
    assert end_what_is_over(actor=system("tests"), at=at + DAYS_30) == 0
    item.refresh_from_db()
    assert (item.state, item.ended_at) == ("ended", at + DAYS_30)
    tags = list(Entry.objects.order_by("seq").values_list("tag", flat=True))
    assert tags[-3:] == [
        "policy.exception.requested",
        "policy.exception.approved",
        "policy.exception.expired",
    ]


def test_scopes_and_the_laxest_of_several(cast, ask, second, at):
    device = new_id()
    for more in (
        {"person_id": None, "value": 5},
        {"person_id": cast.ana.id, "value": 4},
        {"person_id": None, "device_id": device, "value": 0, "subject_label": "Phone A-1"},
    ):
        item = ask(**more)
        approve_exception(exception_id=item.id, actor=cast.acting(second), at=at)
    assert _length(cast, at) == 5
    assert _length(cast, at, person_id=cast.ana.id) == 4
    assert _length(cast, at, person_id=cast.ana.id, device_id=device) == 0
    assert sorted(RequirementException.objects.values_list("subject_label", flat=True)) == [
        "Ana Reyes",
        "Phone A-1",
        "Water Works",
    ]


def test_nobody_approves_what_they_asked_for(cast, ask, at):
    item = ask(cast.ida)
    for act in (approve_exception, decline_exception):
        with pytest.raises(Refused, match="Somebody other"):
            act(exception_id=item.id, actor=cast.acting(cast.ida), at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        RequirementException.objects.filter(id=item.id).update(
            state="in_force", decided_by=cast.ida, decided_at=at
        )


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_who_may_not_approve(cast, ask, at, who):
    item = ask(cast.ida)
    for act in (approve_exception, decline_exception, end_exception):
        with pytest.raises(Refused):
            act(exception_id=item.id, actor=cast.acting(getattr(cast, who)), at=at)


@pytest.mark.clause("G-3")
def test_only_a_security_approver_excepts_from_the_rooted_device(cast, ask, second, at):
    item = ask(setting="compromised_forbidden", value=False)
    with pytest.raises(Refused, match="security approver"):
        approve_exception(exception_id=item.id, actor=cast.acting(second), at=at)
    RoleAssignment.objects.create(person=second, role=Role.SECURITY_APPROVER, granted_at=at)
    approved = approve_exception(exception_id=item.id, actor=cast.acting(second), at=at)
    assert approved.state == "in_force"


def test_who_may_ask_for_whom(cast, ask):
    assert ask(cast.ana).requested_by == cast.ana
    assert ask(cast.sue).requested_by == cast.sue
    for more in ({}, {"person_id": None}, {"person_id": cast.rex.id}, {"device_id": new_id()}):
        with pytest.raises((Refused, InvalidInput)):
            ask(cast.rex, **more)
    with pytest.raises(Refused):
        ask(cast.ana, device_id=new_id())


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"setting": "colour"}, "colour is not known here"),
        ({"value": 99}, "must be a whole number"),
        ({"value": 6}, "no exception is needed"),
        ({"reason": "  "}, "Give the reason"),
    ],
)
def test_a_faulty_request_is_refused(ask, more, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        ask(**more)
    assert not RequirementException.objects.exists()


def test_an_exception_is_not_for_ever(cast, ask, at):
    with pytest.raises(InvalidInput, match="180 days"):
        ask(expires_at=at + timedelta(days=181))
    item = ask(expires_at=at + timedelta(days=180))
    with pytest.raises(IntegrityError), transaction.atomic():
        RequirementException.objects.filter(id=item.id).update(expires_at=at + timedelta(days=200))


def test_the_house_cannot_ask(cast, city, at):
    with pytest.raises(Refused):
        request_exception(
            setting="passcode_minimum_length",
            value=4,
            ownership="city",
            department_id=cast.water.id,
            person_id=None,
            reason="None",
            expires_at=at + DAYS_30,
            actor=system("tests"),
            at=at,
        )


def test_two_who_decide_at_once(cast, ask, second, at, monkeypatch):
    item = ask()
    stale = RequirementException.objects.get(id=item.id)
    decline_exception(exception_id=item.id, actor=cast.acting(cast.ida), at=at)
    monkeypatch.setattr(exceptions, "_found", lambda key: stale)  # as it was read before
    with pytest.raises(Conflict, match="Somebody else decided"):
        approve_exception(exception_id=item.id, actor=cast.acting(second), at=at)


def test_the_strictest_of_several_does_not_win(cast, ask, second, at):
    for value in (4, 5):
        item = ask(value=value)
        approve_exception(exception_id=item.id, actor=cast.acting(second), at=at)
    assert _length(cast, at, person_id=cast.ana.id) == 4


def test_withdrawing_declining_ending_lapsing(cast, ask, at):
    ida = cast.acting(cast.ida)
    item = ask()
    with pytest.raises(Refused, match="Only who asked"):
        withdraw_exception(exception_id=item.id, actor=ida, at=at)
    withdraw_exception(exception_id=item.id, actor=cast.acting(cast.cole), at=at)
    with pytest.raises(Conflict):
        approve_exception(exception_id=item.id, actor=ida, at=at)
    declined = ask()
    decline_exception(exception_id=declined.id, actor=ida, at=at)
    ended = ask()
    approve_exception(exception_id=ended.id, actor=ida, at=at)
    end_exception(exception_id=ended.id, actor=ida, at=at)
    lapsed = ask()
    with pytest.raises(Conflict, match="over already"):
        approve_exception(exception_id=lapsed.id, actor=ida, at=at + DAYS_30)
    end_what_is_over(actor=system("tests"), at=at + DAYS_30)
    assert list(RequirementException.objects.order_by("id").values_list("state", flat=True)) == [
        "withdrawn",
        "declined",
        "ended",
        "withdrawn",
    ]
    assert _length(cast, at, person_id=cast.ana.id) == 6
    with pytest.raises(NotFound):
        end_exception(exception_id=new_id(), actor=ida, at=at)


@pytest.mark.parametrize(
    ("who", "count"), [("ida", 2), ("cole", 2), ("sue", 1), ("ana", 1), ("rex", 0)]
)
def test_exceptions_visible_to(cast, ask, who, count):
    ask()
    ask(person_id=None)
    assert queries.exceptions_visible_to(cast.acting(getattr(cast, who))).count() == count
