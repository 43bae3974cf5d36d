"""What the evidence of fairness, access, rules and recoveries counts, and for whom."""

import pytest

from quartermaster.compliance.actions import automatic, extensions, faults
from quartermaster.reports.evidence import count
from tests.factories import automatic as rules
from tests.factories import cases as make
from tests.factories import recoveries
from tests.factories.destruction import account, second_person

pytestmark = pytest.mark.django_db


def counted(name, cast, at):
    return {
        who: [many for _, many in count(name, cast.acting(getattr(cast, who)), at).counts]
        for who in ("ida", "cole", "ana", "rex")
    }


@pytest.mark.clause("C-1")
def test_more_time_and_faults(cast, at):
    ida, ben = cast.acting(cast.ida), cast.acting(second_person(cast))
    finding = make.told(cast.ana, at)
    asked = extensions.ask_extension(
        finding=finding, days=2, reason="I am away", actor=cast.acting(cast.ana), at=at
    )
    extensions.grant_extension(extension_id=asked.id, note="", actor=ida, at=at)
    named = faults.name_fault(
        check="passcode", since=at, until=at + make.DAY, reason="odd", actor=ida, at=at + make.DAY
    )
    faults.confirm_fault(fault_id=named.id, actor=ben, at=at + make.DAY)
    assert counted("compliance.fairness", cast, at) == {
        "ida": [1, 1, 1],
        "cole": [1, 1, 0],
        "ana": [1, 1, 0],
        "rex": [0, 0, 0],
    }


@pytest.mark.clause("G-10")
def test_access_and_rules(cast, at):
    account(cast.ida)
    ida, ben = cast.acting(cast.ida), cast.acting(second_person(cast))
    (phone,) = rules.phones(cast, 1, at)
    rules.on(ida, ben, at)
    placed = automatic.restrict_access(
        device=phone, reason="Stolen, says a caller", actor=ida, at=at
    )
    assert counted("compliance.access", cast, at) == {
        "ida": [1, 0, 0],
        "cole": [1, 0, 0],
        "ana": [1, 0, 0],
        "rex": [0, 0, 0],
    }
    automatic.lift_restriction(
        restriction_id=placed.id, reason="It was found", actor=ida, at=at + make.DAY
    )
    assert counted("compliance.access", cast, at)["ida"] == [0, 0, 1]
    assert counted("compliance.automatic", cast, at) == {
        "ida": [1, 0, 0],
        "cole": [0, 0, 0],
        "ana": [0, 0, 0],
        "rex": [0, 0, 0],
    }


@pytest.mark.clause("C-4")
def test_recoveries(cast, at):
    recoveries.equipped(cast.ana)
    recoveries.begun(cast.ana, at)
    found = counted("lifecycle.recoveries", cast, at)
    assert (found["ida"], found["rex"]) == ([1, 0, 0], [0, 0, 0])
