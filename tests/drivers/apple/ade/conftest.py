"""Apple's services beside the house: the list of devices, and the authority of devices."""

import pytest

from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, automated
from quartermaster.mdm.models import DeviceList, ListedDevice
from quartermaster.simulators.apple.services.dep import Dep
from tests.cast import AT


@pytest.fixture
def dep(settings):
    with Dep() as service:
        settings.ADE_SERVER_URL = service.address
        yield service


@pytest.fixture
def token(dep, db):
    """The server token in use."""
    return actions.import_credential(
        driver="apple", kind="ade", content=dep.token.dump(), actor=system("test"), at=AT
    )


@pytest.fixture
def read(token):
    """Works off the lists at an instant; the serial numbers that are in the list after that."""

    def work(at=AT):
        DeviceList.objects.update(due_at=at)
        automated.work_lists(at)
        listed = ListedDevice.objects.filter(removed_at=None)
        return sorted(listed.values_list("serial", flat=True))

    return work
