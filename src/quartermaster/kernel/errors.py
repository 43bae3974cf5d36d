"""Errors with names. Doors turn them into problem details (RFC 9457) or a sentence on a page."""

from collections.abc import Mapping
from typing import ClassVar


class HouseError(Exception):
    """An outcome that a person can understand and a program can tell apart.

    ``code`` is stable and documented; the message is a whole sentence that says what to do.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(self, message: str, **facts: str | float) -> None:
        super().__init__(message)
        self.message = message
        self.facts: Mapping[str, str | float] = facts


class InvalidInput(HouseError):  # noqa: N818 (an outcome, not a fault)
    """The input cannot be taken; nothing was changed."""

    code = "invalid-input"
    status = 422


class Refused(HouseError):  # noqa: N818
    """The actor may not do or see this."""

    code = "refused"
    status = 403


class NotFound(HouseError):  # noqa: N818
    """There is no such thing, or the actor may not know of it."""

    code = "not-found"
    status = 404


class Conflict(HouseError):  # noqa: N818
    """The thing is not (or no longer) in the state that this act needs; nothing was changed."""

    code = "conflict"
    status = 409
