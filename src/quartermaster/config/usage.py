"""Settings of usage records; a part of the environment."""

from pydantic import BaseModel, Field


class UsageSettings(BaseModel):
    """The warehouse of usage detail, summaries and their review."""

    usage_memory_mb: int = Field(
        1024, ge=64, le=1_048_576, description="Memory that one import or query of usage may take."
    )
    usage_threads: int = Field(
        2, ge=1, le=256, description="Processors that one import or query of usage may take."
    )
    usage_mail_day: int = Field(
        8,
        ge=1,
        le=28,
        description="Day of the month on which the summaries of the month before are mailed.",
    )
    usage_mail_wait_days: int = Field(
        10,
        ge=0,
        le=20,
        description="How many days the mail waits where nothing of the month was imported yet.",
    )
    usage_review_days: int = Field(
        10,
        ge=1,
        le=60,
        description="Working days after that day in which ITMD reviews and signs the month.",
    )
