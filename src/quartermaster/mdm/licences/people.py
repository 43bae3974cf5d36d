"""People with licences of their own: the service gets to know them by a reference alone."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from quartermaster.mdm.licences.giving import CLAIM_LIFE, SHORT, make_event
from quartermaster.mdm.licensing import LicenceService, Limits, Person, ServiceTrouble
from quartermaster.mdm.models import LicenceUser
from quartermaster.mdm.software_states import LicenceUserState


def make_people_known(service: LicenceService, driver: str, limits: Limits, at: datetime) -> None:
    """Tell the service of people who are to have licences, or whose account changed (G-2)."""
    _lapse(driver, at)
    for known in (False, True):
        while claimed := _claim(driver, limits, at, known=known):
            keys = [user.id for user in claimed]
            people = [Person(user.reference, user.account) for user in claimed]
            try:
                name = service.change(people) if known else service.make_known(people)
            except ServiceTrouble as problem:
                LicenceUser.objects.filter(id__in=keys).update(
                    state=LicenceUserState.WANTED,
                    reason=problem.message[:500],
                    due_at=at + SHORT,
                )
                raise
            event = make_event(driver, name, "people", len(keys), at)
            LicenceUser.objects.filter(id__in=keys, state=LicenceUserState.ASKED).update(
                event=event, due_at=None
            )


def _lapse(driver: str, at: datetime) -> None:
    """Claims of a worker that died, and what failed and is due again."""
    again = {LicenceUserState.ASKED, LicenceUserState.FAILED}
    LicenceUser.objects.filter(driver=driver, state__in=again, event=None, due_at__lte=at).update(
        state=LicenceUserState.WANTED, due_at=at
    )


def _claim(driver: str, limits: Limits, at: datetime, *, known: bool) -> Sequence[LicenceUser]:
    with transaction.atomic():
        rows = LicenceUser.objects.select_for_update(skip_locked=True).filter(
            driver=driver, state=LicenceUserState.WANTED, due_at__lte=at, known=known
        )
        found = list(rows.exclude(account="")[: limits.users])
        LicenceUser.objects.filter(id__in=[user.id for user in found]).update(
            state=LicenceUserState.ASKED,
            attempts=F("attempts") + 1,
            due_at=at + CLAIM_LIFE,
            changed_at=at,
        )
    return found
