"""What phones are set up with, as settings have it: accounts, and the panes that are left out."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

# what nobody needs on a device of the City; the passcode, location and language stay
SKIPPED = (
    "Android",
    "Appearance",
    "AppStore",
    "DeviceToDeviceMigration",
    "Diagnostics",
    "FileVault",
    "iCloudDiagnostics",
    "iCloudStorage",
    "iMessageAndFaceTime",
    "Intelligence",
    "Payment",
    "Privacy",
    "Restore",
    "ScreenTime",
    "Siri",
    "TOS",
    "Welcome",
    "Zoom",
)


class Account(BaseModel):
    """One account that phones are set up with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["exchange", "mail", "caldav", "carddav", "google"]
    name: str = Field(min_length=1, max_length=80)
    host: str = Field("", max_length=255)
    port: int | None = Field(None, ge=1, le=65535)
    path: str = Field("", max_length=255)
    outgoing_host: str = Field("", max_length=255)
    outgoing_port: int | None = Field(None, ge=1, le=65535)
    sign_in: bool = False
    personal: bool = False

    @model_validator(mode="after")
    def _names_its_server(self) -> Self:
        if self.kind != "google" and not self.host:
            raise ValueError(f"the account {self.name} must name its host")
        return self
