"""Reads of policies and their versions."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from quartermaster.files.queries import open_file
from quartermaster.kernel.permits import Actor, reach, require
from quartermaster.policy.errors import VersionNotFound
from quartermaster.policy.models import Clause, PolicyVersion, VersionState
from quartermaster.policy.models.documents import IN_FORCE_STATES
from quartermaster.policy.permits import POLICY_DRAFT_READ, POLICY_IMPORT, POLICY_READ
from quartermaster.policy.redline import body, compare, mapping, sources
from quartermaster.policy.redline.mapping import Piece, Proposal
from quartermaster.policy.redline.model import Redline
from quartermaster.policy.rules.versions import city_date

MOBILE_DEVICES = "mobile-devices"


def versions_visible_to(actor: Actor) -> QuerySet[PolicyVersion]:
    """The versions that the actor may read: adopted ones, and drafts for those who work on them."""
    versions = PolicyVersion.objects.select_related("document", "source")
    if reach(actor, POLICY_DRAFT_READ).everything:
        return versions
    if reach(actor, POLICY_READ).everything:
        return versions.filter(state__in=IN_FORCE_STATES)
    return versions.none()


def clauses_visible_to(actor: Actor) -> QuerySet[Clause]:
    """The clauses of adopted versions that are not superseded, as far as the actor may read."""
    versions = versions_visible_to(actor).filter(state=VersionState.ADOPTED)
    return Clause.objects.select_related("version__document").filter(version__in=versions)


def version_for(actor: Actor, version_id: UUID) -> PolicyVersion:
    """One version, or `VersionNotFound`."""
    version = versions_visible_to(actor).filter(id=version_id).first()
    if version is None:
        raise VersionNotFound("There is no such version of the policy.")
    return version


def version_in_force(at: datetime, document: str = MOBILE_DEVICES) -> PolicyVersion | None:
    """The version in force at an instant, by the city's calendar (P-1)."""
    return version_on(city_date(at, settings.TIME_ZONE), document)


def version_on(day: date, document: str = MOBILE_DEVICES) -> PolicyVersion | None:
    """The version in force on a day: the latest adopted one that has begun."""
    return (
        PolicyVersion.objects.filter(
            document__slug=document, state__in=IN_FORCE_STATES, in_force_on__lte=day
        )
        .order_by("-in_force_on")
        .first()
    )


def versions_to_come(at: datetime, document: str = MOBILE_DEVICES) -> QuerySet[PolicyVersion]:
    """Adopted versions whose day has not come, the next first."""
    return PolicyVersion.objects.filter(
        document__slug=document,
        state=VersionState.ADOPTED,
        in_force_on__gt=city_date(at, settings.TIME_ZONE),
    ).order_by("in_force_on")


def in_force_until(version: PolicyVersion) -> date | None:
    """The day on which the next version takes over; None while none is adopted."""
    if version.in_force_on is None:
        return None
    return (
        PolicyVersion.objects.filter(
            document=version.document_id,
            state__in=IN_FORCE_STATES,
            in_force_on__gt=version.in_force_on,
        )
        .order_by("in_force_on")
        .values_list("in_force_on", flat=True)
        .first()
    )


def latest_adopted(document: str = MOBILE_DEVICES) -> PolicyVersion | None:
    """The version adopted last, in force or to come."""
    return (
        PolicyVersion.objects.filter(document__slug=document, state__in=IN_FORCE_STATES)
        .order_by("-in_force_on")
        .first()
    )


def version_before(version: PolicyVersion) -> PolicyVersion | None:
    """The adopted version that this one follows."""
    earlier = PolicyVersion.objects.filter(
        document=version.document_id, state__in=IN_FORCE_STATES
    ).exclude(id=version.id)
    if version.in_force_on is not None:
        earlier = earlier.filter(in_force_on__lt=version.in_force_on)
    return earlier.order_by("-in_force_on").first()


def clause_texts(version: PolicyVersion) -> dict[str, str]:
    """The current text of each clause, by its id, in order."""
    return dict(version.clauses.order_by("order").values_list("code", "text"))


def compared(earlier: PolicyVersion, later: PolicyVersion) -> tuple[compare.ClauseChange, ...]:
    """Two versions clause by clause, as a redline (P-1)."""
    return compare.clauses(clause_texts(earlier), clause_texts(later))


def pieces_of(version: PolicyVersion) -> tuple[Piece, ...]:
    """The whole redline of a version, in reading order."""
    return body.load(version.body)


def proposal_of(version: PolicyVersion) -> Proposal:
    """How a draft falls into clauses: what is unmapped, which ids are missing."""
    return Proposal(pieces_of(version), expected_codes(version.document.slug))


def expected_codes(document: str) -> tuple[str, ...]:
    """The clause ids that a new version should have: those of the last, or of the catalogue."""
    latest = latest_adopted(document)
    if latest is not None:
        return tuple(clause_texts(latest))
    return tuple(kind.code for kind in mapping.catalogue())


def propose(redline: Redline, document: str = MOBILE_DEVICES) -> Proposal:
    """How a document would fall into clauses, ids following the text of the version before."""
    latest = latest_adopted(document)
    return mapping.propose(redline, before=clause_texts(latest) if latest else None)


def preview(
    actor: Actor,
    content: bytes,
    corrections: Mapping[str, str] | None = None,
    document: str = MOBILE_DEVICES,
) -> tuple[Redline, Proposal]:
    """What an import of this file would make, without importing it (P-1)."""
    require(actor, POLICY_IMPORT)
    redline = sources.read(content)
    return redline, propose(redline, document).corrected(corrections or {})


def source_of(actor: Actor, version_id: UUID) -> tuple[PolicyVersion, bytes]:
    """The file that a version was imported from, as it was handed in."""
    version = version_for(actor, version_id)
    with open_file(version.source.digest) as handle:
        return version, handle.read()
