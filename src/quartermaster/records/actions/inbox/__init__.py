"""Mail to the records' address: saved, set aside for the custodian, or not taken."""

from quartermaster.records.actions.inbox.deciding import discard, read_mail, release
from quartermaster.records.actions.inbox.fetching import fetch
from quartermaster.records.actions.inbox.taking import take_mail

__all__ = ["discard", "fetch", "read_mail", "release", "take_mail"]
