"""Retention: schedules, series, and from when what may be destroyed."""

from quartermaster.records.actions.retention.adopting import draft_shipped_series
from quartermaster.records.actions.retention.keeping import (
    classify,
    follow,
    keep_as,
    keep_earlier_ones,
    keep_record,
    note_event,
    put_under,
)
from quartermaster.records.actions.retention.schedules import (
    draft_schedule,
    drop_series,
    purpose_of,
    put_in_force,
    schedule_now,
    withdraw_schedule,
    write_series,
)

__all__ = [
    "classify",
    "draft_schedule",
    "draft_shipped_series",
    "drop_series",
    "follow",
    "keep_as",
    "keep_earlier_ones",
    "keep_record",
    "note_event",
    "purpose_of",
    "put_in_force",
    "put_under",
    "schedule_now",
    "withdraw_schedule",
    "write_series",
]
