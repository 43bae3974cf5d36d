"""Mail about cases. It names no outcome and quotes nobody: for that there is the page."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.compliance.models import Case
from quartermaster.compliance.rules.cases import CaseState
from quartermaster.jobs.acts import Act
from quartermaster.notify import actions as post
from quartermaster.org.models import Person
from quartermaster.org.queries import coordinators_of, people_with_role
from quartermaster.org.roles import Role

_HOLDER = {
    "prepared": "what we wrote to you about is now looked at by a person: ITMD or your telecom"
    " coordinator decides whether it goes to your supervisor, or was a mistake",
    "dismissed": "a person looked at it, and it does not go to your supervisor. It does not count"
    " against you",
    "cured": "thank you: it was put right, and the matter is closed",
    "withdrawn": "the matter is withdrawn. It does not count against you",
    "paused": "an exception covers this at present; as long as it does, the matter rests",
    "resumed": "the exception does not cover this any longer, and the matter goes on",
    "referred": "a person looked at it, and your supervisor was told",
    "acknowledged": "your supervisor took note of it. Human resources look at it next",
    "decided": "human resources recorded how the matter ends. Read it on your page. If you do not"
    " agree, you can appeal once",
    "appealed": "your appeal was received. Another person at human resources looks at it",
    "closed": "the matter is closed. Read on your page how it ended",
}
_OWNER = {
    CaseState.PREPARED: "Please look at the evidence, and confirm or dismiss the referral.",
    CaseState.REFERRED: "Please read it, talk with the employee, and acknowledge it.",
    CaseState.ACKNOWLEDGED: "Please record an outcome.",
    CaseState.APPEALED: "Please review the appeal; whoever recorded the outcome may not.",
}


def tell_holder(case: Case, what: str, doing: Act) -> None:
    """Each step is told to whom it is about."""
    _send(case, "holder", what, [case.holder], doing, sentence=_HOLDER[what])


def tell_owners(case: Case, what: str, doing: Act) -> None:
    """Tell whose step it is. ``what``: "due" (now), "reminder" or "overdue"."""
    state = CaseState(case.state)
    asked = _OWNER.get(state)
    if asked is not None:
        key = f"{state.value}-{what}"
        _send(case, "owner", key, owners_of(case, doing), doing, sentence=asked, urgency=what)


def owners_of(case: Case, doing: Act) -> list[Person]:
    """The people whose step it is, without the holder."""
    state = CaseState(case.state)
    found: Iterable[Person]
    if state is CaseState.PREPARED:
        itmd = people_with_role(Role.ITMD_ADMIN, doing.at)
        found = {*coordinators_of(case.department_id, doing.at), *itmd}
    elif state is CaseState.REFERRED and case.supervisor is not None:
        found = [case.supervisor]
    else:
        found = people_with_role(Role.HR, doing.at)
    others = {one for one in found if one.id != case.holder_id}
    return sorted(others, key=lambda one: one.number)


def _send(
    case: Case, template: str, what: str, people: Iterable[Person], doing: Act, **more: str
) -> None:
    for person in people:
        post.send(
            template=f"compliance/cases/{template}",
            to=person.email,
            name=person.name,
            context={
                "case": case,
                "finding": case.finding,
                "device": case.finding.device,
                "link": f"{settings.WEB_URL}/cases/{case.id}/",
                **more,
            },
            # a case that rested comes into a state anew, with a new deadline
            key=f"case:{case.id}:{what}:{localdate(case.due_at):%Y%m%d}:{person.id}"
            if case.due_at
            else f"case:{case.id}:{what}:{doing.at:%Y%m%d%H%M%S}:{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=case,
        )
