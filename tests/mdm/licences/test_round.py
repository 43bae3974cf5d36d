"""Licences: bought, wanted, given, used, given back; and every trouble on the way."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.mdm import actions
from quartermaster.mdm.actions import licences as acts
from quartermaster.mdm.actions.software import leave
from quartermaster.mdm.licences import giving, sync
from quartermaster.mdm.licensing import Limits
from quartermaster.mdm.models import (
    DeviceSoftware,
    Licence,
    LicenceEvent,
    LicencePool,
    LicenceUser,
    ServiceCredential,
)
from quartermaster.notify.models import Message
from quartermaster.simulators.apple import App
from quartermaster.simulators.apple.services.apps_rules import Refusal
from tests.factories import mdm
from tests.factories.inventory import PersonalDeviceFactory
from tests.factories.software import HOUSE
from tests.mdm.licences.conftest import NOTES, NUMBER

pytestmark = pytest.mark.django_db


@pytest.mark.clause("G-4", "G-10")
def test_a_licence_is_given_by_serial_number_and_the_application_follows(shop, town, notes):
    shop.buy(NUMBER, NOTES, 5)
    town.enrol().work()
    town.settle()
    assert town.states() == ["wanted"]
    assert town.work()
    assert shop.assignments == {((str(NUMBER), "STDQ"), "SERIAL0000", "")}
    assert town.later(minutes=1).work()
    assert town.states() == ["held"]
    town.settle()
    assert DeviceSoftware.objects.get().state == "sent"


def test_the_pool_is_as_the_shop_lists_and_describes_it(shop, town):
    shop.buy(NUMBER, NOTES, 5, external_id=77)
    assert town.work()
    pool = town.pool()
    assert (pool.title, pool.identifier, pool.latest_version, pool.latest_external) == (
        "Notes",
        "com.shop.notes",
        "3.1",
        77,
    )
    assert (pool.total, pool.available, pool.platforms) == (5, 5, ["ios", "ipados"])
    shop.products.clear()
    town.later(hours=1).work()
    assert (town.pool().total, town.pool().gone_at) == (0, town.at)


@pytest.mark.clause("G-4", "G-10")
def test_a_device_that_leaves_gives_its_licence_back(shop, town, notes):
    shop.buy(NUMBER, NOTES, 1)
    town.enrol().work()
    town.settle().work()
    town.later(minutes=1).work()
    actions.check_out(enrolment=town.enrolments[0], actor=HOUSE, at=town.at)
    leave(enrolment_id=town.enrolments[0].id, actor=HOUSE, at=town.at)
    town.work()
    assert (town.states(), shop.assignments) == (["return_asked"], set())
    town.later(minutes=1).work()
    assert town.states() == ["returned"]


def test_a_licence_wanted_again_before_it_was_given_back_is_kept(shop, town, notes):
    shop.buy(NUMBER, NOTES, 1)
    town.enrol().work()
    town.settle().work()
    town.later(minutes=1).work()
    Licence.objects.update(state="returning", due_at=town.at + timedelta(hours=1))
    DeviceSoftware.objects.update(state="wanted", due_at=town.at)
    town.settle()
    assert town.states() == ["held"]


@pytest.mark.clause("G-4")
def test_running_out_is_seen_told_once_and_healed_by_buying(shop, town, notes, cast):
    shop.buy(NUMBER, NOTES, 2)
    town.enrol(4).work()
    town.settle().work()
    town.later(minutes=1).work()
    assert town.states() == ["held", "held", "wanted", "wanted"]
    assert town.pool().short_since is not None
    reasons = set(Licence.objects.filter(state="wanted").values_list("reason", flat=True))
    assert reasons == {"No licence is left: all 2 are in use."}
    town.later(minutes=20).work()
    (mail,) = Message.objects.filter(template="mdm/notices/licences-short")
    assert (mail.recipient, "2 more are wanted" in mail.text) == (cast.ida.email, True)
    shop.buy(NUMBER, NOTES, 2)
    town.later(minutes=20).work()
    town.later(minutes=1).work()
    assert (town.states(), town.pool().short_since) == (["held"] * 4, None)


def test_a_shortage_that_only_the_shop_knew_of(shop, town, notes):
    shop.buy(NUMBER, NOTES, 1)
    town.enrol(1).work()
    town.settle()
    shop.assignments.add(((str(NUMBER), "STDQ"), "SOMEBODY", ""))
    town.work()
    town.later(minutes=1).work()
    licence = Licence.objects.get(serial="SERIAL0000")
    assert (licence.state, licence.reason) == ("wanted", "There are not enough licences.")
    assert LicenceEvent.objects.get().state == "failed"


def test_where_the_shop_does_not_say_for_whom_it_failed_its_list_decides(shop, town, notes):
    shop.buy(NUMBER, NOTES, 2)
    shop.prompt = False
    town.enrol(2).work()
    town.settle().work()
    (event,) = shop.events.values()
    event.silent_about_whom = True
    shop.products[(str(NUMBER), "STDQ")].total = 1
    shop.complete()
    town.later(minutes=1).work()
    assert town.states() == ["held", "wanted"]
    ((_, serial, _),) = shop.assignments
    assert Licence.objects.get(state="held").serial == serial


def test_what_takes_its_time_is_asked_for_more_and_more_rarely(shop, town, notes):
    shop.buy(NUMBER, NOTES, 2)
    shop.prompt = False
    town.enrol().work()
    town.settle().work()
    pauses = []
    for _ in range(6):
        due = LicenceEvent.objects.get().due_at
        pauses.append((due - town.at).total_seconds())
        town.at = due
        town.work()
    assert pauses == [30, 30, 60, 120, 240, 480]
    shop.complete()
    town.later(minutes=11).work()
    assert town.states() == ["held"]


def test_batches_keep_to_the_limits_of_the_shop(shop, town, notes):
    shop.buy(NUMBER, NOTES, 10)
    shop.limits["maxSerialNumbers"] = 2
    town.enrol(5).work()
    town.settle().work()
    assert [len(event.items) for event in shop.events.values()] == [2, 2, 1]
    town.later(minutes=1).work()
    assert town.states() == ["held"] * 5


@pytest.mark.parametrize(
    ("number", "word", "hours"),
    [(9621, "run out", 1), (9625, "revoked", 1), (9601, "does not know the token", 1)],
)
def test_a_token_that_is_not_taken_is_told_and_left_alone(shop, town, cast, number, word, hours):
    shop.refusals.append(Refusal(number))
    assert not town.work()
    assert word in town.trouble()
    assert Message.objects.filter(template="mdm/notices/credential-trouble").count() == 1
    asked = len(shop.asked)
    town.later(minutes=30).work()
    assert len(shop.asked) == asked
    town.later(hours=hours).work()
    assert town.trouble() == ""


@pytest.mark.parametrize(
    ("refusal", "seconds"),
    [(Refusal(9646), 120), (Refusal(9729, retry_after=600), 600), (Refusal(9603), 120)],
)
def test_a_busy_shop_is_left_alone_as_long_as_it_asks(shop, town, refusal, seconds):
    shop.refusals.append(refusal)
    assert not town.work()
    paused = ServiceCredential.objects.get().paused_until
    assert (paused - town.at).total_seconds() == seconds
    assert not town.later(seconds=seconds - 1).work()
    assert town.later(seconds=2).work()


def test_a_refusal_in_the_middle_gives_claimed_licences_free_again(shop, town, notes):
    shop.buy(NUMBER, NOTES, 1)
    town.enrol().work()
    town.settle()
    shop.refusals.extend([])
    original = shop._manage
    shop._manage = lambda *_: (_ for _ in ()).throw(Refusal(9646))
    assert not town.work()
    assert (town.states(), shop.assignments) == (["wanted"], set())
    shop._manage = original
    town.later(minutes=20).work()
    town.later(minutes=1).work()
    assert town.states() == ["held"]


def test_a_worker_that_died_after_claiming_is_made_good(shop, town, notes):
    shop.buy(NUMBER, NOTES, 1)
    town.enrol().work()
    town.settle()
    Licence.objects.update(state="asked", due_at=town.at + timedelta(minutes=5))
    town.later(minutes=6).work()
    town.later(minutes=1).work()
    assert (town.states(), len(shop.assignments)) == (["held"], 1)


def test_the_list_heals_what_the_house_had_wrong(shop, town, notes):
    shop.buy(NUMBER, NOTES, 3)
    town.enrol(2).work()
    town.settle().work()
    town.later(minutes=1).work()
    shop.assignments = {((str(NUMBER), "STDQ"), "SERIAL0000", "")}
    town.later(hours=7).work()
    states = dict(Licence.objects.values_list("serial", "state"))
    assert states["SERIAL0000"] == "held"
    town.settle().work()
    town.later(minutes=1).work()
    assert town.states() == ["held", "held"]


def test_licences_of_another_server_are_counted_and_not_taken(shop, town, notes):
    shop.buy(NUMBER, NOTES, 3)
    shop.assignments.add(((str(NUMBER), "STDQ"), "STRANGER", ""))
    town.work()
    foreign = Licence.objects.get()
    assert (foreign.serial, foreign.ours, foreign.state) == ("STRANGER", False, "held")
    town.later(days=2).work()
    assert len(shop.assignments) == 1


def test_a_licence_that_a_device_brought_along_is_adopted(shop, town, notes):
    shop.buy(NUMBER, NOTES, 3)
    shop.assignments.add(((str(NUMBER), "STDQ"), "SERIAL0000", ""))
    town.work()
    town.enrol().settle()
    licence = Licence.objects.get()
    assert (licence.ours, DeviceSoftware.objects.get().state) == (True, "sent")
    assert not any("associate" in line for line in shop.asked)


@pytest.mark.clause("G-4")
def test_a_location_of_another_server_is_not_taken_unless_that_is_meant(shop, town, cast):
    shop.server = {"id": "other", "name": "Old MDM", "metadata": "x"}
    assert not town.work()
    assert "looked after by Old MDM" in town.trouble()
    assert shop.server["id"] == "other"
    ida = cast.acting(cast.ida)
    with pytest.raises(Conflict):
        acts.take_over(holder_id="somebody", actor=ida, at=town.at)
    with pytest.raises(Refused):
        acts.take_over(holder_id="other", actor=cast.acting(cast.cole), at=town.at)
    acts.take_over(holder_id="other", actor=ida, at=town.at)
    assert town.work()
    assert (shop.server["id"], town.trouble()) == (sync.our_id(), "")


def test_a_confirmation_counts_for_the_server_that_was_shown_alone(shop, town):
    shop.server = {"id": "other", "name": "Old MDM", "metadata": "x"}
    town.work()
    acts.take_over(holder_id="other", actor=HOUSE, at=town.at)
    shop.server = {"id": "third", "name": "Third", "metadata": "x"}
    assert not town.work()
    assert shop.server["id"] == "third"


def test_looking_now_reads_everything_anew(shop, town):
    town.work()
    shop.buy(NUMBER, NOTES, 2)
    town.work()
    assert not LicencePool.objects.exists()
    acts.look_now(actor=HOUSE, at=town.at)
    assert town.work()
    assert town.pool().total == 2


def test_without_a_token_nothing_is_asked(shop, db, at):
    assert sync.work(at) is False
    assert shop.asked == []
    with pytest.raises(Conflict, match="no token"):
        acts.look_now(actor=HOUSE, at=at)


def test_a_list_that_changes_while_it_is_read_is_read_again(shop, town):
    shop.page_size = 2
    for number in range(1, 8):
        shop.buy(number, App(f"com.app{number}", f"App {number}"), number)
    shop.churn = 1
    assert town.work()
    assert LicencePool.objects.count() == 7
    shop.churn = 100
    town.later(hours=1)
    assert not town.work()
    assert "keeps changing" in town.trouble()
    assert LicencePool.objects.filter(gone_at=None).count() == 7


def test_many_products_come_in_pages(shop, town):
    shop.page_size = 50
    for number in range(1, 331):
        shop.buy(number, App(f"com.app{number}", f"App {number}"), 1)
    assert town.work()
    assert LicencePool.objects.exclude(title="").count() == 330


@pytest.mark.clause("G-2", "G-10")
def test_a_personal_device_has_a_licence_of_its_holder(shop, town, notes, cast):
    shop.buy(NUMBER, NOTES, 2)
    device = PersonalDeviceFactory(platform="ios", department=cast.water, holder=cast.ana)
    town.enrolments.append(mdm.enrolled(device, town.at, way="user"))
    town.work()
    town.settle()
    town.work()  # the person is made known
    town.later(minutes=1).work()  # and given a licence
    town.later(minutes=1).work()
    user = LicenceUser.objects.get()
    assert (user.state, user.reference) == ("associated", str(cast.ana.id))
    assert shop.people[user.reference]["account"] == cast.ana.email
    assert shop.assignments == {((str(NUMBER), "STDQ"), "", user.reference)}
    town.settle()
    assert DeviceSoftware.objects.get().state == "sent"


def test_a_person_whom_the_shop_knows_already_is_changed_instead(shop, town, notes, cast):
    shop.buy(NUMBER, NOTES, 2)
    shop.people[str(cast.ana.id)] = {"account": "", "status": "Registered"}
    device = PersonalDeviceFactory(platform="ios", department=cast.water, holder=cast.ana)
    town.enrolments.append(mdm.enrolled(device, town.at, way="user"))
    town.work()
    town.settle().work()
    town.later(minutes=1).work()
    town.later(minutes=20).work()
    town.later(minutes=1).work()
    assert LicenceUser.objects.get().state == "associated"
    assert shop.people[str(cast.ana.id)]["account"] == cast.ana.email


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-4")
def test_two_workers_at_once_never_ask_for_the_same(shop, town, notes):
    shop.buy(NUMBER, NOTES, 10)
    town.enrol(6).work()
    town.settle()
    barrier = threading.Barrier(2)

    def work():
        barrier.wait(10)
        try:
            sync.work(town.at)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    asked = [item for event in shop.events.values() for item in event.items]
    assert len(asked) == len(set(asked)) == 6


@pytest.mark.django_db(transaction=True)
def test_even_without_the_lock_a_row_is_claimed_by_one(shop, town, notes):
    shop.buy(NUMBER, NOTES, 10)
    town.enrol(6).work()
    town.settle()
    barrier = threading.Barrier(3)
    claimed = []

    def work():
        barrier.wait(10)
        try:
            rows = giving._claim_wanted(town.pool(), Limits(), town.at)
            claimed.extend(row.serial for row in rows)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(claimed) == sorted(set(claimed))
    assert len(claimed) == 6
