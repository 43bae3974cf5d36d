"""Settings of orders to carriers; a part of the environment."""

from pydantic import BaseModel, Field


class LineSettings(BaseModel):
    """What is asked of carriers about lines."""

    line_order_hours: int = Field(
        24,
        ge=1,
        le=720,
        description="Hours in which a carrier answers an order to change a line; after that ITMD is"
        " reminded each day.",
    )
    line_restore_warn_days: int = Field(
        7,
        ge=1,
        le=60,
        description="Days before a carrier restores a suspended line by itself, on which ITMD is"
        " told.",
    )
