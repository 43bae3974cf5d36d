"""A user of a simulated Mac or shared iPad, with profiles of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from quartermaster.simulators.apple.answers import HANDLERS
from quartermaster.simulators.apple.answers.base import Handler, Refusal
from quartermaster.simulators.apple.state import State, mac

ON_A_USERS_CHANNEL = frozenset({"ProfileList", "InstallProfile", "RemoveProfile"})
NOT_HERE = 12021


@dataclass
class User:
    """What a user has beside the device's own."""

    short_name: str
    long_name: str = ""
    guid: str = field(default_factory=lambda: str(uuid4()).upper())
    enrollment_user_id: str = field(default_factory=lambda: str(uuid4()).upper())
    own: State = field(default_factory=mac)

    def obey(self, command: Mapping[str, Any]) -> dict[str, Any]:
        """Carry out one command on the user's side; most are the device's alone."""
        kind = str(command.get("RequestType", ""))
        try:
            return {"Status": "Acknowledged", **_handler_of(kind)(self.own, command)}
        except Refusal as refusal:
            return {"Status": "Error", "ErrorChain": refusal.chain}


def _handler_of(kind: str) -> Handler:
    if kind not in ON_A_USERS_CHANNEL:
        raise Refusal(NOT_HERE, f"Not on a user's channel: {kind}")
    return HANDLERS[kind]
