"""What can be done to a lost device from afar, as its platform and its owner allow."""

from uuid import UUID

from quartermaster.inventory.models import Device, DeviceClass
from quartermaster.mdm.abilities import CanDestroy
from quartermaster.mdm.acting import why_not_now
from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.models import DestructiveRequest, DestructiveTarget, Enrolment
from quartermaster.mdm.queries import context_of, enrolment_now
from quartermaster.mdm.rules.destruction import Kind, TargetState
from quartermaster.mdm.verbs import VERBS

NO_ERASURE = (
    "A hot-spot cannot be erased from afar: there is nothing on it that could hear the order."
    " Suspending its line is the control."
)


def kind_for(device: Device) -> Kind:
    """A City device is erased; of a personal one only what the City put there is removed (G-10)."""
    return Kind.REMOVAL if device.personal else Kind.WIPE


def why_not_erase(device: Device) -> str:
    """Why nothing can be erased on a device, as a sentence; empty if it can be asked for."""
    if device.device_class == DeviceClass.HOTSPOT:
        return NO_ERASURE
    enrolment = enrolment_now(device.id)
    if enrolment is None:
        return "The device is not managed, so no order to erase reaches it."
    driver = driver_named(enrolment.driver)
    if not isinstance(driver, CanDestroy):
        return "This platform cannot be erased from here."
    return driver.why_not_destroy(kind_for(device), context_of(device), {})


def why_not(device: Device, verb: str) -> str:
    """Why a verb is not possible on a device now, as a sentence; empty if it is."""
    enrolment = enrolment_now(device.id)
    if enrolment is None:
        return "The device is not managed."
    return why_not_now(enrolment, VERBS[verb], context_of(device))


def last_enrolment(device_id: UUID) -> Enrolment | None:
    """The enrolment that tells when a device was last heard of."""
    rows = Enrolment.objects.filter(device_id=device_id)
    return rows.order_by("-last_seen_at", "-created_at").first()


def target_of(request: DestructiveRequest | None, device_id: UUID) -> DestructiveTarget | None:
    """What became of one device of a request."""
    if request is None:
        return None
    rows = DestructiveTarget.objects.filter(request=request, enrolment__device_id=device_id)
    return rows.select_related("request", "enrolment", "request__requester").first()


def open_requests(device_id: UUID) -> list[UUID]:
    """The requests by which a device may still be erased."""
    rows = DestructiveTarget.objects.filter(
        enrolment__device_id=device_id, state__in=[TargetState.PENDING, TargetState.RELEASED]
    )
    return list(rows.order_by("request_id").values_list("request_id", flat=True).distinct())
