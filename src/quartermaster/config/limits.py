"""Settings of what destroys and of what acts by itself; a part of the environment."""

from typing import Literal

from pydantic import BaseModel, Field


class LimitSettings(BaseModel):
    """What keeps one mistake, or one wrong rule, from a whole city."""

    erase_wait_minutes: int = Field(
        10, ge=1, le=1440, description="How long an approved erasure waits to be stopped."
    )
    erase_wait_minutes_lost: int = Field(
        1, ge=1, le=1440, description="The same of a device reported lost and in lost mode."
    )
    erase_wait_minutes_many: int = Field(
        60, ge=1, le=1440, description="The same of more than five devices in one request."
    )
    erase_limit_requester: int = Field(
        3, ge=1, description="Devices that may go in an hour by the requests of one person."
    )
    erase_limit_approver: int = Field(
        10, ge=1, description="Devices that may go in an hour by the approvals of one person."
    )
    erase_limit_fleet: int = Field(
        10, ge=1, description="Devices that may go in a day, or the percentage where that is more."
    )
    erase_limit_percent: float = Field(
        0.5, ge=0, le=100, description="Percentage of the enrolled devices that may go in a day."
    )
    erase_settled_hours: int = Field(
        72,
        ge=1,
        description="How long an approver must have had the role, and a password not set by link.",
    )
    automatic_limit_fleet: int = Field(
        25,
        ge=1,
        description="Devices that rules may act on in a day, or the percentage where that is more.",
    )
    automatic_limit_percent: float = Field(
        2, ge=0, le=25, description="Percentage of the enrolled devices that may be acted on a day."
    )
    automatic_jump_percent: float = Field(
        10,
        gt=0,
        le=100,
        description="More percent of the devices that newly fail one check than this stop a rule.",
    )
    automatic_jump_least: int = Field(
        10, ge=1, description="Fewer devices than this that newly fail are no sign of a fault."
    )
    automatic_jump_hours: int = Field(
        24, ge=1, le=720, description="The span in which newly failing devices are counted."
    )


RequestStep = Literal["recommend", "authorise", "fulfil", "expire"]
LoanStep = Literal["remind", "collect", "suspend", "ahead"]
