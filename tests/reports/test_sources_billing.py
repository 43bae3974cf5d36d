"""The evidence of invoices, as far as each may see it."""

import pytest

from quartermaster.billing.actions import invoices
from quartermaster.reports.sources import billing
from tests.factories.inventory import LineFactory
from tests.factories.invoices import bill, charge, finding, kept

pytestmark = pytest.mark.django_db
OWN = "+14145550177"


@pytest.mark.clause("G-12")
@pytest.mark.clause("G-2")
def test_what_was_found_and_refused_is_counted(cast, at):
    ida = cast.acting(cast.ida)
    invoices.enter_personal_number(number=OWN, person_id=None, how="So it is", actor=ida, at=at)
    line = LineFactory(holder=cast.ana)
    invoice = kept(at, bill(line.number, charge(6500)), bill(OWN, charge(500)))
    invoices.dispute(finding=finding(invoice, "unordered"), reason="", actor=ida, at=at)
    whole = billing.invoices(ida, at)
    assert dict(whole.counts) == {
        "invoices held against orders": 1,
        "lines nobody ordered": 1,
        "disputes": 1,
    }
    assert whole.open_findings == 1
    assert dict(billing.personal(ida, at).counts) == {
        "personal numbers known": 1,
        "refused for payment": 1,
    }
    rex = cast.acting(cast.rex)
    assert {count for _, count in billing.invoices(rex, at).counts} == {0}
    assert {count for _, count in billing.personal(rex, at).counts} == {0}
