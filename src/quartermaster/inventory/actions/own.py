"""A person enters a device of their own, so that it can be enrolled for City work."""

from datetime import datetime

from quartermaster.inventory.actions.common import (
    fresh_tag,
    lock,
    require_acknowledged,
    the_holder,
)
from quartermaster.inventory.actions.devices import tell_registered
from quartermaster.inventory.custody import follow
from quartermaster.inventory.models import Device, DeviceStatus, Ownership
from quartermaster.inventory.permits import DEVICE_REGISTER_OWN
from quartermaster.inventory.rules.details import DeviceDetails
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import Actor, require

MOST_OWN = 10


def register_own(*, device_class: str, platform: str, actor: Actor, at: datetime) -> Device:
    """Enter a personal device of the actor's own, without any identifier (S-1, S-2, G-1, G-2).

    Raises:
        NotAcknowledged: the actor owes the acknowledgement of the policy in force.
        Conflict: the actor has left the City's service, or registered too many already.
    """
    owner_id = actor.person_id
    if owner_id is None:
        raise Refused("A personal device is registered by the person whose own it is.")
    details = DeviceDetails.of(
        device_class=device_class, platform=platform, ownership=Ownership.PERSONAL
    )
    with act(actor, at) as doing:
        require(actor, DEVICE_REGISTER_OWN, person_id=owner_id)
        lock()
        owner = the_holder(owner_id)
        require_acknowledged(owner, at)
        own = Device.objects.filter(holder=owner, ownership=Ownership.PERSONAL)
        if own.exclude(status=DeviceStatus.RETIRED).count() >= MOST_OWN:
            raise Conflict(
                f"{MOST_OWN} personal devices are registered for you already. Ask ITMD to end the"
                " registration of one that you no longer use."
            )
        made = Device.objects.create(
            **{**details.model_dump(), "asset_tag": fresh_tag()},
            department=owner.department,
            holder=owner,
            status=DeviceStatus.ASSIGNED,
        )
        tell_registered(made, doing)
        follow(made, doing, "register")
    return made
