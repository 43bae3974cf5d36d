"""What the room says to the rooms below: what must stay for a request, and when one is closed."""

from datetime import datetime

from quartermaster.disclosure.events import RequestAnswered, RequestReopened, RequestWithdrawn
from quartermaster.disclosure.filing import FILES, follow_closing
from quartermaster.disclosure.purging import purge_copies
from quartermaster.disclosure.queries.requests import kept_by_requests, kept_days
from quartermaster.disclosure.queries.searches import device_waits
from quartermaster.inventory import holds as of_devices
from quartermaster.kernel.events import on
from quartermaster.kernel.permits import system
from quartermaster.records import destroying, disposables
from quartermaster.records import keeping as of_records
from quartermaster.usage.disposal import holding as of_usage

HOUSE = system("open records")

of_records.register(kept_by_requests)
of_records.register_unread(kept_days)
of_usage.register(kept_days)
destroying.register(purge_copies)
of_devices.register(device_waits)
disposables.register(FILES)


@on(RequestAnswered)
def begin_periods(event: RequestAnswered, at: datetime) -> None:
    """What is kept for some years after a request is closed."""
    follow_closing(request_id=event.request_id, actor=HOUSE, at=at)


@on(RequestWithdrawn)
def begin_periods_of_withdrawn(event: RequestWithdrawn, at: datetime) -> None:
    """The same where the requester did not pursue it."""
    follow_closing(request_id=event.request_id, actor=HOUSE, at=at)


@on(RequestReopened)
def wait_for_the_closing_again(event: RequestReopened, at: datetime) -> None:
    """A request that was taken up again is not closed."""
    follow_closing(request_id=event.request_id, actor=HOUSE, at=at)
