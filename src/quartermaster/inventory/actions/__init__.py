"""The verbs of the room inventory."""

from quartermaster.inventory.actions.accessories import (
    add_accessory,
    assign_accessory,
    retire_accessory,
    unassign_accessory,
)
from quartermaster.inventory.actions.catalogue import add_model
from quartermaster.inventory.actions.devices import (
    assign,
    change_details,
    count_sanitised,
    hand_back,
    register,
    report_lost,
    retire,
    send_to_repair,
    unassign,
)
from quartermaster.inventory.actions.imports import (
    Kind,
    import_equipment,
    layout_of,
    plan_import,
)
from quartermaster.inventory.actions.imports.foreign import import_foreign, plan_foreign
from quartermaster.inventory.actions.lines import add_line, assign_line, change_line, move_line
from quartermaster.inventory.actions.own import register_own
from quartermaster.inventory.actions.sims import add_sim, put_sim, retire_sim, swap_sim
from quartermaster.inventory.custody import NO_CAUSE, Cause
from quartermaster.inventory.imports.foreign import Program

__all__ = [
    "NO_CAUSE",
    "Cause",
    "Kind",
    "Program",
    "add_accessory",
    "add_line",
    "add_model",
    "add_sim",
    "assign",
    "assign_accessory",
    "assign_line",
    "change_details",
    "change_line",
    "count_sanitised",
    "hand_back",
    "import_equipment",
    "import_foreign",
    "layout_of",
    "move_line",
    "plan_foreign",
    "plan_import",
    "put_sim",
    "register",
    "register_own",
    "report_lost",
    "retire",
    "retire_accessory",
    "retire_sim",
    "send_to_repair",
    "swap_sim",
    "unassign",
    "unassign_accessory",
]
