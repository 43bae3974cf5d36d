"""Working off the makers' lists: read what is new, define the profile, assign it.

Between the calls over the network stand the transactions of `actions.listing` and
`actions.assigning`. Whoever holds the lease works; a crash lets the lease run out, and the next
one goes on behind the last page that was kept.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog

from quartermaster.kernel.permits import system
from quartermaster.mdm.actions import assigning, listing
from quartermaster.mdm.actions.credentials import note_success, note_trouble
from quartermaster.mdm.actions.notices import tell_of_list_trouble
from quartermaster.mdm.credentials import active_credential, open_secret
from quartermaster.mdm.errors import ListRefused, ListTrouble
from quartermaster.mdm.makers import (
    MOST_ASSIGNED,
    AutomatesEnrolment,
    ListedPage,
    ListSession,
    automating_drivers,
)
from quartermaster.mdm.models import DeviceList, ListedDevice, ServiceCredential
from quartermaster.mdm.rules.listing import cursor_is_over

HOUSE = system("makers' lists")
MOST_PAGES = 200
MOST_BATCHES = 20
log = structlog.get_logger(__name__)


def work_lists(at: datetime) -> int:
    """Work off every list that is due and has a credential; how many there were (G-12, G-10)."""
    done = 0
    for driver, able in automating_drivers():
        credential = active_credential(driver.name, able.list_kind)
        if credential is None:
            continue
        found = listing.open_list(credential=credential, at=at)
        lease = listing.lease_list(list_id=found.id, at=at)
        if lease is not None:
            _work(found.id, lease, able, credential, at)
            done += 1
    return done


def _work(
    list_id: UUID,
    lease: UUID,
    able: AutomatesEnrolment,
    credential: ServiceCredential,
    at: datetime,
) -> None:
    """One turn at a list; whatever goes wrong, the list is given back and the reason noted."""
    try:
        with able.list_session(open_secret(credential)) as session:
            listing.name_owner(list_id=list_id, owner=session.owner())
            more = read_list(list_id, lease, session, at)
            if not more:
                more = assign_profiles(list_id, session, able, at)
    except ListRefused as problem:
        due_at = listing.put_off(list_id=list_id, lease=lease, wait=problem.wait, at=at)
        _tell(list_id, credential, problem, due_at, at)
    except listing.LeaseLost:
        log.info("mdm.list-lease-lost", list=str(list_id))
    except Exception:
        log.exception("mdm.list-failed", list=str(list_id))
        due_at = listing.put_off(list_id=list_id, lease=lease, wait=0, at=at)
        fault = ListRefused(ListTrouble.OTHER, "Something went wrong here; it was noted.")
        _tell(list_id, credential, fault, due_at, at)
    else:
        note_success(credential_id=credential.id)
        listing.release_list(list_id=list_id, lease=lease, again=more, at=at)


def _tell(
    list_id: UUID,
    credential: ServiceCredential,
    problem: ListRefused,
    due_at: datetime,
    at: datetime,
) -> None:
    found = DeviceList.objects.get(id=list_id)
    note_trouble(
        credential_id=credential.id,
        trouble=problem.message,
        failures=found.attempts,
        paused_until=due_at,
    )
    if problem.trouble in {ListTrouble.TERMS, ListTrouble.CREDENTIAL}:
        tell_of_list_trouble(found=found, problem=problem, actor=HOUSE, at=at)


def read_list(list_id: UUID, lease: UUID, session: ListSession, at: datetime) -> bool:
    """Read on from where the list stands; whether there is more than one turn takes."""
    found = listing.the_standing(list_id)
    if found.began_at is None or cursor_is_over(found.cursor_at, at):
        listing.begin_whole(list_id=list_id, lease=lease, actor=HOUSE, at=at)
    began_again = False
    for _ in range(MOST_PAGES):
        found = listing.the_standing(list_id)
        ask: Callable[[str], ListedPage] = session.whole if found.whole else session.changes
        try:
            page = ask(found.cursor)
        except ListRefused as problem:
            if problem.trouble is ListTrouble.EXHAUSTED:
                break
            if problem.trouble is not ListTrouble.CURSOR_OVER or began_again:
                raise
            began_again = True
            listing.begin_whole(list_id=list_id, lease=lease, actor=HOUSE, at=at)
            continue
        listing.take_page(list_id=list_id, lease=lease, page=page, actor=HOUSE, at=at)
        if not page.more:
            break
        if page.cursor == found.cursor or not page.cursor:
            raise ListRefused(ListTrouble.OTHER, "The service sends us round in a circle.")
    else:
        return True
    listing.finish_reading(list_id=list_id, lease=lease, actor=HOUSE, at=at)
    return False


def assign_profiles(
    list_id: UUID, session: ListSession, able: AutomatesEnrolment, at: datetime
) -> bool:
    """Define the profile if it changed, and assign it; whether more is due at once."""
    content = able.automated_profile()
    profile = assigning.current_profile(list_id)
    if profile is None or profile.digest != assigning.digest_of(content):
        profile = assigning.keep_profile(
            list_id=list_id,
            content=content,
            external_id=session.define(content),
            actor=HOUSE,
            at=at,
        )
    _take_back(list_id, session, at)
    assigning.require_profile(list_id=list_id, profile=profile, at=at)
    for _ in range(MOST_BATCHES):
        serials = assigning.claim_unassigned(list_id=list_id, at=at)
        if not serials:
            return False
        try:
            outcomes = session.assign(profile.external_id, serials)
        except ListRefused as problem:
            if problem.trouble is ListTrouble.NOT_FOUND:  # the service has lost it
                assigning.drop_profile(profile=profile, actor=HOUSE, at=at)
            raise
        assigning.note_outcomes(
            list_id=list_id,
            serials=serials,
            profile=profile,
            outcomes=outcomes,
            actor=HOUSE,
            at=at,
        )
    return True


def _take_back(list_id: UUID, session: ListSession, at: datetime) -> None:
    """Take the profile from devices that are to have none."""
    unwanted = ListedDevice.objects.filter(
        list_id=list_id, wants_profile=False, removed_at=None
    ).exclude(profile_id="")
    serials = list(unwanted.values_list("serial", flat=True)[:MOST_ASSIGNED])
    if serials:
        outcomes = session.unassign(serials)
        assigning.note_taken_back(list_id=list_id, outcomes=outcomes, actor=HOUSE, at=at)
