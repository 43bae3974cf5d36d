"""What can be done to a device, having it done, and what was sent to it."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Header, Router, Schema, Status
from pydantic import Field

from quartermaster.api.mdm import CommandOut
from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.inventory.queries import device_seen_by
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import acting, actions, queries
from quartermaster.mdm.models import Command, Enrolment
from quartermaster.mdm.permits import COMMAND_SEND
from quartermaster.mdm.states import CommandState

router = Router()
READ = BearerToken("enrolments:read")
SEND = BearerToken("commands:write")
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=60,
        description="The same key a second time gives the commands of the first.",
    ),
]


class VerbOut(Schema):
    """One verb, and why it is not possible on this device now; empty if it is."""

    verb: str
    title: str
    sentence: str
    fields: list[str]
    why_not: str


class WishIn(Schema):
    """Why, and what is said with the verb."""

    reason: str = Field(max_length=500, description="It is kept.")
    arguments: dict[str, str] = Field(default_factory=dict, max_length=10)


@router.get(
    "devices/{device_id}/verbs", response=list[VerbOut], auth=SEND, operation_id="list_verbs"
)
def list_verbs(request: HttpRequest, device_id: UUID) -> list[dict[str, object]]:
    """What the owner of the token may have done to a device."""
    actor = actor_of(request)
    return [
        {
            "verb": verb.code,
            "title": verb.title,
            "sentence": verb.sentence,
            "fields": [field.name for field in verb.fields],
            "why_not": problem,
        }
        for verb, problem in acting.verbs_of(actor, _enrolled(actor, device_id))
    ]


@router.post(
    "devices/{device_id}/verbs/{verb}",
    response={202: list[CommandOut]},
    auth=SEND,
    operation_id="do_verb",
)
def do_verb(
    request: HttpRequest, device_id: UUID, verb: str, body: WishIn, key: Key = ""
) -> Status[list[Command]]:
    """Have a verb carried out: commands wait for the device to ask for them."""
    actor = actor_of(request)
    made = actions.perform(
        enrolment=_enrolled(actor, device_id),
        verb=verb,
        arguments=body.arguments,
        reason=body.reason,
        actor=actor,
        at=now(),
        request_key=key,
    )
    return Status(202, made)


@router.get(
    "devices/{device_id}/commands",
    response=Page[CommandOut],
    auth=READ,
    operation_id="list_device_commands",
)
def list_device_commands(
    request: HttpRequest,
    device_id: UUID,
    cursor: Cursor = "",
    limit: Limit = 50,
    state: CommandState | None = None,
    overdue: bool = False,  # noqa: FBT001, FBT002 (a query parameter)
) -> dict[str, object]:
    """What was queued for a device under any of its enrolments, in order."""
    actor = actor_of(request)
    device = device_seen_by(actor, device_id)
    rows = queries.commands_visible_to(actor).filter(enrolment__device=device)
    if state is not None:
        rows = rows.filter(state=state)
    if overdue:
        rows = acting.overdue(rows, now())
    return page_of(rows, cursor, limit)


def _enrolled(actor: Actor, device_id: UUID) -> Enrolment:
    device = device_seen_by(actor, device_id)
    require(actor, COMMAND_SEND, person_id=device.holder_id, department_id=device.department_id)
    enrolment = queries.enrolment_now(device.id)
    if enrolment is None:
        raise Conflict(f"{device.asset_tag} is not enrolled; invite it first.")
    return enrolment
