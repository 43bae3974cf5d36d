"""Evidence of delivered applications, trimmed as everywhere."""

import pytest

from quartermaster.reports.evidence import Evidence, count
from quartermaster.reports.trace import sources
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory
from tests.factories.software import EARLIER, DeviceSoftwareFactory

assert sources  # registered by the import


@pytest.mark.django_db
@pytest.mark.clause("G-10")
def test_applications_on_devices(cast, at):
    device = DeviceFactory(holder=cast.ana, department=cast.water)
    enrolment = EnrolmentFactory(device=device)
    DeviceSoftwareFactory(enrolment=enrolment, state="installed", installed_at=EARLIER)
    DeviceSoftwareFactory(enrolment=enrolment, state="prompting")
    DeviceSoftwareFactory(enrolment=enrolment, state="failed", reason="No space.")
    DeviceSoftwareFactory(enrolment=enrolment, state="removed")
    figures = (("applications on devices", 1), ("on their way", 1), ("failed", 1))
    nothing = tuple((words, 0) for words, _ in figures)
    for who, found in (("ida", figures), ("cole", figures), ("ana", figures), ("rex", nothing)):
        last = EARLIER if found is figures else None
        assert count("mdm.software", cast.acting(getattr(cast, who)), at) == Evidence(found, last)
