"""Files that were not taken: one that the custodian discarded, one that waits for him."""

from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from uuid import uuid4

from quartermaster.cli.demo.chapters.records_mail import CUSTODIAN
from quartermaster.cli.demo.records import ANA
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.records.actions import capture, quarantine
from quartermaster.records.errors import NotTaken
from quartermaster.records.models import RefusedFile

TITLE = "Files that were not taken"
ORDER = 48
HOUR = timedelta(hours=1)
# not programs: they only begin as one and as a page do
SETUP = b"MZ\x90\x00" + bytes(2000)
PAGE = b"<!doctype html><title>Quote 118</title><p>Gasket DN 100, two pieces: 86.40 each.</p>"


def tell(at: datetime) -> None:
    """A program in a message is discarded; a quote that came as a web page waits."""
    _sent("PipePlanner-Setup.exe", "application/x-msdownload", SETUP, at - 50 * HOUR)
    quarantine.discard(
        refused_id=RefusedFile.objects.get(state="waiting").id,
        reason="The installer of a drawing tool, no record of the City.",
        actor=actor_for(Person.objects.get(number=CUSTODIAN), at),
        at=at - 27 * HOUR,
    )
    _sent("Quote 118.html", "text/html", PAGE, at - 3 * HOUR)


def _sent(name: str, declared: str, content: bytes, at: datetime) -> None:
    ana = actor_for(Person.objects.get(number=ANA), at)
    with suppress(NotTaken):  # as it is meant to be
        capture.receive_item(
            content=BytesIO(content), name=name, declared=declared, key=uuid4(), actor=ana, at=at
        )
