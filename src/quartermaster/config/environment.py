"""The one documented place of settings: environment variables, read once, typed.

A secret may also be given as a file: ``QUARTERMASTER_X_FILE`` names it (containers, systemd).
"""

import os
import secrets
from datetime import date
from functools import cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from quartermaster.config.accounts import SKIPPED, Account
from quartermaster.config.bills import BillSettings
from quartermaster.config.carriers import CarrierFileSettings
from quartermaster.config.custody import CustodySettings
from quartermaster.config.disclosure import DisclosureSettings
from quartermaster.config.limits import LimitSettings, LoanStep, RequestStep
from quartermaster.config.lines import LineSettings
from quartermaster.config.networks import NetworkSettings
from quartermaster.config.records import RecordsSettings
from quartermaster.config.spans import LOSS_HOURS, LossHour
from quartermaster.config.stores import StoreSettings
from quartermaster.config.usage import UsageSettings

PREFIX = "QUARTERMASTER_"


class Environment(
    BaseSettings,
    BillSettings,
    CustodySettings,
    DisclosureSettings,
    LimitSettings,
    LineSettings,
    NetworkSettings,
    RecordsSettings,
    StoreSettings,
    UsageSettings,
    CarrierFileSettings,
):
    """Every setting of the installation."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data: Path = Field(Path(".data"), description="Folder of everything kept outside PostgreSQL.")
    database_url: str = Field(
        "", description="External PostgreSQL (≥ 15). Empty: the embedded server in the data folder."
    )
    development: bool = Field(
        default=False, description="Mail to the console, plain HTTP cookies. Never in production."
    )
    secret_key: str = Field(
        "", description="Signs sessions. Empty: made once and kept in the data folder."
    )
    vault_key: str = Field(
        "", description="64 hex digits; seals secrets at rest. Empty: made once, data folder."
    )
    audit_key: str = Field(
        "", description="64 hex digits; seals the audit ledger. Empty: made once, data folder."
    )
    city: str = Field("Model City", description="The city's name, as pages and mail show it.")
    time_zone: str = Field("America/Chicago", description="Zone in which pages show time.")
    holidays: list[date] = Field(
        [], description="Days, as a JSON list of dates, on which no cure period runs."
    )
    public_report: bool = Field(
        default=False,
        description="Show the report on compliance at `/public/compliance/` to anybody, without"
        " names and without groups of fewer than five devices.",
    )
    support_ends: dict[str, date | None] = Field(
        {},
        description="Until when versions of systems get security updates, as a JSON object of"
        ' families and days (`{"macos 13": "2025-09-15", "ios 16": null}`; null: still). It goes'
        " before the catalogue.",
    )
    cure_days: dict[
        Literal["serious", "high", "medium", "low"], Annotated[int, Field(ge=1, le=90)]
    ] = Field(
        {"serious": 1, "high": 3, "medium": 5, "low": 10},
        description="Working days that a holder has to put a finding right, by severity, as a JSON"
        " object. Counts for notices given from then on: what is open keeps its day.",
    )
    case_days: dict[
        Literal["confirm", "acknowledge", "outcome", "appeal", "review"],
        Annotated[int, Field(ge=1, le=90)],
    ] = Field(
        {"confirm": 3, "acknowledge": 3, "outcome": 20, "appeal": 10, "review": 20},
        description="Working days for each step of a referral, as a JSON object: to confirm it, to"
        " acknowledge it, for an outcome, to appeal, to review the appeal.",
    )
    loss_hours: dict[LossHour, Annotated[int, Field(ge=1, le=8760)]] = Field(
        LOSS_HOURS,
        description="Hours for each step after a loss or damage, as a JSON object. `line`: so long"
        " a line waits for the erasure before it is suspended all the same; `side`: so long the"
        " employee may state their side before ITMD decides on responsibility.",
    )
    sanitise_verify: list[Literal["clear"]] = Field(
        [],
        description="Methods of sanitisation, as a JSON list, that another person verifies as well:"
        " Purge and Destroy always take one, `clear` may.",
    )
    repeat_count: int = Field(
        3,
        ge=2,
        le=20,
        description="How many notices of the same kind to a holder are a repetition.",
    )
    repeat_within_days: int = Field(
        180, ge=1, le=1100, description="The look-back, in days, within which they are counted."
    )
    request_days: dict[RequestStep, Annotated[int, Field(ge=1, le=250)]] = Field(
        {"recommend": 3, "authorise": 3, "fulfil": 20, "expire": 40},
        description="Working days for each step of a request, as a JSON object: to recommend it, to"
        " authorise it, to hand it out; and after how many days more one that nobody took expires.",
    )
    loan_days: dict[LoanStep, Annotated[int, Field(ge=0, le=370)]] = Field(
        {"remind": 2, "collect": 1, "suspend": 2, "ahead": 180},
        description="Days of a loan from the hot-spot pool, as a JSON object: how long before its"
        " end to remind, how long after its beginning it waits to be collected, how long after its"
        " end the line is suspended, how far ahead one may reserve.",
    )
    web_address: str = Field("127.0.0.1:8000", description="Where the people's door listens.")
    web_url: str = Field(
        "",
        validate_default=True,
        description="The people's door as browsers reach it; empty: where it listens, without TLS.",
    )
    devices_address: str = Field("127.0.0.1:8001", description="Where the devices' door listens.")
    devices_url: str = Field(
        "",
        validate_default=True,
        description="The devices' door as devices reach it; empty: where it listens, without TLS.",
    )
    device_certificate_header: str = Field(
        "",
        description="Header in which a trusted proxy passes the device's certificate (RFC 9440, or"
        " nginx's $ssl_client_escaped_cert); empty: devices sign their messages.",
    )
    trusted_proxies: list[IPv4Network | IPv6Network] = Field(
        [IPv4Network("127.0.0.0/8"), IPv6Network("::1/128")],
        description="Networks of the proxies whose certificate header counts, as a JSON list; from"
        " anybody else it is ignored.",
    )
    apple_former_paths: list[Annotated[str, Field(pattern=r"^/[A-Za-z0-9/._-]{1,100}$")]] = Field(
        [],
        description="Paths under which Apple devices that another server enrolled call, as a JSON"
        ' list (such as `["/mdm", "/checkin"]`): this door answers there as well, under that'
        " server's name.",
    )
    accounts: list[Account] = Field(
        [],
        description="Accounts that phones are set up with, as a JSON list: `kind` (exchange, mail,"
        " caldav, carddav or google), `name`, `host`, `port`, `path`, `outgoing_host`,"
        " `outgoing_port`, `sign_in` (by the city's log-in instead of a password), `personal`"
        " (personal phones too). The holder's name and address are filled in.",
    )
    account_enrolment: dict[str, Literal["user", "device"]] = Field(
        {"iPhone": "user", "iPad": "user", "Mac": "user"},
        description="Which devices enrol by account, as a JSON object: Apple's model family to"
        " “user” (personal) or “device” (the City's); a family left out does not.",
    )
    managed_account_domain: str = Field(
        "",
        description="Domain of the Managed Apple Accounts, where it is not that of the people's"
        " e-mail addresses.",
    )
    scep_allow_des: bool = Field(
        default=False, description="Take SCEP requests sealed with single DES, for old clients."
    )
    apple_attestation_roots: str = Field(
        "",
        description="PEM file of Apple's Enterprise Attestation Root CA, from Apple's page of"
        " private authorities; without it devices are not asked to prove themselves.",
    )
    apple_acme: Literal["off", "preferred", "required"] = Field(
        "off",
        description="Identities from keys in the device's hardware: off, preferred where the device"
        " is known to have such keys, or required. Needs apple_attestation_roots.",
    )
    ade_server_url: str = Field(
        "https://mdmenrollment.apple.com",
        description="Apple's device assignment service, for automated enrolment.",
    )
    ade_sign_in: bool = Field(
        default=True,
        description="A device that enrols by itself has its user sign in first. Otherwise it must"
        " be assigned to somebody who has acknowledged the policy before it is set up.",
    )
    ade_department: str = Field(
        "", description="Department that devices name while they are set up; empty: none."
    )
    ade_support_phone: str = Field(
        "", description="Telephone number that devices name while they are set up; empty: none."
    )
    ade_support_email: str = Field(
        "", description="E-mail address that devices name while they are set up; empty: none."
    )
    ade_language: str = Field(
        "", description="Language (ISO 639-1) in which devices are set up; empty: they ask."
    )
    ade_region: str = Field(
        "", description="Region (ISO 3166-1) for which devices are set up; empty: they ask."
    )
    ade_skip: list[str] = Field(
        [*SKIPPED],
        description="Panes of the setup assistant, as a JSON list of Apple's names, that are left"
        " out.",
    )
    ade_anchors: Path | None = Field(
        None,
        description="PEM file of the certificates that devices are to trust for both doors at"
        " automated enrolment; unset: those that they trust anyway.",
    )
    ade_mac_administrator: str = Field(
        "",
        description="Short name of a hidden administrator that Macs get at automated enrolment; its"
        " password is made for each and kept here. Empty: none.",
    )
    apple_device_anchors: Path | None = Field(
        None,
        description="PEM file of Apple's certificates that a new device's own signature must lead"
        " to (Apple Root CA and Apple iPhone Device CA); without it no device enrols by itself.",
    )
    apps_and_books_url: str = Field(
        "https://vpp.itunes.apple.com/mdm/v2",
        description="Apple's service for licences of Apps and Books; another one only to try out.",
    )
    apple_push_url: str = Field(
        "https://api.push.apple.com:443",
        description="Apple's push service; port 2197 where the firewall closes 443.",
    )
    apple_push_trust: Path | None = Field(
        None, description="PEM file of further authorities whose push service is trusted."
    )
    smtp_url: str = Field(
        "", description="smtp://, smtp+tls:// (STARTTLS) or smtps://; empty: mail to the console."
    )
    mail_from: str = Field("quartermaster@localhost", description="Sender of notices.")
    erase_wifi_profile: Path | None = Field(
        None, description="Profile of the network in which an erased phone returns to service."
    )
    command_overdue_hours: int = Field(
        24, ge=1, le=336, description="After so many hours a command without an answer is overdue."
    )
    location_days: int = Field(
        30, ge=1, le=365, description="Days after which the location of a lost device is deleted."
    )
    recovery_remind_days: int = Field(
        3, ge=0, le=60, description="Days before the last day on which who leaves is reminded."
    )
    recovery_lock_days: int = Field(
        1,
        ge=0,
        le=90,
        description="Days after the last day on which a device not returned is locked, and City"
        " data on a personal one is to be removed.",
    )
    recovery_wipe_days: int = Field(
        7,
        ge=0,
        le=180,
        description="Days after the last day on which ITMD is asked to have it erased.",
    )
    recovery_suspend_days: int = Field(
        10, ge=0, le=180, description="Days after the last day on which a line is suspended."
    )
    recovery_demand_days: int = Field(
        14, ge=1, le=365, description="Days after the last day on which a demand letter is due."
    )
    secret_rotate_hours: int = Field(
        4, ge=1, le=72, description="Hours after which a secret that was shown is replaced."
    )
    log_format: str = Field("console", description="“console” or “json”.")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")
    metrics_token: str = Field(
        "", description="Bearer token that /metrics asks for; empty: from the machine itself only."
    )

    @model_validator(mode="before")
    @classmethod
    def _read_files(cls, values: Any) -> Any:
        for name in cls.model_fields:
            path = os.environ.get(f"{PREFIX}{name.upper()}_FILE")
            if path:
                values[name] = Path(path).read_text(encoding="utf-8").strip()
        return values

    @model_validator(mode="after")
    def _attested_with_roots(self) -> "Environment":
        if self.apple_acme != "off" and not self.apple_attestation_roots:
            raise ValueError("QUARTERMASTER_APPLE_ACME needs QUARTERMASTER_APPLE_ATTESTATION_ROOTS")
        return self

    @field_validator("web_url", "devices_url")
    @classmethod
    def _where_it_listens(cls, value: str, info: ValidationInfo) -> str:
        address = str(info.field_name).replace("_url", "_address")
        return value or f"http://{info.data.get(address, '')}"

    @field_validator("cure_days", "case_days", "loss_hours", "request_days", "loan_days")
    @classmethod
    def _names_every_period(cls, value: dict[str, int], info: ValidationInfo) -> dict[str, int]:
        default = cls.model_fields[str(info.field_name)].default
        return {**default, **value}

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError) as problem:
            raise ValueError("is no time zone of the IANA data base") from problem
        return value

    @field_validator("log_format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value not in {"console", "json"}:
            raise ValueError("must be console or json")
        return value

    def kept_key(self, name: str) -> bytes:
        """The 32 bytes of a key: from the setting, or made once and kept in the data folder."""
        given = getattr(self, name)
        if given:
            return _thirty_two_bytes(name, given)
        path = self.data / "keys" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.parent.chmod(0o700)
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_hex(32), encoding="ascii")
            try:
                os.link(fresh, path)  # two processes starting at once agree on one key
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return bytes.fromhex(path.read_text(encoding="ascii").strip())


def _thirty_two_bytes(name: str, text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:  # noqa: PLR2004
        raise ValueError(f"{PREFIX}{name.upper()} must be 64 hexadecimal digits.")
    return key


@cache
def environment() -> Environment:
    """The settings; the program ends with one sentence for each that cannot be taken."""
    try:
        return Environment()
    except ValidationError as problem:
        lines = [f"{_named(e['loc'])}{e['msg']}" for e in problem.errors()]
        raise SystemExit("\n".join(["The settings cannot be taken.", *lines])) from problem


def _named(place: tuple[int | str, ...]) -> str:
    """The variable that is wrong; nothing where several do not go together."""
    return f"{PREFIX}{str(place[0]).upper()}: " if place else ""
