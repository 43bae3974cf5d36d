"""The demo city has a difference to look into, and a bill that was replaced as one act."""

import pytest

from quartermaster.billing.models import Invoice
from quartermaster.cli.demo.chapters import corrected_bills as chapter
from quartermaster.usage.models import CarrierFile, Difference, ImportedPart
from tests.factories import imports as make
from tests.factories.carriers import BILLING

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-12")]


def test_one_total_differs_and_one_bill_took_the_place_of_another(at):
    make.contracts_of(at)
    newest = max(bill.cycle_until for bill in BILLING.bills)
    for bill in BILLING.bills:
        if bill.carrier in {"verizon", "t-mobile"} and bill.cycle_until == newest:
            make.imported(make.bundle(make.files_of(bill, chapter.SUMMARIES)), at)
    before = {row.carrier: row.read_cents for row in Invoice.objects.filter(superseded_at=None)}

    chapter.tell(at)

    (odd,) = Difference.objects.filter(state="open")
    assert (odd.number, odd.cents) == ("", chapter.TOO_MUCH)
    replaced = ImportedPart.objects.filter(superseded_reason=chapter.WHY)
    assert sorted(part.family for part in replaced) == sorted(chapter.SUMMARIES)
    assert len({part.replaced_by.file_id for part in replaced}) == 1
    assert not CarrierFile.objects.exclude(state="imported").exists()
    now = {row.carrier: row.read_cents for row in Invoice.objects.filter(superseded_at=None)}
    assert now == before


def test_a_city_without_bills_has_none(db, at):
    chapter.tell(at)
    assert CarrierFile.objects.count() == 0
