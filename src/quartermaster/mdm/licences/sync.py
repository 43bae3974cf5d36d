"""One round with the service: whose the location is, what there is, what goes out and back."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import structlog
from django.conf import settings
from django.db import connection

from quartermaster.mdm.actions.credentials import keep_state, note_success, note_trouble
from quartermaster.mdm.actions.warnings import tell_of_trouble
from quartermaster.mdm.credentials import active_credential, open_secret
from quartermaster.mdm.licences import giving, people, pools
from quartermaster.mdm.licences.pools import HOUSE
from quartermaster.mdm.licensing import (
    LicenceService,
    LicensesSoftware,
    Limits,
    Location,
    ServiceTrouble,
    Unreachable,
    licensing_driver,
)
from quartermaster.mdm.models import ServiceCredential

log = structlog.get_logger(__name__)
LOCK = 0x71_6D_6C_69  # of the session, for one worker at a time
READ_EVERY = timedelta(minutes=15)
LIST_EVERY = timedelta(hours=6)
CLAIM_EVERY = timedelta(hours=12)
LONGEST_PAUSE = timedelta(hours=6)
State = dict[str, Any]


def our_id() -> str:
    """By what the service knows this server: it follows from the address of the devices' door."""
    return str(uuid5(NAMESPACE_URL, settings.DEVICES_URL))


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def work(at: datetime) -> bool:
    """One round, unless another worker is at it or the service asked to be left alone (G-4)."""
    found = licensing_driver()
    if found is None:
        return False
    driver, able = found
    credential = active_credential(driver.name, able.licence_kind)
    if credential is None or (credential.paused_until and credential.paused_until > at):
        return False
    with _alone() as alone:
        if not alone:
            return False
        credential.refresh_from_db()
        try:
            with able.licence_service(open_secret(credential)) as service:
                _round(service, able, credential, at)
        except ServiceTrouble as problem:
            _note(credential, problem, at)
            return False
        note_success(credential_id=credential.id)
    return True


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (alone,) = cursor.fetchone()
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _note(credential: ServiceCredential, problem: ServiceTrouble, at: datetime) -> None:
    """Leave the service alone as long as it asks, and longer each time that it does not say."""
    failures = credential.failures + 1
    pause = timedelta(seconds=problem.retry_after) or min(
        timedelta(minutes=1) * 2 ** min(failures, 12), LONGEST_PAUSE
    )
    log.warning("mdm.licences-trouble", sentence=problem.message, failures=failures)
    note_trouble(
        credential_id=credential.id,
        trouble=problem.message,
        failures=failures,
        paused_until=at + pause,
    )
    if problem.lasting:
        tell_of_trouble(credential=credential, said=problem.message, actor=HOUSE, at=at)


def _round(
    service: LicenceService, able: LicensesSoftware, credential: ServiceCredential, at: datetime
) -> None:
    state: State = dict(credential.state)
    driver = credential.driver
    limits = service.limits()
    _be_the_one(service, able, credential, state, at)
    giving.let_claims_lapse(driver, at)
    giving.want_failed_again(driver, at)
    unsaid = giving.poll_events(service, driver, at)
    if _is_due(state, "read_at", READ_EVERY, at):
        pools.keep_products(driver, service.products(), at)
        pools.describe(service, driver, str(state.get("country", "")), at)
        _keep(credential, state, read_at=at.isoformat())
    if unsaid or _is_due(state, "listed_at", LIST_EVERY, at):
        pools.keep_given(driver, service.given(), at)
        _keep(credential, state, listed_at=at.isoformat())
    _give_and_take(service, driver, limits, at)


def _give_and_take(service: LicenceService, driver: str, limits: Limits, at: datetime) -> None:
    giving.take_back_unneeded(service, driver, limits, at)
    people.forget_departed(service, driver, limits, at)
    people.make_people_known(service, driver, limits, at)
    giving.give_wanted(service, driver, limits, at)


def _is_due(state: Mapping[str, Any], key: str, every: timedelta, at: datetime) -> bool:
    noted = state.get(key)
    return not noted or datetime.fromisoformat(noted) + every <= at


def _keep(credential: ServiceCredential, state: State, **more: Any) -> None:
    state.update(more)
    keep_state(credential_id=credential.id, state=state)


def _be_the_one(
    service: LicenceService,
    able: LicensesSoftware,
    credential: ServiceCredential,
    state: State,
    at: datetime,
) -> None:
    """See that the location is looked after by this server and by no other.

    Raises:
        ServiceTrouble: another one does, and nobody confirmed that this one takes over.
    """
    if not _is_due(state, "claimed_at", CLAIM_EVERY, at) and state.get("id") == our_id():
        return
    found = service.location()
    other = found.server_id not in {"", our_id()}
    if other and state.get("take_over") != found.server_id:
        holder = found.server_name or found.server_id
        _keep(credential, state, holder=holder, holder_id=found.server_id, location=found.name)
        raise ServiceTrouble(
            f"The location {found.name or found.uid} is looked after by {holder}. Two servers"
            " would take each other's licences back: confirm that this one takes over, once the"
            " other has let go.",
            retry_after=int(CLAIM_EVERY.total_seconds()),
            lasting=True,
        )
    _claim(service, able, credential, state, found, at)


def _claim(
    service: LicenceService,
    able: LicensesSoftware,
    credential: ServiceCredential,
    state: State,
    found: Location,
    at: datetime,
) -> None:
    """Claim it, and be notified where the service reaches us; else it is asked more often."""
    token = secrets.token_urlsafe(32)
    about = {"uid": found.uid, "location": found.name, "country": found.country}
    # known before the service tries it out, which it does before it answers
    _keep(credential, state, notify=token_digest(token), **about)
    name = f"Quartermaster of {settings.CITY}"
    address = f"{settings.DEVICES_URL}{able.notice_path}"
    try:
        service.claim(our_id(), name, address, token)
        notified = True
    except Unreachable:
        service.claim(our_id(), name, "", "")
        notified = False
    for gone in ("take_over", "holder", "holder_id"):
        state.pop(gone, None)
    _keep(credential, state, id=our_id(), claimed_at=at.isoformat(), notified=notified)
