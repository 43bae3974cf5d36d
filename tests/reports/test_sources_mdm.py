"""What the evidence of enrolments counts, and for whom."""

import pytest

from quartermaster.inventory.models import Device
from quartermaster.mdm import driver
from quartermaster.mdm.actions import invite
from quartermaster.mdm.errors import NoConsent
from quartermaster.reports.evidence import Evidence, count
from quartermaster.reports.trace import sources
from tests.factories.custody import written
from tests.factories.destruction import approved, asked, devices, second_person
from tests.factories.mdm import enrolled

assert sources  # registered by the import


class Ios:
    """A dialect that manages iOS; nothing here asks more of it."""

    name = "ios"
    platforms = frozenset({"ios"})


@pytest.mark.clause("G-2")
def test_a_personal_device_is_invited_with_consent_alone(cast, at, monkeypatch):
    monkeypatch.setattr(driver, "_DRIVERS", {"ios": Ios()})
    ida, rex = cast.acting(cast.ida), cast.acting(cast.rex)
    device = written(
        Device,
        asset_tag="QM-1",
        device_class="smartphone",
        platform="ios",
        ownership="personal",
        department=cast.water,
        holder=cast.ana,
        status="assigned",
    )
    with pytest.raises(NoConsent):
        invite(device=device, consent=False, actor=ida, at=at)
    invite(device=device, consent=True, actor=ida, at=at)
    assert count("mdm.invitations", ida, at) == Evidence(
        (("invitations to enrol", 1), ("with the consent of a personal device's owner", 1)), at
    )
    assert [number for _, number in count("mdm.invitations", rex, at).counts] == [0, 0]
    assert [number for _, number in count("mdm.enrolments", rex, at).counts] == [0, 0]


@pytest.mark.clause("G-10")
def test_evidence_of_what_two_people_agreed_to(cast, at):
    ben = second_person(cast)
    (device,) = devices(cast, 1)
    request = asked([enrolled(device, at)], cast.acting(cast.ida), at)
    approved(request, cast.acting(ben), at)
    names = (
        "requests to erase or let go",
        "approved by a second person",
        "devices that confirmed it",
        "devices not confirmed",
    )
    counted = tuple(zip(names, (1, 1, 0, 0), strict=True))
    assert count("mdm.destruction", cast.acting(cast.ida), at) == Evidence(counted, at)
    assert {n for _, n in count("mdm.destruction", cast.acting(cast.rex), at).counts} == {0}
