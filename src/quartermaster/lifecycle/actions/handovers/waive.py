"""The exception: a device goes out before it is enrolled, for days and with a name to it."""

from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.handovers.common import not_for_oneself, the_item
from quartermaster.lifecycle.models import HandoverItem
from quartermaster.lifecycle.permits import HANDOVER_WAIVE
from quartermaster.lifecycle.rules.handovers import require_waiver
from quartermaster.mdm.driver import is_managed
from quartermaster.org.models import Person
from quartermaster.policy.rules.versions import city_date


def waive_enrolment(
    *, item_id: UUID, reason: str, until: date, actor: Actor, at: datetime
) -> HandoverItem:
    """Let a device go out before it is enrolled, until a day and with the reason (G-10)."""
    with act(actor, at) as doing:
        require(actor, HANDOVER_WAIVE)
        if actor.person_id is None:
            raise Refused("A person has to stand for this.")
        item = the_item(item_id)
        not_for_oneself(actor, item.handover.holder_id)
        if item.device is None or not is_managed(item.device.platform):
            raise Conflict(f"{item} is not managed by software; there is nothing to put off.")
        item.waiver = require_waiver(until, city_date(at, settings.TIME_ZONE), reason)
        item.waived_until = until
        item.waived_by = Person.objects.get(id=actor.person_id)
        item.save(update_fields=["waiver", "waived_until", "waived_by"])
        doing.record(
            "lifecycle.handover.enrolment-waived",
            item.handover,
            device=str(item),
            until=until.isoformat(),
            reason=item.waiver,
        )
    return item
