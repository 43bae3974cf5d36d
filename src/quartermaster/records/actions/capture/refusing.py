"""Keeping what is not taken for what is in it: sealed, unopened, for the records custodian.

Whole exports of a telephone are not kept so: they are full of messages that are nobody's business
but their owner's, and what cannot be read of them is not to be looked into by anybody (G-1).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.files.rules import safe_name
from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.records import sealing
from quartermaster.records.actions.capture.storing import store_sealed
from quartermaster.records.actions.telling import tell_custodians
from quartermaster.records.errors import NotTaken
from quartermaster.records.models import RefusedFile
from quartermaster.records.permits import RECORD_SAVE
from quartermaster.records.quarantine import has_room, waiting
from quartermaster.records.rules.quarantine import (
    KEPT,
    LONGEST_PROBLEM,
    NO_ROOM,
    media_type_said,
)


@dataclass(frozen=True)
class Given:
    """A file as it came, and why it is not taken."""

    name: str
    declared: str
    digest: str
    size: int
    problem: str


def refusal(given: Given, said: str = "") -> NotTaken:
    """What the person is told."""
    sentence = " ".join(filter(None, [given.problem, said]))
    return NotTaken(f"“{safe_name(given.name)}” is not taken. {sentence}", field="chosen")


def keep_refused(*, content: BinaryIO, given: Given, actor: Actor, at: datetime) -> NotTaken:
    """Keep a file that is not taken for the custodian; what its sender is told (G-5).

    An act of its own: whoever calls it while another is under way loses it when that one fails.
    The same file of a person waits once. Where too much of theirs waits, it is not kept.
    """
    require(actor, RECORD_SAVE, person_id=actor.person_id)
    assert actor.person_id is not None  # the permit reaches people alone
    if not given.size:
        return refusal(given)
    with act(actor, at) as doing:
        take_turn(int.from_bytes(actor.person_id.bytes[-7:]))  # one file of theirs at a time
        if waiting().filter(author=actor.person_id, digest=given.digest).exists():
            return refusal(given, KEPT)
        if not has_room(actor.person_id, given.size):
            return refusal(given, NO_ROOM)
        _keep(content, given, actor.person_id, doing)
    return refusal(given, KEPT)


def _keep(content: BinaryIO, given: Given, author_id: UUID, doing: Act) -> None:
    secret, key = sealing.new_key(), new_id()
    made = RefusedFile.objects.create(
        id=key,
        author_id=author_id,
        name=safe_name(given.name),
        size=given.size,
        media_type=media_type_said(given.declared),
        digest=given.digest,
        problem=given.problem[:LONGEST_PROBLEM],
        file=store_sealed(content, secret, doing.actor, doing.at),
        sealed_key=sealing.wrap(secret, key),
        arrived_at=doing.at,
        due_at=doing.at + timedelta(days=settings.QUARANTINE_DAYS),
    )
    doing.record("records.refused.kept", made, digest=made.digest, problem=made.problem)
    tell_custodians(
        "records/quarantine/waiting",
        made,
        doing,
        link="/records/refused/?state=waiting",
        key=f"records.refused/{localdate(doing.at)}",
        days=settings.QUARANTINE_DAYS,
    )
