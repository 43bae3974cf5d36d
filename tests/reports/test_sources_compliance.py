"""What the evidence of compliance counts, and for whom."""

import pytest

from quartermaster.compliance.models import Finding
from quartermaster.compliance.rules.findings import FINDING
from quartermaster.inventory.models import Device
from quartermaster.org.roles import Role
from quartermaster.reports.evidence import count
from quartermaster.reports.trace import trace
from tests.factories import cases as make
from tests.factories.custody import written


@pytest.mark.clause("C-1")
@pytest.mark.parametrize(("who", "live"), [("ida", 1), ("cole", 1), ("ana", 1), ("rex", 0)])
def test_open_findings_stand_at_their_requirement(cast, at, who, live):
    device = written(
        Device,
        asset_tag="QM-1",
        device_class="smartphone",
        platform="ios",
        department=cast.water,
        holder=cast.ana,
        status="assigned",
    )
    Finding.objects.create(
        device=device,
        holder=cast.ana,
        check_name="passcode",
        title="Passcode",
        clause="G-3",
        severity="medium",
        expected="A passcode",
        observed="None",
        remedy="Set a passcode.",
        state=FINDING.initial,
        opened_at=at,
        due_at=at,
    )
    actor = cast.acting(getattr(cast, who))
    assert count("compliance.findings", actor, at).open_findings == live
    traced = {item.id: item for item in trace(actor, at)}
    assert (traced["G-3"].open_findings, traced["G-4"].open_findings) == (live, 0)
    assert traced["G-3"].finding_words == ("1 open finding" if live else "0 open findings")


@pytest.mark.clause("C-1", "E-1")
def test_cases_and_outcomes_are_counted_as_far_as_one_sees_them(cast, at):
    hana = make.with_role(cast, Role.HR)
    make.prepared(cast.cole, at)
    make.decided(cast, hana, at)
    counted = {
        person.given_name: (
            dict(count("compliance.cases", cast.acting(person), at).counts)["referrals prepared"],
            dict(count("compliance.outcomes", cast.acting(person), at).counts),
        )
        for person in (cast.ida, cast.sue, hana, cast.rex)
    }
    one = {"cases with an outcome": 1, "cases appealed": 0}
    none = {"cases with an outcome": 0, "cases appealed": 0}
    assert counted == {"Ida": (2, one), "Sue": (1, one), "Hana": (1, one), "Rex": (0, none)}
