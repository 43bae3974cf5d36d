"""The demo's list of what the City bought: arranged for once, read by the house, kept going."""

import os
from datetime import timedelta

import pytest

from quartermaster.cli.demo import bought
from quartermaster.cli.demo.chapters import automated as chapter
from quartermaster.inventory.models import Device
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, automated
from quartermaster.mdm.models import AutomatedProfile, DeviceList, ListedDevice, ServiceCredential
from quartermaster.simulators.apple.services.dep import Dep
from tests.factories.inventory import DeviceFactory
from tests.factories.org import DepartmentFactory, PersonFactory, RoleAssignmentFactory

pytestmark = pytest.mark.django_db
APPLES = "https://mdmenrollment.apple.com"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path, monkeypatch):
    """Data of the test's own; what `prepare` leaves in the environment is taken back."""
    settings.DATA, settings.ADE_SERVER_URL = tmp_path, APPLES
    monkeypatch.setenv(bought.URL, "")
    monkeypatch.delenv(bought.URL)


@pytest.fixture
def city(db):
    """As much of the demo city as the chapter needs."""
    place = DepartmentFactory(code="ITMD")
    ida = PersonFactory(number=chapter.ITMD, department=place)
    RoleAssignmentFactory(person=ida, role="itmd_admin")
    return [
        DeviceFactory(serial=f"KNOWN{number}", platform=platform, department=place)
        for number, platform in enumerate(["ios", "ipados", "macos"])
    ]


def test_the_list_is_read_and_the_profile_assigned(city):
    bought.prepare()
    chapter.tell(now())
    rows = {row.serial: row for row in ListedDevice.objects.select_related("device")}
    assert [rows[f"KNOWN{number}"].device for number in range(3)] == city
    assert rows[chapter.SOLD].removed_at is not None
    assert not rows[chapter.NEW[1]].wants_profile
    assert rows[chapter.NEW[0]].device is None
    assert Device.objects.get(serial=chapter.NEW[2]).asset_tag == "PH-0901"
    profile = AutomatedProfile.objects.get(replaced_at=None)
    without = {serial for serial, row in rows.items() if row.profile_id != profile.external_id}
    assert without <= {chapter.SOLD, chapter.NEW[1], chapter.TELEVISION}
    found = DeviceList.objects.get()
    assert (found.owner, found.troubled_at) == ("Model City, Quartermaster", None)


def test_after_a_restart_the_service_is_the_same_and_the_list_too(city, settings):
    bought.prepare()
    chapter.tell(now())
    before = dict(ListedDevice.objects.values_list("serial", "profile_id"))
    del os.environ[bought.URL]
    settings.ADE_SERVER_URL = APPLES
    bought.prepare()
    with bought.running() as dep:
        assert automated.work_lists(now() + timedelta(hours=1)) == 1
        assert len(dep.devices) == ListedDevice.objects.filter(removed_at=None).count()
    assert dict(ListedDevice.objects.values_list("serial", "profile_id")) == before
    found, credential = DeviceList.objects.get(), ServiceCredential.objects.get()
    assert (found.troubled_at, credential.trouble) == (None, "")
    assert AutomatedProfile.objects.count() == 1


def test_a_token_of_another_s_stays_and_no_service_is_arranged(settings):
    actions.import_credential(
        driver="apple", kind="ade", content=Dep().token.dump(), actor=system("test"), at=now()
    )
    bought.prepare()
    assert bought.URL not in os.environ
    assert settings.ADE_SERVER_URL == APPLES
    with bought.running() as service:
        assert service is None


def test_a_service_that_was_named_is_left_as_it_is(monkeypatch, settings):
    monkeypatch.setenv(bought.URL, "https://service.example")
    bought.prepare()
    assert settings.ADE_SERVER_URL == APPLES


def test_without_a_service_on_this_machine_nothing_is_told(city):
    chapter.tell(now())
    assert not ServiceCredential.objects.exists()
