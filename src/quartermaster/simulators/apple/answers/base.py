"""What all answers are made of: errors as devices send them, and what may be asked of whom."""

from collections.abc import Callable, Mapping
from typing import Any

from quartermaster.simulators.apple.state import State

Answer = dict[str, Any]
Handler = Callable[[State, Mapping[str, Any]], Answer]
MDM, INSTALLATION, PASSCODE = (
    "MCMDMErrorDomain",
    "MCInstallationErrorDomain",
    "MCPasscodeErrorDomain",
)
SUPERVISION, SETTINGS = "MCChaperoneErrorDomain", "MCSettingsErrorDomain"


class Refusal(Exception):  # noqa: N818 (an outcome, not a fault)
    """The device does not do it, with Apple's number for the reason."""

    def __init__(self, code: int, text: str, domain: str = MDM) -> None:
        super().__init__(text)
        self.code, self.text, self.domain = code, text, domain

    @property
    def chain(self) -> list[Answer]:
        return [
            {
                "ErrorCode": self.code,
                "ErrorDomain": self.domain,
                "LocalizedDescription": self.text,
                "USEnglishDescription": self.text,
            }
        ]


def done(_state: State, _command: Mapping[str, Any]) -> Answer:
    """Acknowledged, and nothing to tell."""
    return {}
