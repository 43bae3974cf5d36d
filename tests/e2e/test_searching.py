"""What is missing: asked where it is, erased by two with its proof or without, and by rule."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from quartermaster.audit.queries import entries_about
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.lifecycle import recovery_schedule, schedule
from quartermaster.mdm import actions as mdm
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.models import Command, DestructiveRequest, Enrolment
from quartermaster.mdm.poll import Located
from quartermaster.mdm.posture import Fact
from quartermaster.notify.models import Message
from tests.e2e.steps import alerted, follow, press, put, refused
from tests.factories import destruction, losses, recoveries
from tests.factories.org import PASSWORD

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLACE = Located(44.51234, -88.01234, 12.0)
WHY = "Two days away, and nobody has handed it in"


def _approve(page, request, password=PASSWORD):
    page.goto(reverse("destruction:approve", args=[request.pk]))
    put(page, password=password)
    press(page, "Approve")


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-10", "G-11")
def test_a_lost_phone_says_where_it_is_and_its_holder_is_told(enter, cast, axe):
    at = now()
    phone = losses.phone(cast.ana, at)
    loss = losses.reported(phone, cast.acting(cast.ana), at)
    case = f"/losses/{loss.pk}/"
    page = enter(cast.cole)
    refused(page, f"{case}locate/", "You may not do this")

    page = enter(cast.ida)
    page.goto(f"{case}locate/")
    put(page, reason=WHY)
    press(page, "Ask")
    alerted(page, "lost mode")  # which the phone has not confirmed yet
    keep_facts(phone.id, {"lost_mode": Fact(True, "test", at)})
    page.goto(case)
    follow(page, "Ask where it is")
    put(page, reason=WHY)
    assert axe(page) == []
    press(page, "Ask")
    expect(page.get_by_text("The question waits for the device.")).to_be_visible()
    command = Command.objects.get(kind="DeviceLocation")
    assert "lifecycle.loss.located" in {entry.tag for entry in entries_about(loss)}
    mdm.keep_location(
        enrolment=command.enrolment,
        command_uuid=str(command.id),
        located=PLACE,
        actor=losses.HOUSE,
        at=now(),
    )
    (mail,) = Message.objects.filter(template="mdm/notices/located")
    assert (mail.recipient, WHY in mail.text) == (cast.ana.email, True)
    page.goto(f"/devices/{phone.pk}/")
    page.get_by_role("link", name="Show where it was").click()
    press(page, "Show it")
    expect(page.get_by_text("44.5").first).to_be_visible()

    page = enter(cast.ana)
    page.goto(case)
    follow(page, "It is found")
    put(page, where="Under the seat")
    press(page, "It is found")
    page = enter(cast.ida)
    page.goto(case)
    expect(page.get_by_role("link", name="Ask where it is")).to_have_count(0)
    page.goto(f"{case}locate/")
    put(page, reason="Curious")
    press(page, "Ask")
    alerted(page, "not missing any longer")


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-10", "G-11")
def test_two_people_erase_with_proof_or_it_is_said_since_when_it_is_offline(enter, cast, axe):
    at = now()
    destruction.account(cast.ida)
    ben = destruction.second_person(cast)
    phones = [losses.phone(person, at) for person in (cast.ana, cast.sue)]
    cases = [losses.reported(phone, cast.acting(phone.holder), at) for phone in phones]
    page = enter(cast.ida)
    for loss in cases:
        page.goto(f"/losses/{loss.pk}/erase/")
        put(page, reason="Not in its pouch")
        press(page, "Ask a second person")
    mine, other = (DestructiveRequest.objects.get(targets__enrolment__device=p) for p in phones)
    _approve(page, mine)
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this")

    page = enter(ben)
    for request in (mine, other):
        page.goto("/waiting/")
        expect(page.locator(f"main a[href*='{request.pk}']").first).to_be_visible()
        _approve(page, request, "a guess")
        alerted(page, "password")
        _approve(page, request)
    expect(page.get_by_text("Approved. It waits, and can still be stopped.")).to_be_visible()
    destruction_at = now() + HOUR
    losses.destruction.release_due(destruction_at)
    Enrolment.objects.filter(device=phones[1]).update(last_seen_at=at - DAY)
    losses.answered(phones[0], destruction_at + HOUR)
    outbox.deliver_due(destruction_at + HOUR)
    schedule.take_steps(destruction_at + HOUR)

    page.goto(f"/losses/{cases[0].pk}/")
    expect(page.get_by_text("The device confirmed the erasure").first).to_be_visible()
    assert axe(page) == []
    page.goto(reverse("destruction:request", args=[mine.pk]))
    expect(page.get_by_text("agreed, with the password").first).to_be_visible()
    page.goto(f"/losses/{cases[1].pk}/")
    expect(page.get_by_text("Sent, not confirmed; the device is offline since")).to_be_visible()
    page.goto(reverse("destruction:request", args=[other.pk]))
    expect(page.get_by_text("The device is offline since").first).to_be_visible()
    assert axe(page) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("C-4", "G-10")
def test_a_leavers_phone_is_locked_erased_by_two_and_the_attorney_gets_all_of_it(enter, cast, axe):
    at = now()
    destruction.account(cast.ida)
    ben = destruction.second_person(cast)
    phone = losses.phone(cast.ana, at - 20 * DAY)
    case = recoveries.begun(cast.ana, at - 8 * DAY)
    recovery_schedule.follow_recoveries(at - 6 * DAY)
    assert Command.objects.filter(kind="DeviceLock", enrolment__device=phone).exists()
    recovery_schedule.follow_recoveries(at)
    assert not Command.objects.filter(kind="EraseDevice").exists()  # the house itself never does

    page = enter(cast.ida)
    page.goto(f"/recoveries/{case.pk}/")
    expect(page.get_by_text("The command to lock it was queued.")).to_be_visible()
    enrolment = losses.enrolment_of(phone)
    page.goto(f"/enrolments/{enrolment.pk}/erase/")
    put(page, reason="She left, and does not answer")
    press(page)
    request = DestructiveRequest.objects.get()
    _approve(page, request)
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this")
    page = enter(ben)
    _approve(page, request)
    losses.destruction.release_due(now() + HOUR)
    assert Command.objects.filter(kind="EraseDevice", enrolment__device=phone).count() == 1

    page = enter(cast.ida)
    page.goto(f"/recoveries/{case.pk}/hand-over/")
    put(page, reason="She does not answer")
    press(page, "Hand over")
    alerted(page, "is not possible")  # it was not demanded in writing yet
    page.goto(f"/recoveries/{case.pk}/demand/")
    put(page, reason="12 Lake Street")
    press(page, "Write the letter")
    follow(page, "Hand to the City Attorney")
    put(page, reason="She does not answer")
    press(page, "Hand over")
    expect(page.get_by_role("heading", level=2, name="Letters")).to_be_visible()
    package = page.get_by_role("link", name="Package for the City Attorney").first
    with page.expect_download() as download:
        package.click()
    assert download.value.suggested_filename.endswith(".zip")
    assert axe(page) == []
    address = package.get_attribute("href")
    page = enter(cast.cole)
    refused(page, address)
