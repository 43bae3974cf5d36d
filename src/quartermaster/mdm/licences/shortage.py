"""More licences wanted than there are: seen on pages, and told to ITMD once."""

from datetime import datetime

from quartermaster.kernel.permits import Actor
from quartermaster.mdm.models import Licence, LicencePool
from quartermaster.mdm.software_states import LicenceState
from quartermaster.notify.actions import send
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role

TEMPLATE = "mdm/notices/licences-short"


def note_shortage(pool: LicencePool, actor: Actor, at: datetime) -> None:
    """Note since when it is short, and tell the administrators at the first time (G-4)."""
    if not LicencePool.objects.filter(id=pool.id, short_since=None).update(short_since=at):
        return
    wanted = Licence.objects.filter(pool=pool, state=LicenceState.WANTED).count()
    for person in people_with_role(Role.ITMD_ADMIN, at):
        send(
            template=TEMPLATE,
            to=person.email,
            name=person.given_name,
            context={"title": str(pool), "total": pool.total, "wanted": wanted},
            key=f"mdm.licences.short/{pool.id}/{at.isoformat()}/{person.id}",
            actor=actor,
            at=at,
        )


def note_enough(pool: LicencePool) -> None:
    """Licences were there again."""
    LicencePool.objects.filter(id=pool.id, short_since__isnull=False).update(short_since=None)
