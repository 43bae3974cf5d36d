"""Settings of orders to carriers and of requests for usage detail; a part of the environment."""

from pydantic import BaseModel, Field


class LineSettings(BaseModel):
    """What is asked of carriers about lines, and who may look at what they did."""

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
    detail_request_days: int = Field(
        14,
        ge=1,
        le=90,
        description="Days for which a supervisor may look at usage detail once ITMD agreed.",
    )
    detail_request_span_days: int = Field(
        92,
        ge=1,
        le=366,
        description="The longest span, in days, of one request for usage detail.",
    )
    detail_notice_days: int = Field(
        60,
        ge=1,
        le=366,
        description="Days by which two people of ITMD may put off, for an investigation, that the"
        " person is told of a request for their usage detail.",
    )
