"""Devices that can be woken."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from quartermaster.kernel import vault
from quartermaster.kernel.clock import now
from quartermaster.mdm.actions.checkin import place
from quartermaster.mdm.models import Enrolment
from tests.factories.mdm import EnrolmentFactory

AN_HOUR = timedelta(hours=1)


def listener(
    topic: str, *, token_at: datetime | None = None, **more: Any
) -> tuple[Enrolment, bytes]:
    """A device under management with a push address, seen an hour ago; and its token."""
    seen = now() - AN_HOUR
    enrolment = EnrolmentFactory(
        topic=topic, **{"last_seen_at": seen, "token_at": token_at or seen, **more}
    )
    token = secrets.token_bytes(32)
    give_token(enrolment, token)
    return enrolment, token


def give_token(enrolment: Enrolment, token: bytes) -> None:
    """Give a device another token, without a check-in."""
    enrolment.sealed_push_token = vault.seal(token, place=place(enrolment, "push-token"))
    enrolment.sealed_push_magic = vault.seal(b"MAGIC", place=place(enrolment, "push-magic"))
    enrolment.save(update_fields=["sealed_push_token", "sealed_push_magic"])
