"""The City's networks that devices are set up with: Wi-Fi and VPN, as settings have them.

No shared password is among them: who is let in is asked of the City's directory, by the holder's
name, and the device asks its holder for the password.
"""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Network(BaseModel):
    """One network."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["wifi", "vpn"]
    name: str = Field(min_length=1, max_length=80)
    ssid: str = Field("", max_length=32)
    hidden: bool = False
    open: bool = False
    host: str = Field("", max_length=255)
    trusted: list[str] = Field([], max_length=20)
    personal: bool = False
    stays: bool = False

    @model_validator(mode="after")
    def _names_its_place(self) -> Self:
        if self.kind == "wifi" and not self.ssid:
            raise ValueError(f"the network {self.name} must name its ssid")
        if self.kind == "vpn" and not self.host:
            raise ValueError(f"the network {self.name} must name its host")
        return self


class NetworkSettings(BaseModel):
    """What devices are set up with for their holders: Wi-Fi, VPN, a message."""

    notices_on_devices: bool = Field(
        default=True,
        description="Whether a City device shows on its lock screen or log-in window, where it can,"
        " that a message awaits its holder, as long as something is to be put right.",
    )

    networks: list[Network] = Field(
        [],
        max_length=50,
        description="Networks that devices are set up with, as a JSON list: `kind` (wifi or vpn),"
        " `name`, `ssid`, `hidden`, `open` (a Wi-Fi without log-in), `host` (of a VPN by IKEv2),"
        " `trusted` (names in the certificates of the servers that log people in), `personal`"
        " (personal devices too), `stays` (also while access is restricted, such as a network for"
        " guests). Log-in is by the holder's e-mail address; the device asks for the password.",
    )
