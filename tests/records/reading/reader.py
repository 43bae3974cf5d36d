"""Reading an export in this process, as the confined one does."""

import io
from datetime import date
from zoneinfo import ZoneInfo

from quartermaster.records.reading.gathering import Gatherer
from quartermaster.records.reading.given import Given
from quartermaster.records.reading.kinds import read

TODAY = date(2026, 11, 24)
CITY = ZoneInfo("America/Chicago")


def read_all(content, name="export", largest=10_000_000):
    """Its conversations, its files by digest, and what was gathered."""
    files = {}
    gatherer = Gatherer(files.__setitem__, largest_file=largest)
    read(io.BytesIO(content), Given(name, TODAY, CITY), gatherer)
    return [one.whole() for one in gatherer.threads.values()], files, gatherer


def said(conversation):
    return [(one.sender, one.body) for one in conversation.messages]
