"""Replacing secrets that people have seen."""

from datetime import datetime

from django.db.models import F

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import permits
from quartermaster.mdm.actions.perform import perform
from quartermaster.mdm.models import EscrowedSecret, SecretKind
from quartermaster.mdm.queries import enrolment_now

VERBS_OF = {
    SecretKind.RECOVERY_LOCK.value: "set-recovery-lock",
    SecretKind.DISK_KEY.value: "rotate-disk-key",
}
REASON = "The earlier one was shown to somebody."
BATCH = 200


def rotate_due_secrets(*, actor: Actor, at: datetime) -> int:
    """Have secrets replaced that were shown some hours ago; how many were asked for (G-10)."""
    require(actor, permits.COMMAND_SEND)
    done = 0
    for _ in range(BATCH):
        outcome = _rotate_next(actor, at)
        if outcome is None:
            break
        done += outcome
    return done


def _rotate_next(actor: Actor, at: datetime) -> bool | None:
    with act(actor, at) as doing:
        secret = (
            EscrowedSecret.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("device")
            .filter(rotate_at__lte=at)
            .order_by("rotate_at", "id")
            .first()
        )
        if secret is None:
            return None
        EscrowedSecret.objects.filter(id=secret.id).update(rotate_at=None)
        enrolment = enrolment_now(secret.device_id)
        if enrolment is None or secret.replaced_at is not None:
            return False
        verb = VERBS_OF[secret.kind]
        try:
            perform(enrolment=enrolment, verb=verb, arguments={}, reason=REASON, actor=actor, at=at)
        except HouseError as problem:
            doing.record(
                "mdm.secret.not-rotated",
                secret,
                kind=secret.kind,
                device=secret.device.asset_tag,
                problem=problem.message,
            )
            return False
    return True


def retire_used_pins(*, actor: Actor, at: datetime) -> int:
    """A Mac that is seen again after its PIN was shown has taken it: it opens nothing more."""
    require(actor, permits.COMMAND_SEND)
    with act(actor, at) as doing:
        used = EscrowedSecret.objects.filter(
            kind=SecretKind.UNLOCK_PIN,
            replaced_at=None,
            device__enrolments__state="enrolled",
            device__enrolments__last_seen_at__gt=F("confirmed_at"),
            reveals__revealed_at__lt=F("device__enrolments__last_seen_at"),
        )
        keys = list(used.values_list("id", flat=True).distinct())
        count = EscrowedSecret.objects.filter(id__in=keys).update(replaced_at=at)
        if count:
            doing.record_about("mdm.pins.used", "mdm.escrowedsecret", "", count=count)
    return count
