"""What each simulated carrier writes is read back to the cent, in every form."""

import pytest

from quartermaster.simulators.carriers import (
    Anomaly,
    SimFile,
    bill_city,
    bundle,
    files_of,
    interchange,
    invented_city,
    workbook_of,
)
from quartermaster.simulators.carriers.planting import one_of_each
from quartermaster.usage.rules.composing import Gap, compose
from quartermaster.usage.rules.fields import Family
from tests.factories.carriers import parts_of, read_file

BILLING = bill_city(invented_city(seed=5, lines=24), cycles=3, seed=5, anomalies=one_of_each())
LAST = {bill.carrier: bill for bill in BILLING.bills}  # the last cycle of each
SUMMARIES = ("account", "lines", "charges")
FORMS = {
    "delimited": lambda bill: bundle(files_of(bill)),
    "workbooks": lambda bill: bundle([workbook_of(bill, family) for family in SUMMARIES]),
    "x12": lambda bill: SimFile("bill.edi", interchange(bill)),
}


def _composed(tmp_path, bill, form):
    reads = read_file(tmp_path, FORMS[form](bill))
    assert [read.refusals for read in reads] == [[]] * 3
    ((cycle, parts),) = parts_of(reads, bill.carrier).items()
    assert (cycle.account, cycle.from_on, cycle.until_on) == (
        bill.account,
        bill.cycle_from,
        bill.cycle_until,
    )
    return compose(cycle, parts)


@pytest.mark.clause("G-12")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("carrier", LAST)
def test_a_bill_comes_back_as_it_was_written(tmp_path, carrier, form):
    bill = LAST[carrier]

    invoice = _composed(tmp_path, bill, form).invoice

    assert (invoice.number, invoice.issued_on, invoice.due_on) == (
        bill.invoice,
        bill.issued_on,
        bill.due_on,
    )
    assert (invoice.stated_cents, invoice.cents) == (bill.stated_cents, bill.cents)
    written = sorted(bill.lines, key=lambda item: item.line.number)
    assert [line.number for line in invoice.lines] == [item.line.number for item in written]
    for line, item in zip(invoice.lines, written, strict=True):
        assert line.plan == item.line.plan.name
        assert [(c.kind.value, c.cents) for c in line.charges] == [
            (c.kind, c.cents) for c in item.charges
        ]
        assert line.used.seconds == item.use.minutes * 60
        assert line.used.kilobytes == item.use.megabytes * 1024
        if form != "x12":  # which has no place for the rest
            assert line.used.messages == item.use.messages
            assert line.used.roaming_kilobytes == item.use.roaming_megabytes * 1024
            assert line.used.international_seconds == item.use.international_minutes * 60
            assert line.iccid == item.line.iccid
            assert line.user.casefold() == item.line.user.casefold()


@pytest.mark.clause("G-12")
@pytest.mark.parametrize("form", FORMS)
def test_wrong_totals_are_found_to_the_cent_where_they_were_planted_and_nowhere_else(
    tmp_path, form
):
    found = set()
    for n, bill in enumerate(BILLING.bills):
        folder = tmp_path / str(n)
        folder.mkdir()
        found |= {
            (bill.account, n % 3, gap.number, gap.cents)
            for gap in _composed(folder, bill, form).gaps
        }
    assert found == {
        (item.account, cycle, item.number, item.cents)
        for item in BILLING.planted
        for cycle in item.cycles
        if item.kind in {Anomaly.WRONG_TOTAL, Anomaly.WRONG_LINE_TOTAL}
    }


def test_a_summary_alone_makes_an_invoice_with_sums_by_kind(tmp_path):
    bill = LAST["uscellular"]

    reads = read_file(tmp_path, bundle([f for f in files_of(bill) if f.family == "lines"]))
    ((cycle, parts),) = parts_of(reads, "UScellular").items()
    invoice = compose(cycle, parts).invoice

    written = {item.line.number: item for item in bill.lines}
    assert {line.number: line.cents for line in invoice.lines} == {
        number: item.cents for number, item in written.items()
    }
    assert invoice.stated_cents == invoice.cents
    assert invoice.account_charges == ()


def test_an_account_summary_alone_is_no_invoice(tmp_path):
    bill = LAST["att"]

    reads = read_file(tmp_path, files_of(bill, ["account"])[0])
    ((cycle, parts),) = parts_of(reads, "AT&T").items()

    assert set(parts) == {Family.ACCOUNT}
    assert compose(cycle, parts).invoice is None


def test_lines_without_a_charge_and_charges_without_a_line_are_gaps(tmp_path):
    bill = LAST["verizon"]
    reads = read_file(tmp_path, bundle(files_of(bill, SUMMARIES)))
    ((cycle, parts),) = parts_of(reads, "Verizon").items()
    first = parts[Family.CHARGES].lines[0].bill
    less = parts[Family.CHARGES].lines[1:]
    parts[Family.CHARGES] = type(parts[Family.CHARGES])(
        lines=less, charges=parts[Family.CHARGES].charges
    )

    composed = compose(cycle, parts)

    assert composed.gaps == (
        Gap("", bill.stated_cents, bill.stated_cents - first.cents),
        Gap(first.number, first.cents, 0),
    )
