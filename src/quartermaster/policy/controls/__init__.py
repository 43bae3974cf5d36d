"""The controls by which the system carries out each requirement of the policy."""

from quartermaster.policy.controls.catalogue import Control, Kind, Status, controls, controls_of
from quartermaster.policy.controls.ids import REQUIREMENT_IDS

__all__ = ["REQUIREMENT_IDS", "Control", "Kind", "Status", "controls", "controls_of"]
