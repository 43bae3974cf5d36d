"""Who sees which equipment, and how a device that reports itself is recognised."""

import pytest
from django.db import IntegrityError, connection, transaction

from quartermaster.inventory import queries
from quartermaster.inventory.errors import AmbiguousDevice
from quartermaster.inventory.models import IDENTIFIERS
from quartermaster.inventory.rules import Channel
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.ids import new_id
from quartermaster.org.models import RoleAssignment
from quartermaster.org.roles import Role
from tests.cast import LONG_AGO
from tests.factories import inventory as make


@pytest.fixture
def equipment(cast):
    """Ana's phone with its line, SIM and kit; a phone of the library; a hot-spot of Water Works."""
    phone = make.DeviceFactory(asset_tag="ANA", holder=cast.ana)
    line = make.LineFactory(holder=cast.ana)
    make.SimFactory(line=line, device=phone)
    make.SimFactory()
    make.AccessoryFactory(holder=cast.ana, department=cast.water)
    make.DeviceFactory(asset_tag="LIB", department=cast.library)
    make.HotspotFactory(asset_tag="MIFI", department=cast.water)
    return phone


@pytest.mark.parametrize(
    ("who", "devices", "rest"),
    [
        ("ana", {"ANA"}, (1, 1, 1)),
        ("sue", {"ANA"}, (1, 1, 1)),
        ("cole", {"ANA", "MIFI"}, (1, 1, 1)),
        ("ida", {"ANA", "LIB", "MIFI"}, (1, 2, 1)),
        ("rex", set(), (0, 0, 0)),
    ],
)
def test_each_sees_their_own(cast, equipment, who, devices, rest):
    actor = cast.acting(getattr(cast, who))
    assert {d.asset_tag for d in queries.devices_visible_to(actor)} == devices
    assert rest == (
        queries.lines_visible_to(actor).count(),
        queries.sims_visible_to(actor).count(),
        queries.accessories_visible_to(actor).count(),
    )
    seen = {d.asset_tag for d in queries.hotspots_visible_to(actor)}
    assert seen == devices & {"MIFI"}


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.CUSTODIAN])
def test_city_wide_readers(cast, equipment, role):
    RoleAssignment.objects.create(person=cast.rex, role=role, granted_at=LONG_AGO)
    assert queries.devices_visible_to(cast.acting(cast.rex)).count() == 3


def test_one_device_and_one_line(cast, equipment):
    ana, rex = cast.acting(cast.ana), cast.acting(cast.rex)
    line = equipment.sims.get().line
    assert queries.device_seen_by(ana, equipment.id) == equipment
    assert queries.line_seen_by(ana, line.id) == line
    for ask, key in [(queries.device_seen_by, equipment.id), (queries.line_seen_by, line.id)]:
        with pytest.raises(NotFound):
            ask(rex, key)
    with pytest.raises(NotFound):
        queries.device_for_update(new_id())


@pytest.mark.clause("S-1")
@pytest.mark.parametrize(
    ("device_class", "platform", "channel"),
    [
        ("smartphone", "ios", Channel.APPLE),
        ("tablet", "ipados", Channel.APPLE),
        ("laptop", "macos", Channel.APPLE),
        ("smartphone", "android", Channel.ANDROID),
        ("tablet", "android", Channel.ANDROID),
        ("laptop", "windows", Channel.WINDOWS),
        ("hotspot", "none", Channel.LINE),
        ("laptop", "none", Channel.NONE),
    ],
)
def test_management_channel(db, device_class, platform, channel):
    device = make.DeviceFactory(device_class=device_class, platform=platform)
    assert queries.management_channel(device) is channel


@pytest.mark.clause("S-1")
def test_a_hotspot_has_no_platform_and_is_managed_through_its_line(cast):
    with transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
        make.HotspotFactory(platform="android")
    hotspot = make.HotspotFactory()
    line = make.LineFactory()
    make.SimFactory(line=line, device=hotspot)
    assert [sim.line for sim in queries.sims_in(hotspot)] == [line]


def test_a_device_is_recognised_by_what_it_reports(cast, at):
    first = make.DeviceFactory(
        serial="AAA1", imei=make.imei(1), imei2=make.imei(2), udid="00008110-000A1D8E0E92801E"
    )
    second = make.DeviceFactory(serial="BBB2", imei=make.imei(3))
    retired = make.DeviceFactory(serial="CCC3", imei="", status="retired")
    match = queries.device_matching
    assert match(serial="AAA1") == match(imei=make.imei(2)) == match(udid=first.udid) == first
    assert match(serial="BBB2", imei=make.imei(3)) == second
    assert match(serial=" aaa1", imei=f"{first.imei[:2]} {first.imei[2:]}") == first
    assert match(serial="?", imei="123", udid="x") is None
    assert match(serial="ZZZ9") is match() is match(serial=retired.serial) is None
    with pytest.raises(AmbiguousDevice, match="Correct one of them first"):
        match(serial="AAA1", imei=make.imei(3))


@pytest.mark.clause("G-1")
def test_a_personal_device_is_never_found_by_an_identifier(cast, at):
    """The City has nothing to find it by: the database refuses each identifier."""
    device = make.PersonalDeviceFactory(holder=cast.ana)
    assert device.identifiers == {}
    assert queries.device_matching(serial="", imei="", udid="") is None
    for name in IDENTIFIERS:
        with transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
            type(device).objects.filter(id=device.id).update(**{name: "8" * 14})


def test_two_transactions_cannot_cross_an_imei(cast):
    """The trigger holds even where no action asked first."""
    make.DeviceFactory(imei=make.imei(1), imei2=make.imei(2))
    with (
        transaction.atomic(),
        pytest.raises(IntegrityError, match="is that of device"),
        transaction.atomic(),
    ):
        make.DeviceFactory(imei=make.imei(3), imei2=make.imei(1))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgenabled FROM pg_trigger WHERE tgname LIKE 'inventory_device_imei%'"
        )
        assert cursor.fetchall() == [("O",)]


def test_models_are_listed(db):
    made = make.DeviceModelFactory()
    assert list(queries.models()) == [made]
