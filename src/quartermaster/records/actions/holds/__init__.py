"""Legal holds: opened, amended and released by the records custodian, kept going by the clock."""

from quartermaster.records.actions.holds.clock import note_separation, take_hold_steps
from quartermaster.records.actions.holds.opening import add_people, amend_hold, open_hold
from quartermaster.records.actions.holds.people import acknowledge_notice, release_keeper
from quartermaster.records.actions.holds.releasing import release_hold

__all__ = [
    "acknowledge_notice",
    "add_people",
    "amend_hold",
    "note_separation",
    "open_hold",
    "release_hold",
    "release_keeper",
    "take_hold_steps",
]
