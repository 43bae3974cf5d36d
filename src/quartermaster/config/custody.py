"""Settings of what is bought and handed out; a part of the environment."""

from pydantic import BaseModel, Field


class CustodySettings(BaseModel):
    """From the order to the signature."""

    order_limit_cents: int = Field(
        250_000,
        ge=0,
        le=10**12,
        description="Price of a purchase order, in cents, above which another person than who"
        " raised it approves it.",
    )
    handover_days: int = Field(
        14,
        ge=1,
        le=90,
        description="Days that things are kept ready for a person who has not signed for them yet;"
        " after that they are in stock for everybody again.",
    )
