"""Applications and licences over the API, trimmed as everywhere, without their settings."""

import pytest

from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory
from tests.factories.software import DeviceSoftwareFactory, PoolFactory, SoftwareFactory

READ = "applications:read"


def ids(answer):
    assert answer.status_code == 200
    return {item["id"] for item in answer.json()["items"]}


@pytest.mark.clause("G-4")
def test_the_catalogue_is_for_those_who_may_look(cast, call):
    made = SoftwareFactory(configuration={"server": "a"}, sealed_configuration=b"x")
    for who in (cast.cole, cast.ida):
        assert ids(call(who, "applications", READ)) == {str(made.id)}
    one = call(cast.ida, f"applications/{made.id}", READ).json()
    assert (one["identifier"], one["installed"]) == (made.identifier, 0)
    assert not {name for name in one if "configuration" in name}
    for who in (cast.ana, cast.rex):
        assert ids(call(who, "applications", READ)) == set()
        assert call(who, f"applications/{made.id}", READ).status_code == 404


def test_what_is_on_devices_is_seen_in_ones_department(cast, call):
    device = DeviceFactory(holder=cast.ana, department=cast.water)
    row = DeviceSoftwareFactory(
        enrolment=EnrolmentFactory(device=device), state="failed", reason="No space."
    )
    path = "applications-on-devices"
    for who in (cast.ana, cast.cole, cast.ida):
        assert ids(call(who, path, READ)) == {str(row.id)}
    assert ids(call(cast.rex, path, READ)) == set()
    for query, found in (
        (f"state=failed&device={device.id}", {str(row.id)}),
        (f"application={row.software_id}", {str(row.id)}),
        ("state=installed", set()),
    ):
        assert ids(call(cast.ida, f"{path}?{query}", READ)) == found


def test_licences_are_told(cast, call):
    pool = PoolFactory(total=3)
    (item,) = call(cast.ida, "licences", READ).json()["items"]
    assert (item["id"], item["total"], item["wanted"]) == (str(pool.id), 3, 0)
    assert ids(call(cast.rex, "licences", READ)) == set()
    assert call(cast.ida, "licences", "people:read").status_code == 403
