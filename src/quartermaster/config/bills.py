"""Settings of what carriers bill; a part of the environment."""

from pydantic import BaseModel, Field

_MONEY = 10**9


class BillSettings(BaseModel):
    """From how much on something on an invoice is worth a person's look."""

    bill_minor_cents: int = Field(
        500,
        ge=0,
        le=_MONEY,
        description="Cents up to which days billed after the end, the suspension or the holder's"
        " last day within a cycle are let pass.",
    )
    bill_extras_cents: int = Field(
        500,
        ge=0,
        le=_MONEY,
        description="Cents of roaming, international use or premium services of a line in a cycle"
        " above which a person looks at it.",
    )
    bill_saving_cents: int = Field(
        500,
        ge=0,
        le=_MONEY,
        description="Cents a month that another plan or a pool has to save before it is proposed.",
    )
    bill_unused_cycles: int = Field(
        3, ge=1, le=12, description="Cycles without any use after which a line is a finding."
    )
    bill_months_compared: int = Field(
        3, ge=1, le=12, description="Cycles that a cheaper plan must have been enough for."
    )
    dispute_days: int = Field(
        30, ge=1, le=365, description="Days that a carrier has to answer a dispute."
    )
