"""Mail about loans: to the borrower, and to who lends."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings

from quartermaster.jobs.acts import Act
from quartermaster.lifecycle.models import Loan
from quartermaster.notify import actions as post
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import coordinators_of, people_with_role
from quartermaster.org.roles import Role

_BORROWER = {
    "reserved": "a hot-spot is reserved for you. Collect it on the first day; if nobody comes, it"
    " is free for others again",
    "lent": "you have a hot-spot on loan, and signed for it",
    "due-soon": "please remember to bring the hot-spot back, or extend the loan if nobody waits"
    " for it",
    "due-today": "the hot-spot is due back today",
    "overdue": "the hot-spot is overdue. Please bring it back at once",
    "suspended": "the line of the hot-spot is being suspended, as it was not brought back. It works"
    " again when you bring it back or the loan is extended",
    "extended": "your loan is longer now",
    "swapped": "you have another hot-spot now, as the first does not work",
    "moved": "the hot-spot that you had reserved is not back in time. You get another one",
    "returned": "the hot-spot is back. Thank you",
    "cancelled": "the reservation is called off",
    "not-collected": "nobody collected the hot-spot, and it is free for others again",
}
_SUBJECTS = {
    "overdue": "Overdue",
    "suspended": "The line is being suspended",
    "due-soon": "Due back soon",
    "due-today": "Due back today",
}


def tell_borrower(loan: Loan, what: str, doing: Act) -> None:
    """Each step is told to the borrower, and to who reserved for them."""
    people = {one.id: one for one in (loan.person, loan.asked_by)}
    if what not in {"reserved", "cancelled", "moved", "not-collected"}:
        people = {loan.person_id: loan.person}
    sentence = _BORROWER[what]
    _send(loan, "borrower", what, people.values(), doing, sentence=sentence)


def tell_lenders(loan: Loan, what: str, doing: Act) -> None:
    """ITMD, or the coordinators of the pool's department, hear of what is not back."""
    people: list[Person] = list(people_with_role(Role.ITMD_ADMIN, doing.at))
    if loan.hotspot.department_id is not None:
        people += coordinators_of(loan.hotspot.department_id, doing.at)
    others = {one.id: one for one in people if one.id != loan.person_id}
    _send(loan, "lender", what, others.values(), doing)


def _send(
    loan: Loan, template: str, what: str, people: Iterable[Person], doing: Act, **more: str
) -> None:
    suspended_on = loan.ends_on + timedelta(days=settings.LOAN_DAYS["suspend"])
    for person in people:
        if person.standing != Standing.ACTIVE:
            continue
        post.send(
            template=f"lifecycle/loans/{template}",
            to=person.email,
            name=person.name,
            context={
                "loan": loan,
                "what": what,
                "subject": _SUBJECTS.get(what, "Your hot-spot"),
                "suspended_on": suspended_on,
                "link": f"{settings.WEB_URL}/pool/loans/{loan.id}/",
                **more,
            },
            key=f"loan:{loan.id}:{template}-{what}:{doing.at:%Y%m%d%H%M}:{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=loan,
        )
