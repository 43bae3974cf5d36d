"""People with licences of their own: the service gets to know them by a reference alone."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from quartermaster.jobs.acts import act
from quartermaster.mdm.licences.giving import CLAIM_LIFE, FORGET, SHORT, make_event
from quartermaster.mdm.licences.pools import HOUSE
from quartermaster.mdm.licensing import LicenceService, Limits, Person, Rejected, ServiceTrouble
from quartermaster.mdm.models import Licence, LicenceUser
from quartermaster.mdm.software_states import LicenceState, LicenceUserState
from quartermaster.org.models import Standing


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
                if isinstance(problem, Rejected):
                    return  # of these people; licences of devices may still be asked for
                raise
            event = make_event(driver, name, "people", len(keys), at)
            LicenceUser.objects.filter(id__in=keys, state=LicenceUserState.ASKED).update(
                event=event, due_at=None
            )


def forget_departed(service: LicenceService, driver: str, limits: Limits, at: datetime) -> None:
    """Have people forgotten who left the City's service, once nothing of theirs is out (C-4)."""
    _retire(driver, at)
    while claimed := _claim_retired(driver, limits, at):
        keys = [user.id for user in claimed]
        try:
            name = service.forget([Person(user.reference, user.account) for user in claimed])
        except ServiceTrouble as problem:
            LicenceUser.objects.filter(id__in=keys).update(
                reason=problem.message[:500], due_at=at + SHORT
            )
            if isinstance(problem, Rejected):
                return
            raise
        event = make_event(driver, name, FORGET, len(keys), at)
        LicenceUser.objects.filter(id__in=keys, state=LicenceUserState.RETIRED).update(
            event=event, due_at=None
        )


def _retire(driver: str, at: datetime) -> None:
    """Licences that cannot be given back do not hold anybody here."""
    out = Licence.objects.filter(user=OuterRef("id"), pool__revocable=True).exclude(
        state=LicenceState.RETURNED
    )
    departed = LicenceUser.objects.filter(
        ~Exists(out), driver=driver, person__standing=Standing.SEPARATED, event=None
    ).exclude(state__in=[LicenceUserState.RETIRED, LicenceUserState.ASKED])
    with act(HOUSE, at) as doing:
        for user in departed.select_for_update(skip_locked=True, of=("self",)):
            user.state, user.changed_at, user.attempts = LicenceUserState.RETIRED, at, 0
            user.due_at = at if user.known else None
            user.save(update_fields=["state", "changed_at", "attempts", "due_at"])
            doing.record("mdm.licences.person-retired", user, known=user.known)


def _claim_retired(driver: str, limits: Limits, at: datetime) -> Sequence[LicenceUser]:
    with transaction.atomic():
        rows = LicenceUser.objects.select_for_update(skip_locked=True).filter(
            driver=driver,
            state=LicenceUserState.RETIRED,
            known=True,
            event=None,
            due_at__lte=at,
        )
        found = list(rows[: limits.users])
        LicenceUser.objects.filter(id__in=[user.id for user in found]).update(
            attempts=F("attempts") + 1, due_at=at + CLAIM_LIFE, changed_at=at
        )
    return found


def _lapse(driver: str, at: datetime) -> None:
    """Claims of a worker that died, what failed and is due again, who has no account there yet."""
    again = {LicenceUserState.ASKED, LicenceUserState.FAILED, LicenceUserState.REGISTERED}
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
