"""Who leaves gives back what they have: asked in time, pursued step by step, then closed."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from quartermaster.files.queries import read_file
from quartermaster.inventory import actions as inventory
from quartermaster.inventory.models import LineStatus
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.lifecycle import recovery_schedule as schedule
from quartermaster.lifecycle.actions import recoveries, returns
from quartermaster.lifecycle.models import Recovery, RecoveryCharge, RecoveryItem
from quartermaster.lifecycle.queries import recoveries as queries
from quartermaster.lifecycle.rules.recoveries import OwedState, RecoveryState, StepKind
from quartermaster.lifecycle.rules.returns import Condition
from quartermaster.notify.models import Message
from quartermaster.org import actions as org
from tests.factories import recoveries as make
from tests.factories import returns as back
from tests.factories.inventory import PersonalDeviceFactory

DAY = timedelta(days=1)
TODAY = date(2026, 11, 24)
pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-4")]


def deliver(at):
    outbox.deliver_due(at)


def leave(cast, at, on=TODAY):
    org.separate(person_id=cast.ana.id, on=on, actor=cast.acting(cast.ida), at=at)
    deliver(at)
    return Recovery.objects.filter(person=cast.ana).order_by("opened_at").last()


def states(recovery):
    return {item.kind: item.state for item in recovery.items.all()}


def mails():
    return sorted(Message.objects.values_list("recipient", "template"))


def test_a_separation_opens_a_recovery_of_everything_that_is_due(cast, at):
    device, line, accessory = make.equipped(cast.ana)
    PersonalDeviceFactory(holder=cast.ana)
    recovery = leave(cast, at)
    assert recovery.state == RecoveryState.OPEN
    assert states(recovery) == dict.fromkeys(
        ("device", "personal", "line", "accessory", "records"), "due"
    )
    schedule.follow_recoveries(at)
    assert mails() == [
        ("cole@city.example", "lifecycle/recoveries/due"),
        ("sue@city.example", "lifecycle/recoveries/due"),
    ]
    told = Message.objects.first().text
    assert str(device.asset_tag) in told
    assert str(line) in told
    assert str(accessory) in told


def test_a_planned_one_tells_the_person_in_time_and_again_before_the_day(cast, at):
    make.equipped(cast.ana)
    last = TODAY + 20 * DAY
    recovery = leave(cast, at, on=last)
    assert recovery.state == RecoveryState.ANNOUNCED
    schedule.follow_recoveries(at)
    schedule.follow_recoveries(at + 16 * DAY)
    mine = Message.objects.filter(recipient="ana@city.example")
    assert mine.count() == 1
    schedule.follow_recoveries(at + 17 * DAY)
    assert mine.count() == 2
    assert "your last day with the City is Monday, December 14, 2026" in mine.last().text
    org.separate_due(actor=make.HOUSE, at=at + 20 * DAY)
    deliver(at + 20 * DAY)
    recovery.refresh_from_db()
    assert recovery.state == RecoveryState.OPEN


def test_what_is_back_before_the_last_day_is_not_asked_for_after_it(cast, at):
    device, line, accessory = make.equipped(cast.ana)
    ida = cast.acting(cast.ida)
    recovery = leave(cast, at, on=TODAY + 5 * DAY)
    inventory.unassign(device_id=device.id, actor=ida, at=at)
    inventory.unassign_accessory(accessory_id=accessory.id, actor=ida, at=at)
    inventory.assign_line(line_id=line.id, holder_id=None, actor=ida, at=at)
    deliver(at)
    records = recovery.items.get(kind="records")
    recoveries.confirm_records(item=records, reason="", actor=cast.acting(cast.ana), at=at)
    schedule.follow_recoveries(at + DAY)
    assert set(states(recovery).values()) == {"settled"}
    recovery.refresh_from_db()
    assert recovery.state == RecoveryState.ANNOUNCED
    org.separate(person_id=cast.ana.id, on=TODAY + 5 * DAY, actor=ida, at=at + 5 * DAY)
    deliver(at + 5 * DAY)
    schedule.follow_recoveries(at + 5 * DAY)
    recovery.refresh_from_db()
    assert (recovery.state, recovery.closing_reason) == ("closed", "All is back, paid or let go.")


def test_what_goes_out_again_before_the_last_day_is_due_again(cast, at):
    _, line, _ = make.equipped(cast.ana)
    ida = cast.acting(cast.ida)
    recovery = leave(cast, at, on=TODAY + 5 * DAY)
    inventory.assign_line(line_id=line.id, holder_id=None, actor=ida, at=at)
    schedule.follow_recoveries(at)
    assert states(recovery)["line"] == "settled"
    inventory.assign_line(line_id=line.id, holder_id=cast.ana.id, actor=ida, at=at)
    recoveries.announce_recovery(person_id=cast.ana.id, on=TODAY + 6 * DAY, actor=make.HOUSE, at=at)
    recovery.refresh_from_db()
    assert states(recovery)["line"] == "due"
    assert recovery.separated_on == TODAY + 6 * DAY


def test_who_stays_after_all_owes_nothing(cast, at):
    make.equipped(cast.ana)
    ida = cast.acting(cast.ida)
    planned = leave(cast, at, on=TODAY + 5 * DAY)
    org.reinstate(person_id=cast.ana.id, actor=ida, at=at)
    deliver(at)
    planned.refresh_from_db()
    assert planned.state == RecoveryState.CANCELLED
    gone = leave(cast, at + DAY)
    assert gone.id != planned.id
    org.reinstate(person_id=cast.ana.id, actor=ida, at=at + DAY)
    deliver(at + DAY)
    gone.refresh_from_db()
    assert gone.state == RecoveryState.CANCELLED
    assert schedule.follow_recoveries(at + 60 * DAY) == 0
    assert Message.objects.count() == 0


def test_the_same_news_twice_opens_one(cast, at):
    make.equipped(cast.ana)
    first = make.begun(cast.ana, at)
    again = make.begun(cast.ana, at)
    assert first.id == again.id
    assert RecoveryItem.objects.count() == 4
    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.create(
            person=cast.ana,
            department=cast.water,
            state="open",
            separated_on=TODAY,
            opened_at=at,
            begun_at=at,
        )


def test_a_line_is_suspended_by_rule_and_never_twice(cast, at):
    _, line, _ = make.equipped(cast.ana)
    recovery = make.begun(cast.ana, at)
    schedule.follow_recoveries(at + 9 * DAY)
    line.refresh_from_db()
    assert line.status == LineStatus.ACTIVE
    schedule.follow_recoveries(at + 11 * DAY)
    (order,) = line.orders.all()
    assert (order.kind, order.state, order.sent_at) == ("suspend", "sent", at + 11 * DAY)
    step = recovery.steps.get(kind=StepKind.SUSPEND)
    assert step.outcome == "The carrier is asked to suspend the line."
    schedule.follow_recoveries(at + 12 * DAY)
    assert line.orders.count() == 1
    assert recovery.steps.filter(kind=StepKind.SUSPEND).count() == 1


def test_a_step_on_what_is_not_managed_says_so(cast, at):
    make.equipped(cast.ana)
    recovery = make.begun(cast.ana, at)
    schedule.follow_recoveries(at + 8 * DAY)
    said = recovery.steps.filter(kind__in=["lock", "wipe"]).values_list("outcome", flat=True)
    assert set(said) == {"It is not managed at present, so nothing can be sent to it."}


def test_a_demand_is_due_by_rule_and_told_to_itmd(cast, at):
    make.equipped(cast.ana)
    make.begun(cast.ana, at)
    schedule.follow_recoveries(at + 15 * DAY)
    mine = Message.objects.filter(recipient="ida@city.example", template__endswith="demand")
    assert [mail.subject for mail in mine] == ["A demand letter is due: Ana Reyes"]


def demanded(cast, at, **more):
    given = {
        "recovery": make.begun(cast.ana, at),
        "address": "12 Lake Street\nModel City",
        "pay_until": TODAY + 14 * DAY,
        "email": "ana@home.example",
        "actor": cast.acting(cast.ida),
        "at": at,
    }
    return recoveries.demand(**given | more)


def test_a_letter_names_things_charges_and_the_day(cast, at, smtp_sink):
    device, *_ = make.equipped(cast.ana)
    charge = make.charged(cast.ana, at, cast)
    item = charge.recovery.items.get(kind="device")
    ida = cast.acting(cast.ida)
    recoveries.set_value(item=item, value_cents=39900, actor=ida, at=at)
    letter = demanded(cast, at)
    content = read_file(letter.file.digest)
    found = PdfReader(io.BytesIO(content))
    text = " ".join(page.extract_text() for page in found.pages)
    for words in (device.asset_tag, "$399.00", "Voice and data", "$42.50", "December 8, 2026"):
        assert words in text
    assert "12 Lake Street" in text
    assert letter.total_cents == 4250
    (mail,) = Message.objects.filter(recipient="ana@home.example")
    assert [item.file_id for item in mail.attachments.all()] == [letter.file_id]
    letter.recovery.refresh_from_db()
    assert letter.recovery.state == RecoveryState.DEMANDED
    schedule.follow_recoveries(at + 16 * DAY)
    told = Message.objects.filter(recipient="ida@city.example", about_kind="lifecycle.recovery")
    assert [mail.subject for mail in told] == ["A demand was not answered: Ana Reyes"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"address": "  "}, "reason"),
        ({"address": "x" * 301}, "reason"),
        ({"pay_until": TODAY}, "pay_until"),
        ({"pay_until": TODAY + 121 * DAY}, "pay_until"),
        ({"email": "no address"}, "email"),
    ],
)
def test_a_letter_that_cannot_be_sent_is_not_written(cast, at, more, field):
    make.equipped(cast.ana)
    with pytest.raises(InvalidInput) as caught:
        demanded(cast, at, **more)
    assert caught.value.facts["field"] == field
    assert Recovery.objects.get().state == RecoveryState.OPEN


def test_nothing_owed_is_not_demanded(cast, at):
    with pytest.raises(Conflict):
        demanded(cast, at)


def test_the_package_for_the_attorney_has_it_all_with_digests(cast, at):
    make.equipped(cast.ana)
    make.charged(cast.ana, at, cast)
    schedule.follow_recoveries(at)
    letter = demanded(cast, at)
    ida = cast.acting(cast.ida)
    recovery = letter.recovery
    package = recoveries.hand_over(
        recovery=recovery, reason="No answer.", actor=ida, at=at + 20 * DAY
    )
    with zipfile.ZipFile(io.BytesIO(read_file(package.file.digest))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert {"summary.txt", "things.csv", "charges.csv", "steps.csv", "ledger.json"} < set(parts)
    assert parts[f"letters/{letter.name}"] == read_file(letter.file.digest)
    assert "INV-77" in parts["charges.csv"].decode()
    tags = [entry["tag"] for entry in json.loads(parts["ledger.json"])]
    assert tags[0] == "lifecycle.recovery.opened"
    assert "lifecycle.recovery.demanded" in tags
    listed = dict(line.split("  ")[::-1] for line in parts["SHA256SUMS"].decode().splitlines())
    assert set(listed) == set(parts) - {"SHA256SUMS"}
    recovery.refresh_from_db()
    assert recovery.state == RecoveryState.WITH_ATTORNEY


def test_an_attorney_is_not_asked_before_the_person_was(cast, at):
    make.equipped(cast.ana)
    recovery = make.begun(cast.ana, at)
    with pytest.raises(Conflict):
        recoveries.hand_over(recovery=recovery, reason="x", actor=cast.acting(cast.ida), at=at)


def test_charges_are_of_the_time_after_and_come_once(cast, at):
    recovery = make.begun(cast.ana, at)
    ida = cast.acting(cast.ida)

    def add(**more):
        given = {
            "recovery": recovery,
            "title": "Data",
            "amount_cents": 100,
            "from_on": TODAY,
            "until_on": TODAY + DAY,
            "actor": ida,
            "at": at,
        }
        return recoveries.add_charge(**given | more)

    first = add(source="invoice:1/7")
    assert add(source="invoice:1/7", amount_cents=999).id == first.id
    for wrong in (
        {"amount_cents": 0},
        {"amount_cents": 10**9},
        {"from_on": TODAY - DAY},
        {"until_on": TODAY - DAY},
        {"title": " "},
    ):
        with pytest.raises(InvalidInput):
            add(**wrong)
    assert queries.charges_owed(recovery) == 100
    recoveries.note_paid(charge=first, reference="Receipt 9", actor=ida, at=at)
    assert queries.charges_owed(recovery) == 0


def test_a_late_invoice_opens_a_closed_recovery_again(cast, at):
    recovery = make.begun(cast.ana, at)
    schedule.follow_recoveries(at)
    recovery.refresh_from_db()
    assert recovery.state == RecoveryState.CLOSED
    assert queries.recovery_to_charge(cast.ana, TODAY + 90 * DAY) == recovery
    assert queries.recovery_to_charge(cast.ana, TODAY - DAY) is None
    charge = recoveries.add_charge(
        recovery=recovery,
        title="A late invoice",
        amount_cents=100,
        from_on=TODAY,
        until_on=TODAY + DAY,
        actor=cast.acting(cast.ida),
        at=at + 90 * DAY,
    )
    assert charge.recovery.state == RecoveryState.OPEN


def test_it_closes_when_nothing_is_owed_and_not_before(cast, at):
    make.equipped(cast.ana)
    recovery = make.begun(cast.ana, at)
    with pytest.raises(Conflict, match="Still owed"):
        recoveries.close(recovery=recovery, reason="Enough.", actor=cast.acting(cast.ida), at=at)


def test_what_is_received_is_settled_in_the_same_moment(cast, at):
    device, _, accessory = make.equipped(cast.ana)
    row = back.asked(device, cast.acting(cast.ida), at)
    back.settled(row, cast.acting(cast.ana), cast.acting(cast.ida), at)
    recovery = make.begun(cast.ana, at)
    returns.receive_return(row=row, condition=Condition.GOOD, actor=cast.acting(cast.ida), at=at)
    accessory.refresh_from_db()
    assert accessory.holder is None
    assert (states(recovery)["device"], states(recovery)["accessory"]) == ("settled", "settled")
    assert not recovery.steps.filter(item__device=device, done_at=None).exists()


def test_an_accessory_that_comes_back_by_any_way_is_settled_by_its_event(cast, at):
    _, _, accessory = make.equipped(cast.ana)
    recovery = make.begun(cast.ana, at)
    more = {"accessory_id": accessory.id, "actor": cast.acting(cast.ida), "at": at}
    inventory.unassign_accessory(**more)
    deliver(at)
    assert states(recovery)["accessory"] == "settled"
    inventory.assign_accessory(**more, holder_id=cast.sue.id)  # nobody leaves: nothing to settle
    deliver(at)
    assert states(recovery)["device"] == "due"


def test_letting_go_takes_two_people_and_never_a_device_or_line(cast, at):
    _, _, accessory = make.equipped(cast.ana)
    recovery = make.begun(cast.ana, at)
    ida, ian = cast.acting(cast.ida), cast.acting(make.second_administrator(cast))
    item = recovery.items.get(kind="accessory")
    recoveries.ask_to_let_go(thing=item, reason="Worn out.", actor=ida, at=at)
    with pytest.raises(Refused):
        recoveries.agree_to_let_go(thing=item, actor=ida, at=at)
    recoveries.agree_to_let_go(thing=item, actor=ian, at=at)
    item.refresh_from_db()
    accessory.refresh_from_db()
    assert (item.state, accessory.retired, accessory.holder) == (OwedState.LET_GO, True, None)
    for kind in ("device", "line"):
        with pytest.raises(Conflict):
            recoveries.ask_to_let_go(
                thing=recovery.items.get(kind=kind), reason="x", actor=ida, at=at
            )
    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryItem.objects.filter(kind="device").update(
            state="let_go", asked_by=cast.ida, agreed_by=cast.sue, settled_at=at
        )
    charge = make.charged(cast.ana, at, cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryCharge.objects.filter(id=charge.id).update(
            state="let_go", asked_by=cast.ida, agreed_by=cast.ida, settled_at=at
        )
    recoveries.ask_to_let_go(thing=charge, reason="Too small.", actor=ida, at=at)
    recoveries.keep_due(thing=charge, actor=ian, at=at)
    assert (charge.state, charge.asked_by) == (OwedState.DUE, None)


def test_the_word_about_records_is_the_persons_own_or_of_who_saw_to_it(cast, at):
    make.equipped(cast.ana)
    recovery = make.begun(cast.ana, at)
    item = recovery.items.get(kind="records")
    with pytest.raises(Refused):
        recoveries.confirm_records(item=item, reason="x", actor=cast.acting(cast.rex), at=at)
    with pytest.raises(InvalidInput):
        recoveries.confirm_records(item=item, reason=" ", actor=cast.acting(cast.cole), at=at)
    recoveries.confirm_records(
        item=item, reason="Sue looked through it.", actor=cast.acting(cast.cole), at=at
    )
    assert (item.state, item.note) == ("settled", "Sue looked through it.")
    device = recovery.items.get(kind="device")
    with pytest.raises(Conflict):
        recoveries.confirm_records(item=device, reason="x", actor=cast.acting(cast.cole), at=at)


def test_each_sees_what_is_theirs_and_nobody_settles_their_own(cast, at):
    make.equipped(cast.ana)
    make.announced(cast.ana, at)
    seen = {
        who: queries.recoveries_visible_to(cast.acting(getattr(cast, who))).count()
        for who in ("ana", "sue", "cole", "ida", "rex")
    }
    assert seen == {"ana": 1, "sue": 1, "cole": 1, "ida": 1, "rex": 0}
    assert queries.items_visible_to(cast.acting(cast.rex)).count() == 0
    make.equipped(cast.cole)
    mine = make.begun(cast.cole, at)
    with pytest.raises(Refused):
        recoveries.close(recovery=mine, reason="x", actor=cast.acting(cast.cole), at=at)
    for who in ("sue", "cole", "rex"):
        with pytest.raises(Refused):
            demanded(cast, at, actor=cast.acting(getattr(cast, who)))
