"""Settings of what acts by itself; a part of the environment."""

from typing import Literal

from pydantic import BaseModel, Field


class LimitSettings(BaseModel):
    """What keeps one wrong rule from a whole city."""

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
