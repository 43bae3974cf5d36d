"""What destroys: asked for by one person, approved by another, stopped by anybody at ITMD."""

from quartermaster.mdm.actions.destruction.ask import request_destruction, request_raise
from quartermaster.mdm.actions.destruction.decide import approve_destruction, refuse_destruction
from quartermaster.mdm.actions.destruction.stop import stop_destruction, stop_everything

__all__ = [
    "approve_destruction",
    "refuse_destruction",
    "request_destruction",
    "request_raise",
    "stop_destruction",
    "stop_everything",
]
