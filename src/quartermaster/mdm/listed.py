"""Reads of the makers' lists of what the City bought."""

from django.db.models import Q, QuerySet

from quartermaster.kernel.permits import Actor, reach
from quartermaster.mdm import permits
from quartermaster.mdm.credentials import active_credential
from quartermaster.mdm.makers import automating_drivers
from quartermaster.mdm.models import DeviceList, ListedDevice, ServiceCredential
from quartermaster.mdm.states import EnrolmentState

UNKNOWN = Q(device=None, removed_at=None)
WITHOUT_PROFILE = Q(profile_id="", removed_at=None)
GONE = Q(removed_at__isnull=False)
ENROLLED = Q(device__enrolments__state=EnrolmentState.ENROLLED)
PROBLEM = Q(removed_at=None) & ~Q(outcome="")


def listed_visible_to(actor: Actor) -> QuerySet[ListedDevice]:
    """The devices of the makers' lists that the actor may see: all of them, or none."""
    rows = ListedDevice.objects.select_related("list", "device__department", "device__holder")
    return rows if reach(actor, permits.AUTOMATED_VIEW).everything else rows.none()


def lists_visible_to(actor: Actor) -> QuerySet[DeviceList]:
    """How the reading of the lists stands, as far as the actor may see it."""
    rows = DeviceList.objects.all()
    return rows if reach(actor, permits.AUTOMATED_VIEW).everything else rows.none()


def list_credentials() -> list[tuple[str, str, ServiceCredential | None]]:
    """Each driver that has such a list: its name, the kind of credential, and the one in use."""
    return [
        (driver.name, able.list_kind, active_credential(driver.name, able.list_kind))
        for driver, able in automating_drivers()
    ]
