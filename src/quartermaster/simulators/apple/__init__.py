"""Simulated iPhones, iPads and Macs."""

from quartermaster.simulators.apple.accounts import Holder, NotEnrolled, enrol_by_account
from quartermaster.simulators.apple.device import SimulatedDevice
from quartermaster.simulators.apple.identities import Refused
from quartermaster.simulators.apple.state import App, State, ipad, iphone, mac
from quartermaster.simulators.apple.users import User

__all__ = [
    "App",
    "Holder",
    "NotEnrolled",
    "Refused",
    "SimulatedDevice",
    "State",
    "User",
    "enrol_by_account",
    "ipad",
    "iphone",
    "mac",
]
