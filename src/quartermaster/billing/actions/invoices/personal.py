"""Saying that a number is a person's own, or no longer: nothing is paid for it (G-2)."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from quartermaster.billing.actions.common import one
from quartermaster.billing.actions.invoices.matching import match_invoice
from quartermaster.billing.invoice_permits import PERSONAL_MANAGE
from quartermaster.billing.models import PersonalNumber
from quartermaster.billing.queries.reading import in_force
from quartermaster.inventory import identifiers
from quartermaster.inventory.models import LIVE, Line
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require, system
from quartermaster.kernel.words import said
from quartermaster.org.models import Person

_HOUSE = system("billing")


def enter_personal_number(
    *, number: str, person_id: UUID | None, how: str, actor: Actor, at: datetime
) -> PersonalNumber:
    """Say that a number is a person's own: no invoice is paid for it any more (G-2).

    Raises:
        Conflict: it is a line of the City's, or known as personal already.
    """
    with act(actor, at) as doing:
        require(actor, PERSONAL_MANAGE)
        plain = _plain(number)
        why = said(how, "Say how it is known", field="how")
        if Line.objects.filter(number=plain, status__in=LIVE).exists():
            raise Conflict("This is a line of the City's.", field="number")
        person = one(Person.objects.all(), person_id, "person") if person_id else None
        try:
            with transaction.atomic():
                made = PersonalNumber.objects.create(
                    number=plain,
                    person=person,
                    how=why,
                    entered_at=at,
                    entered_by=actor.label[:200],
                )
        except IntegrityError as problem:
            raise Conflict("It is known as personal already.", field="number") from problem
        doing.record("billing.personal.entered", made, number=plain, how=why)
        _match(plain, at)
    return made


def end_personal_number(
    *, number_id: UUID, reason: str, actor: Actor, at: datetime
) -> PersonalNumber:
    """Say that a number is not a person's own, or no longer (G-2)."""
    with act(actor, at) as doing:
        require(actor, PERSONAL_MANAGE)
        row = one(PersonalNumber.objects.select_for_update(), number_id, "number")
        why = said(reason, "Say why")
        rows = PersonalNumber.objects.filter(id=row.id, ended_at=None)
        if rows.update(ended_at=at, ended_reason=why) != 1:
            raise Conflict("It is not known as personal any longer.")
        row.refresh_from_db()
        doing.record("billing.personal.ended", row, number=row.number, reason=why)
        _match(row.number, at)
    return row


def _plain(number: str) -> str:
    try:
        return identifiers.phone_number(number)
    except ValueError as problem:
        raise InvalidInput(f"The number {problem}.", field="number") from problem


def _match(number: str, at: datetime) -> None:
    """Invoices that are not paid yet say so at once."""
    rows = in_force().filter(lines__number=number, approval=None).order_by("cycle_from", "id")
    for key in list(rows.values_list("id", flat=True)):
        match_invoice(invoice_id=key, actor=_HOUSE, at=at)
