"""What a device shows its holder as long as something on it is to be put right (C-1).

E-mail may be the very thing that does not arrive. The message names nothing: others see the screen.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.conf import settings

from quartermaster.compliance.models import Finding
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.inventory.models import Ownership
from quartermaster.mdm import messages


@messages.register
def message_on(device_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The City devices whose holder was told of something that stays, and where it is explained."""
    if not settings.NOTICES_ON_DEVICES:
        return {}
    told = Finding.objects.filter(
        device_id__in=device_ids,
        device__ownership=Ownership.CITY,
        holder__isnull=False,
        state__in=[FindingState.NOTICED, FindingState.OVERDUE],
    )
    text = f"{settings.CITY}: a message for you is at {settings.WEB_URL}/my-compliance/"
    return dict.fromkeys(told.order_by().values_list("device_id", flat=True), text)
