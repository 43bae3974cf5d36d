"""Writing letters to the requester: on paper for who asked by letter, fetched by the code else."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.disclosure.keeping import keep
from quartermaster.disclosure.models import Letter, RecordsRequest, RequestItem
from quartermaster.disclosure.queries.items import grounds
from quartermaster.disclosure.rules.exemptions import right_of_review
from quartermaster.disclosure.rules.letters import LetterKind
from quartermaster.disclosure.rules.requests import REFUSALS
from quartermaster.disclosure.rules.review import Decision
from quartermaster.files.papers import PDF, render
from quartermaster.jobs.acts import Act
from quartermaster.kernel.dates import written_day
from quartermaster.kernel.permits import Actor
from quartermaster.org.models import Person


def write_letter(
    request: RecordsRequest, kind: LetterKind, data: dict[str, Any], doing: Act
) -> Letter:
    """A letter of one kind, kept sealed, in the act that causes it."""
    title = f"{kind.label}: request {request.number}"
    paper = render(
        f"disclosure/papers/{kind.value}.typ",
        {
            "number": request.number,
            "name": request.requester_name,
            "contact": request.requester_contact,
            "wanted": request.wanted,
            "day": _day(doing.at),
            "received": _day(request.received_at),
            "by": signed_by(doing.actor),
            "review": review_of_refusals(),
            **data,
        },
        title=title,
        at=doing.at,
    )
    count = request.letters.filter(kind=kind.value).count() + 1
    name = f"{request.number} {kind.label.lower()} {count}.pdf"
    file = keep(content=paper, name=name, media_type=PDF, actor=doing.actor, at=doing.at)
    letter = Letter.objects.create(
        request=request,
        kind=kind.value,
        file=file,
        written_at=doing.at,
        written_by_id=doing.actor.person_id,
    )
    doing.record("disclosure.letter.written", letter, kind=kind.value, digest=file.digest)
    return letter


def write_answer(
    request: RecordsRequest, rows: Sequence[RequestItem], words: str, doing: Act
) -> Letter:
    """The answer; where anything is held back, with each reason and how to have it reviewed."""
    refused = request.outcome in REFUSALS
    data = {
        "words": words,
        "outcome": request.get_outcome_display(),
        "given": sum(row.decision in {Decision.RELEASE, Decision.REDACT} for row in rows),
        "reasons": reasons_of(rows),
    }
    return write_letter(request, LetterKind.DENIAL if refused else LetterKind.ANSWER, data, doing)


def reasons_of(rows: Sequence[RequestItem]) -> list[dict[str, Any]]:
    """Each ground once: in how many files something was taken out, and how many are withheld."""
    found: dict[str, dict[str, Any]] = {}
    known = {item.code: item for item in grounds()}
    for row in rows:
        if row.decision == Decision.WITHHOLD:
            codes, what = {row.withheld_code}, "withheld"
        elif row.decision == Decision.REDACT:
            codes, what = {mark.code for mark in row.redactions.all()}, "redacted"
        else:
            continue
        for code in codes & set(known):
            start = {**asdict(known[code]), "withheld": 0, "redacted": 0}
            found.setdefault(code, start)[what] += 1
    return [found[code] for code in sorted(found)]


def review_of_refusals() -> str:
    law = settings.OPEN_RECORDS_LAW
    return right_of_review(law) if law != "none" else ""


def signed_by(actor: Actor) -> str:
    """Whose name stands under a letter: nobody's where the clock or a door wrote it."""
    person = Person.objects.filter(id=actor.person_id).first() if actor.person_id else None
    return person.name if person else ""


def _day(at: Any) -> str:
    return written_day(localdate(at))
