"""Letting go of devices that left the City's property, within the limits of what destroys."""

from quartermaster.audit.models import Entry
from quartermaster.jobs.acts import Act
from quartermaster.jobs.turns import take_turn
from quartermaster.mdm.actions.checkin import close_enrolment
from quartermaster.mdm.actions.destruction.common import limits
from quartermaster.mdm.errors import NotReleased
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.rules.destruction import DAY
from quartermaster.mdm.states import EnrolmentState

RETIRED = "the device was retired"
_LOCK = 0x5155_5254  # one at a time, so that they are counted exactly


def let_go_retired(*, enrolment: Enrolment, doing: Act) -> None:
    """End the enrolment of a device that was retired (C-3, G-10).

    A device whose certificate is refused forgets its management. So that nobody lets the whole
    fleet go by retiring it, no more go by this in a day than may be destroyed; the others stay
    under management, and it is tried again.

    Raises:
        NotReleased: that many went already.
    """
    take_turn(_LOCK)
    enrolled = Enrolment.objects.filter(state=EnrolmentState.ENROLLED).count()
    limit = limits().of_fleet(enrolled)
    lately = Entry.objects.filter(tag="mdm.enrolment.ended", at__gt=doing.at - DAY)
    went = lately.filter(data__reason=RETIRED).count()
    if went >= limit:
        raise NotReleased(
            f"{went} retired devices were let go within a day, and the limit is {limit}. The others"
            " stay under management for now; sooner takes a second person, who agrees that"
            " management be removed from them."
        )
    close_enrolment(enrolment, RETIRED, doing)
