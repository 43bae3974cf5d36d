"""Random files in random order, some of them several times, give the same ledger."""

import hashlib

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quartermaster.billing.models import Invoice, InvoiceCharge
from quartermaster.simulators.carriers import (
    Anomaly,
    SimFile,
    bill_city,
    files_of,
    interchange,
    invented_city,
)
from quartermaster.usage.models import DetailFile, Difference, ImportedPart
from tests.cast import AT
from tests.factories import imports as make

CITY = invented_city(seed=11, lines=4, carriers=("verizon", "uscellular"))
BILLS = bill_city(
    CITY,
    cycles=2,
    seed=11,
    anomalies={Anomaly.WRONG_TOTAL: 1, Anomaly.WRONG_LINE_TOTAL: 1, Anomaly.ROAMING: 1},
).bills
SINGLE = [
    file for bill in BILLS for file in files_of(bill, ["account", "lines", "charges", "voice"])
]


def _ledger():
    """What is in force, whatever the way that led there."""
    parts = ImportedPart.objects.filter(state="in_force").order_by(
        "carrier", "account", "cycle_from", "family"
    )
    invoices = Invoice.objects.filter(superseded_at=None).order_by("account", "cycle_from")
    charges = InvoiceCharge.objects.filter(invoice__in=invoices).order_by(
        "invoice__account", "invoice__cycle_from", "place"
    )
    detail = DetailFile.objects.filter(superseded_at=None).order_by(
        "cycle__account", "cycle__month"
    )
    live = Difference.objects.filter(state="open").order_by("account", "cycle_from", "number")
    return {
        "parts": [
            (p.carrier, p.account, p.cycle_from, p.family, p.rows, p.cents, p.file.digest)
            for p in parts
        ],
        "invoices": list(invoices.values_list("account", "cycle_from", "digest", "stated_cents")),
        "charges": hashlib.sha256(
            repr(list(charges.values_list("line__number", "kind", "cents"))).encode()
        ).hexdigest(),
        "detail": list(detail.values_list("cycle__account", "cycle__month", "source", "rows")),
        "differences": list(live.values_list("account", "number", "stated_cents", "read_cents")),
    }


@pytest.fixture(scope="module")
def straight(django_db_setup, django_db_blocker):
    """The ledger of every file once, in the order in which they were written."""
    with django_db_blocker.unblock(), transaction.atomic():
        make.contracts_of(AT, CITY)
        for file in SINGLE:
            make.imported(file, AT)
        found = _ledger()
        transaction.set_rollback(True)
    return found


@pytest.mark.clause("G-12")
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_order_and_any_repetition_give_the_same_ledger(straight, django_db_blocker, data):
    order = data.draw(st.permutations(SINGLE))
    again = data.draw(st.lists(st.sampled_from(SINGLE), max_size=4))
    together = data.draw(st.booleans())
    sent = [*order, *again] if not together else [*again, *order]
    with django_db_blocker.unblock(), transaction.atomic():
        make.contracts_of(AT, CITY)
        for file in sent:
            make.imported(file, AT)
        found = _ledger()
        transaction.set_rollback(True)

    assert found == straight


def test_the_ledger_holds_every_bill_and_what_was_planted(straight):
    assert [row[1] for row in straight["invoices"]] == sorted(
        bill.cycle_from for bill in BILLS[:2]
    ) * 2
    wrong = {
        (bill.account, "", bill.stated_cents, bill.cents)
        for bill in BILLS
        if bill.stated_cents != bill.cents
    } | {
        (bill.account, item.line.number, item.stated_cents, item.cents)
        for bill in BILLS
        for item in bill.lines
        if item.stated_cents != item.cents
    }
    assert len(wrong) == 2
    assert set(straight["differences"]) == wrong


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(forms=st.lists(st.sampled_from(["single", "whole", "x12"]), min_size=4, max_size=4))
def test_the_form_in_which_a_bill_comes_makes_no_other_invoice(
    django_db_setup, django_db_blocker, forms
):
    with django_db_blocker.unblock(), transaction.atomic():
        make.contracts_of(AT, CITY)
        for bill, form in zip(BILLS, forms, strict=True):
            for file in _in_form(bill, form):
                assert make.imported(file, AT).state == "imported"
        found = dict(Invoice.objects.filter(superseded_at=None).values_list("number", "read_cents"))
        transaction.set_rollback(True)

    assert found == {bill.invoice: bill.cents for bill in BILLS}


def _in_form(bill, form):
    if form == "x12":
        return [SimFile("bill.edi", interchange(bill))]
    return [make.whole(bill)] if form == "whole" else list(files_of(bill))
