"""Settings of carriers' files; a part of the environment."""

from pathlib import Path

from pydantic import BaseModel, Field


class CarrierFileSettings(BaseModel):
    """How carriers' files come in."""

    carrier_folder: Path | None = Field(
        None,
        description="Folder into which carriers' files are dropped; each is taken in when it lies"
        " still, and moved to `done` or `refused` within it. Unset: none.",
    )
    carrier_file_largest_mb: int = Field(
        4096,
        ge=1,
        le=1_048_576,
        description="How large a carrier's file may be, in megabytes, before it is unpacked.",
    )
