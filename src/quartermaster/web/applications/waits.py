"""Packages of the City's own that wait for a second person."""

from django.urls import reverse

from quartermaster.mdm.software import packages_to_approve
from quartermaster.mdm.software_permits import PACKAGE_APPROVE
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("Packages for devices", permit=PACKAGE_APPROVE, order=6)
def packages(request: HouseRequest) -> Steps:
    """Of those that somebody else added (G-10)."""
    rows = packages_to_approve(request.actor)
    if not (yield rows):
        return
    for row in rows:
        address = reverse("applications:approve", kwargs={"key": row.pk})
        yield Wait(f"Approve or withdraw: {row}", address, note=f"Added by {row.added_by}")
