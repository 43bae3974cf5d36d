"""What a device's refusal means to people, and whether to try again. Drivers know the numbers."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable
from uuid import UUID

from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.models import Command
from quartermaster.mdm.states import CommandState


@dataclass(frozen=True)
class Meaning:
    """One refusal. ``sentence`` is empty for a code that nobody has explained yet.

    ``said`` is the device's own description, as it came.
    """

    code: str
    sentence: str = ""
    advice: str = ""
    temporary: bool = False
    said: str = ""


@runtime_checkable
class Explains(Protocol):
    """A driver that knows what its devices' refusals mean."""

    def meaning(self, answer: bytes) -> Meaning | None:
        """What the refusal in an answer means; None where there is none in it."""
        ...


@runtime_checkable
class Repeats(Protocol):
    """A driver whose commands can be sent again as new ones."""

    def again(self, payload: bytes, command_id: UUID) -> bytes:
        """The same command under a new id."""
        ...


def meaning_of(command: Command) -> Meaning | None:
    """What a failed command's answer means; None where it did not fail or nothing is known."""
    driver = driver_named(command.enrolment.driver)
    if command.state != CommandState.FAILED or not isinstance(driver, Explains):
        return None
    return driver.meaning(bytes(command.answer or b""))
