"""Carriers' own APIs, as far as a customer's system sees them: over real HTTP on this machine."""

from quartermaster.simulators.carriers_api.control_center import ControlCenterApi
from quartermaster.simulators.carriers_api.serving import serving
from quartermaster.simulators.carriers_api.thingspace import ThingSpaceApi

__all__ = ["ControlCenterApi", "ThingSpaceApi", "serving"]
