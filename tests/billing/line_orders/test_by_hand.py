"""Orders that people carry out: a letter with proof of its time, and the carrier's word."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.audit.queries import entries_about
from quartermaster.billing.actions import line_orders as verbs
from quartermaster.billing.actions.line_orders.writing import letter_of
from quartermaster.billing.models import LineOrder, Service
from quartermaster.billing.queries import line_orders as queries
from quartermaster.inventory.actions import retire_sim
from quartermaster.inventory.models import Sim
from quartermaster.inventory.rules.custody import Cause
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.notify.models import Message
from tests.factories import inventory as things
from tests.factories import line_orders as make
from tests.factories import orders as purchases

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LETTER = "billing/line_orders/letter"


@pytest.fixture
def line(cast):
    return make.line(cast.ana)


@pytest.fixture
def ida(cast):
    return cast.acting(cast.ida)


def told(order):
    rows = Message.objects.filter(about_id=str(order.id), template="billing/line_orders/itmd")
    return rows.count()


@pytest.mark.clause("G-11", "G-9")
def test_a_letter_goes_out_at_once_and_the_line_follows_the_carriers_word(line, ida, at):
    make.access(at)
    order = make.asked(line, at, terms={"note": "Please block the IMEI."}, actor=ida)
    (letter,) = Message.objects.filter(template=LETTER)
    assert (letter.recipient, letter.created_at) == ("rep@carrier.example", at)
    assert letter.subject == f"Please suspend the line {line.number}"
    sim = line.sims.get()
    for needed in (line.number, sim.iccid, sim.device.imei, "Please block the IMEI."):
        assert needed in letter.text
    assert "Nobody uses it" not in letter.text
    assert (order.state, order.mailed_to, make.status(line)) == (
        "sent",
        "rep@carrier.example",
        "active",
    )
    assert [row.id for row in queries.words_awaited_by(ida)] == [order.id]
    done = make.confirmed(order, at + HOUR, reference="LW-77", done_at=at + HOUR / 2, actor=ida)
    assert (done.state, done.reference, done.done_at, done.settled_by) == (
        "confirmed",
        "LW-77",
        at + HOUR / 2,
        "Ida Lindqvist",
    )
    assert make.status(line) == "suspended"
    assert not queries.words_awaited_by(ida).exists()
    tags = [entry.tag for entry in entries_about(order)]
    assert {f"billing.line-order.{one}" for one in ("asked", "sent", "confirmed")} <= set(tags)


def test_without_an_address_the_letter_is_there_to_be_pasted(line, at):
    order = make.asked(line, at)
    assert (order.state, order.mailed_to) == ("sent", "")
    assert not Message.objects.filter(template=LETTER).exists()
    subject, text = letter_of(order)
    assert subject == f"Please suspend the line {line.number}"
    assert line.number in text


def test_orders_under_the_contract_say_where_a_letter_goes(line, at):
    purchases.contract(at)
    assert make.asked(line, at).mailed_to == "orders@carrier.example"


def test_whoever_asks_twice_asks_once(line, at):
    first = make.asked(line, at, terms={"due_at": at + DAY, "waits_for": "the erasure"})
    assert (first.state, first.waits_for) == ("asked", "the erasure")
    again = make.asked(line, at + HOUR)
    assert again.id == first.id
    first.refresh_from_db()
    assert (first.state, first.sent_at, first.waits_for) == ("sent", at + HOUR, "")
    assert make.asked(line, at + 2 * HOUR).id == first.id
    assert LineOrder.objects.count() == 1


def test_the_database_keeps_one_open_order_of_a_kind(line, at):
    order = make.asked(line, at, terms={"due_at": at + DAY})
    copy = {"line": line, "kind": "suspend", "reason": "x", "asked_at": at, "due_at": at}
    with pytest.raises(IntegrityError), transaction.atomic():
        LineOrder.objects.create(**copy)
    for change in ({"reason": "another"}, {"kind": "cancel"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LineOrder.objects.filter(id=order.id).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        order.delete()
    make.tick(at + DAY)
    make.confirmed(order, at + DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        LineOrder.objects.filter(id=order.id).update(reference="another")


def test_what_waits_is_sent_when_its_time_has_come(line, at):
    order = make.asked(line, at, terms={"due_at": at + DAY, "waits_for": "the erasure"})
    assert make.tick(at + 23 * HOUR) == 0
    assert make.tick(at + DAY) == 1
    order.refresh_from_db()
    assert (order.state, order.sent_at) == ("sent", at + DAY)


def test_what_waits_is_brought_forward_or_called_off_by_a_person(line, ida, at):
    order = make.asked(line, at, terms={"due_at": at + DAY})
    with pytest.raises(InvalidInput, match="why it does not wait"):
        verbs.hasten_line_order(order_id=order.id, reason=" ", actor=ida, at=at)
    sent = verbs.hasten_line_order(order_id=order.id, reason="Calls abroad", actor=ida, at=at)
    sent.refresh_from_db()
    assert sent.state == "sent"
    for verb in (verbs.hasten_line_order, verbs.call_off_line_order):
        with pytest.raises(Conflict):
            verb(order_id=order.id, reason="x", actor=ida, at=at)
    other = make.asked(line, at, "cancel", terms={"due_at": at + DAY})
    over = verbs.call_off_line_order(order_id=other.id, reason="Kept", actor=ida, at=at)
    assert (over.state, over.answer, over.due_at) == ("cancelled", "Kept", None)


def test_a_carrier_that_is_silent_is_reminded_of(line, cast, at):
    order = make.asked(line, at)
    before = told(order)
    make.tick(at + DAY)
    order.refresh_from_db()
    assert (order.state, told(order)) == ("overdue", before + 1)
    for day in range(2, 12):
        make.tick(at + day * DAY)
    assert told(order) == before + 5
    make.confirmed(order, at + 12 * DAY)
    assert make.status(line) == "suspended"


def test_a_refusal_is_told_and_waits_for_a_decision(line, ida, at):
    order = make.asked(line, at)
    before = told(order)
    no = verbs.refuse_line_order(order_id=order.id, answer="Not our line", actor=ida, at=at + HOUR)
    assert (no.state, no.answer, make.status(line)) == ("refused", "Not our line", "active")
    assert told(order) == before + 1
    assert [row.id for row in queries.refusals_to_settle(ida)] == [order.id]
    make.asked(line, at + 2 * HOUR)
    assert not queries.refusals_to_settle(ida).exists()


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        ("suspended", "suspend", "The line is suspended"),
        ("active", "restore", "The line is not suspended"),
        ("ordered", "suspend", "not in use yet"),
        ("cancelled", "cancel", "has ended"),
        ("ported", "restore", "has ended"),
    ],
)
def test_what_makes_no_sense_is_not_asked(cast, at, status, kind, said):
    line = things.LineFactory(department=cast.water, status=status)
    with pytest.raises(Conflict, match=said):
        make.asked(line, at, kind)
    assert not LineOrder.objects.exists()


def test_proof_of_time_is_bounded(line, at):
    order = make.asked(line, at)
    for when in (at - HOUR, at + 3 * HOUR):
        with pytest.raises(InvalidInput):
            make.confirmed(order, at + HOUR, done_at=when)
    with pytest.raises(InvalidInput, match="reference"):
        make.confirmed(order, at + HOUR, reference="  ")
    for days in (0, -3, 4000):
        with pytest.raises(InvalidInput, match="no day"):
            make.confirmed(order, at + HOUR, restores_on=(at + days * DAY).date())
    order.refresh_from_db()
    assert order.state == "sent"


def test_a_new_sim_and_a_new_plan_follow_the_word(line, ida, at):
    contract = purchases.contract(at)
    plan = purchases.plan(contract, at, "Pooled 5 GB", 2500)
    with pytest.raises(InvalidInput, match="Choose the SIM"):
        make.asked(line, at, "swap_sim")
    with pytest.raises(InvalidInput, match="Choose the plan"):
        make.asked(line, at, "change_plan")
    used = things.SimFactory(line=things.LineFactory())
    with pytest.raises(Conflict, match="fresh one"):
        make.asked(line, at, "swap_sim", sim_id=used.id)
    fresh, old = things.SimFactory(), line.sims.get()
    order = make.asked(line, at, "swap_sim", sim_id=fresh.id)
    assert Sim.objects.get(id=fresh.id).line is None
    make.confirmed(order, at)
    assert line.sims.get(retired=False) == fresh
    assert Sim.objects.get(id=old.id).retired
    old_plan = purchases.plan(contract, at, "Basic", 1500)
    Service.objects.create(
        line=line,
        plan=old_plan,
        from_on=purchases.START,
        reason="Before",
        entered_at=at,
        entered_by="x",
    )
    changed = make.asked(line, at, "change_plan", plan_id=plan.id)
    assert line.plan != plan.name
    make.confirmed(changed, at)
    line.refresh_from_db()
    assert line.plan == "Pooled 5 GB"
    now = list(Service.objects.filter(line=line).values_list("plan__name", "until_on"))
    assert now == [("Basic", at.date()), ("Pooled 5 GB", None)]


def test_a_word_stands_even_where_the_record_cannot_follow(line, at):
    fresh = things.SimFactory()
    order = make.asked(line, at, "swap_sim", sim_id=fresh.id)
    retire_sim(sim_id=fresh.id, actor=make.HOUSE, at=at)
    done = make.confirmed(order, at)
    done.refresh_from_db()
    assert (done.state, "fresh one" in done.trouble) == ("confirmed", True)


def test_cancelling_overtakes_what_was_not_sent(line, at):
    waiting = make.asked(line, at, terms={"due_at": at + DAY})
    ending = make.asked(line, at, "cancel")
    waiting.refresh_from_db()
    assert (waiting.state, ending.state) == ("cancelled", "sent")
    make.confirmed(ending, at)
    assert make.status(line) == "cancelled"


def test_a_lines_orders_go_to_the_carrier_one_after_another(line, at):
    first = make.asked(line, at)
    second = make.asked(line, at, "cancel")
    assert second.state == "asked"
    assert make.tick(at + HOUR) == 0
    make.confirmed(first, at + HOUR)
    assert make.tick(at + HOUR) == 1
    second.refresh_from_db()
    assert second.state == "sent"


@pytest.mark.clause("G-11")
def test_undoing_calls_off_calls_back_or_restores(line, at):
    cause = Cause("Lost", "lifecycle.loss", new_id())

    def undo(when):
        return verbs.undo_for(cause=cause, reason="It was found", actor=make.HOUSE, at=when)

    waiting = make.asked(line, at, terms={"due_at": at + DAY, "cause": cause})
    assert undo(at) == []
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"

    sent = make.asked(line, at + HOUR, terms={"cause": cause})
    (back,) = undo(at + 2 * HOUR)
    sent.refresh_from_db()
    assert (sent.state, back.kind, back.state, back.recalls_id) == (
        "cancelled",
        "restore",
        "sent",
        sent.id,
    )
    subject, text = letter_of(back)
    assert subject == f"Please do not suspend, or restore, the line {line.number}"
    assert "not needed any longer" in text
    make.confirmed(back, at + 2 * HOUR)
    assert make.status(line) == "active"

    done = make.asked(line, at + 3 * HOUR, terms={"cause": cause})
    make.confirmed(done, at + 3 * HOUR)
    (restored,) = undo(at + 4 * HOUR)
    assert (restored.kind, make.status(line)) == ("restore", "suspended")
    assert undo(at + 4 * HOUR) == [restored]
    make.confirmed(restored, at + 5 * HOUR)
    assert make.status(line) == "active"
    assert undo(at + 6 * HOUR) == []


@pytest.mark.clause("C-4")
def test_a_suspension_with_another_cause_stays(line, at):
    lost, left = (Cause("x", kind, new_id()) for kind in ("lifecycle.loss", "lifecycle.recovery"))
    order = make.asked(line, at, terms={"cause": lost})
    make.asked(line, at, terms={"cause": left})
    make.asked(line, at, terms={"cause": left})
    assert [row.id for row in queries.line_orders_for(left)] == [order.id]
    assert verbs.undo_for(cause=lost, reason="Found", actor=make.HOUSE, at=at) == []
    order.refresh_from_db()
    assert (order.state, order.cause_kind, order.also) == ("sent", "lifecycle.recovery", [])
    (back,) = verbs.undo_for(cause=left, reason="Stays", actor=make.HOUSE, at=at)
    assert back.recalls_id == order.id


@pytest.mark.clause("G-9")
def test_a_carrier_that_restores_by_itself_is_told_of_before(line, ida, at):
    make.access(at, restores_after_days=30)
    order = make.confirmed(make.asked(line, at), at)
    order.refresh_from_db()
    assert order.restores_on == (at + 30 * DAY).date()
    before = told(order)
    assert make.tick(at + 22 * DAY) == 0
    assert (make.tick(at + 23 * DAY), told(order)) == (1, before + 1)
    anew = make.asked(line, at + 24 * DAY)
    make.confirmed(anew, at + 24 * DAY)
    assert make.tick(at + 30 * DAY) == 1  # the first is overtaken; nothing comes back today
    assert not LineOrder.objects.filter(kind="restore").exists()
    make.tick(at + 47 * DAY)
    make.tick(at + 54 * DAY)
    back = LineOrder.objects.get(kind="restore")
    assert (back.state, back.by_itself, make.status(line)) == ("sent", True, "suspended")
    assert not Message.objects.filter(template=LETTER, about_id=str(back.id)).exists()
    make.confirmed(back, at + 54 * DAY, reference="Seen in use")
    assert make.status(line) == "active"


def test_only_itmd_has_lines_changed(line, cast, at):
    order = make.asked(line, at)
    for person in (cast.ana, cast.sue, cast.cole, cast.rex):
        actor = cast.acting(person)
        for act in (
            lambda a=actor: make.asked(line, at, "cancel", actor=a),
            lambda a=actor: make.confirmed(order, at, actor=a),
            lambda a=actor: verbs.refuse_line_order(order_id=order.id, answer="x", actor=a, at=at),
            lambda a=actor: verbs.call_off_line_order(
                order_id=order.id, reason="x", actor=a, at=at
            ),
            lambda a=actor: verbs.undo_for(
                cause=Cause("x", "y", new_id()), reason="x", actor=a, at=at
            ),
            lambda a=actor: verbs.remove_access(access_id=new_id(), actor=a, at=at),
        ):
            with pytest.raises(Refused):
                act()
    seen = {
        person.given_name: queries.line_orders_visible_to(cast.acting(person)).count()
        for person in (cast.ida, cast.cole, cast.ana, cast.sue, cast.rex)
    }
    assert seen == {"Ida": 1, "Cole": 1, "Ana": 0, "Sue": 0, "Rex": 0}
    with pytest.raises(NotFound):
        queries.line_order_seen_by(cast.acting(cast.rex), order.id)
    with pytest.raises(NotFound):
        make.confirmed(LineOrder(id=new_id()), at)
