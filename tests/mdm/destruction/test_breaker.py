"""The limits: counted exactly, however many hands pull at once; raised by a third pair of eyes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.errors import InvalidInput, Refused
from quartermaster.mdm import actions, destruction
from quartermaster.mdm.models import Command, DestructiveRequest
from quartermaster.mdm.rules.destruction import Limits, Spent, Waits, tripped
from quartermaster.notify.models import Message
from tests.factories.destruction import approved, asked, second_person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
numbers = st.integers(0, 50)


@pytest.fixture
def tight(settings):
    settings.ERASE_LIMIT_REQUESTER = settings.ERASE_LIMIT_APPROVER = 100
    settings.ERASE_LIMIT_FLEET = 3
    return settings


def states():
    return sorted(DestructiveRequest.objects.values_list("state", flat=True))


@pytest.mark.clause("G-10")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("limit", ["REQUESTER", "APPROVER", "FLEET"])
def test_each_limit_blocks_what_would_pass_it_and_everybody_is_told(
    fleet, ida, ben, cast, at, settings, limit
):
    auditor = second_person(cast, "auditor", "1008")
    for name in ("REQUESTER", "APPROVER", "FLEET"):
        setattr(settings, f"ERASE_LIMIT_{name}", 2 if name == limit else 100)
    for enrolment in fleet(4):
        approved(asked([enrolment], ida, at), ben, at)
    destruction.release_due(at + HOUR)
    assert (states(), Command.objects.count()) == (
        ["blocked", "blocked", "released", "released"],
        2,
    )
    blocked = Message.objects.filter(key__contains="/blocked/")
    assert set(blocked.values_list("recipient", flat=True)) == {
        cast.ida.email,
        "ben1006@city.example",
        auditor.email,
    }
    destruction.release_due(at + HOUR + timedelta(minutes=30))
    assert (Command.objects.count(), blocked.count()) == (2, 6)


@pytest.mark.clause("G-10")
@pytest.mark.django_db(transaction=True)
def test_time_lets_what_was_blocked_go_on(fleet, ida, ben, at, settings):
    settings.ERASE_LIMIT_REQUESTER = 1
    for enrolment in fleet(2):
        approved(asked([enrolment], ida, at), ben, at)
    destruction.release_due(at + HOUR)
    assert Command.objects.count() == 1
    destruction.release_due(at + 2 * HOUR)
    assert (Command.objects.count(), states()) == (2, ["released", "released"])


@pytest.mark.django_db(transaction=True)
def test_a_request_that_does_not_fit_is_not_begun(fleet, ida, ben, at, tight):
    request = approved(asked(fleet(4), ida, at), ben, at)
    destruction.release_due(at + HOUR)
    request.refresh_from_db()
    assert (request.state, Command.objects.count()) == ("blocked", 0)
    assert "The limit of 3 devices of the whole fleet in a day" in request.note
    destruction.release_due(at + DAY + HOUR)
    request.refresh_from_db()
    assert request.state == "expired"


@pytest.mark.clause("G-10")
@pytest.mark.django_db(transaction=True)
def test_two_conspirators_cannot_raise_the_limits_for_themselves(fleet, ida, ben, cast, at, tight):
    raising = actions.request_raise(extra=500, hours=24, reason="we need it", actor=ida, at=at)
    with pytest.raises(Refused):
        actions.approve_destruction(request_id=raising.id, proof=None, actor=ida, at=at)
    approved(raising, ben, at)
    for enrolment in fleet(6):
        approved(asked([enrolment], ida, at), ben, at)
    destruction.release_due(at + HOUR)
    raising.refresh_from_db()
    assert (raising.state, Command.objects.count()) == ("confirmed", 3)
    third = cast.acting(second_person(cast, "security_approver", "1009"))
    approved(
        actions.request_raise(extra=2, hours=3, reason="really lost", actor=ida, at=at), third, at
    )
    destruction.release_due(at + HOUR + timedelta(minutes=20))
    destruction.release_due(at + HOUR + timedelta(minutes=40))
    assert Command.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_raise_is_bounded_and_ends(fleet, ida, cast, ben, at, tight):
    for extra, hours in ((0, 1), (501, 1), (1, 0), (1, 25)):
        with pytest.raises(InvalidInput):
            actions.request_raise(extra=extra, hours=hours, reason="for good", actor=ida, at=at)
    third = cast.acting(second_person(cast, "security_approver", "1009"))
    approved(
        actions.request_raise(extra=1, hours=1, reason="for once", actor=ida, at=at), third, at
    )
    destruction.release_due(at + HOUR)
    approved(asked(fleet(4), ida, at), ben, at)
    destruction.release_due(at + 3 * HOUR)
    assert Command.objects.count() == 0


@pytest.mark.clause("G-10")
@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_do_not_pass_the_limit(fleet, ida, ben, at, tight):
    for enrolment in fleet(12):
        approved(asked([enrolment], ida, at), ben, at)
    hands = 6
    together = Barrier(hands)

    def pull(_number):
        together.wait(timeout=30)
        try:
            return destruction.release_due(at + HOUR)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(hands) as pool:
        list(pool.map(pull, range(hands)))
    assert (Command.objects.count(), states().count("released")) == (3, 3)
    assert states().count("blocked") == 9


@given(st.tuples(numbers, numbers, numbers), st.tuples(numbers, numbers, numbers), numbers, numbers)
def test_nothing_passes_a_limit(limits, spent, count, enrolled):
    rules = Limits(*(number + 1 for number in limits), percent=10)
    said = tripped(rules, Spent(*spent), count=count, enrolled=enrolled)
    fits = (
        spent[0] + count <= rules.requester
        and spent[1] + count <= rules.approver
        and spent[2] + count <= rules.of_fleet(enrolled)
    )
    assert bool(said) is not fits


def test_the_fleets_limit_is_the_larger_of_count_and_percentage():
    limits = Limits(requester=3, approver=10, fleet=10, percent=0.5)
    assert [limits.of_fleet(size) for size in (0, 2000, 80_000)] == [10, 10, 400]


def test_only_what_is_lost_altogether_waits_less():
    waits = Waits(plain=10 * HOUR, lost=HOUR, many=60 * HOUR)
    assert waits.of(count=1, all_lost=True) == HOUR
    assert waits.of(count=1, all_lost=False) == 10 * HOUR
    assert waits.of(count=6, all_lost=True) == 60 * HOUR
    assert waits.of(count=0, all_lost=True) == 10 * HOUR
