"""The signature: what it takes, what it moves, what is kept of it."""

import io
from datetime import timedelta

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError
from pypdf import PdfReader

from quartermaster.audit.models import Entry
from quartermaster.files.queries import read_file
from quartermaster.inventory.errors import NotAcknowledged
from quartermaster.inventory.models import Accessory, AccessoryKind
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.lifecycle.actions import handovers
from quartermaster.lifecycle.actions.handovers import Reply, Signature
from quartermaster.lifecycle.errors import DepartmentExcluded, NotReady
from quartermaster.lifecycle.models import AwaitedEnrolment, Handover
from quartermaster.lifecycle.queries import handovers as queries
from quartermaster.lifecycle.rules.handovers import Condition
from quartermaster.notify.models import Message
from quartermaster.policy.actions.acknowledgements import acknowledge
from tests.factories import compliance as evaluations
from tests.factories import handovers as make
from tests.factories import mdm, policy
from tests.factories.inventory import AccessoryFactory, DeviceFactory, LineFactory, SimFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tablet(cast):
    """A device that no software manages here: it needs no enrolment."""
    return DeviceFactory(department=cast.itmd, asset_tag="CITY-1", platform="android")


@pytest.fixture
def phone(cast):
    return DeviceFactory(department=cast.itmd, asset_tag="CITY-2")


def text_of(receipt):
    return "\n".join(
        page.extract_text() for page in PdfReader(io.BytesIO(read_file(receipt.digest))).pages
    )


@pytest.mark.clause("S-2")
@pytest.mark.clause("C-3")
def test_custody_moves_with_the_signature_and_the_line_with_the_device(cast, at, tablet):
    line = LineFactory(department=cast.itmd)
    SimFactory(device=tablet, line=line)
    made = make.signed(make.prepared(cast.ana, at, tablet), at)
    tablet.refresh_from_db()
    line.refresh_from_db()
    assert (tablet.status, tablet.holder, tablet.department) == ("assigned", cast.ana, cast.water)
    assert (line.holder, line.department) == (cast.ana, cast.water)
    assert (made.state, made.place, made.method, made.typed_name) == (
        "signed",
        "own",
        "typed",
        "Ana Reyes",
    )
    assert made.closed_at == at
    assert [item.live for item in made.items.all()] == [False]


@pytest.mark.clause("G-6")
def test_a_hands_free_kit_is_handed_out_like_a_device(cast, at):
    kit = AccessoryFactory(department=cast.itmd, kind=AccessoryKind.HANDS_FREE)
    make.signed(make.prepared(cast.ana, at, kit), at)
    assert Accessory.objects.get(id=kit.id).holder == cast.ana


@pytest.mark.clause("S-2")
def test_nobody_signs_before_they_have_acknowledged_the_policy_in_force(cast, at, tablet):
    version = policy.adopted()
    made = make.prepared(cast.ana, at, tablet)
    with pytest.raises(NotAcknowledged):
        make.signed(made, at)
    tablet.refresh_from_db()
    assert tablet.holder is None
    acknowledge(
        version_id=version.id,
        text_digest=version.text_digest,
        actor=cast.acting(cast.ana),
        at=at,
    )
    signed = make.signed(made, at)
    assert (signed.policy_version, signed.statement["policy"]["version"]) == (version, 1)
    said = text_of(signed.receipt)
    assert "S-2" in said
    assert version.text_digest in said.replace("\n", "")


@pytest.mark.clause("S-3")
def test_whose_department_was_excluded_meanwhile_gets_nothing(cast, at, tablet):
    made = make.prepared(cast.ana, at, tablet)
    cast.water.coverage, cast.water.exclusion_reason = "excluded", "Own vendor contract"
    cast.water.save()
    with pytest.raises(NotReady, match="is excluded"):
        make.signed(made, at)
    with pytest.raises(DepartmentExcluded):
        make.prepared(cast.sue, at, AccessoryFactory(department=cast.itmd))


@pytest.mark.clause("G-10")
def test_what_has_a_channel_goes_out_enrolled_for_its_holder_and_evaluated(cast, at, phone):
    made = make.prepared(cast.ana, at, phone)
    with pytest.raises(NotReady, match="not enrolled yet"):
        make.signed(made, at)
    used = mdm.InvitationFactory(device=phone, person=cast.ana, state="used")
    enrolment = mdm.EnrolmentFactory(device=phone, person=cast.ana, invitation=used)
    with pytest.raises(NotReady, match="not been evaluated"):
        make.signed(made, at)
    evaluations.EvaluationFactory(device=phone, evaluated_at=at - timedelta(days=2))
    with pytest.raises(NotReady, match="older than a day"):
        make.signed(made, at)
    phone.evaluations.update(evaluated_at=at - timedelta(hours=1))
    enrolment.person = cast.sue
    enrolment.save()
    with pytest.raises(NotReady, match="another person's name"):
        make.signed(made, at)
    enrolment.person = cast.ana
    enrolment.save()
    assert make.signed(made, at).state == "signed"


@pytest.mark.clause("G-10")
def test_an_administrator_lets_one_go_out_for_days_and_it_is_asked_after(cast, at, phone):
    made = make.prepared(cast.ana, at, phone)
    item, until = made.items.get(), at.date() + timedelta(days=3)
    ask = {"item_id": item.id, "reason": "The line is active tomorrow", "until": until, "at": at}
    for person in (cast.ana, cast.cole, cast.rex):
        with pytest.raises(Refused):
            handovers.waive_enrolment(actor=cast.acting(person), **ask)
    ida = cast.acting(cast.ida)
    for wrong in ({"until": at.date()}, {"until": at.date() + timedelta(days=15)}, {"reason": ""}):
        with pytest.raises(InvalidInput):
            handovers.waive_enrolment(actor=ida, **{**ask, **wrong})
    handovers.waive_enrolment(actor=ida, **ask)
    make.signed(made, at)
    awaited = AwaitedEnrolment.objects.get()
    assert (awaited.device, awaited.until, awaited.closed_at) == (phone, until, None)
    Message.objects.all().delete()
    assert handovers.remind_awaited(actor=make.HOUSE, at=at + timedelta(days=2)) == 0
    late = at + timedelta(days=4)
    assert handovers.remind_awaited(actor=make.HOUSE, at=late) == 1
    assert handovers.remind_awaited(actor=make.HOUSE, at=late) == 0
    assert {m.recipient for m in Message.objects.all()} == {cast.ana.email, cast.ida.email}
    handovers.follow_enrolment(
        device_id=phone.id, reason="It was enrolled.", actor=make.HOUSE, at=late
    )
    awaited.refresh_from_db()
    assert awaited.closed_at == late
    assert not queries.awaited_visible_to(ida).exists()


def test_what_no_software_manages_needs_no_exception(cast, at, tablet):
    item = make.prepared(cast.ana, at, tablet).items.get()
    with pytest.raises(Conflict, match="nothing to put off"):
        handovers.waive_enrolment(
            item_id=item.id,
            reason="Later",
            until=at.date() + timedelta(days=1),
            actor=cast.acting(cast.ida),
            at=at,
        )


def test_single_things_may_be_refused_with_a_reason(cast, at, tablet):
    kit = AccessoryFactory(department=cast.itmd, asset_tag="A-9")
    made = make.prepared(cast.ana, at, tablet, kit)
    item = made.items.get(accessory=kit)
    with pytest.raises(InvalidInput, match="why you do not take"):
        make.signed(made, at, replies={item.id: Reply(accepted=False, reason=" ")})
    signed = make.signed(
        made, at, replies={item.id: Reply(accepted=False, reason="The cable is missing")}
    )
    kit.refresh_from_db()
    assert (signed.state, kit.holder) == ("partly", None)
    assert "The cable is missing" in text_of(signed.receipt)
    assert make.prepared(cast.sue, at, kit).state == "prepared"


def test_who_refuses_everything_gets_no_receipt_and_needs_no_acknowledgement(cast, at, phone):
    policy.adopted()
    made = make.prepared(cast.ana, at, phone)
    refusal = {made.items.get().id: Reply(accepted=False, reason="Not what I asked for")}
    signed = make.signed(made, at, replies=refusal)
    phone.refresh_from_db()
    assert (signed.state, signed.receipt, phone.holder) == ("refused", None, None)


@pytest.mark.parametrize(
    "signature",
    [
        Signature(consent=False, typed_name="Ana Reyes"),
        Signature(consent=True, typed_name=""),
        Signature(consent=True, typed_name="Sue Okafor"),
        Signature(consent=True, drawing=b"no picture"),
        Signature(consent=True, drawing=make.drawing(lines=False)),
        Signature(consent=True, drawing=make.drawing(2400, 100)),
    ],
)
def test_what_is_no_signature_signs_nothing(cast, at, tablet, signature):
    made = make.prepared(cast.ana, at, tablet)
    with pytest.raises(InvalidInput):
        make.signed(made, at, signature=signature)
    made.refresh_from_db()
    assert (made.state, made.items.get().live) == ("prepared", True)


def test_a_typed_name_is_known_whatever_its_case_accents_and_spaces(cast, at, tablet):
    cast.ana.given_name = "Aná"
    cast.ana.save()
    made = make.prepared(cast.ana, at, tablet)
    signature = Signature(consent=True, typed_name="  ANA  reyes ")
    assert make.signed(made, at, signature=signature).state == "signed"


def test_a_drawn_signature_is_kept_and_printed(cast, at, tablet):
    made = make.prepared(cast.ana, at, tablet)
    signature = Signature(consent=True, drawing=make.drawing())
    signed = make.signed(made, at, signature=signature)
    assert (signed.method, signed.drawing.media_type) == ("drawn", "image/png")
    reader = PdfReader(io.BytesIO(read_file(signed.receipt.digest)))
    assert len(reader.pages[0].images) == 1
    assert signed.drawing.digest in text_of(signed.receipt).replace("\n", "")


def test_at_the_desk_somebody_attests_to_have_seen_identification(cast, at, tablet):
    made = make.prepared(cast.ana, at, tablet)
    ask = {
        "handover_id": made.id,
        "signature": make.typed(cast.ana),
        "replies": {},
        "shown": queries.shown_digest(made),
        "at": at,
    }
    for person in (cast.ana, cast.cole, cast.rex):
        with pytest.raises(Refused):
            handovers.sign_at_desk(identification="City card", actor=cast.acting(person), **ask)
    ida = cast.acting(cast.ida)
    with pytest.raises(InvalidInput):
        handovers.sign_at_desk(identification=" ", actor=ida, **ask)
    signed = handovers.sign_at_desk(identification="City card", actor=ida, **ask)
    assert (signed.place, signed.attested_by, signed.identification) == (
        "desk",
        cast.ida,
        "City card",
    )
    assert "Ida Lindqvist attests" in text_of(signed.receipt).replace("\n", " ")


def test_nobody_signs_for_another_nor_twice_nor_too_late(cast, at, tablet):
    made = make.prepared(cast.ana, at, tablet)
    for person in (cast.sue, cast.cole, cast.ida, cast.rex):
        with pytest.raises(Refused):
            make.signed(made, at, actor=cast.acting(person))
    with pytest.raises(Conflict, match="time to sign is over"):
        make.signed(made, made.expires_at)
    with pytest.raises(NotFound):
        make.signed(made, at, handover_id=new_id())
    make.signed(made, at)
    with pytest.raises(Conflict):
        make.signed(made, at)


def test_only_what_was_shown_is_signed(cast, at, tablet):
    made = make.prepared(cast.ana, at, tablet)
    shown, item = queries.shown_digest(made), made.items.get()
    handovers.describe_item(
        item_id=item.id,
        condition=Condition.DAMAGED,
        note="",
        actor=cast.acting(cast.ida),
        at=at,
    )
    with pytest.raises(Conflict, match="changed since it was shown"):
        make.signed(made, at, shown=shown)
    with pytest.raises(InvalidInput, match="something else"):
        made = Handover.objects.get(id=made.id)
        make.signed(made, at, replies={new_id(): Reply()})


def test_the_receipt_is_mailed_kept_and_listed(cast, at, tablet):
    signed = make.signed(make.prepared(cast.ana, at, tablet), at)
    mail = Message.objects.get(template="lifecycle/handovers/receipt")
    assert (mail.recipient, [a.file for a in mail.attachments.all()]) == (
        cast.ana.email,
        [signed.receipt],
    )
    said = text_of(signed.receipt)
    for part in ("CITY-1", tablet.serial, tablet.imei, "Ana Reyes", signed.number):
        assert part in said
    assert signed.statement_digest in said.replace("\n", "")
    assert queries.digest_of(signed.statement) == signed.statement_digest
    ana, rex = cast.acting(cast.ana), cast.acting(cast.rex)
    assert list(queries.receipts_of(ana, person=cast.ana)) == [signed]
    assert list(queries.receipts_of(ana, device=tablet)) == [signed]
    assert not queries.receipts_of(rex, device=tablet).exists()


def test_the_rooms_above_are_told_and_the_ledger_has_it(cast, at, tablet):
    made = make.signed(make.prepared(cast.ana, at, tablet), at)
    entry = Entry.objects.get(tag="lifecycle.handover.signed")
    assert (entry.actor_label, entry.data["statement"]) == ("Ana Reyes", made.statement_digest)
    assert entry.data["taken"] == ["CITY-1"]
    assert entry.data["receipt"] == made.receipt.digest


def test_the_database_changes_nothing_that_was_signed(cast, at, tablet):
    made = make.signed(make.prepared(cast.ana, at, tablet), at)
    for sql in (
        "UPDATE lifecycle_handover SET typed_name = 'Somebody' WHERE id = %s",
        "DELETE FROM lifecycle_handover WHERE id = %s",
        "UPDATE lifecycle_handoveritem SET answer = 'refused' WHERE handover_id = %s",
        "DELETE FROM lifecycle_handoveritem WHERE handover_id = %s",
    ):
        with (
            pytest.raises((InternalError, IntegrityError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, [made.id])


def test_what_is_not_signed_is_asked_after_once_and_then_over(cast, at, tablet):
    made = make.prepared(cast.ana, at, tablet)
    house = {"actor": make.HOUSE}
    assert handovers.remind_holders(at=at + timedelta(days=6), **house) == 0
    assert handovers.remind_holders(at=at + timedelta(days=8), **house) == 1
    assert handovers.remind_holders(at=at + timedelta(days=9), **house) == 0
    assert handovers.expire_handovers(at=at + timedelta(days=13), **house) == 0
    late = at + timedelta(days=15)
    assert handovers.expire_handovers(at=late, **house) == 1
    made.refresh_from_db()
    assert (made.state, made.closed_at) == ("expired", late)
    assert make.prepared(cast.sue, late, tablet).state == "prepared"
    told = set(Message.objects.values_list("template", "recipient"))
    assert ("lifecycle/handovers/expired-staff", cast.ida.email) in told
    assert ("lifecycle/handovers/expired", cast.ana.email) in told


def test_calling_off_takes_a_reason_and_itmd(cast, at, tablet):
    made = make.prepared(cast.ana, at, tablet)
    ask = {"handover_id": made.id, "at": at}
    for person in (cast.ana, cast.cole, cast.rex):
        with pytest.raises(Refused):
            handovers.cancel_handover(reason="No", actor=cast.acting(person), **ask)
    with pytest.raises(InvalidInput):
        handovers.cancel_handover(reason="", actor=make.HOUSE, **ask)
    handovers.cancel_handover(reason="Another model came", actor=make.HOUSE, **ask)
    with pytest.raises(Conflict):
        handovers.cancel_handover(reason="Again", actor=make.HOUSE, **ask)
    with pytest.raises(Conflict):
        make.signed(made, at)
