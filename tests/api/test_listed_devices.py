"""The makers' lists by the API: ITMD reads them, others see nothing."""

import pytest

from quartermaster.kernel.clock import now
from tests.factories.automated import DeviceListFactory, ListedDeviceFactory
from tests.factories.inventory import DeviceFactory

SCOPE = "listed-devices:read"


@pytest.fixture
def rows(cast):
    made = DeviceListFactory()
    return {
        "known": ListedDeviceFactory(list=made, device=DeviceFactory(), profile_id="X"),
        "unknown": ListedDeviceFactory(list=made),
        "gone": ListedDeviceFactory(list=made, removed_at=now()),
    }


def ids(answer):
    return {item["id"] for item in answer.json()["items"]}


def test_itmd_reads_and_narrows_the_list(cast, call, rows):
    assert ids(call(cast.ida, "listed-devices", SCOPE)) == {str(row.id) for row in rows.values()}
    for query, names in (
        ("show=unknown", {"unknown"}),
        ("show=without-profile", {"unknown"}),
        ("show=gone", {"gone"}),
        (f"serial={rows['known'].serial.lower()}", {"known"}),
    ):
        found = ids(call(cast.ida, f"listed-devices?{query}", SCOPE))
        assert found == {str(rows[name].id) for name in names}
    one = call(cast.ida, f"listed-devices/{rows['known'].id}", SCOPE).json()
    assert (one["serial"], one["device_id"]) == (
        rows["known"].serial,
        str(rows["known"].device_id),
    )


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_others_see_nothing(cast, call, rows, who):
    person = getattr(cast, who)
    assert call(person, "listed-devices", SCOPE).json()["items"] == []
    assert call(person, f"listed-devices/{rows['known'].id}", SCOPE).status_code == 404
