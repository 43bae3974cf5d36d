"""What compliance says of a device that is about to be handed out: is it known how it stands?"""

from datetime import datetime, timedelta

from django.db.models import Min

from quartermaster.compliance.models import Evaluation
from quartermaster.inventory.models import Device
from quartermaster.lifecycle import readiness

FRESH = timedelta(hours=24)


@readiness.register
def evaluated_lately(device: Device, at: datetime) -> str:
    """Every check of it was evaluated within a day (G-3, G-10)."""
    oldest = Evaluation.objects.filter(device=device).aggregate(oldest=Min("evaluated_at"))
    if oldest["oldest"] is None:
        return "It has not been evaluated yet. Wait until it has answered."
    if at - oldest["oldest"] > FRESH:
        return "Its last evaluation is older than a day. Switch it on and let it answer."
    return ""
