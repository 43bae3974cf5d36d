"""The settings of holds and records, part of `environment`."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, field_validator


class RecordsSettings(BaseModel):
    """How holds and records are kept."""

    hold_remind_days: int = Field(
        3,
        ge=1,
        le=60,
        description="Days between reminders of a legal hold that was not acknowledged.",
    )
    hold_escalate_after: int = Field(
        2,
        ge=0,
        le=20,
        description="After how many such reminders the supervisor is told with each further one.",
    )
    hold_renotice_days: int = Field(
        365,
        ge=30,
        le=1100,
        description="After how many days a legal hold is to be acknowledged anew.",
    )
    record_largest_mb: int = Field(
        60, ge=1, le=1000, description="How large a file of a record may be, in megabytes."
    )
    record_transfer_days: int = Field(
        7,
        ge=1,
        le=90,
        description="How many days a record that was announced may still lie on a device.",
    )
    record_remind_days: int = Field(
        2, ge=1, le=30, description="Days between reminders of what still lies on a device."
    )
    record_remind_most: int = Field(
        5,
        ge=1,
        le=50,
        description="After how many such reminders the records custodian is told instead.",
    )
    archive_key: str = Field(
        "",
        description="64 hexadecimal digits that sign the checkpoints of the archive. Empty: kept in"
        " the data folder.",
    )
    archive_audit_files: int = Field(
        2000,
        ge=0,
        le=10_000_000,
        description="How many files of records each nightly audit compares with their digests,"
        " those first that were compared longest ago.",
    )
    archive_tsa_url: str = Field(
        "",
        description="Address of a time stamp authority (RFC 3161) that stamps the checkpoints of"
        " the archive. Empty: none does.",
    )
    archive_tsa_certificates: str = Field(
        "", description="File with the authority's root and intermediate certificates, as PEM."
    )
    export_largest_mb: int = Field(
        500,
        ge=1,
        le=4000,
        description="How large an export of messages may be, in megabytes.",
    )
    export_hours: int = Field(
        24,
        ge=1,
        le=168,
        description="Hours that an export waits for its owner to choose out of it; then it is"
        " destroyed.",
    )
    record_schedule: Literal["wisconsin"] = Field(
        "wisconsin",
        description="The parameters with which the retention schedule begins; from then on it is"
        " changed on its page. The City Attorney confirms them.",
    )
    record_fiscal_year_begins: int = Field(
        1, ge=1, le=12, description="The month with which the City's fiscal year begins."
    )
    retention_wait_days: int = Field(
        7,
        ge=1,
        le=90,
        description="Days between the approval of the second person and the destruction of records,"
        " in which it can be stopped.",
    )
    retention_transfer_days: int = Field(
        60,
        ge=1,
        le=730,
        description="Days of notice to the state archive before what is transferred is destroyed"
        " here (Wis. Stat. § 19.21(4)(a)).",
    )
    retention_batch_most: int = Field(
        500, ge=1, le=5000, description="How many records a batch of what is due has at most."
    )
    inbox_address: str = Field(
        "",
        description="The mail address to which people forward records, such as"
        " `records@city.example`. Empty: none.",
    )
    inbox_authserv: str = Field(
        "",
        description="The name under which the City's own mail host writes"
        " `Authentication-Results`; of nobody else are they believed. Empty: every message waits"
        " for the records custodian.",
    )
    inbox_imap_url: str = Field(
        "",
        description="A mailbox that is emptied every five minutes:"
        " `imaps://user:password@host/INBOX`. Empty: none.",
    )
    inbox_imap_trust: Path | None = Field(
        None, description="Certificates that the mailbox's server is verified by, as PEM."
    )
    lmtp_address: str = Field(
        "127.0.0.1:8024",
        description="Where `quartermaster lmtp` listens for the City's own mail host.",
    )
    quarantine_most_files: int = Field(
        20,
        ge=0,
        le=1000,
        description="How many files of one person may wait for the records custodian that were not"
        " taken for what is in them. Further ones are refused and not kept.",
    )
    quarantine_most_mb: int = Field(
        200, ge=0, le=100_000, description="How large these may be together, in megabytes."
    )
    quarantine_days: int = Field(
        90,
        ge=1,
        le=730,
        description="After how many days such a file is discarded that nobody decided about.",
    )
    record_folder: Path | None = Field(
        None,
        description="A folder that is looked into every minute: a file in its sub-folder of a"
        " personnel number becomes a record of that person. Empty: none.",
    )

    @field_validator("inbox_imap_url")
    @classmethod
    def _over_tls(cls, value: str) -> str:
        if value and not value.startswith("imaps://"):
            raise ValueError("QUARTERMASTER_INBOX_IMAP_URL must be imaps://user:password@host/…")
        return value
