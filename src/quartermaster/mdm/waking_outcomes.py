"""Recording how wakes went: of each device, and of the credential."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Value, When
from django.db.models.query import QuerySet

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import system
from quartermaster.mdm.abilities import Sent, Sleeper, Woken
from quartermaster.mdm.actions.credentials import note_success, note_trouble
from quartermaster.mdm.actions.warnings import tell_of_trouble
from quartermaster.mdm.events import DeviceCannotBeWoken
from quartermaster.mdm.models import Enrolment, ServiceCredential, Wake
from quartermaster.mdm.rules.waking import SETTLE, pause, retreat
from quartermaster.mdm.states import WakeOutcome

HOUSE = system("waking")
MOST_FAILURES = 1000
LONGEST_SAID = 200
SILENT_AFTER = 5  # failures to reach a service before somebody is told
_OUTCOMES = {Sent.BUSY: WakeOutcome.BUSY, Sent.FAILED: WakeOutcome.FAILED}


@dataclass(frozen=True)
class Claim:
    """A device that one worker is about to wake. ``attempts``: the count once it is woken.

    ``token_at`` is as the row has it; ``token_since`` at the latest when the token came.
    """

    key: UUID
    locked_until: datetime
    attempts: int
    failures: int
    token_at: datetime | None
    token_since: datetime
    device_id: UUID
    device: str
    sleeper: Sleeper


def record(
    credential: ServiceCredential, claims: Sequence[Claim], answers: Iterable[Woken], at: datetime
) -> None:
    """Record the answers of the devices. A claim without one stays locked until that runs out."""
    by_key = {item.key: item for item in claims}
    by_sent: Mapping[Sent, list[tuple[Claim, Woken]]] = defaultdict(list)
    for woken in answers:
        if woken.key in by_key:
            by_sent[woken.sent].append((by_key[woken.key], woken))
    _delivered([item for item, _ in by_sent[Sent.DELIVERED]], at)
    for item, woken in by_sent[Sent.GONE]:
        _gone(item, woken, at)
    for sent in (Sent.BUSY, Sent.FAILED):
        for item, woken in by_sent[sent]:
            _again_later(item, woken, at)
    _of_the_credential(credential, by_sent, at)


def _still_ours(claims: Iterable[Claim]) -> QuerySet[Wake]:
    """The rows of these claims, unless another worker took them since."""
    listed = list(claims)
    return Wake.objects.filter(
        pk__in=[item.key for item in listed],
        locked_until__in={item.locked_until for item in listed},
    )


def _delivered(claims: Sequence[Claim], at: datetime) -> None:
    """Look at them again when an answer is overdue; at once where there is news since."""
    alike: dict[int, list[Claim]] = defaultdict(list)
    for item in claims:
        alike[item.attempts].append(item)
    for attempts, group in alike.items():
        changes = {
            "outcome": WakeOutcome.DELIVERED,
            "said": "",
            "woken_at": at,
            "attempts": attempts,
            "failures": 0,
            "locked_until": None,
            "due_at": Case(
                When(asked_at__gt=at, then=Value(at + SETTLE)),
                default=Value(at + pause(attempts)),
            ),
        }
        with transaction.atomic():
            # never waits while it holds rows: an act that asks for wakes holds rows, too
            free = _still_ours(group).select_for_update(skip_locked=True)
            keys = list(free.values_list("pk", flat=True))
            Wake.objects.filter(pk__in=keys).update(**changes)
        done = set(keys)
        for item in group:
            if item.key not in done:
                _still_ours([item]).update(**changes)


def _gone(claim: Claim, woken: Woken, at: datetime) -> None:
    """The token is none any more, unless the device brought another one in the meantime."""
    newer = woken.gone_since is not None and claim.token_since > woken.gone_since
    unchanged = Enrolment.objects.filter(pk=claim.key, token_at=claim.token_at)
    if newer or not unchanged.exists():
        said = "The service spoke of an earlier token; the present one is tried again."
        _again_later(claim, Woken(claim.key, Sent.BUSY, said), at)
        return
    _cannot(claim, WakeOutcome.GONE, woken.said, at)


def set_aside(rows: Iterable[Wake], identity: str, at: datetime) -> None:
    """Those that listen to another topic than ours: nothing is sent to them."""
    for row in rows:
        said = f"It listens to {row.enrolment.topic or 'no topic'}; our certificate is {identity}."
        with act(HOUSE, at) as doing:
            free = Wake.objects.filter(pk=row.pk, cannot_since=None)
            if free.update(
                cannot_since=at, outcome=WakeOutcome.ELSEWHERE, said=said[:LONGEST_SAID]
            ):
                _tell(row.enrolment.device_id, row.enrolment.device.asset_tag, row.pk, said, doing)


def _cannot(claim: Claim, outcome: WakeOutcome, said: str, at: datetime) -> None:
    with act(HOUSE, at) as doing:
        if _still_ours([claim]).update(
            cannot_since=at, outcome=outcome, said=said[:LONGEST_SAID], locked_until=None
        ):
            _tell(claim.device_id, claim.device, claim.key, said, doing)


def _tell(device_id: UUID, device: str, key: UUID, said: str, doing: Act) -> None:
    doing.record_about(
        "mdm.device.cannot-be-woken", "mdm.enrolment", str(key), device=device, reason=said
    )
    doing.emit(DeviceCannotBeWoken(device_id=device_id, enrolment_id=key, reason=said))


def _again_later(claim: Claim, woken: Woken, at: datetime) -> None:
    failures = claim.failures + 1
    wait = max(retreat(failures), woken.pause or timedelta())
    _still_ours([claim]).update(
        outcome=_OUTCOMES[woken.sent],
        said=woken.said[:LONGEST_SAID],
        failures=min(failures, MOST_FAILURES),
        due_at=at + wait,
        locked_until=None,
    )


def _of_the_credential(
    credential: ServiceCredential,
    by_sent: Mapping[Sent, list[tuple[Claim, Woken]]],
    at: datetime,
) -> None:
    """What concerns all devices alike is noted once, at the credential; they stay due."""
    stopped = by_sent[Sent.REFUSED] + by_sent[Sent.UNREACHED]
    if not stopped:
        if by_sent[Sent.DELIVERED]:
            note_success(credential_id=credential.id)
        return
    _still_ours([item for item, _ in stopped]).update(locked_until=None)
    refused = bool(by_sent[Sent.REFUSED])
    woken = (by_sent[Sent.REFUSED] or by_sent[Sent.UNREACHED])[0][1]
    failures = credential.failures + 1
    wait = max(retreat(failures), woken.pause or timedelta())
    note_trouble(
        credential_id=credential.id,
        trouble=woken.said,
        failures=failures,
        paused_until=at + wait,
    )
    if refused or failures >= SILENT_AFTER:
        tell_of_trouble(credential=credential, said=woken.said, actor=HOUSE, at=at)
