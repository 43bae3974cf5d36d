"""The demo city has the carriers' files of its bills, through the real act."""

import pytest

from quartermaster.billing.models import Invoice
from quartermaster.cli.demo.chapters import carriers_files as chapter
from quartermaster.usage.models import CarrierFile, ImportedPart, RefusedRow, UsageCycle
from tests.factories import imports as make
from tests.factories.carriers import BILLING

pytestmark = pytest.mark.django_db


def test_every_bill_has_its_detail_and_the_countys_file_is_refused(at):
    make.contracts_of(at)
    bills = [bill for bill in BILLING.bills if bill.carrier in {"verizon", "t-mobile"}]
    for bill in bills:
        make.imported(make.bundle(make.files_of(bill, ["account", "lines", "charges"])), at)

    chapter.tell(at)

    detail = ImportedPart.objects.filter(family__in=chapter.DETAIL, state="in_force")
    assert detail.count() == 3 * len(bills)
    events = sum(len(item.events) for bill in bills for item in bill.lines)
    assert 0 < sum(part.rows for part in detail) <= 2 * events
    (row,) = RefusedRow.objects.filter(file__state="imported")
    assert row.reason == "No length: written like “aaa aaaa”."
    assert list(detail.filter(refused__gt=0).values_list("family", "refused")) == [("voice", 1)]
    cycles = set(UsageCycle.objects.values_list("carrier", "cycle_from", "cycle_until"))
    assert cycles == set(Invoice.objects.values_list("carrier", "cycle_from", "cycle_until"))
    (refused,) = CarrierFile.objects.filter(state="refused")
    assert refused.name.startswith("county-")
    assert "COUNTY-7731 is under no contract" in refused.said


def test_a_city_without_bills_has_none(db, at):
    chapter.tell(at)
    assert CarrierFile.objects.count() == 0
