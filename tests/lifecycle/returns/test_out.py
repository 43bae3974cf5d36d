"""Sanitisation, lots and write-offs: two people, and no way past them (C-3)."""

import io
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from quartermaster.audit.queries import entries_about
from quartermaster.files.queries import read_file
from quartermaster.inventory import actions as inventory
from quartermaster.inventory import holds
from quartermaster.inventory.errors import Held
from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.permits import all_permits, system
from quartermaster.lifecycle.actions import disposals, returns
from quartermaster.lifecycle.actions import losses as loss_verbs
from quartermaster.lifecycle.loss_errors import PoliceReportMissing
from quartermaster.lifecycle.models import DisposalLine, Sanitisation, SurplusLot, WriteOff
from quartermaster.lifecycle.queries import returns as queries
from quartermaster.lifecycle.return_errors import AnotherPerson, SanitiseFirst
from quartermaster.lifecycle.rules import disposals as ways
from quartermaster.lifecycle.rules import sanitising
from quartermaster.lifecycle.rules.disposals import Way
from quartermaster.org.roles import Role
from tests.factories import inventory as make
from tests.factories import losses
from tests.factories import returns as back

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def used(cast, at):
    return back.used_and_back(cast.ana, cast, at)


def text_of(stored):
    content = io.BytesIO(read_file(stored.digest))
    return "\n".join(page.extract_text() for page in PdfReader(content).pages)


@pytest.mark.clause("C-3")
def test_sanitised_by_one_and_verified_by_another_it_can_be_handed_out(used, cast, ida, ben, at):
    shot = returns.Evidence("screen.png", b"\x89PNG\r\n\x1a\nx", "image/png")
    row = returns.record_sanitisation(
        device_id=used.id, details=back.details(), evidence=[shot], actor=ida, at=at
    )
    with pytest.raises(AnotherPerson):
        returns.verify_sanitisation(row=row, passed=True, how="Mine", actor=ida, at=at)
    with pytest.raises(Conflict, match="waits to be verified"):
        returns.record_sanitisation(device_id=used.id, details=back.details(), actor=ben, at=at)
    returns.verify_sanitisation(
        row=row, passed=True, how="It asks for a language", actor=ben, at=at
    )
    used.refresh_from_db()
    row.refresh_from_db()
    assert (row.state, row.holds, used.needs_sanitising) == ("verified", True, False)
    assert entries_about(row).first().data["certificate"] == row.certificate.digest
    said = text_of(row.certificate)
    for words in (used.asset_tag, "Purge", "Ida Lindqvist", "Ben", "screen.png"):
        assert words in said
    handed = inventory.assign(device_id=used.id, holder_id=cast.sue.id, actor=ida, at=at + DAY)
    row.refresh_from_db()
    handed.refresh_from_db()
    assert (handed.needs_sanitising, row.holds) == (True, False)


@pytest.mark.clause("C-3")
def test_what_did_not_pass_stays_in_quarantine(used, ida, ben, at):
    row = returns.record_sanitisation(device_id=used.id, details=back.details(), actor=ida, at=at)
    returns.verify_sanitisation(row=row, passed=False, how="A photo is left", actor=ben, at=at)
    used.refresh_from_db()
    assert used.quarantined
    assert back.sanitised(used, ida, ben, at).state == "verified"


@pytest.mark.clause("C-3")
def test_a_clear_may_be_verified_by_who_did_it_unless_the_city_says_otherwise(
    used, cast, ida, ben, at, settings
):
    row = returns.record_sanitisation(
        device_id=used.id, details=back.details("plain_reset"), actor=ida, at=at
    )
    assert (row.state, row.verifier_id) == ("verified", ida.person_id)
    settings.SANITISE_VERIFY = ("clear",)
    other = back.used_and_back(cast.sue, cast, at)
    row = returns.record_sanitisation(
        device_id=other.id, details=back.details("plain_reset"), actor=ida, at=at
    )
    assert row.state == "done"
    assert not sanitising.needs_another(sanitising.Method.CLEAR, ())
    assert all(sanitising.needs_another(m, ()) for m in sanitising.TWO_PEOPLE)


@pytest.mark.clause("C-3", "G-10")
@pytest.mark.django_db(transaction=True)
def test_by_order_its_proof_is_the_devices_own_answer_and_counts_once(phone, cast, ida, ben, at):
    from quartermaster.mdm.queries import enrolment_now
    from tests.factories import destruction as erase

    erase.account(cast.ida)
    enrolment = enrolment_now(phone.id)
    back.received(phone, cast.acting(cast.ana), ida, at)
    by_order = {"device_id": phone.id, "details": back.details("by_order"), "actor": ida}
    with pytest.raises(Conflict, match="has not confirmed an order"):
        returns.record_sanitisation(**by_order, at=at)
    request = erase.asked([enrolment], ida, at)
    erase.approved(request, ben, at)
    from quartermaster.mdm import destruction

    destruction.release_due(at + HOUR)
    losses.answered(phone, at + HOUR)
    row = returns.record_sanitisation(**by_order, at=at + 2 * HOUR)
    returns.verify_sanitisation(row=row, passed=True, how="Empty", actor=ben, at=at + 2 * HOUR)
    row.refresh_from_db()
    assert "acknowledged" in text_of(row.certificate)
    with pytest.raises(Conflict, match="not used already"):
        returns.record_sanitisation(**by_order, at=at + 3 * HOUR)


@pytest.mark.clause("C-3")
def test_destroyed_it_is_handed_to_nobody_and_leaves_by_a_lot(used, cast, ida, ben, at):
    with pytest.raises(InvalidInput, match="to be recycled"):
        returns.record_sanitisation(
            device_id=used.id, details=back.details("shred", next_place="stock"), actor=ida, at=at
        )
    back.sanitised(used, ida, ben, at, technique="shred")
    used.refresh_from_db()
    assert used.quarantined
    assert used in queries.devices_for_a_lot(ida)


@pytest.mark.clause("C-3")
def test_a_lot_is_approved_by_another_and_its_proceeds_are_shared(used, cast, ida, ben, at):
    hotspot = make.HotspotFactory(department=cast.library)
    with pytest.raises(SanitiseFirst):
        back.lot(ida, at, used)
    back.sanitised(used, ida, ben, at)
    lot = back.lot(ida, at, used, hotspot)
    with pytest.raises(Conflict, match="in a lot already"):
        back.lot(ida, at, used)
    with pytest.raises(AnotherPerson):
        disposals.approve_lot(lot=lot, actor=ida, at=at)
    sell = {"lot": lot, "document": "SO-1", "disposed_on": at.date(), "actor": ida, "at": at}
    with pytest.raises(Conflict, match="while this lot is collecting"):
        disposals.dispose_lot(way=Way.SOLD, proceeds_cents=1, **sell)
    disposals.approve_lot(lot=lot, actor=ben, at=at)
    for wrong in (
        {"document": " "},
        {"disposed_on": (at + DAY).date()},
        {"way": Way.RECYCLED},
        {"proceeds_cents": -1},
    ):
        with pytest.raises(InvalidInput):
            disposals.dispose_lot(**{**sell, "way": Way.SOLD, "proceeds_cents": 5, **wrong})
    disposals.dispose_lot(way=Way.SOLD, proceeds_cents=101_01, **sell)
    for device in (used, hotspot):
        device.refresh_from_db()
        assert device.status == "retired"
    shares = dict(DisposalLine.objects.values_list("department__code", "proceeds_cents"))
    assert shares == {"WATER": 50_51, "LIB": 50_50}
    lot.refresh_from_db()
    said = text_of(lot.certificate)
    assert "SO-1" in said
    assert "$101.01" in said
    with pytest.raises(IntegrityError, match="stays on record"), transaction.atomic():
        SurplusLot.objects.update(document="other")
    with pytest.raises(IntegrityError, match="stays in it"), transaction.atomic():
        DisposalLine.objects.all().delete()


@pytest.mark.clause("C-3")
def test_a_lot_is_changed_or_called_off_before_it_is_disposed_of(used, ida, ben, at):
    back.sanitised(used, ida, ben, at)
    lot = back.lot(ida, at, used)
    with pytest.raises(Conflict, match="nothing in the lot"):
        disposals.approve_lot(lot=back.lot(ida, at), actor=ben, at=at)
    disposals.approve_lot(lot=lot, actor=ben, at=at)
    line = lot.lines.get()
    with pytest.raises(Conflict, match="Reopen it first"):
        disposals.remove_from_lot(line=line, actor=ida, at=at)
    disposals.reopen_lot(lot=lot, reason="One is needed", actor=ida, at=at)
    disposals.remove_from_lot(line=line, actor=ida, at=at)
    disposals.cancel_lot(lot=lot, reason="Nothing left", actor=ida, at=at)
    lot.refresh_from_db()
    assert lot.state == "cancelled"
    assert set(ways.LOT.reachable()) == set(ways.LotState)


@pytest.mark.clause("C-3")
def test_a_hold_keeps_it_from_being_erased_and_from_leaving(used, ida, ben, at):
    @holds.register
    def held(device, _at):
        return {"court": "A court asked for it."} if device.id == used.id else {}

    try:
        with pytest.raises(Held):
            returns.record_sanitisation(device_id=used.id, details=back.details(), actor=ida, at=at)
    finally:
        holds.forget(held)
    back.sanitised(used, ida, ben, at)
    lot = back.lot(ida, at, used)
    holds.register(held)
    try:
        with pytest.raises(Held):
            disposals.approve_lot(lot=lot, actor=ben, at=at)
    finally:
        holds.forget(held)


@pytest.mark.clause("C-3", "G-11")
def test_a_stolen_device_is_written_off_by_two_with_the_police_report(phone, cast, ida, ben, at):
    loss = losses.reported(phone, cast.acting(cast.ana), at, "stolen")
    with pytest.raises(PoliceReportMissing):
        disposals.ask_write_off(loss=loss, reason="Gone", actor=ida, at=at)
    loss_verbs.enter_police_report(
        loss=loss, number="MPD-7", reported_on=at.date(), actor=ida, at=at
    )
    row = disposals.ask_write_off(loss=loss, reason="Gone for a month", actor=ida, at=at)
    with pytest.raises(AnotherPerson):
        disposals.approve_write_off(write_off=row, decision="Yes", actor=ida, at=at)
    disposals.approve_write_off(write_off=row, decision="Agreed", actor=ben, at=at)
    phone.refresh_from_db()
    loss.refresh_from_db()
    assert (phone.status, loss.state, phone.sims.count()) == ("retired", "written_off", 0)
    assert set(loss.steps.filter(state="open").values_list("kind", flat=True)) == {
        "replace",
        "side",
        "decide",
    }
    with pytest.raises(IntegrityError, match="as it was decided"), transaction.atomic():
        WriteOff.objects.update(reason="x")


@pytest.mark.clause("C-3")
def test_a_refused_write_off_may_be_asked_for_again_and_a_found_device_is_not(
    phone, cast, ida, ben, at
):
    loss = losses.reported(phone, cast.acting(cast.ana), at)
    row = disposals.ask_write_off(loss=loss, reason="Gone", actor=ida, at=at)
    disposals.refuse_write_off(write_off=row, decision="Look again", actor=ben, at=at)
    again = disposals.ask_write_off(loss=loss, reason="Still gone", actor=ida, at=at)
    loss_verbs.mark_found(loss=loss, where="Desk", actor=cast.acting(cast.ana), at=at)
    assert not WriteOff.objects.filter(id=again.id).exists()
    with pytest.raises(Conflict):
        disposals.ask_write_off(loss=loss, reason="Gone", actor=ida, at=at)


@pytest.mark.clause("C-3")
def test_a_mistake_is_corrected_only_where_nobody_ever_had_it(used, cast, ida, at):
    details = {"device_class": "smartphone", "platform": "ios"}
    from quartermaster.inventory.rules.details import DeviceDetails

    twin = inventory.register(
        details=DeviceDetails.of(**details), department_id=cast.water.id, actor=ida, at=at
    )
    disposals.correct_mistake(device_id=twin.id, reason="Entered twice", actor=ida, at=at)
    twin.refresh_from_db()
    assert twin.status == "retired"
    with pytest.raises(Conflict, match="was with somebody"):
        disposals.correct_mistake(device_id=used.id, reason="Entered twice", actor=ida, at=at)
    with pytest.raises(Refused):
        disposals.correct_mistake(
            device_id=twin.id, reason="x", actor=system("command line"), at=at
        )


@pytest.mark.clause("C-3")
@pytest.mark.django_db(transaction=True)
def test_the_database_lets_nothing_out_by_another_way(cast, ida, ben, at):
    device = make.DeviceFactory(department=cast.water)
    with pytest.raises(IntegrityError, match="surplus lot or a write-off alone"):
        inventory.retire(device_id=device.id, actor=ida, at=at)
    lot = SurplusLot.objects.create(number="X", title="X", opened_at=at, opened_by=cast.ida)
    with pytest.raises(IntegrityError, match="only after its verified sanitisation"):
        DisposalLine.objects.create(
            lot=lot, device=device, department=cast.water, added_at=at, added_by="x"
        )
    used = back.used_and_back(cast.ana, cast, at)
    Device.objects.filter(id=used.id).update(needs_sanitising=False)
    used.refresh_from_db()
    assert used.needs_sanitising
    row = returns.record_sanitisation(device_id=used.id, details=back.details(), actor=ida, at=at)
    with pytest.raises(IntegrityError, match="another_verifies"):
        Sanitisation.objects.filter(id=row.id).update(
            state="verified", verifier=cast.ida, verified_at=at, verification="x"
        )
    with pytest.raises(IntegrityError, match="takes_two"):
        WriteOff.objects.create(
            device=used,
            kind="lost",
            loss=losses.reported(losses.phone(cast.sue, at), cast.acting(cast.sue), at),
            reason="x",
            state="approved",
            asked_at=at,
            asked_by=cast.ida,
            decided_at=at,
            decided_by=cast.ida,
        )


@pytest.mark.clause("C-3")
def test_no_department_has_a_permit_to_let_anything_go(used, cast, ida, at):
    ways_out = [p for p in all_permits() if p.code.startswith(("lifecycle.surplus", "lifecycle.w"))]
    assert {p.code for p in ways_out} == {
        "lifecycle.surplus.view",
        "lifecycle.surplus.manage",
        "lifecycle.surplus.approve",
        "lifecycle.write-off.ask",
        "lifecycle.write-off.decide",
    }
    for permit in ways_out:
        assert not {Role.COORDINATOR, "employee", "supervisor"} & set(permit.given)
    lot = back.lot(ida, at)
    for who in (cast.ana, cast.sue, cast.cole, cast.rex):
        actor = cast.acting(who)
        for verb in (
            lambda a=actor: disposals.open_lot(title="Ours", actor=a, at=at),
            lambda a=actor: disposals.add_to_lot(lot=lot, device_id=used.id, actor=a, at=at),
            lambda a=actor: disposals.approve_lot(lot=lot, actor=a, at=at),
            lambda a=actor: disposals.cancel_lot(lot=lot, reason="x", actor=a, at=at),
            lambda a=actor: disposals.correct_mistake(
                device_id=used.id, reason="x", actor=a, at=at
            ),
            lambda a=actor: returns.record_sanitisation(
                device_id=used.id, details=back.details(), actor=a, at=at
            ),
        ):
            with pytest.raises(Refused):
                verb()
        assert not queries.lots_visible_to(actor).exists()
        assert not queries.devices_for_a_lot(actor).exists()
