"""Drafts: importing a redlined document, correcting it, withdrawing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max

from quartermaster.files.actions import store
from quartermaster.files.models import StoredFile
from quartermaster.files.rules import WORD
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.policy.errors import AlreadyImported, VersionNotFound
from quartermaster.policy.models import (
    Clause,
    PolicyDocument,
    PolicyVersion,
    RelatedKind,
    RelatedPolicy,
    SourceKind,
    VersionState,
)
from quartermaster.policy.permits import POLICY_IMPORT
from quartermaster.policy.queries.documents import (
    MOBILE_DEVICES,
    expected_codes,
    latest_adopted,
    pieces_of,
    propose,
)
from quartermaster.policy.redline import body, mapping, sources
from quartermaster.policy.redline.changes import Change
from quartermaster.policy.redline.mapping import Proposal
from quartermaster.policy.redline.model import Redline
from quartermaster.policy.rules.versions import VERSION, text_digest

MARKDOWN_TYPE = "text/markdown"
MOST_RELATED = 20


@dataclass(frozen=True)
class Related:
    """Another policy that applies."""

    title: str
    url: str
    kind: RelatedKind = RelatedKind.OTHER


def import_draft(
    *,
    content: bytes,
    name: str,
    actor: Actor,
    at: datetime,
    corrections: Mapping[str, str] | None = None,
    document: str = MOBILE_DEVICES,
    related: Sequence[Related] | None = None,
) -> PolicyVersion:
    """Make a draft of a redlined document, its source kept as it was handed in (P-1).

    ``corrections`` give paragraphs (by the keys of the preview) other clause ids than proposed.
    ``related`` None: those that the document names, or else those of the version before.
    """
    require(actor, POLICY_IMPORT)
    redline = sources.read(content)
    proposal = propose(redline, document).corrected(corrections or {})
    _check_clauses(proposal)
    if related is None:
        related = _related_in(content) or _related_before(document)
    kind = SourceKind.WORD if sources.is_word(content) else SourceKind.MARKDOWN
    with act(actor, at) as doing:
        kept = store(
            content=content,
            media_type=WORD if kind == SourceKind.WORD else MARKDOWN_TYPE,
            name=name,
            actor=actor,
            at=at,
            limit=sources.LARGEST,
        )
        version = _new_version(document, kept, kind, redline, proposal, actor, at)
        _write_clauses(version, proposal)
        _write_related(version, related)
        doing.record(
            "policy.draft.imported",
            version,
            number=version.number,
            source=kept.digest,
            clauses=list(proposal.codes),
            unmapped=len(proposal.unmapped),
            missing=list(proposal.missing),
        )
    return version


def _check_clauses(proposal: Proposal) -> None:
    if not proposal.codes:
        raise InvalidInput(
            "No paragraph of this document has a clause id. Give some paragraphs their ids."
        )


def _new_version(
    slug: str,
    kept: StoredFile,
    kind: SourceKind,
    redline: Redline,
    proposal: Proposal,
    actor: Actor,
    at: datetime,
) -> PolicyVersion:
    title = (body.title(proposal.pieces) or kept.name)[:200]
    document, _ = PolicyDocument.objects.get_or_create(slug=slug, defaults={"title": title})
    # one import at a time for each policy, so that numbers have no gap and no double
    document = PolicyDocument.objects.select_for_update().get(id=document.id)
    twin = document.versions.filter(source=kept).exclude(state=VersionState.WITHDRAWN).first()
    if twin is not None:
        raise AlreadyImported(
            f"This file is version {twin.number} already ({twin.get_state_display().lower()})."
        )
    number = (document.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return PolicyVersion.objects.create(
        document=document,
        number=number,
        title=title,
        source=kept,
        source_kind=kind,
        notes=list(redline.notes),
        insertions_marked=redline.insertions_marked,
        imported_at=at,
        imported_by_id=actor.person_id,
        **_derived(proposal),
    )


def _derived(proposal: Proposal) -> dict[str, object]:
    """The columns that follow from the mapped text."""
    text = body.current_text(proposal.pieces)
    drafts = body.clauses(proposal.pieces)
    return {
        "body": body.dump(proposal.pieces),
        "text_current": text,
        "text_digest": text_digest(text, ((d.code, d.number, d.text) for d in drafts)),
        "missing_clauses": list(proposal.missing),
    }


def _write_clauses(version: PolicyVersion, proposal: Proposal) -> None:
    titles = {kind.code: kind.title for kind in mapping.catalogue()}
    Clause.objects.bulk_create(
        Clause(
            version=version,
            code=draft.code,
            order=order,
            section=draft.section[:200],
            number=draft.number,
            title=titles.get(draft.code, ""),
            text=draft.text,
            runs=[[[run.kind.value, run.text] for run in runs] for runs in draft.runs],
            change=draft.suggestion.change.value,
            change_reason=draft.suggestion.reason[:200],
        )
        for order, draft in enumerate(body.clauses(proposal.pieces), 1)
    )


def _related_in(content: bytes) -> list[Related]:
    return [Related(r.title, r.url, RelatedKind(r.kind)) for r in sources.related(content)]


def _related_before(document: str) -> list[Related]:
    latest = latest_adopted(document)
    if latest is None:
        return []
    return [Related(r.title, r.url, RelatedKind(r.kind)) for r in latest.related.all()]


def _write_related(version: PolicyVersion, related: Sequence[Related]) -> None:
    if len(related) > MOST_RELATED:
        raise InvalidInput(f"A policy may name {MOST_RELATED} related policies at most.")
    if len({item.url for item in related}) != len(related):
        raise InvalidInput("A related policy is named twice.")
    for item in related:
        if not item.title.strip() or not item.url.startswith(("https://", "http://")):
            raise InvalidInput("A related policy needs a title and an address with https://.")
    RelatedPolicy.objects.bulk_create(
        RelatedPolicy(
            version=version, title=item.title.strip(), url=item.url, kind=item.kind, order=order
        )
        for order, item in enumerate(related, 1)
    )


def _draft(version_id: UUID) -> PolicyVersion:
    """The draft, locked until the act ends."""
    version = (
        PolicyVersion.objects.select_for_update(of=("self",))
        .select_related("document")
        .filter(id=version_id)
        .first()
    )
    if version is None:
        raise VersionNotFound("There is no such version of the policy.")
    if not version.is_draft:
        raise Conflict(f"Version {version.number} is {version.state}; only a draft may change.")
    return version


def remap(
    *, version_id: UUID, corrections: Mapping[str, str], actor: Actor, at: datetime
) -> PolicyVersion:
    """Give paragraphs of a draft other clause ids (P-1)."""
    require(actor, POLICY_IMPORT)
    with act(actor, at) as doing:
        version = _draft(version_id)
        proposal = Proposal(pieces_of(version), expected_codes(version.document.slug))
        proposal = proposal.corrected(corrections)
        _check_clauses(proposal)
        for field, value in _derived(proposal).items():
            setattr(version, field, value)
        version.save(update_fields=list(_derived(proposal)))
        judged = list(version.clauses.exclude(change_confirmed_at=None))
        version.clauses.all().delete()
        _write_clauses(version, proposal)
        _judge_again(version, judged)
        doing.record(
            "policy.draft.remapped",
            version,
            corrections=dict(corrections),
            unmapped=len(proposal.unmapped),
            missing=list(proposal.missing),
        )
    return version


def _judge_again(version: PolicyVersion, judged: Sequence[Clause]) -> None:
    """Keep what people said of changes, where the clause is still the same."""
    for clause in judged:
        version.clauses.filter(code=clause.code, runs=clause.runs).update(
            change=clause.change,
            change_confirmed_at=clause.change_confirmed_at,
            change_confirmed_by=clause.change_confirmed_by,
        )


def set_related(
    *, version_id: UUID, related: Sequence[Related], actor: Actor, at: datetime
) -> PolicyVersion:
    """Name the other policies that are acknowledged together with a draft (G-1)."""
    require(actor, POLICY_IMPORT)
    with act(actor, at) as doing:
        version = _draft(version_id)
        version.related.all().delete()
        _write_related(version, related)
        doing.record("policy.draft.related", version, related=[item.url for item in related])
    return version


def confirm_change(
    *, version_id: UUID, code: str, change: Change, actor: Actor, at: datetime
) -> Clause:
    """Say what the change of a clause does, in place of the suggestion (P-1)."""
    require(actor, POLICY_IMPORT)
    with act(actor, at) as doing:
        version = _draft(version_id)
        clause = version.clauses.filter(code=code).first()
        if clause is None:
            raise VersionNotFound(f"Version {version.number} has no clause {code}.")
        suggested = clause.change
        clause.change = change.value
        clause.change_confirmed_at = at
        clause.change_confirmed_by_id = actor.person_id
        clause.save(update_fields=["change", "change_confirmed_at", "change_confirmed_by"])
        doing.record(
            "policy.clause.judged", version, clause=code, change=change.value, was=suggested
        )
    return clause


def withdraw(*, version_id: UUID, actor: Actor, at: datetime) -> PolicyVersion:
    """Give a draft up (P-1)."""
    require(actor, POLICY_IMPORT)
    with act(actor, at) as doing:
        version = _draft(version_id)
        version.state = VERSION.target("withdraw", VersionState(version.state))
        version.ended_at = at
        version.save(update_fields=["state", "ended_at"])
        doing.record("policy.draft.withdrawn", version, number=version.number)
    return version
