"""What is asked of carriers: by letter, waiting for an erasure, confirmed, refused and late."""

from datetime import datetime, timedelta

from quartermaster.billing.actions import line_orders as verbs
from quartermaster.billing.actions.line_orders import AccessDetails, Terms
from quartermaster.billing.models import LineOrder
from quartermaster.billing.rules.line_orders import LineOrderKind
from quartermaster.inventory.models import Line, LineStatus
from quartermaster.kernel.permits import system
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for

TITLE = "Orders to carriers"
ORDER = 50
ITMD = "2001"
DAY = timedelta(days=1)


def tell(at: datetime) -> None:
    """Say how two carriers are reached, and have some lines changed."""
    _reach(at)
    lines = [row.id for row in _unused()[:4]]
    if len(lines) < 4:  # noqa: PLR2004 (a small city has fewer)
        return
    back = at - 9 * DAY
    done = _ask(lines[0], "suspend", "On parental leave until spring", back)
    _word(done, "VZ-20261116-311", back + timedelta(hours=5), at)
    no = _ask(lines[1], "cancel", "Nobody used it for three months", at - 3 * DAY)
    ida = actor_for(Person.objects.get(number=ITMD), at)
    answer = "The instalments of the device run until March"
    verbs.refuse_line_order(order_id=no.id, answer=answer, actor=ida, at=at - 2 * DAY)
    _ask(lines[2], "suspend", "The season is over", at - 2 * DAY)
    later = Terms(due_at=at + 6 * DAY)
    _ask(lines[3], "suspend", "On leave from next week", at, terms=later)
    verbs.take_line_order_steps(actor=system("line orders"), at=at)


def _reach(at: datetime) -> None:
    for carrier, contact, days in (
        ("Verizon", "government.support@verizon.example", 90),
        ("T-Mobile", "city.team@t-mobile.example", None),
    ):
        details = AccessDetails(
            carrier=carrier, adapter="manual", contact=contact, restores_after_days=days
        )
        verbs.set_access(details=details, actor=system("demo"), at=at - 30 * DAY)


def _unused() -> list[Line]:
    rows = Line.objects.filter(status=LineStatus.ACTIVE, carrier="Verizon", orders=None)
    return list(rows.order_by("number"))


def _ask(line_id: object, kind: str, reason: str, at: datetime, **more: object) -> LineOrder:
    ida = actor_for(Person.objects.get(number=ITMD), at)
    return verbs.ask_line_order(
        line_id=line_id,  # type: ignore[arg-type]
        kind=LineOrderKind(kind),
        reason=reason,
        actor=ida,
        at=at,
        **more,  # type: ignore[arg-type]
    )


def _word(order: LineOrder, reference: str, done_at: datetime, at: datetime) -> None:
    ida = actor_for(Person.objects.get(number=ITMD), at)
    verbs.confirm_line_order(
        order_id=order.id, reference=reference, done_at=done_at, actor=ida, at=done_at
    )
