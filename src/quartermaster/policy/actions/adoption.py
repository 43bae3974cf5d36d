"""Adoption: the city decides, the version gets its day, and everybody is asked anew."""

from datetime import date, datetime
from uuid import UUID

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.policy.actions.acknowledgements import ask_for
from quartermaster.policy.errors import VersionNotFound
from quartermaster.policy.events import PolicyAdopted
from quartermaster.policy.models import PolicyDocument, PolicyVersion, VersionState
from quartermaster.policy.models.documents import IN_FORCE_STATES
from quartermaster.policy.permits import POLICY_ADOPT
from quartermaster.policy.queries.documents import version_in_force
from quartermaster.policy.redline.changes import Change
from quartermaster.policy.rules import acknowledgements as deadlines
from quartermaster.policy.rules.versions import VERSION, check_in_force_date


def adopt(
    *,
    version_id: UUID,
    adopting_body: str,
    in_force_on: date,
    actor: Actor,
    at: datetime,
    file_number: str = "",
    acknowledgement_days: int = deadlines.DEFAULT_DAYS,
) -> PolicyVersion:
    """Record that a draft was adopted, from when it is in force, and ask everybody anew (P-1, S-2).

    Whoever adopts also confirms the suggestions on changes that nobody confirmed before.
    """
    require(actor, POLICY_ADOPT)
    deadlines.check_days(acknowledgement_days)
    if not adopting_body.strip():
        raise InvalidInput("Name the body that adopted the policy, such as the Common Council.")
    with act(actor, at) as doing:
        version = _locked(version_id)
        target = VERSION.target("adopt", VersionState(version.state))
        check_in_force_date(in_force_on, _latest_day(version))
        confirmed = _confirm_suggestions(version, actor, at)
        changed = PolicyVersion.objects.filter(id=version.id, state=VersionState.DRAFT).update(
            state=target,
            adopted_at=at,
            adopted_by=actor.person_id,
            adopting_body=adopting_body.strip()[:200],
            file_number=file_number.strip()[:60],
            in_force_on=in_force_on,
            acknowledgement_days=acknowledgement_days,
        )
        if changed != 1:  # pragma: no cover (the lock above comes first)
            raise Conflict(f"Version {version.number} is not a draft any more.")
        version.refresh_from_db()
        _supersede(version.document.slug, actor, at)
        doing.record(
            "policy.version.adopted",
            version,
            number=version.number,
            body=version.adopting_body,
            file_number=version.file_number,
            in_force_on=in_force_on.isoformat(),
            text=version.text_digest,
            confirmed=confirmed,
        )
        ask_for(version=version, actor=actor, at=at)
        doing.emit(PolicyAdopted(version.id, version.document.slug, version.number, in_force_on))
    return version


def _locked(version_id: UUID) -> PolicyVersion:
    """The version, with its policy locked: two adoptions at once come one after the other."""
    version = PolicyVersion.objects.select_related("document").filter(id=version_id).first()
    if version is None:
        raise VersionNotFound("There is no such version of the policy.")
    PolicyDocument.objects.select_for_update().get(id=version.document_id)
    version.refresh_from_db()
    return version


def _latest_day(version: PolicyVersion) -> date | None:
    return (
        PolicyVersion.objects.filter(document=version.document_id, state__in=IN_FORCE_STATES)
        .order_by("-in_force_on")
        .values_list("in_force_on", flat=True)
        .first()
    )


def _confirm_suggestions(version: PolicyVersion, actor: Actor, at: datetime) -> list[str]:
    waiting = version.clauses.filter(change_confirmed_at=None).exclude(change=Change.NONE.value)
    codes = list(waiting.order_by("order").values_list("code", flat=True))
    waiting.update(change_confirmed_at=at, change_confirmed_by=actor.person_id)
    return codes


def supersede_due(*, actor: Actor, at: datetime) -> int:
    """Mark as superseded what another version has taken the place of by now (P-1)."""
    require(actor, POLICY_ADOPT)
    slugs = list(PolicyDocument.objects.values_list("slug", flat=True))
    with act(actor, at):
        return sum(_supersede(slug, actor, at) for slug in slugs)


def _supersede(slug: str, actor: Actor, at: datetime) -> int:
    in_force = version_in_force(at, slug)
    if in_force is None:
        return 0
    done = 0
    with act(actor, at) as doing:
        older = PolicyVersion.objects.select_for_update(of=("self",), skip_locked=True).filter(
            document__slug=slug,
            state=VersionState.ADOPTED,
            in_force_on__lt=in_force.in_force_on,
        )
        for version in older:
            version.state = VERSION.target("supersede", VersionState(version.state))
            version.ended_at = at
            version.save(update_fields=["state", "ended_at"])
            doing.record("policy.version.superseded", version, by=in_force.number)
            done += 1
    return done
