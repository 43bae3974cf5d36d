"""What the evidence of compliance counts, and for whom."""

import pytest

from quartermaster.compliance.models import Finding
from quartermaster.compliance.rules.findings import FINDING
from quartermaster.inventory.models import Device
from quartermaster.reports.evidence import count
from quartermaster.reports.trace import trace


@pytest.mark.clause("C-1")
@pytest.mark.parametrize(("who", "live"), [("ida", 1), ("cole", 1), ("ana", 1), ("rex", 0)])
def test_open_findings_stand_at_their_requirement(cast, at, who, live):
    device = Device.objects.create(
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
