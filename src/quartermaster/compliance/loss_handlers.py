"""What compliance does when ITMD holds somebody responsible for a loss."""

from datetime import datetime

from quartermaster.compliance.actions.cases.losses import prepare_loss_case
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.loss_events import LossReferred


@on(LossReferred)
def prepare_referral(event: LossReferred, at: datetime) -> None:
    """A loss is referred: a case is prepared, for a person to confirm or dismiss (C-1, G-11)."""
    prepare_loss_case(loss_id=event.loss_id, actor=system("compliance"), at=at)
