"""What can be done in the room compliance."""

from quartermaster.compliance.actions.calendar import (
    import_holidays,
    plan_holidays,
    remove_holiday,
)
from quartermaster.compliance.actions.cases import answer
from quartermaster.compliance.actions.evaluate import (
    evaluate_device,
    evaluate_devices,
    evaluate_due,
    forget_device,
)
from quartermaster.compliance.actions.findings import withdraw
from quartermaster.compliance.actions.steps import take_due_steps

__all__ = [
    "answer",
    "evaluate_device",
    "evaluate_devices",
    "evaluate_due",
    "forget_device",
    "import_holidays",
    "plan_holidays",
    "remove_holiday",
    "take_due_steps",
    "withdraw",
]
