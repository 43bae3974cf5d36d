"""How a file leaves quarantine: once, its key with it, and its sender is told."""

from django.conf import settings

from quartermaster.files import actions as files
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict
from quartermaster.notify.actions import send
from quartermaster.org.models import Standing
from quartermaster.records.models import RefusedFile
from quartermaster.records.rules.quarantine import REFUSED, RefusedState


def end(refused: RefusedFile, verb: str, doing: Act, **more: object) -> None:
    """Move it on, conditionally, and forget its key."""
    step = REFUSED.transitions[verb]
    rows = RefusedFile.objects.filter(id=refused.id, state__in=sorted(step.sources))
    moved = rows.update(
        state=step.target,
        sealed_key=None,
        file=None,
        due_at=None,
        decided_at=doing.at,
        decided_by=doing.actor.person_id,
        **more,
    )
    if moved != 1:
        raise Conflict("Somebody has decided about this file already.")
    refused.refresh_from_db()


def throw_away(refused: RefusedFile, why: str, doing: Act) -> None:
    """Destroy what is kept; that it was, its digest and the reason stay (G-5)."""
    kept = refused.file
    assert kept is not None  # a constraint backs it
    end(refused, "discard", doing, reason=why)
    files.destroy_file(file=kept, actor=doing.actor, at=doing.at)
    doing.record("records.refused.discarded", refused, digest=refused.digest, reason=why)
    tell_author(refused, doing)


def tell_author(refused: RefusedFile, doing: Act) -> None:
    """What became of a file of theirs."""
    author = refused.author
    if author.standing != Standing.ACTIVE:
        return
    send(
        template="records/quarantine/decided",
        to=author.email,
        name=author.name,
        context={
            "refused": refused,
            "released": refused.state == RefusedState.RELEASED,
            "link": f"{settings.WEB_URL}/records/refused/{refused.id}/",
        },
        key=f"records.refused/{refused.id}/decided",
        actor=doing.actor,
        at=doing.at,
        about=refused,
    )
