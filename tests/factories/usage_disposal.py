"""Usage as it falls due, and how two people have it destroyed."""

from datetime import UTC, datetime

from quartermaster.kernel.permits import system
from quartermaster.records import schedule
from quartermaster.records.models import DisposalBatch, Retained
from quartermaster.usage.disposal.keeping import keep_new
from tests.cast import Cast
from tests.factories.retention import WAIT, batches, waiting

HOUSE = system("test")
LATE = datetime(2035, 3, 1, 12, tzinfo=UTC)


def retained(kind: str) -> Retained:
    """The one thing of this kind that is not destroyed."""
    return Retained.objects.exclude(standing="destroyed").get(kind=kind)


def batch_of(kind: str, at: datetime = LATE) -> DisposalBatch:
    """What is due of a kind, to be reviewed."""
    keep_new(actor=HOUSE, at=at)
    batches(at)
    return DisposalBatch.objects.get(kind=kind, state="review")


def destroyed(kind: str, cast: Cast, at: datetime = LATE) -> DisposalBatch:
    """What is due of a kind, approved by two, waited for, destroyed and certified."""
    batch = waiting(batch_of(kind, at), cast, at)
    schedule.dispose(at + WAIT)
    batch.refresh_from_db()
    return batch
