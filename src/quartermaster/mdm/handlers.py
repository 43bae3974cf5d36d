"""What the room mdm does when something happened."""

from datetime import datetime

from quartermaster.inventory import events as inventory
from quartermaster.jobs.acts import act
from quartermaster.jobs.outbox import before_delivery
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, settling
from quartermaster.mdm.actions.waking import WAKE, can_be_woken_again
from quartermaster.mdm.credentials import listening, waking_kinds
from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.events import (
    CredentialActivated,
    DeviceChanged,
    DeviceEnrolled,
    PostureReported,
    UserChannelOpened,
)
from quartermaster.mdm.makers import automating_driver
from quartermaster.mdm.models import Enrolment, ServiceCredential, UserChannel
from quartermaster.mdm.queries import context_of, enrolment_now
from quartermaster.mdm.states import EnrolmentState, WakeOutcome
from quartermaster.policy.events import RequirementsChanged

HOUSE = system("device management")

before_delivery(actions.tell_arrivals)
before_delivery(actions.learn_due)
before_delivery(actions.learn_reports_due)
before_delivery(actions.release_due)
before_delivery(settling.settle)


@on(DeviceEnrolled)
def ask_and_configure(event: DeviceEnrolled, at: datetime) -> None:
    """A device that came is asked what it is, and told what is required of it."""
    enrolment = enrolment_now(event.device_id)
    if enrolment is None or enrolment.id != event.enrolment_id:
        return
    configured = actions.configure_device(enrolment=enrolment, actor=HOUSE, at=at)
    if not configured.commands:
        orders = driver_named(enrolment.driver).inventory(context_of(enrolment.device))
        actions.queue_orders(enrolment=enrolment, orders=orders, actor=HOUSE, at=at)
    if enrolment.awaits_since is not None:
        actions.queue_set_up(enrolment=enrolment, actor=HOUSE, at=at)
        actions.release_due(at)  # there may be nothing to wait for


@on(UserChannelOpened)
def ask_who_came(event: UserChannelOpened, at: datetime) -> None:
    """A user of a device came: their side is asked, too."""
    rows = UserChannel.objects.select_related("enrolment__device")
    channel = rows.filter(id=event.channel_id, left_at=None).first()
    if channel is not None and channel.enrolment.state == EnrolmentState.ENROLLED:
        actions.ask_user(channel=channel, actor=HOUSE, at=at)


@on(inventory.DeviceRegistered)
def tie_registered(event: inventory.DeviceRegistered, at: datetime) -> None:  # noqa: ARG001 (a handler)
    """A device that the inventory now knows may stand in a maker's list."""
    actions.tie_devices([event.device_id])


@on(inventory.DeviceChanged)
def tie_changed(event: inventory.DeviceChanged, at: datetime) -> None:  # noqa: ARG001 (a handler)
    """The serial number may have been corrected."""
    actions.tie_devices([event.device_id])


@on(CredentialActivated)
def read_list(event: CredentialActivated, at: datetime) -> None:  # noqa: ARG001 (a handler)
    """A new credential for a maker's list: it is read at once."""
    driver = automating_driver(event.driver)
    if driver is not None and event.kind == driver.list_kind:
        actions.wake()


@on(RequirementsChanged)
def configure_again(event: RequirementsChanged, at: datetime) -> None:
    """What is required changed: every device of the departments is brought to it."""
    rows = Enrolment.objects.filter(state=EnrolmentState.ENROLLED).select_related("device")
    if event.department_ids:
        rows = rows.filter(device__department_id__in=event.department_ids)
    for enrolment in rows.iterator(chunk_size=500):
        actions.configure_device(enrolment=enrolment, actor=HOUSE, at=at)


@on(DeviceChanged)
def follow(event: DeviceChanged, at: datetime) -> None:
    """A device can take more than before, or has taken what replaces something: go on with it."""
    enrolment = enrolment_now(event.device_id)
    if enrolment is not None:
        actions.configure_device(enrolment=enrolment, actor=HOUSE, at=at)


@on(PostureReported)
def keep_code(event: PostureReported, at: datetime) -> None:
    """A supervised device that came lately tells how its activation lock is lifted."""
    actions.keep_bypass_code(device_id=event.device_id, actor=HOUSE, at=at)


@on(inventory.DeviceRetired)
def let_go(event: inventory.DeviceRetired, at: datetime) -> None:
    """A retired device is not managed any longer; too many at once wait, as the outbox says."""
    enrolment = enrolment_now(event.device_id)
    if enrolment is not None:
        with act(HOUSE, at) as doing:
            actions.let_go_retired(enrolment=enrolment, doing=doing)


@on(CredentialActivated)
def wake_again(event: CredentialActivated, at: datetime) -> None:
    """What waited for a certificate is woken with it; so is who listened to its topic all along."""
    if (event.driver, event.kind) not in set(waking_kinds()):
        return
    identity = ServiceCredential.objects.values_list("identity", flat=True).get(
        id=event.credential_id
    )
    heard = listening(event.driver, identity).filter(wake__outcome=WakeOutcome.ELSEWHERE)
    can_be_woken_again(list(heard.values_list("id", flat=True)))
    with act(HOUSE, at) as doing:
        doing.wake_up(WAKE)
