"""A credit that names no dispute and is no whole sum, put to a dispute by a person (G-12)."""

from datetime import datetime
from uuid import UUID

from quartermaster.billing.actions.invoices.crediting import TURN, asked_of, follow
from quartermaster.billing.invoice_permits import DISPUTE_MANAGE
from quartermaster.billing.models import Dispute, DisputeCredit
from quartermaster.billing.queries.credits import free_credits
from quartermaster.billing.rules.bills import WAITING
from quartermaster.billing.rules.credits import Credit, put
from quartermaster.jobs.acts import act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import Actor, require


def put_credit(*, dispute: Dispute, charge_id: UUID, actor: Actor, at: datetime) -> Dispute:
    """Put what is left of a credit to a dispute; what is asked back of its number first (G-12).

    Raises:
        Conflict: the dispute is not with the carrier, or is over.
        NotFound: the credit is of another account, used up, or of an invoice that was replaced.
    """
    with act(actor, at) as doing:
        require(actor, DISPUTE_MANAGE)
        take_turn(TURN)
        row = Dispute.objects.select_for_update(of=("self",)).select_related("invoice")
        found = row.get(id=dispute.id)
        if found.state not in WAITING:
            raise Conflict(
                "Only a dispute that waits for the carrier has something to be credited."
            )
        credit = next((one for one in free_credits(found) if one.charge.id == charge_id), None)
        if credit is None:
            raise NotFound("There is no such credit, or nothing of it is left.")
        named = Credit(charge_id, credit.number, found.number, credit.cents)
        touched = set()
        for item_id, charge, cents in put([named], asked_of(found)):
            DisputeCredit.objects.create(
                item_id=item_id,
                charge_id=charge,
                cents=cents,
                seen_at=at,
                seen_by=actor.label[:200],
            )
            touched.add(item_id)
            doing.record("billing.dispute.credited", found, cents=cents, by_hand=True)
        follow(touched, doing)
        found.refresh_from_db()
    return found
