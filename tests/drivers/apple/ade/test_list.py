"""Apple's list read as rows: whole, by what changed, after a crash, and against odd pages."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from quartermaster.audit.models import Entry
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, automated
from quartermaster.mdm.actions import listing
from quartermaster.mdm.credentials import open_secret
from quartermaster.mdm.errors import CredentialUnusable, IdentityChanges
from quartermaster.mdm.models import DeviceList, ListedDevice, ServiceCredential
from quartermaster.notify.models import Message
from quartermaster.simulators.apple.services.faults import Fault
from tests.cast import AT
from tests.factories.inventory import DeviceFactory

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
HOUSE = system("test")


def row(serial="C02A"):
    return ListedDevice.objects.get(serial=serial)


@pytest.mark.clause("G-12", "S-1")
def test_what_apple_lists_stands_here_with_all_that_it_tells(dep, read):
    dep.buy("C02A", asset_tag="PO 7")
    dep.buy("C02M", family="Mac")
    dep.buy("C02T", family="AppleTV")
    assert read() == ["C02A", "C02M", "C02T"]
    phone = row()
    assert (phone.model, phone.colour, phone.family) == ("iPhone 17", "BLACK", "iPhone")
    assert (phone.device_class, phone.platform) == ("smartphone", "ios")
    assert (phone.asset_tag, phone.assigned_by) == ("PO 7", "buyer@city.example")
    assert (row("C02M").device_class, row("C02M").platform) == ("laptop", "macos")
    assert (row("C02T").device_class, row("C02T").platform) == ("", "")
    found = DeviceList.objects.get()
    assert (found.whole, found.finished_at, found.lease) == (False, AT, None)
    assert found.owner == "Model City, Quartermaster"


def test_after_the_whole_list_only_what_changed_is_asked(dep, read):
    dep.buy("C02A", "C02B")
    read()
    dep.sell("C02A")
    dep.change("C02B", asset_tag="X")
    dep.buy("C02C")
    dep.asked.clear()
    assert read(LATER) == ["C02B", "C02C"]
    assert "POST /devices/sync" in dep.asked
    assert "POST /server/devices" not in dep.asked
    assert (row().removed_at, row("C02B").asset_tag) == (LATER, "X")
    dep.buy("C02A")
    assert read(LATER + timedelta(hours=1)) == ["C02A", "C02B", "C02C"]


def test_the_list_is_read_in_pages(dep, read):
    dep.page = 3
    dep.buy(*(f"C02{n:03}" for n in range(10)))
    assert len(read()) == 10
    assert dep.asked.count("POST /server/devices") == 4


def test_a_crash_between_pages_loses_nothing_and_begins_nothing_anew(dep, token, read):
    dep.page = 2
    dep.buy("C02A", "C02B", "C02C", "C02D", "C02E")
    found = listing.open_list(credential=token, at=AT)
    lease = listing.lease_list(list_id=found.id, at=AT)
    dep.faults = []
    able = automated.automating_drivers()[0][1]
    with able.list_session(open_secret(token)) as session:  # two pages, and then the power fails
        listing.begin_whole(list_id=found.id, lease=lease, actor=automated.HOUSE, at=AT)
        for _ in range(2):
            page = session.whole(DeviceList.objects.get().cursor)
            listing.take_page(
                list_id=found.id, lease=lease, page=page, actor=automated.HOUSE, at=AT
            )
    assert ListedDevice.objects.count() == 4
    dep.asked.clear()
    assert read() == ["C02A", "C02B", "C02C", "C02D"]  # the lease of the dead one still holds
    assert dep.asked == []
    assert read(LATER) == ["C02A", "C02B", "C02C", "C02D", "C02E"]
    assert dep.asked.count("POST /server/devices") == 1


def test_a_cursor_older_than_a_week_begins_the_list_anew(dep, read):
    dep.buy("C02A", "C02B")
    read()
    dep.sell("C02A")
    dep.operations.clear()  # nobody will tell us
    dep.moved = timedelta(days=8)
    dep.asked.clear()
    assert read(AT + timedelta(days=8)) == ["C02B"]
    assert "POST /devices/sync" not in dep.asked


@pytest.mark.parametrize("code", ["EXPIRED_CURSOR", "INVALID_CURSOR"])
def test_a_cursor_that_apple_forgot_begins_the_list_anew(dep, read, code):
    dep.buy("C02A")
    read()
    dep.cursors.clear()
    dep.buy("C02B")
    assert read(LATER) == ["C02A", "C02B"]
    assert DeviceList.objects.get().troubled_at is None
    assert code  # both mean the same to us


def test_an_exhausted_cursor_is_the_end_of_the_list(dep, read):
    dep.buy("C02A")
    read()
    found = DeviceList.objects.get()
    found.whole = True
    found.save()
    assert read(LATER) == ["C02A"]
    assert DeviceList.objects.get().finished_at == LATER


def test_what_is_told_late_never_replaces_what_is_newer(dep, read):
    dep.buy("C02A", asset_tag="new")
    read()
    old = {**dep.devices["C02A"], "asset_tag": "old", "op_type": "modified"}
    dep.operations.append({**old, "op_date": "2020-01-01T00:00:00Z"})
    dep.operations.append({**old, "op_type": "deleted", "op_date": "2020-01-01T00:00:00Z"})
    assert read(LATER) == ["C02A"]
    assert row().asset_tag == "new"


def test_the_same_news_twice_changes_nothing(dep, read):
    dep.buy("C02A")
    read()
    dep.change("C02A", asset_tag="X")
    dep.operations.append(dict(dep.operations[-1]))
    read(LATER)
    before = ListedDevice.objects.values().get()
    dep.operations.append(dict(dep.operations[-1]))
    read(LATER + timedelta(hours=1))
    after = ListedDevice.objects.values().get()
    assert {**before, "listed_at": 0} == {**after, "listed_at": 0}


def test_garbage_in_a_page_is_passed_over_and_counted(dep, read):
    dep.buy("C02A")
    dep.devices["a/b"] = {"serial_number": "a/b"}
    dep.devices["C02B"] = {"serial_number": "C02B", "model": 7, "invented": {"x": []}}
    assert read() == ["C02A", "C02B"]
    assert DeviceList.objects.get().skipped == 1


def test_a_service_that_sends_us_round_in_a_circle_is_left_alone(dep, read, monkeypatch):
    dep.buy("C02A")
    page = {"devices": [], "cursor": "round", "more_to_follow": True}
    monkeypatch.setattr(dep, "fetch", lambda _cursor, _limit: page)
    read()
    found = DeviceList.objects.get()
    assert (found.attempts, found.lease) == (1, None)
    assert found.due_at > AT
    assert "circle" in ServiceCredential.objects.get().trouble
    assert dep.asked.count("POST /server/devices") == 2


@pytest.mark.clause("G-12")
def test_unsigned_terms_are_told_to_itmd_once_with_what_to_do(dep, read, cast):
    dep.terms_signed = False
    read()
    read(LATER)
    credential = ServiceCredential.objects.get()
    assert "terms" in credential.trouble
    assert credential.paused_until > LATER
    mail = Message.objects.get()
    assert mail.recipient == cast.ida.email
    assert "business.apple.com" in mail.text
    dep.terms_signed = True
    dep.buy("C02A")
    assert read(LATER + timedelta(hours=3)) == ["C02A"]
    credential.refresh_from_db()
    assert (credential.trouble, credential.failures, credential.paused_until) == ("", 0, None)
    dep.terms_signed = False
    read(LATER + timedelta(hours=9))
    assert Message.objects.count() == 2  # another trouble


def test_a_token_that_is_disabled_between_pages_stops_the_reading_and_keeps_the_pages(
    dep, read, cast, monkeypatch
):
    dep.page = 1
    dep.buy("C02A", "C02B")
    whole = dep.fetch

    def once(cursor, limit):
        said = whole(cursor, limit)
        dep.enabled = False
        return said

    monkeypatch.setattr(dep, "fetch", once)
    assert read() == ["C02A"]
    assert "denies" in ServiceCredential.objects.get().trouble
    assert Message.objects.count() == 1
    dep.enabled = True
    monkeypatch.setattr(dep, "fetch", whole)
    assert read(LATER) == ["C02A", "C02B"]


def test_a_busy_service_is_left_alone_as_long_as_it_asks(dep, read):
    dep.faults = [Fault(429, "", 3600)]
    read()
    assert DeviceList.objects.get().due_at == LATER
    assert automated.work_lists(AT + timedelta(minutes=59)) == 0
    dep.buy("C02A")
    assert automated.work_lists(LATER) == 1
    assert row().serial == "C02A"
    assert Message.objects.count() == 0


def test_a_session_that_apple_forgot_is_begun_anew(dep, read, monkeypatch):
    dep.page = 1
    dep.buy("C02A", "C02B")
    whole = dep.fetch

    def forgetful(cursor, limit):
        said = whole(cursor, limit)
        dep.sessions.clear()
        return said

    monkeypatch.setattr(dep, "fetch", forgetful)
    assert read() == ["C02A", "C02B"]


def test_a_service_that_is_not_there_is_tried_again_later_and_later(dep, read, settings):
    settings.ADE_SERVER_URL = "http://127.0.0.1:9"
    pauses = []
    at = AT
    for _ in range(4):
        read(at)
        due_at = DeviceList.objects.get().due_at
        pauses.append(due_at - at)
        at = due_at
    assert pauses == [timedelta(minutes=n) for n in (2, 4, 8, 16)]


@pytest.mark.django_db(transaction=True)
def test_two_readings_at_once_are_one(dep, token):
    found = listing.open_list(credential=token, at=AT)
    assert listing.lease_list(list_id=found.id, at=AT) is not None
    assert listing.lease_list(list_id=found.id, at=AT) is None
    assert automated.work_lists(AT) == 0


def test_who_lost_the_lease_keeps_nothing(dep, token):
    dep.buy("C02A")
    found = listing.open_list(credential=token, at=AT)
    slow = listing.lease_list(list_id=found.id, at=AT)
    quick = listing.lease_list(list_id=found.id, at=LATER)
    assert quick is not None
    with pytest.raises(listing.LeaseLost):
        listing.begin_whole(list_id=found.id, lease=slow, actor=automated.HOUSE, at=LATER)
    listing.release_list(list_id=found.id, lease=slow, again=False, at=LATER)
    assert DeviceList.objects.get().lease == quick


@pytest.mark.clause("S-1")
def test_a_device_of_the_inventory_is_tied_by_its_serial_whoever_comes_first(dep, read):
    known = DeviceFactory(serial="C02A")
    dep.buy("C02A", "C02B")
    read()
    assert (row().device, row("C02B").device) == (known, None)
    late = DeviceFactory(serial="C02B")
    listing.tie_devices([late.id])
    assert row("C02B").device == late
    late.serial = "C02C"
    late.save()
    listing.tie_devices([late.id])
    assert row("C02B").device is None


def test_a_retired_device_is_not_tied_again(dep, read):
    DeviceFactory(serial="C02A", status="retired", holder=None)
    dep.buy("C02A")
    read()
    assert row().device is None


def test_another_organisation_takes_the_place_of_the_first(dep, token, read):
    dep.buy("C02A", "C02B")
    read()
    dep.token = dep.new_token()
    dep.sessions.clear()
    dep.sell("C02A")
    actions.import_credential(
        driver="apple",
        kind="ade",
        content=dep.token.dump(),
        confirmed=True,
        actor=system("test"),
        at=LATER,
    )
    assert read(LATER) == ["C02B"]
    assert DeviceList.objects.count() == 2


def test_nothing_of_the_token_is_in_the_ledger(dep, read, token):
    dep.buy("C02A")
    read()
    told = str(list(Entry.objects.values_list("data", flat=True)))
    assert dep.token.consumer_secret not in told
    assert dep.token.access_secret not in told
    assert dep.token.access_token not in told


@pytest.mark.clause("G-10")
def test_a_renewed_token_goes_on_where_the_first_stood(dep, read):
    dep.buy("C02A")
    read()
    asked = actions.request_credential(driver="apple", kind="ade", actor=HOUSE, at=AT)
    content = dep.token_file(bytes(asked.request), renewed=True)
    assert asked.request.startswith(b"-----BEGIN CERTIFICATE-----")
    renewed = actions.complete_credential(credential=asked, content=content, actor=HOUSE, at=AT)
    assert renewed.expires_at == dep.token.expires_at
    dep.buy("C02B")
    dep.asked.clear()
    assert read(LATER) == ["C02A", "C02B"]
    assert "POST /server/devices" not in dep.asked
    assert DeviceList.objects.count() == 1


@pytest.mark.clause("G-10")
def test_a_token_of_another_server_must_be_meant_and_one_for_another_key_is_refused(dep, read):
    asked = actions.request_credential(driver="apple", kind="ade", actor=HOUSE, at=AT)
    content = dep.token_file(bytes(asked.request))
    with pytest.raises(IdentityChanges, match="another MDM server"):
        actions.complete_credential(credential=asked, content=content, actor=HOUSE, at=AT)
    again = actions.request_credential(driver="apple", kind="ade", actor=HOUSE, at=AT)
    with pytest.raises(CredentialUnusable, match="not made for the request"):
        actions.complete_credential(
            credential=again, content=content, confirmed=True, actor=HOUSE, at=AT
        )


def test_a_token_that_ran_out_is_not_taken(dep, db):
    old = type(dep.token)(**{**vars(dep.token), "expires_at": AT})
    with pytest.raises(CredentialUnusable, match="ran out on November 24"):
        actions.import_credential(
            driver="apple", kind="ade", content=old.dump(), actor=HOUSE, at=AT
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_reads(dep, token):
    dep.buy(*(f"C02{n:03}" for n in range(30)))
    listing.open_list(credential=token, at=AT)
    begun = Barrier(2)

    def work():
        try:
            begun.wait(30)
            return automated.work_lists(AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        done = sorted(future.result() for future in [workers.submit(work) for _ in range(2)])
    assert done == [0, 1]
    assert ListedDevice.objects.count() == 30
    assert dep.asked.count("POST /server/devices") == 1
