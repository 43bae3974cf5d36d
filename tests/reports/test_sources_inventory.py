"""What the evidence of equipment counts, and for whom."""

import pytest
from django.db import IntegrityError, transaction

from quartermaster.inventory.models import Device, Line
from quartermaster.reports.evidence import Evidence, count
from quartermaster.reports.trace import sources
from tests.factories.custody import written

assert sources  # registered by the import


def _device(tag, department, **more):
    values = {"device_class": "smartphone", "platform": "ios", "status": "in_stock"}
    return written(Device, asset_tag=tag, department=department, **(values | more))


@pytest.fixture
def register(cast):
    """Two phones of Ana, one of them her own; a phone that was retired; two lines."""
    held = {"holder": cast.ana, "status": "assigned"}
    _device("QM-1", cast.water, serial="C1", **held)
    _device("QM-2", cast.water, ownership="personal", **held)
    _device("QM-3", cast.water, serial="C3", status="retired")
    _device("QM-4", cast.library, serial="C4")
    for number, status in (("+14145550101", "active"), ("+14145550102", "ordered")):
        written(
            Line,
            number=number,
            carrier="Carrier",
            status=status,
            department=cast.water,
            holder=cast.ana,
        )


@pytest.mark.clause("S-1", "C-3")
@pytest.mark.parametrize(
    ("who", "city", "personal", "gone"), [("ida", 3, 1, 1), ("cole", 2, 1, 1), ("rex", 0, 0, 0)]
)
def test_every_device_has_an_owner_and_a_place(cast, register, at, who, city, personal, gone):
    assert count("inventory.devices", cast.acting(getattr(cast, who)), at) == Evidence(
        (("city devices", city), ("personal devices", personal), ("out of custody", gone))
    )


@pytest.mark.clause("G-8")
def test_a_second_city_device_is_seen(cast, register, at):
    ida = cast.acting(cast.ida)
    assert [n for _, n in count("inventory.holdings", ida, at).counts] == [1, 0]
    _device("QM-5", cast.water, serial="C5", holder=cast.ana, status="assigned")
    assert [n for _, n in count("inventory.holdings", ida, at).counts] == [1, 1]
    rex = cast.acting(cast.rex)
    assert [n for _, n in count("inventory.holdings", rex, at).counts] == [0, 0]


@pytest.mark.clause("G-1")
@pytest.mark.parametrize(("who", "many"), [("ida", 1), ("ana", 1), ("rex", 0)])
def test_personal_devices_have_no_identifier(cast, register, at, who, many):
    assert count("inventory.personal", cast.acting(getattr(cast, who)), at) == Evidence(
        (("personal devices", many), ("without any hardware identifier", many))
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Device.objects.filter(ownership="personal").update(serial="C2")


@pytest.mark.clause("G-12")
@pytest.mark.parametrize(("who", "lines", "used"), [("ida", 2, 1), ("cole", 2, 1), ("rex", 0, 0)])
def test_lines_have_one_register(cast, register, at, who, lines, used):
    assert count("inventory.lines", cast.acting(getattr(cast, who)), at) == Evidence(
        (("lines", lines), ("in use", used))
    )
