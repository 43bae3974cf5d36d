"""A whole fleet of enrolled devices in a few statements."""

from datetime import datetime, timedelta

from quartermaster.inventory.models import Device
from quartermaster.kernel.ids import new_id
from quartermaster.mdm.models import Enrolment, Invitation
from quartermaster.mdm.states import EnrolmentState, InvitationState
from quartermaster.mdm.tokens import token_hash
from tests.cast import Cast
from tests.factories.destruction import devices


def enrolled_fleet(cast: Cast, count: int, at: datetime) -> list[Enrolment]:
    """So many enrolled City iPhones that Ana holds."""
    made: list[Device] = devices(cast, count)
    invitations = Invitation.objects.bulk_create(
        Invitation(
            device=device,
            person=cast.ana,
            state=InvitationState.USED,
            token_hash=token_hash(str(new_id())),
            created_at=at,
            created_by="test",
            expires_at=at + timedelta(days=7),
        )
        for device in made
    )
    return Enrolment.objects.bulk_create(
        Enrolment(
            device=device,
            person=cast.ana,
            invitation=invitation,
            driver="apple",
            state=EnrolmentState.ENROLLED,
            external_id=str(new_id()),
            created_at=at,
            enrolled_at=at,
        )
        for device, invitation in zip(made, invitations, strict=True)
    )
