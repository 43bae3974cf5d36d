"""Samples of delivered applications."""

from quartermaster.files.models import StoredFile
from quartermaster.mdm.models import SoftwarePackage
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory
from tests.factories.software import (
    EARLIER,
    AssignmentFactory,
    DeviceSoftwareFactory,
    SoftwareFactory,
    packaged,
)
from tests.web.samples import sample


@sample("applications:one", "applications:change", "applications:assign", "applications:retire")
def application(cast, at):
    return {"key": SoftwareFactory().pk}


@sample("applications:version")
def ours(cast, at):
    return {"key": packaged().pk}


@sample("applications:withdraw", "applications:approve")
def version(cast, at):
    file = StoredFile.objects.create(
        digest="ab" * 32, size=7, media_type="application/zip", name="app.ipa", stored_at=EARLIER
    )
    made = SoftwarePackage.objects.create(
        software=packaged(),
        version="1.0",
        platforms=["ios"],
        file=file,
        chunk_size=10,
        chunk_hashes=["ab" * 32],
        added_at=EARLIER,
        added_by="test",
        adder=cast.sue,
    )
    return {"key": made.pk}


@sample("applications:assignment-end")
def assignment(cast, at):
    return {"key": AssignmentFactory(department=cast.water).pk}


@sample("applications:again", "applications:forget")
def on_device(cast, at):
    enrolment = EnrolmentFactory(device=DeviceFactory(holder=cast.ana, department=cast.water))
    row = DeviceSoftwareFactory(enrolment=enrolment, state="failed", reason="x", wished_at=at)
    return {"key": row.pk}


@sample("applications:wish")
def device(cast, at):
    return {"key": DeviceFactory(holder=cast.ana, department=cast.water).pk}
