"""The catalogue of software, and what is on its way to devices."""

from datetime import UTC, datetime
from typing import Any

import factory

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import system
from quartermaster.mdm.actions import software as actions
from quartermaster.mdm.models import (
    DeviceSoftware,
    Licence,
    LicencePool,
    Software,
    SoftwareAssignment,
    SoftwarePackage,
)
from quartermaster.mdm.software_events import SoftwareDecided
from tests.factories.mdm import EnrolmentFactory
from tests.factories.org import DepartmentFactory, PersonFactory

EARLIER = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
HOUSE = system("test")


class SoftwareFactory(factory.django.DjangoModelFactory[Software]):
    """An application of the store, for phones."""

    class Meta:
        model = Software

    title = factory.Sequence(lambda n: f"Application {n}")
    identifier = factory.Sequence(lambda n: f"com.example.app{n}")
    source = "store"
    store_id = factory.Sequence(lambda n: str(361309000 + n))
    platforms = ["ios", "ipados"]
    decided_at = EARLIER
    decided_by = "test"


class AssignmentFactory(factory.django.DjangoModelFactory[SoftwareAssignment]):
    """Required in a department."""

    class Meta:
        model = SoftwareAssignment

    software = factory.SubFactory(SoftwareFactory)
    department = factory.SubFactory(DepartmentFactory)
    purpose = "required"
    made_at = EARLIER
    made_by = "test"


class DeviceSoftwareFactory(factory.django.DjangoModelFactory[DeviceSoftware]):
    """Wanted on a device."""

    class Meta:
        model = DeviceSoftware

    enrolment = factory.SubFactory(EnrolmentFactory)
    device = factory.LazyAttribute(lambda row: row.enrolment.device)
    software = factory.SubFactory(SoftwareFactory)
    origin = "assigned"
    changed_at = EARLIER
    due_at = EARLIER


class PoolFactory(factory.django.DjangoModelFactory[LicencePool]):
    """Ten licences of one product."""

    class Meta:
        model = LicencePool

    driver = "apple"
    store_id = factory.Sequence(lambda n: str(361309000 + n))
    pricing = "STDQ"
    kind = "App"
    title = factory.Sequence(lambda n: f"Product {n}")
    total = 10
    available = 10
    seen_at = EARLIER


class LicenceFactory(factory.django.DjangoModelFactory[Licence]):
    """A licence that a device has."""

    class Meta:
        model = Licence

    pool = factory.SubFactory(PoolFactory)
    serial = factory.Sequence(lambda n: f"C02SERIAL{n}")
    state = "held"
    changed_at = EARLIER


def package(
    software: Software, content: bytes = b"package", version: str = "1.0", **more: Any
) -> SoftwarePackage:
    """A version of a package, its file in the store, for which two people stand."""
    made = waiting_package(software, content, version, **more)
    adder, approver = PersonFactory.create_batch(2)
    SoftwarePackage.objects.filter(id=made.id).update(
        adder=adder, approver=approver, approved_at=EARLIER, sealed_proof=b"proof"
    )
    with act(HOUSE, made.added_at) as doing:
        doing.emit(SoftwareDecided(software_id=software.id))
    made.refresh_from_db()
    return made


def waiting_package(
    software: Software, content: bytes = b"package", version: str = "1.0", **more: Any
) -> SoftwarePackage:
    """A version of a package that nobody else has approved."""
    given = {"platforms": tuple(software.platforms), "actor": HOUSE, "at": EARLIER, **more}
    return actions.add_package(
        software=software, content=content, name="app.ipa", version=version, **given
    )


def packaged(**more: Any) -> Software:
    """An application of the City's own."""
    return SoftwareFactory(**{"source": "package", "store_id": "", **more})
