"""Tables of the room records."""

from quartermaster.records.models.archive import (
    ArchiveAudit,
    ArchiveFault,
    ItemCheck,
    ItemLock,
    LogEntry,
    LogNode,
    SignedCheckpoint,
    TimeStamp,
)
from quartermaster.records.models.capture import Announcement, Record, RecordItem
from quartermaster.records.models.disposal import DisposalBatch, DisposalEntry
from quartermaster.records.models.exports import (
    SavedMessage,
    StagedExport,
    StagedFile,
    StagedThread,
)
from quartermaster.records.models.holds import (
    HeldDevice,
    Hold,
    HoldAcknowledgement,
    HoldKeeper,
    HoldTerms,
)
from quartermaster.records.models.inbox import FetchedMail, InboxMail
from quartermaster.records.models.quarantine import RefusedFile
from quartermaster.records.models.retention import (
    Retained,
    RetentionReached,
    RetentionSchedule,
    SeriesTerms,
    columns_of,
)
from quartermaster.records.models.searches import AlikeBand, SavedSearch, Signature, ToldOf
from quartermaster.records.models.text import RecordText, SearchEntry
from quartermaster.records.models.text_work import TextWork

__all__ = [
    "AlikeBand",
    "Announcement",
    "ArchiveAudit",
    "ArchiveFault",
    "DisposalBatch",
    "DisposalEntry",
    "FetchedMail",
    "HeldDevice",
    "Hold",
    "HoldAcknowledgement",
    "HoldKeeper",
    "HoldTerms",
    "InboxMail",
    "ItemCheck",
    "ItemLock",
    "LogEntry",
    "LogNode",
    "Record",
    "RecordItem",
    "RecordText",
    "RefusedFile",
    "Retained",
    "RetentionReached",
    "RetentionSchedule",
    "SavedMessage",
    "SavedSearch",
    "SearchEntry",
    "SeriesTerms",
    "Signature",
    "SignedCheckpoint",
    "StagedExport",
    "StagedFile",
    "StagedThread",
    "TextWork",
    "TimeStamp",
    "ToldOf",
    "columns_of",
]
