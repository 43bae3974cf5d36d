"""The verbs on what is lost, stolen or damaged (G-11)."""

from quartermaster.lifecycle.actions.losses.clock import take_loss_steps
from quartermaster.lifecycle.actions.losses.damage import give_up, mark_repaired, send_to_repair
from quartermaster.lifecycle.actions.losses.deciding import (
    decide_responsibility,
    enter_police_report,
    state_side,
)
from quartermaster.lifecycle.actions.losses.found import Whither, close_personal, mark_found
from quartermaster.lifecycle.actions.losses.replacing import (
    choose_replacement,
    need_no_replacement,
    order_replacement,
)
from quartermaster.lifecycle.actions.losses.report import LossReport, report_loss
from quartermaster.lifecycle.actions.losses.searching import (
    ask_erasure,
    follow_erasure,
    locate,
    plan_erasure,
)

__all__ = [
    "LossReport",
    "Whither",
    "ask_erasure",
    "choose_replacement",
    "close_personal",
    "decide_responsibility",
    "enter_police_report",
    "follow_erasure",
    "give_up",
    "locate",
    "mark_found",
    "mark_repaired",
    "need_no_replacement",
    "order_replacement",
    "plan_erasure",
    "report_loss",
    "send_to_repair",
    "state_side",
    "take_loss_steps",
]
