"""Lists of makers and the devices in them, without a service that keeps them."""

from datetime import UTC, datetime

import factory

from quartermaster.mdm.models import DeviceList, ListedDevice

READ = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


class DeviceListFactory(factory.django.DjangoModelFactory[DeviceList]):
    """A list that was read an hour ago."""

    class Meta:
        model = DeviceList

    driver = "apple"
    identity = factory.Sequence(lambda n: f"CK_{n}")
    owner = "Model City, Quartermaster"
    whole = False
    began_at = READ
    finished_at = READ
    due_at = READ


class ListedDeviceFactory(factory.django.DjangoModelFactory[ListedDevice]):
    """An iPhone that the City bought."""

    class Meta:
        model = ListedDevice

    list = factory.SubFactory(DeviceListFactory)
    driver = "apple"
    serial = factory.Sequence(lambda n: f"F2LADE{n:06}")
    model = "iPhone 17"
    description = "IPHONE 17 128GB BLACK"
    family = "iPhone"
    device_class = "smartphone"
    platform = "ios"
    assigned_at = READ
    assigned_by = "buyer@city.example"
    profile_status = "empty"
    listed_at = READ
