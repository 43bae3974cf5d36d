"""Simulated iPhones, iPads and Macs."""

from quartermaster.simulators.apple.device import Refused, SimulatedDevice
from quartermaster.simulators.apple.state import App, State, ipad, iphone, mac

__all__ = ["App", "Refused", "SimulatedDevice", "State", "ipad", "iphone", "mac"]
