"""Importing a file as an act: once, whole, in force, with what it replaces."""

from datetime import date, timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.billing.actions.contracts import ContractDetails, add_contract
from quartermaster.billing.models import Invoice
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.simulators.carriers import SimFile, bundle, files_of, interchange
from quartermaster.usage import sealing
from quartermaster.usage.actions import files
from quartermaster.usage.models import CarrierFile, DetailFile, ImportedPart, RefusedRow
from quartermaster.usage.rules.fields import Family
from quartermaster.usage.rules.reading import Given
from tests.factories import imports as make
from tests.factories.carriers import bill

LATER = timedelta(minutes=10)


def _state(row):
    row.refresh_from_db()
    return row.state, row.said


@pytest.mark.clause("G-9")
@pytest.mark.clause("G-12")
@pytest.mark.parametrize("carrier", list(make.VENDORS))
def test_a_bill_becomes_an_invoice_and_its_detail_goes_to_the_warehouse(contracts, at, carrier):
    written = bill(carrier)

    row = make.imported(make.whole(written), at)

    assert row.state == "imported", row.said
    invoice = Invoice.objects.get()
    assert (invoice.carrier, invoice.account) == (make.VENDORS[carrier], written.account)
    assert (invoice.cycle_from, invoice.cycle_until) == (written.cycle_from, written.cycle_until)
    assert (invoice.stated_cents, invoice.read_cents) == (written.stated_cents, written.cents)
    assert invoice.source == row.stored
    parts = {part.family: part for part in row.parts.all()}
    assert set(parts) == {family.value for family in Family}
    events = [event.family for item in written.lines for event in item.events]
    for family in ("voice", "message", "data"):
        assert (parts[family].rows, parts[family].refused) == (events.count(family), 0)
        assert parts[family].content is None
    assert RefusedRow.objects.count() == 0


@pytest.mark.clause("G-12")
def test_an_interchange_becomes_the_same_invoice(contracts, at):
    written = bill("verizon")

    make.imported(SimFile("bill.edi", interchange(written)), at)

    invoice = Invoice.objects.get()
    assert (invoice.carrier, invoice.read_cents) == ("Verizon", written.cents)
    assert invoice.lines.count() == len(written.lines)


@pytest.mark.clause("G-12")
def test_an_interchange_under_two_contracts_is_whose_profile_is_chosen(contracts, at):
    written = bill("verizon")
    add_contract(
        details=ContractDetails(
            number="C-2",
            vendor="AT&T",
            starts_on=date(2025, 1, 1),
            carrier=True,
            account=written.account,
        ),
        actor=make.HOUSE,
        at=at,
    )
    content = interchange(written)

    row = make.imported(SimFile("bill.edi", content), at)
    assert row.state == "refused"
    assert "under several contracts of the City (AT&T, Verizon)" in row.said
    assert "with the carrier's profile chosen" in row.said

    make.imported(SimFile("again.edi", content), at, profile_key="verizon")
    assert Invoice.objects.get().carrier == "Verizon"


@pytest.mark.clause("G-12")
def test_the_same_file_twice_changes_nothing_and_says_so(contracts, at):
    file = make.whole(bill())
    first = make.imported(file, at)
    entries, parts = Entry.objects.count(), list(ImportedPart.objects.values_list("pk", flat=True))

    again = make.received(file, at + LATER)
    files.read_next(actor=make.HOUSE, at=at + LATER)

    assert (again.file, again.fresh) == (first, False)
    assert list(ImportedPart.objects.values_list("pk", flat=True)) == parts
    assert Invoice.objects.count() == CarrierFile.objects.count() == 1
    assert Entry.objects.count() == entries


@pytest.mark.clause("G-12")
def test_a_corrected_file_replaces_its_cycle_with_who_and_why_and_both_are_kept(
    contracts, cast, at
):
    written = bill()
    first = make.imported(make.whole(written), at)
    charges = files_of(written, ["charges"])[0]
    corrected = SimFile(charges.name, charges.content.replace(b"$0.21", b"$0.22", 1))

    second = make.imported(
        corrected, at + LATER, actor=cast.acting(cast.ida), reason="The carrier sent it corrected"
    )

    before = first.parts.get(family="charges")
    now = second.parts.get()
    assert (before.state, now.state) == ("superseded", "in_force")
    assert (now.replaces, before.superseded_label) == (before, cast.acting(cast.ida).label)
    assert before.superseded_reason == "The carrier sent it corrected"
    assert first.parts.filter(state="in_force").count() == 5
    newest = Invoice.objects.get(superseded_at=None)
    assert newest.read_cents == written.cents + 1
    assert newest.before is not None
    assert _state(first)[0] == "imported"


def test_an_old_file_sent_again_after_its_correction_brings_nothing_back(contracts, at):
    written = bill()
    charges = files_of(written, ["charges"])[0]
    corrected = SimFile(charges.name, charges.content.replace(b"$0.21", b"$0.22", 1))
    make.imported(charges, at)
    make.imported(corrected, at + LATER)

    make.imported(charges, at + 2 * LATER)

    assert Invoice.objects.get(superseded_at=None).read_cents == written.cents + 1


@pytest.mark.clause("G-12")
def test_a_file_of_another_customer_is_refused_as_a_whole(contracts, at):
    charges = files_of(bill(), ["charges"])[0]
    other = charges.content.replace(bill().account.encode(), b"999000999000-1")

    row = make.imported(other, at)

    assert row.state == "refused"
    assert "999000999000-1 is under no contract of the City with this carrier" in row.said
    assert ImportedPart.objects.count() == Invoice.objects.count() == 0


@pytest.mark.clause("G-12")
@pytest.mark.parametrize("family", ["charges", "voice"])
def test_one_row_of_another_customer_refuses_the_whole_file(contracts, at, family):
    file = files_of(bill(), [family])[0]
    head, first, rest = file.content.split(b"\r\n", 2)
    other = first.replace(bill().account.encode(), b"999000999000-1")

    row = make.imported(b"\r\n".join([head, first, other, rest]), at)

    assert (row.state, "under no contract" in row.said) == ("refused", True)
    assert ImportedPart.objects.count() == 0


def test_an_account_of_ours_with_another_carrier_is_another_customers(contracts, at):
    charges = files_of(bill("att"), ["charges"])[0]
    mixed = charges.content.replace(bill("att").account.encode(), bill().account.encode())

    assert make.imported(mixed, at).state == "refused"


@pytest.mark.clause("G-9")
def test_refused_rows_are_kept_and_of_call_detail_nothing_can_be_read(contracts, at):
    charges, voice = files_of(bill(), ["charges", "voice"])
    broken = charges.content.replace(b"$0.21", b"a trifle", 1)
    head, first, rest = voice.content.split(b"\r\n", 2)
    cells = first.split(b"\t")
    cells[8] = b"long"
    odd = b"\r\n".join([head, b"\t".join(cells), rest])

    row = make.imported(bundle([SimFile("charges.txt", broken), SimFile("voice.txt", odd)]), at)

    assert row.state == "imported", row.said
    summary, detail = row.refused_rows.order_by("name")
    assert (summary.row, summary.reason) == (3, "Amount: “a trifle” cannot be read.")
    assert "a trifle" in summary.text
    assert (detail.name, detail.row, detail.text) == ("voice.txt", 2, "")
    assert detail.reason == "No length: written like “aaaa”."
    party = cells[5].decode()
    assert party not in detail.reason
    assert party.encode() not in bytes(detail.sealed_text)
    assert party in sealing.unseal_row(detail.sealed_text, row.pk)
    assert {part.family: part.refused for part in row.parts.all()} == {"charges": 1, "voice": 1}


def test_a_file_of_which_nothing_can_be_read_is_refused_with_the_first_reason(contracts, at):
    charges = files_of(bill(), ["charges"])[0]

    row = make.imported(charges.content.replace(b"\t$", b"\tUSD "), at)

    assert row.state == "refused"
    assert "rows cannot be read, the first (row 2) because: Amount:" in row.said


@pytest.mark.clause("G-9")
def test_of_a_file_of_call_detail_that_is_refused_nothing_is_quoted(contracts, at):
    voice = files_of(bill(), ["voice"])[0]
    head, *rows = voice.content.split(b"\r\n")
    shifted = b"\r\n".join([head, *(b"414-555-0143\t" + row for row in rows if row)])

    row = make.imported(SimFile("voice.txt", shifted), at)

    assert (row.state, "555" in row.said, "0143" in row.said) == ("refused", False, False)


def test_the_same_family_twice_in_one_file_is_refused(contracts, at):
    charges = files_of(bill(), ["charges"])[0]
    other = SimFile("b.txt", charges.content.replace(b"$0.21", b"$0.22", 1))

    row = make.imported(bundle([charges, other]), at)

    assert row.state == "refused"
    assert "has wireless charges twice" in row.said


@pytest.mark.clause("G-9")
def test_the_file_at_rest_is_sealed_and_comes_back_as_it_came(contracts, at):
    file = make.whole(bill())

    row = make.received(file, at).file

    from quartermaster.files.queries import read_file  # after Django is set up

    at_rest = read_file(row.stored.digest)
    assert b"PK" not in at_rest[:8]
    assert bill().account.encode() not in at_rest
    assert b"".join(sealing.opened(row)) == file.content
    CarrierFile.objects.filter(pk=row.pk).update(sealed_key=None)
    row.refresh_from_db()
    with pytest.raises(Conflict, match="key of this file was destroyed"):
        next(sealing.opened(row))


@pytest.mark.clause("G-12")
def test_a_refused_file_is_read_again_as_the_same_file_once_its_contract_is_there(cast, at):
    file = files_of(bill(), ["charges"])[0]
    row = make.imported(file, at)
    assert _state(row)[0] == "refused"
    make.contracts_of(at)

    files.read_again(file_id=row.pk, actor=cast.acting(cast.ida), at=at + LATER)
    assert _state(row) == ("received", "")
    files.read_next(actor=make.HOUSE, at=at + LATER)

    assert _state(row)[0] == "imported"
    assert CarrierFile.objects.count() == 1


def test_a_refused_file_that_is_sent_again_is_read_again(at, db):
    file = files_of(bill(), ["charges"])[0]
    first = make.imported(file, at)
    make.contracts_of(at)

    again = make.imported(file, at + LATER)

    assert (first.state, again.state, again.pk) == ("refused", "imported", first.pk)


def test_what_was_wrong_with_one_table_leaves_nothing_of_the_others(contracts, at):
    voice, data = files_of(bill(), ["voice", "data"])
    odd = SimFile("data.txt", data.content.replace(b"\t$0.00", b"\tnothing"))

    row = make.imported(bundle([voice, odd]), at)

    assert row.state == "refused"
    assert "rows cannot be read" in row.said
    assert DetailFile.objects.count() == ImportedPart.objects.count() == 0


def test_a_profile_that_was_asked_for_is_the_only_one_tried(contracts, at):
    row = make.imported(files_of(bill(), ["charges"])[0], at, profile_key="att")

    assert row.state == "refused"
    assert "AT&T" in row.said


def test_only_what_was_refused_or_stopped_is_read_again(contracts, cast, at):
    row = make.imported(files_of(bill(), ["charges"])[0], at)
    with pytest.raises(Conflict, match="not possible while this file is imported"):
        files.read_again(file_id=row.pk, actor=cast.acting(cast.ida), at=at)


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_itmd_imports(contracts, cast, at, who):
    actor = cast.acting(getattr(cast, who))
    with pytest.raises(Refused):
        make.received(make.whole(bill()), at, actor=actor)
    with pytest.raises(Refused):
        files.read_next(actor=actor, at=at)
    row = make.received(make.whole(bill()), at).file
    with pytest.raises(Refused):
        files.read_again(file_id=row.pk, actor=actor, at=at)


def test_an_empty_file_an_unknown_profile_and_a_cycle_that_runs_backwards_are_not_taken(db, at):
    with pytest.raises(InvalidInput, match="is empty"):
        make.received(b"", at)
    with pytest.raises(InvalidInput, match="no such profile"):
        make.received(b"x", at, profile_key="acme")
    given = Given("1", at.date(), at.date() - timedelta(days=1))
    with pytest.raises(InvalidInput, match="ends before it begins"):
        make.received(b"x", at, given=given)
    assert CarrierFile.objects.count() == 0
