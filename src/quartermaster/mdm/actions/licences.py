"""What a person decides about licences: to take a location over, and to look at once."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from quartermaster.jobs.acts import act
from quartermaster.jobs.queue import app
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import software_permits as permits
from quartermaster.mdm.actions.credentials import keep_state
from quartermaster.mdm.credentials import active_credential
from quartermaster.mdm.licensing import licensing_driver
from quartermaster.mdm.models import ServiceCredential

SYNCHRONISE = "quartermaster.mdm.tasks.keep_licences"


def credential_of_licences() -> ServiceCredential:
    """The token in use. `Conflict` where there is none."""
    found = licensing_driver()
    credential = active_credential(found[0].name, found[1].licence_kind) if found else None
    if credential is None:
        raise Conflict("There is no token for licences yet; bring one first.")
    return credential


def _wake(at: datetime) -> None:
    with suppress(AlreadyEnqueued), transaction.atomic():  # somebody asked a moment ago
        app.configure_task(SYNCHRONISE).defer(timestamp=int(at.timestamp()))


def look_now(*, actor: Actor, at: datetime) -> ServiceCredential:
    """Have everything read anew at once, whatever the service asked before (G-4)."""
    require(actor, permits.SOFTWARE_MANAGE)
    credential = credential_of_licences()
    with act(actor, at) as doing:
        forgotten = ("read_at", "listed_at", "claimed_at")
        state = {key: value for key, value in credential.state.items() if key not in forgotten}
        keep_state(credential_id=credential.id, state=state)
        ServiceCredential.objects.filter(id=credential.id).update(paused_until=None)
        _wake(at)
        doing.record("mdm.licences.looked", credential)
    credential.refresh_from_db()
    return credential


def take_over(*, holder_id: str, actor: Actor, at: datetime) -> None:
    """Take a location over from the server that looks after it now, knowing which one (G-4).

    Raises:
        Conflict: another server than the one shown looks after it.
    """
    require(actor, permits.SOFTWARE_MANAGE)
    credential = credential_of_licences()
    if not holder_id or credential.state.get("holder_id") != holder_id:
        raise Conflict("Another server looks after it than the one shown; look again.")
    with act(actor, at) as doing:
        state = {**credential.state, "take_over": holder_id}
        keep_state(credential_id=credential.id, state=state)
        ServiceCredential.objects.filter(id=credential.id).update(paused_until=None)
        _wake(at)
        doing.record("mdm.licences.taken-over", credential, holder=credential.state.get("holder"))
