"""Whatever was planted into the bills of a simulated city is found, and nothing else (G-12)."""

from itertools import count

import pytest

from quartermaster.billing.rules.matching import matched
from quartermaster.billing.rules.matching.found import Kind
from quartermaster.simulators.carriers import Anomaly, bill_city, invented_city
from quartermaster.simulators.carriers.planting import one_of_each
from tests.factories.bills import worlds

KINDS = {
    Anomaly.UNORDERED: Kind.UNORDERED,
    Anomaly.PERSONAL: Kind.PERSONAL,
    Anomaly.CANCELLED: Kind.CANCELLED,
    Anomaly.SUSPENDED: Kind.SUSPENDED,
    Anomaly.SEPARATED: Kind.SEPARATED,
    Anomaly.RATE: Kind.RATE,
    Anomaly.ZERO_USE: Kind.UNUSED,
    Anomaly.DUPLICATE: Kind.DUPLICATE,
    Anomaly.BETTER_PLAN: Kind.PLAN,
    Anomaly.ROAMING: Kind.ROAMING,
    Anomaly.INTERNATIONAL: Kind.INTERNATIONAL,
    Anomaly.PREMIUM: Kind.PREMIUM,
}
# what is beyond the plan, where every plan that has more costs more than that, is no finding;
# totals that do not add up are a matter of the import
SILENT = {Anomaly.OVERAGE, Anomaly.WRONG_TOTAL, Anomaly.WRONG_LINE_TOTAL}


@pytest.mark.clause("G-12")
@pytest.mark.clause("G-2")
@pytest.mark.clause("C-4")
@pytest.mark.clause("G-9")
@pytest.mark.parametrize("seed", [1, 2, 3, 7, 11])
def test_each_planted_one_is_found_and_no_other(seed):
    city = invented_city(seed, lines=30)
    billing = bill_city(city, cycles=3, seed=seed, anomalies=one_of_each(), detail=False)
    found = [
        (read.account, item.number, item.kind, read.cycle_from)
        for read, world in worlds(city, billing)
        for item in matched(read, world)
    ]
    cycles = sorted({bill.cycle_from for bill in billing.bills})
    planted = [
        (item.account, item.number, KINDS[item.kind], cycle)
        for item in billing.planted
        if item.kind not in SILENT
        # a number that is somebody's own is so on every invoice
        for cycle in (cycles if item.kind is Anomaly.PERSONAL else cycles[-1:])
    ]
    assert sorted(found) == sorted(planted)


def test_a_city_in_which_nothing_is_wrong_has_no_finding():
    city = invented_city(5, lines=60)
    billing = bill_city(city, cycles=4, seed=5, detail=False)
    findings = [item for read, world in worlds(city, billing) for item in matched(read, world)]
    assert findings == []


def test_matching_again_gives_the_same():
    city = invented_city(3, lines=30)
    billing = bill_city(city, cycles=3, seed=3, anomalies=one_of_each(), detail=False)
    for read, world in worlds(city, billing):
        assert matched(read, world) == matched(read, world)


def test_many_of_each_are_each_found():
    wanted = dict(zip(KINDS, count(2), strict=False))
    city = invented_city(9, lines=200)
    billing = bill_city(city, cycles=3, seed=9, anomalies=wanted, detail=False)
    found = [item.kind for read, world in worlds(city, billing) for item in matched(read, world)]
    wanted[Anomaly.PERSONAL] *= 3  # on each of the three invoices
    assert {kind: found.count(KINDS[kind]) for kind in wanted} == wanted
    assert len(found) == sum(wanted.values())
