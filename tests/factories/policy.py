"""Policies for tests: a short redline, drafts and adopted versions of it."""

from datetime import UTC, date, datetime

from quartermaster.kernel.permits import Actor, system
from quartermaster.policy.actions import adoption, drafts
from quartermaster.policy.models import PolicyVersion

HOUSE = system("test")
AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)

FIRST = """\
Mobile Device ~~Use~~Management Policy

Purpose

Phones help the City to serve its residents.

Scope

This policy covers phones and tablets with cellular service.

Everybody who accepts a City device is expected to comply. ~~All departments~~Police and fire are
excluded.

General Policy

1. Personal use may happen now and then.
2. Personal devices can be part of an open-records request.
3. Devices ~~should~~must have a passcode.
"""

SECOND = """\
Mobile Device Management Policy

Purpose

Phones help the City to serve its residents.

Scope

This policy covers phones, tablets and ++laptops++ with cellular service.

Everybody who accepts a City device is expected to comply. Police and fire are excluded.

General Policy

1. Personal use may happen now and then.
2. ++Personal devices never hold the only copy of a record.++
3. Personal devices can be part of an open-records request.
4. Devices must have a passcode ++of eight digits++.
"""


def draft(
    source: str = FIRST, *, actor: Actor = HOUSE, at: datetime = AT, **more: object
) -> PolicyVersion:
    return drafts.import_draft(
        content=source.encode(),
        name="policy.md",
        actor=actor,
        at=at,
        **more,  # type: ignore[arg-type]
    )


def adopted(
    source: str = FIRST,
    *,
    in_force_on: date = TODAY,
    actor: Actor = HOUSE,
    at: datetime = AT,
    acknowledgement_days: int = 14,
) -> PolicyVersion:
    return adoption.adopt(
        version_id=draft(source, actor=actor, at=at).id,
        adopting_body="Common Council",
        file_number="260001",
        in_force_on=in_force_on,
        acknowledgement_days=acknowledgement_days,
        actor=actor,
        at=at,
    )
