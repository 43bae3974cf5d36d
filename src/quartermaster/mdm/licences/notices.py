"""What the service tells us unasked: each thing once, and only with the token that we gave it."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils.crypto import constant_time_compare

from quartermaster.kernel.errors import Refused
from quartermaster.mdm.credentials import active_credential
from quartermaster.mdm.licences import giving
from quartermaster.mdm.licences.shortage import note_enough
from quartermaster.mdm.licences.steps import among, hold, step, wake_waiting
from quartermaster.mdm.licences.sync import token_digest
from quartermaster.mdm.licensing import Given, Notice, Tells
from quartermaster.mdm.models import Licence, LicencePool, LicenceUser, ServiceNotice
from quartermaster.mdm.software_states import LicenceState, LicenceUserState

MOST_LICENCES = 1000


class NoticeRefused(Refused):
    """The notification does not carry the token that was given to the service."""

    code = "notice-refused"


def require_token(driver: str, kind: str, header: str) -> None:
    """Refuse whoever does not have the token (``Authorization: Bearer …``)."""
    credential = active_credential(driver, kind)
    expected = str(credential.state.get("notify", "")) if credential else ""
    scheme, _, token = header.partition(" ")
    given = token_digest(token.strip()) if scheme.lower() == "bearer" else ""
    if not expected or not given or not constant_time_compare(given, expected):
        raise NoticeRefused("This notification is not from whom it says.")


def take_notice(driver: str, kind: str, notice: Notice, at: datetime) -> bool:
    """Learn what a notification says; False: it was taken before, or is of another location."""
    credential = active_credential(driver, kind)
    if credential is None or notice.uid != credential.state.get("uid"):
        return False
    try:
        with transaction.atomic():
            ServiceNotice.objects.create(
                driver=driver,
                notice_id=notice.notice_id,
                kind=notice.tells.value,
                received_at=at,
            )
            _learn(driver, notice, at)
    except IntegrityError:
        return False
    return True


def _learn(driver: str, notice: Notice, at: datetime) -> None:
    if notice.tells is Tells.COUNT:
        _count(driver, notice, at)
    elif notice.tells is Tells.PEOPLE:
        _people(driver, notice, at)
    elif notice.tells in {Tells.GIVEN, Tells.TAKEN_BACK}:
        _licences(driver, notice, at)


def _licences(driver: str, notice: Notice, at: datetime) -> None:
    rows = _named(driver, notice.licences[:MOST_LICENCES])
    keys: list[UUID] = list(rows.values_list("id", flat=True))
    if notice.failure is not None:
        giving.fail(keys, notice.failure, at)
    elif notice.tells is Tells.GIVEN:
        hold(among(keys).filter(state=LicenceState.ASKED), at)
    else:
        # what we asked back is free; what somebody else took back may be needed still
        taken = among(keys).filter(state__in=[LicenceState.RETURN_ASKED, LicenceState.HELD])
        lost = list(taken.filter(state=LicenceState.HELD).values_list("pool__store_id", flat=True))
        step(taken, "free", at)
        wake_waiting(lost, at)


def _named(driver: str, licences: tuple[Given, ...]) -> QuerySet[Licence]:
    found = Q(pk__in=[])
    for item in licences:
        whose = Q(serial=item.serial) if item.serial else Q(user__reference=item.reference)
        found |= Q(pool__store_id=item.store_id, pool__pricing=item.pricing) & whose
    return Licence.objects.filter(found, pool__driver=driver)


def _count(driver: str, notice: Notice, at: datetime) -> None:
    store_id, pricing = notice.product
    rows = LicencePool.objects.filter(driver=driver, store_id=store_id, pricing=pricing)
    rows.update(
        total=Greatest(F("total") + notice.delta, 0),
        available=Greatest(F("available") + notice.delta, 0),
    )
    if notice.delta > 0:
        for pool in rows:
            note_enough(pool)
            Licence.objects.filter(pool=pool, state=LicenceState.WANTED).update(due_at=at)


def _people(driver: str, notice: Notice, at: datetime) -> None:
    for person in notice.people:
        if notice.failure is not None:
            continue  # the event's own state says why, and is asked for
        rows = LicenceUser.objects.filter(driver=driver, reference=person.reference)
        if person.retired:
            _is_retired(rows, at)
            continue
        # whom the house has retired stays so, whatever was said of them before
        rows = rows.exclude(state=LicenceUserState.RETIRED)
        state, due = LicenceUserState.ASSOCIATED, None
        if not person.associated:  # without an account there: told of again, with the account
            state, due = LicenceUserState.REGISTERED, at + giving.SHORT
        rows.update(state=state, known=True, changed_at=at, event=None, due_at=due)


def _is_retired(rows: QuerySet[LicenceUser], at: datetime) -> None:
    """The service forgot somebody; whoever is to have something is told of again in time."""
    rows.update(state=LicenceUserState.RETIRED, known=False, changed_at=at, event=None, due_at=None)
