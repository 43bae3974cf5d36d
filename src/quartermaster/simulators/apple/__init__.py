"""Simulated iPhones, iPads and Macs."""

from quartermaster.simulators.apple.device import SimulatedDevice
from quartermaster.simulators.apple.identities import Refused
from quartermaster.simulators.apple.state import App, State, ipad, iphone, mac

__all__ = ["App", "Refused", "SimulatedDevice", "State", "ipad", "iphone", "mac"]
