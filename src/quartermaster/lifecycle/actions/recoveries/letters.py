"""The letter that demands what is owed, and the package for the City Attorney."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.timezone import localdate

from quartermaster.files import actions as files
from quartermaster.files import papers
from quartermaster.files.queries import read_file
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.dates import written_day
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.money import dollars
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions.recoveries.closing import owed_of
from quartermaster.lifecycle.actions.recoveries.moving import move, permitted
from quartermaster.lifecycle.actions.recoveries.package import packed
from quartermaster.lifecycle.models import (
    LetterKind,
    Recovery,
    RecoveryCharge,
    RecoveryLetter,
    RecoveryStep,
)
from quartermaster.lifecycle.recovery_permits import (
    RECOVERY_PACKAGE,
    RECOVERY_PURSUE,
    RECOVERY_VIEW,
)
from quartermaster.lifecycle.rules.recoveries import StepKind, opening
from quartermaster.notify import actions as post

LONGEST_TERM = 120  # days that a letter may give


def demand(
    *,
    recovery: Recovery,
    address: str,
    pay_until: date,
    email: str = "",
    actor: Actor,
    at: datetime,
) -> RecoveryLetter:
    """Demand what is owed in a letter to print, and by mail where an address is known (C-4).

    Raises:
        InvalidInput: no address, or a day that has passed or lies too far ahead.
        Conflict: nothing is owed, or the last day is still to come.
    """
    with act(actor, at) as doing:
        permitted(actor, RECOVERY_PURSUE, recovery)
        where = said(address, "Write the postal address")
        if not timedelta(0) < pay_until - localdate(at) <= timedelta(days=LONGEST_TERM):
            raise InvalidInput(
                f"Choose a day within the next {LONGEST_TERM} days.", field="pay_until"
            )
        if not owed_of(recovery):
            raise Conflict("Nothing is owed, so there is nothing to demand.")
        move(recovery, "demand", demanded_at=at, pay_until=pay_until)
        letter = _written(recovery, where, _mailbox(email), doing)
        if letter.email:
            _mail(letter, doing)
        recovery.steps.filter(
            kind__in=[StepKind.OVERDUE, StepKind.UNANSWERED], done_at=None
        ).update(done_at=at, outcome="A letter was written.")
        RecoveryStep.objects.create(
            recovery=recovery,
            kind=StepKind.UNANSWERED.value,
            due_at=opening(pay_until) + timedelta(days=1),
        )
        doing.record(
            "lifecycle.recovery.demanded",
            recovery,
            letter=letter.file.digest,
            total=dollars(letter.total_cents),
            until=pay_until.isoformat(),
        )
    return letter


def hand_over(*, recovery: Recovery, reason: str, actor: Actor, at: datetime) -> RecoveryLetter:
    """Hand a recovery to the City Attorney, with everything that is known in one package (C-4)."""
    with act(actor, at) as doing:
        permitted(actor, RECOVERY_PURSUE, recovery)
        why = said(reason, "Say why it is handed over")
        if not owed_of(recovery):
            raise Conflict("Nothing is owed any longer; close it instead.")
        move(recovery, "hand over", handed_over_at=at)
        name = f"recovery-{recovery.person.number}-{localdate(at):%Y%m%d}.zip"
        content = packed(recovery, why, at)
        letter = _kept(recovery, LetterKind.PACKAGE, content, "application/zip", name, doing)
        doing.record(
            "lifecycle.recovery.handed-over", recovery, reason=why, package=letter.file.digest
        )
    return letter


def open_letter(*, letter: RecoveryLetter, actor: Actor, at: datetime) -> bytes:
    """The content of a letter or package; who opened it is kept (C-4)."""
    with act(actor, at) as doing:
        recovery = letter.recovery
        asked = RECOVERY_PACKAGE if letter.kind == LetterKind.PACKAGE else RECOVERY_VIEW
        require(actor, asked, person_id=recovery.person_id, department_id=recovery.department_id)
        content = read_file(letter.file.digest)
        doing.record("lifecycle.recovery.letter-opened", recovery, letter=letter.file.digest)
    return content


def _mailbox(email: str) -> str:
    plain = email.strip()
    try:
        if plain:
            validate_email(plain)
    except ValidationError as problem:
        raise InvalidInput("This is no e-mail address.", field="email") from problem
    return plain


def _written(recovery: Recovery, address: str, email: str, doing: Act) -> RecoveryLetter:
    owed = owed_of(recovery)
    charges = [thing for thing in owed if isinstance(thing, RecoveryCharge)]
    items = [thing for thing in owed if not isinstance(thing, RecoveryCharge)]
    total = sum(charge.amount_cents for charge in charges)
    assert recovery.pay_until is not None  # set by the same act
    number = recovery.letters.filter(kind=LetterKind.DEMAND).count() + 1
    data = {
        "name": recovery.person.name,
        "address": address.splitlines(),
        "number": number,
        "separated_on": _day(recovery.separated_on),
        "until": _day(recovery.pay_until),
        "items": [[str(item), _worth(item.value_cents)] for item in items],
        "charges": [
            [
                charge.title,
                f"{_day(charge.from_on)} to {_day(charge.until_on)}",
                charge.invoice or "—",
                dollars(charge.amount_cents),
            ]
            for charge in charges
        ],
        "total": dollars(total),
        "reply": settings.DEFAULT_FROM_EMAIL,
    }
    content = papers.render(
        "lifecycle/papers/demand.typ", data, title="Return of City property", at=doing.at
    )
    name = f"demand-{recovery.person.number}-{number}.pdf"
    letter = _kept(recovery, LetterKind.DEMAND, content, papers.PDF, name, doing)
    letter.address, letter.email, letter.total_cents = address, email, total
    letter.save(update_fields=["address", "email", "total_cents"])
    return letter


def _kept(
    recovery: Recovery, kind: LetterKind, content: bytes, media_type: str, name: str, doing: Act
) -> RecoveryLetter:
    assert doing.actor.person_id is not None  # the permit is of people alone
    file = files.store(
        content=content, media_type=media_type, name=name, actor=doing.actor, at=doing.at
    )
    return RecoveryLetter.objects.create(
        recovery=recovery,
        kind=kind,
        file=file,
        name=name,
        made_at=doing.at,
        made_by_id=doing.actor.person_id,
    )


def _mail(letter: RecoveryLetter, doing: Act) -> None:
    post.send(
        template="lifecycle/recoveries/letter",
        to=letter.email,
        name=letter.recovery.person.name,
        context={"recovery": letter.recovery},
        key=f"recovery-letter:{letter.id}",
        actor=doing.actor,
        at=doing.at,
        about=letter.recovery,
        attachments=[letter.file],
    )


def _day(value: date) -> str:
    return written_day(value)


def _worth(cents: int | None) -> str:
    return dollars(cents) if cents is not None else "—"
