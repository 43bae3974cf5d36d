"""What a restriction takes off a device: planned, written down, told, and never under a hold."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connections, transaction

from quartermaster.audit.models import Entry
from quartermaster.compliance import access
from quartermaster.compliance.actions import automatic
from quartermaster.compliance.models import Finding, Restriction
from quartermaster.compliance.withholding import withdrawal_of
from quartermaster.inventory import holds
from quartermaster.jobs import outbox
from quartermaster.jobs.models import Delivery
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.mdm.gates import withheld_from
from quartermaster.mdm.models import Command
from quartermaster.notify.models import Message
from tests.factories import automatic as make

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("G-10"),
    pytest.mark.usefixtures("asked", "no_jump"),
]
HOUR = timedelta(hours=1)
WHY = "Reported stolen by a caller"
WIFI = {
    "kind": "wifi",
    "name": "City Wi-Fi",
    "ssid": "CITY",
    "hidden": False,
    "open": False,
    "host": "",
    "trusted": [],
    "personal": False,
    "stays": False,
}
KEY = "install:org.quartermaster.network.0"


@pytest.fixture
def phone(cast, at, settings):
    settings.NETWORKS = [WIFI]
    (phone,) = make.phones(cast, 1, at)
    return phone


def restrict(phone, actor, at):
    made = automatic.restrict_access(device=phone, reason=WHY, actor=actor, at=at)
    outbox.deliver_due(at)
    return made


def lift(restriction, actor, at):
    automatic.lift_restriction(
        restriction_id=restriction.id, reason="It was found again", actor=actor, at=at
    )
    outbox.deliver_due(at)


def sent():
    """What was ordered about the network, in turn."""
    return list(Command.objects.filter(key=KEY).order_by("queued_at", "id").values_list("kind"))


def mails():
    rows = Message.objects.filter(template="compliance/automatic/by_hand").order_by("created_at")
    return [(row.recipient, row.subject.partition(":")[0]) for row in rows]


def test_by_hand_it_is_written_down_with_what_goes_and_the_holder_is_told(ida, phone, at):
    assert withdrawal_of(phone, at).names == ("City Wi-Fi",)
    placed = restrict(phone, ida, at)
    assert (placed.on_device, placed.withdrawn) == (True, ["City Wi-Fi"])
    entry = Entry.objects.get(tag="compliance.access.restricted")
    assert (entry.data["withdrawn"], entry.data["reason"]) == (["City Wi-Fi"], WHY)
    assert mails() == [("ana@city.example", "Access restricted")]
    body = Message.objects.get(template="compliance/automatic/by_hand").text
    assert "Taken off it until then: City Wi-Fi." in body
    assert WHY in body
    lift(placed, ida, at + HOUR)
    assert mails()[1:] == [("ana@city.example", "Access restored")]
    with pytest.raises(Conflict):
        automatic.lift_restriction(restriction_id=placed.id, reason="again again", actor=ida, at=at)


def test_a_rule_takes_it_off_and_gives_it_back_with_the_cure(ida, ben, phone, at):
    make.on(ida, ben, at)
    make.fail(phone, at)
    then = make.later([phone], at)
    make.tick(then)
    outbox.deliver_due(then)
    assert Restriction.objects.get().withdrawn == ["City Wi-Fi"]
    assert withheld_from([phone.id]) == {phone.id}
    told = Message.objects.get(template="compliance/automatic/done").text
    assert "Taken off it until then: City Wi-Fi." in told
    make.report(phone, then + HOUR, good=True)
    outbox.deliver_due(then + HOUR)
    assert (Finding.objects.get().state, withheld_from([phone.id])) == ("cured", frozenset())
    assert (
        "comes back by itself" in Message.objects.get(template="compliance/automatic/lifted").text
    )


def test_the_network_is_removed_once_and_installed_again(ida, phone, at):
    from quartermaster.mdm import actions  # the setting must be there first
    from quartermaster.mdm.queries import enrolment_now

    actions.configure_device(enrolment=enrolment_now(phone.id), actor=make.HOUSE, at=at)
    placed = restrict(phone, ida, at + HOUR)
    lift(placed, ida, at + 2 * HOUR)
    assert sent() == [("InstallProfile",), ("RemoveProfile",), ("InstallProfile",)]


def test_of_two_restrictions_the_last_that_is_lifted_gives_it_back(ida, ben, phone, at):
    make.on(ida, ben, at)
    make.fail(phone, at)
    then = make.later([phone], at)
    make.tick(then)
    by_hand = restrict(phone, ida, then + HOUR)
    lift(by_hand, ida, then + 2 * HOUR)
    assert withheld_from([phone.id]) == {phone.id}
    make.report(phone, then + 3 * HOUR, good=True)
    outbox.deliver_due(then + 3 * HOUR)
    assert (withheld_from([phone.id]), access.access_of(phone).decision) == (
        frozenset(),
        "admitted",
    )


@pytest.mark.clause("G-2")
def test_under_a_legal_hold_what_is_on_the_device_stays(ida, phone, at):
    @holds.register
    def hold(device, at):
        return {"test": "A matter is in court."} if device.id == phone.id else {}

    try:
        assert withdrawal_of(phone, at).sentences == (
            "A legal hold is on it: what is on the device stays as it is.",
        )
        placed = restrict(phone, ida, at)
    finally:
        holds.forget(hold)
    assert (placed.on_device, placed.withdrawn) == (False, [])
    assert access.access_of(phone).decision == "restricted"
    assert withheld_from([phone.id]) == frozenset()  # and stays so when the hold is over
    assert Entry.objects.get(tag="compliance.access.restricted").data["stays"].startswith("A legal")
    assert mails() == [("ana@city.example", "Access restricted")]


def test_what_is_not_enrolled_or_not_set_up_is_said(ida, cast, phone, at, settings):
    settings.NETWORKS = []
    assert withdrawal_of(phone, at).sentences[0].startswith("Nothing on the device is changed")
    phone.enrolments.update(state="ended", ended_at=at, end_reason="gone")
    assert withdrawal_of(phone, at).sentences[0].startswith("It is not enrolled.")


def test_the_database_has_no_withdrawal_from_a_device_that_is_left_alone(ida, phone, at):
    restrict(phone, ida, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Restriction.objects.update(on_device=False)


def test_who_may_not_restrict_does_not(cast, phone, at):
    for person in (cast.rex, cast.cole, cast.ana):
        with pytest.raises(Refused):
            restrict(phone, cast.acting(person), at)
    assert not Restriction.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_lifted_and_placed_at_once_the_device_ends_as_the_restrictions_say(ida, ben, phone, at):
    make.on(ida, ben, at)
    make.fail(phone, at)
    then = make.later([phone], at)
    make.tick(then)
    outbox.deliver_due(then)
    rule = Restriction.objects.get()
    barrier = Barrier(2)

    def at_once(work, *args):
        barrier.wait(30)
        try:
            work(*args)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for one in (
            pool.submit(at_once, lift, rule, ida, then + HOUR),
            pool.submit(at_once, restrict, phone, ida, then + HOUR),
        ):
            one.result(60)
    outbox.deliver_due(then + HOUR)
    assert not Delivery.objects.filter(delivered_at=None).exists()
    assert withheld_from([phone.id]) == {phone.id}
    last = Command.objects.filter(key=KEY).order_by("queued_at", "id").last()
    assert last is None or last.kind == "RemoveProfile"
