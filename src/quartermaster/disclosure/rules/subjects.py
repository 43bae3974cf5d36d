"""Notices to people whom a record is about, before it is given out (19.356)."""

from datetime import datetime

from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded


class Cause(Worded):
    """Why the law asks for the notice."""

    DISCIPLINE = "discipline", "It came of an investigation into a disciplinary matter"
    SUBPOENA = "subpoena", "It was obtained by subpoena or search warrant"
    EMPLOYER = "employer", "It was prepared by an employer who is no authority"
    OFFICER = "officer", "It is about somebody who holds a public office, who may add to it"


class NoticeState(Worded):
    SERVED = "served", "Told"
    WAIVED = "waived", "Has nothing against it"
    OBJECTED = "objected", "Means to go to court"
    SUED = "sued", "Before the court"
    SETTLED = "settled", "Settled"


_S = NoticeState
NOTICE: Machine[NoticeState] = Machine(
    "notice",
    _S.SERVED,
    [
        Transition("waive", frozenset({_S.SERVED}), _S.WAIVED),
        Transition("object", frozenset({_S.SERVED}), _S.OBJECTED),
        Transition("sue", frozenset({_S.SERVED, _S.OBJECTED}), _S.SUED),
        Transition("settle", frozenset({_S.OBJECTED, _S.SUED}), _S.SETTLED),
    ],
)
LONGEST_STATEMENT = 4000


def bars(state: NoticeState, object_by: datetime, sue_by: datetime, at: datetime) -> bool:
    """Whether nothing may be given out yet: there is time to object, to sue, or a suit."""
    return (
        (state is _S.SERVED and at <= object_by)
        or (state is _S.OBJECTED and at <= sue_by)
        or state is _S.SUED
    )
