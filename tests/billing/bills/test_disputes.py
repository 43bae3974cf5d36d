"""Disputes: the letter, the answer, credits to the cent or in part, giving up (G-12)."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from pypdf import PdfReader

from quartermaster.billing import invoice_schedule as schedule
from quartermaster.billing.actions import invoices
from quartermaster.billing.models import DisputeCredit, InvoiceCharge
from quartermaster.billing.queries.bills import disputes_visible_to
from quartermaster.billing.rules.credits import Asked, Credit, put
from quartermaster.files.queries import read_file
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.notify.models import Message
from tests.factories.invoices import bill, charge, finding, kept, ordered_line

GHOST, OTHER = "+14145550199", "+14145550198"
NOVEMBER = {
    "cycle_from": date(2026, 11, 1),
    "cycle_until": date(2026, 11, 30),
    "number": "INV-11",
}


@pytest.fixture
def line(cast, plan, at):
    return ordered_line(cast.ana, plan, at)


@pytest.fixture
def ida(cast):
    return cast.acting(cast.ida)


@pytest.fixture
def october(contract, at):
    return kept(at, bill(GHOST, charge(500)), bill(OTHER, charge(700)))


@pytest.fixture
def sent(october, ida, at):
    """A dispute of both, with the carrier."""
    for row in october.findings.order_by("number"):
        item = invoices.dispute(finding=row, reason="Nobody ordered it", actor=ida, at=at)
    return invoices.send_dispute(dispute=item.dispute, actor=ida, at=at)


pytestmark = pytest.mark.django_db


@pytest.mark.clause("G-12")
def test_the_letter_says_what_is_asked_back_and_why(sent, october, cast, at):
    assert (sent.state, sent.sent_to, sent.due_on) == (
        "sent",
        "orders@carrier.example",
        date(2026, 12, 24),
    )
    text = "\n".join(
        page.extract_text() for page in PdfReader(BytesIO(read_file(sent.letter.digest))).pages
    )
    for words in (sent.number, "INV-10", "287-1", "$12.00", GHOST, "December 24, 2026"):
        assert words in text
    message = Message.objects.get(key=f"billing.dispute/{sent.id}/sent")
    assert message.recipient == "orders@carrier.example"
    assert [a.file_id for a in message.attachments.all()] == [sent.letter_id]
    with pytest.raises(Conflict):
        invoices.send_dispute(dispute=sent, actor=cast.acting(cast.ida), at=at)


@pytest.mark.clause("G-12")
def test_a_credit_on_a_later_invoice_settles_to_the_cent(sent, line, at):
    later = at + timedelta(days=20)
    november = kept(
        later,
        bill(line.number, charge(3999)),
        bill(GHOST, charge(-500, "credit", "Adjustment")),
        bill(OTHER, charge(-699, "credit", "Adjustment")),
        **NOVEMBER,
    )
    sent.refresh_from_db()
    first, second = (item.finding for item in sent.items.order_by("finding__number"))
    # 698 of 700 for OTHER is not exactly what was asked back, and names no dispute
    assert {first.number: first.state, second.number: second.state} == {
        GHOST: "settled",
        OTHER: "disputed",
    }
    assert (sent.state, sent.credited_cents, sent.outstanding_cents) == ("sent", 500, 700)
    december = kept(
        later + timedelta(days=30),
        bill(line.number, charge(3999)),
        account_charges=(charge(-700, "credit", f"Credit for {sent.number}"),),
        cycle_from=date(2026, 12, 1),
        cycle_until=date(2026, 12, 31),
        number="INV-12",
    )
    sent.refresh_from_db()
    assert (sent.state, sent.outstanding_cents) == ("settled", 0)
    assert sent.closing_reason == "All of it was credited."
    used = DisputeCredit.objects.order_by("seen_at", "id")
    assert [(c.charge.invoice, c.cents) for c in used] == [(november, 500), (december, 700)]


@pytest.mark.clause("G-12")
def test_what_is_credited_in_part_stays_owed_and_visible(sent, line, at):
    kept(
        at,
        bill(line.number, charge(3999)),
        account_charges=(charge(-900, "credit", f"Re {sent.number} goodwill"),),
        **NOVEMBER,
    )
    sent.refresh_from_db()
    assert (sent.state, sent.claimed_cents, sent.credited_cents) == ("sent", 1200, 900)
    assert sorted(item.outstanding_cents for item in sent.items.all()) == [0, 300]


def test_a_superseded_credit_is_owed_again(sent, line, at):
    whole = charge(-1200, "credit", "Adjustment")
    november = kept(at, bill(line.number, charge(3999)), account_charges=(whole,), **NOVEMBER)
    sent.refresh_from_db()
    assert sent.state == "settled"
    kept(at, bill(line.number, charge(3999)), **NOVEMBER)
    sent.refresh_from_db()
    assert (sent.state, sent.outstanding_cents) == ("sent", 1200)
    assert {item.finding.state for item in sent.items.all()} == {"disputed"}
    assert DisputeCredit.objects.count() == 0
    assert november.charges.count() == 2  # the earlier invoice is as it was


def test_a_discount_of_every_month_settles_nothing(sent, line, at):
    kept(at, bill(GHOST, charge(-150, "credit", "Government discount")), **NOVEMBER)
    sent.refresh_from_db()
    assert (sent.state, sent.credited_cents) == ("sent", 0)


def test_a_corrected_invoice_settles_what_it_no_longer_has(sent, line, at):
    kept(at, bill(line.number, charge(3999)))
    sent.refresh_from_db()
    assert (sent.state, sent.closing_reason) == (
        "settled",
        "The corrected invoice no longer has it.",
    )


@pytest.mark.clause("G-12")
def test_an_answer_is_noted_and_what_is_refused_may_be_given_up(sent, ida, at):
    answered = invoices.note_answer(dispute=sent, answer="We see no error.", actor=ida, at=at)
    assert (answered.state, answered.answer) == ("answered", "We see no error.")
    dropped = invoices.drop_dispute(dispute=sent, reason="Not worth more", actor=ida, at=at)
    assert (dropped.state, dropped.closing_reason) == ("dropped", "Not worth more")
    assert {item.finding.state for item in dropped.items.all()} == {"accepted"}


@pytest.mark.clause("G-12")
def test_itmd_is_told_once_that_an_answer_is_late(sent, cast, at):
    assert schedule.look_again(at + timedelta(days=30)) == 1
    key = f"billing.dispute/{sent.id}/overdue/{cast.ida.id}"
    assert not Message.objects.filter(key=key).exists()
    for days in (31, 32):
        schedule.look_again(at + timedelta(days=days))
    assert Message.objects.filter(key__startswith=f"billing.dispute/{sent.id}/overdue").count() == 1
    assert "$12.00" in Message.objects.get(key=key).text


def test_an_empty_dispute_is_not_sent(october, ida, at):
    row = finding(october, "unordered") if october.findings.count() == 1 else None
    row = row or october.findings.order_by("number").first()
    item = invoices.dispute(finding=row, reason="", actor=ida, at=at)
    invoices.take_back(finding=row, actor=ida, at=at)
    with pytest.raises(Conflict):
        invoices.send_dispute(dispute=item.dispute, actor=ida, at=at)


def test_what_is_with_the_carrier_is_not_taken_back(sent, ida, at):
    item = sent.items.first()
    with pytest.raises(Conflict):
        invoices.take_back(finding=item.finding, actor=ida, at=at)


def test_disputes_are_itmds(sent, cast, at):
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        actor = cast.acting(person)
        assert list(disputes_visible_to(actor)) == []
        for verb in (
            lambda who: invoices.send_dispute(dispute=sent, actor=who, at=at),
            lambda who: invoices.note_answer(dispute=sent, answer="x", actor=who, at=at),
            lambda who: invoices.drop_dispute(dispute=sent, reason="x", actor=who, at=at),
        ):
            with pytest.raises(Refused):
                verb(actor)


def test_the_database_lets_no_more_be_credited_than_there_is(sent, line, at):
    november = kept(at, bill(line.number, charge(-100, "credit", "Small")), **NOVEMBER)
    credit = InvoiceCharge.objects.get(invoice=november)
    item = sent.items.order_by("cents").first()
    for cents, because in ((101, "more than it is"), (501, "more than it is")):
        with pytest.raises(DatabaseError, match=because), transaction.atomic():
            DisputeCredit.objects.create(
                item=item, charge=credit, cents=cents, seen_at=at, seen_by="test"
            )
    big = kept(
        at,
        bill(line.number, charge(-9000, "credit", "Large")),
        cycle_from=date(2026, 12, 1),
        cycle_until=date(2026, 12, 31),
    )
    with pytest.raises(DatabaseError, match="than was asked back"), transaction.atomic():
        DisputeCredit.objects.create(
            item=item,
            charge=InvoiceCharge.objects.get(invoice=big),
            cents=501,
            seen_at=at,
            seen_by="test",
        )


def asked(number, cents, dispute="DSP-000001"):
    return Asked(new_id(), dispute, number, cents)


def credit(number, cents, words="Adjustment"):
    return Credit(new_id(), number, words, cents)


def test_credits_go_to_what_they_name_and_else_to_what_they_match():
    one, two, three = asked(GHOST, 500), asked(GHOST, 300), asked(OTHER, 700, "DSP-000002")
    exact = credit(GHOST, 300)
    assert put([exact], [one, two, three]) == [(two.item_id, exact.charge_id, 300)]
    whole = credit("", 800)
    assert put([whole], [one, two, three]) == [
        (one.item_id, whole.charge_id, 500),
        (two.item_id, whole.charge_id, 300),
    ]
    named = credit("", 600, "credit dsp-000002")
    assert put([named], [one, two, three]) == [(three.item_id, named.charge_id, 600)]
    assert put([credit(GHOST, 299), credit("", 1)], [one, two, three]) == []
    assert put([exact, credit(GHOST, 300)], [one, two]) == [(two.item_id, exact.charge_id, 300)]
