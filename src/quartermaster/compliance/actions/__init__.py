"""What can be done in the room compliance."""

from quartermaster.compliance.actions.evaluate import (
    evaluate_device,
    evaluate_devices,
    evaluate_due,
    forget_device,
)
from quartermaster.compliance.actions.findings import withdraw
from quartermaster.compliance.actions.steps import take_due_steps

__all__ = [
    "evaluate_device",
    "evaluate_devices",
    "evaluate_due",
    "forget_device",
    "take_due_steps",
    "withdraw",
]
