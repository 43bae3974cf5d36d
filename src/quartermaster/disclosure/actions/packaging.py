"""Putting a release together: the index and every copy in one, numbered; what is native beside."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from quartermaster.disclosure.actions.moving import working
from quartermaster.disclosure.actions.producing import production
from quartermaster.disclosure.actions.reading import content_of
from quartermaster.disclosure.actions.talks import talks_of
from quartermaster.disclosure.actions.telling import tell_custodians
from quartermaster.disclosure.errors import NotReady
from quartermaster.disclosure.keeping import keep, read
from quartermaster.disclosure.models import (
    Package,
    PackageFile,
    PackageWork,
    RecordsRequest,
    RequestItem,
)
from quartermaster.disclosure.parameters import second_look
from quartermaster.disclosure.permits import REQUEST_WORK
from quartermaster.disclosure.queries.items import grounds, items_visible_to
from quartermaster.disclosure.queries.requests import requests_visible_to
from quartermaster.disclosure.redaction import asking
from quartermaster.disclosure.rules.numbering import prefix_of, shown, spans
from quartermaster.disclosure.rules.package_work import PACKAGE_WORK, PackageState, Step
from quartermaster.disclosure.rules.requests import OPEN, Kind
from quartermaster.disclosure.rules.review import GIVEN_OUT, Decision
from quartermaster.files.papers import PDF, render
from quartermaster.files.rules import ZIP
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import Actor, require


@dataclass(frozen=True)
class Made:
    """A file of a package on its way."""

    content: bytes
    name: str
    media_type: str
    what: str


def make_package(
    *, request_id: UUID, work: PackageWork | None = None, actor: Actor, at: datetime
) -> Package:
    """Put together what is decided to be given out, with an index and the reasons (G-5).

    Args:
        request_id: the request.
        work: what asked for it, settled in the act that makes the release; so it is made once.
        actor: who asked.
        at: now.
    """
    require(actor, REQUEST_WORK)
    request = requests_visible_to(actor).filter(id=request_id).first()
    if request is None:
        raise NotFound("There is no such request.")
    if request.state not in OPEN:
        raise Conflict("This request is closed. Reopen it first.")
    rows = list(items_visible_to(actor).filter(request=request).prefetch_related("redactions"))
    require_decided(rows)
    state = _state(rows)
    first = (request.packages.aggregate(last=Max("last"))["last"] or 0) + 1
    index = index_of(request, rows, first)
    files = _files(request, rows, index, first, work, actor, at)
    note_step(work, Step.KEEPING)
    with act(actor, at) as doing:
        locked = working(request_id)
        again = items_visible_to(actor).filter(request=locked)
        last_made = (locked.packages.aggregate(last=Max("last"))["last"] or 0) + 1
        if _state(list(again)) != state or last_made != first:
            raise Conflict("Something changed at the same time; look at it again.")
        package = Package.objects.create(
            request=locked,
            number=locked.packages.count() + 1,
            first=first,
            last=first + sum(row.pages or 0 for row in rows if row.copy) - 1,
            digest=digest_over(files),
            index=index,
            made_at=at,
            made_by_id=actor.person_id,
        )
        add_files(package, files, actor, at)
        if work is not None:
            settle(work, "finish", at, package=package)
            tell_custodians(locked, "ready", doing, only=work.asked_by)
        doing.record(
            "disclosure.package.made",
            package,
            request=request.number,
            digest=package.digest,
            files=[hashlib.sha256(file.content).hexdigest() for file in files],
        )
    return package


def _files(
    request: RecordsRequest,
    rows: Sequence[RequestItem],
    index: list[dict[str, Any]],
    first: int,
    work: PackageWork | None,
    actor: Actor,
    at: datetime,
) -> list[Made]:
    """What the package holds: the release, what is given out as it is, in litigation its ZIP."""
    note_step(work, Step.BINDING)
    release, plain = _release(request, rows, index, first, at)
    note_step(work, Step.NATIVES)
    natives = _natives(rows, actor, at)
    files = [release, *natives.values()]
    if request.kind == Kind.LITIGATION:
        note_step(work, Step.PRODUCING)
        kept = {key: one.content for key, one in natives.items()}
        talks = talks_of(rows, actor, at)
        made = production(request, rows, index, (release.content, plain), kept, talks)
        files.append(Made(made, f"{request.number} production.zip", ZIP, "production"))
    return files


def note_step(work: PackageWork | None, step: Step) -> None:
    """Say on the page how far it is."""
    if work is not None:
        PackageWork.objects.filter(id=work.id, state=PackageState.WAITING).update(step=step.value)


def settle(work: PackageWork, verb: str, at: datetime, **changes: object) -> None:
    """End a work by one verb; `Conflict` where another worker did."""
    step = PACKAGE_WORK.transitions[verb]
    rows = PackageWork.objects.filter(id=work.id, state__in=sorted(step.sources))
    ended = {"state": step.target.value, "due_at": None, "locked_until": None, "settled_at": at}
    if rows.update(**ended, **changes) != 1:
        raise Conflict("This release was put together in the meantime.")


def add_files(package: Package, files: Sequence[Made], actor: Actor, at: datetime) -> None:
    """Keep the files of a package, behind those that it has."""
    start = package.files.count()
    for position, file in enumerate(files, start=start + 1):
        kept = keep(
            content=file.content, name=file.name, media_type=file.media_type, actor=actor, at=at
        )
        PackageFile.objects.create(package=package, file=kept, position=position, what=file.what)


def require_decided(rows: Sequence[RequestItem]) -> None:
    """`NotReady` while a file waits for its decision, or for the second look."""
    pending = sum(row.decision == Decision.PENDING for row in rows)
    if pending:
        raise NotReady(f"{pending} of the files found are not reviewed yet.")
    if second_look() and (alone := sum(row.second_by_id is None for row in rows)):
        raise NotReady(f"A second person has not looked at {alone} of the decisions yet.")
    if not rows:
        raise NotReady("Nothing was found. Answer the request without a release.")


def _state(rows: Sequence[RequestItem]) -> set[tuple[Any, ...]]:
    return {(row.id, row.decision, row.copy_id, row.reviewed_at) for row in rows}


def digest_over(files: Sequence[Made]) -> str:
    """One digest over all files of a package, in their order."""
    sha = hashlib.sha256()
    for file in files:
        sha.update(hashlib.sha256(file.content).digest())
    return sha.hexdigest()


def index_of(
    request: RecordsRequest, rows: Sequence[RequestItem], first: int
) -> list[dict[str, Any]]:
    """What the package says of each file: its numbers, its record, its decision, the reasons."""
    known = {item.code: item for item in grounds()}
    prefix = prefix_of(request.number)
    pages = [(row.pages or 0) if row.copy else 0 for row in rows]
    lines = []
    for row, span, count in zip(rows, spans(pages, first), pages, strict=True):
        record = row.item.record
        assert record is not None  # an item of a request is of a record
        codes = [item.code for item in row.redactions.all()]
        used = sorted({*codes, row.withheld_code} - {""}) if row.decision != "release" else []
        given = row.decision in GIVEN_OUT
        lines.append(
            {
                "item": str(row.id),
                "record": record.number,
                "name": row.item.name if given else "",
                "about": record.about if given else "",
                "on": record.happened_on.isoformat(),
                "kind": record.get_source_display(),
                "first": shown(prefix, span.first) if count else "",
                "last": shown(prefix, span.last) if count else "",
                "pages": count,
                "decision": row.get_decision_display(),
                "given": given,
                "places": len(codes) if row.decision == Decision.REDACT else 0,
                "grounds": [asdict(known[code]) for code in used if code in known],
                "codes": used,
                "copy": row.copy.digest if row.copy else "",
            }
        )
    return lines


def _release(
    request: RecordsRequest,
    rows: Sequence[RequestItem],
    index: list[dict[str, Any]],
    first: int,
    at: datetime,
) -> tuple[Made, int]:
    """The document with its index, and how many pages that has."""
    title = f"Release for request {request.number}"
    cover = render(
        "disclosure/papers/index.typ",
        {"request": request.number, "lines": index, "grounds": _reasons(index)},
        title=title,
        at=at,
    )
    copies = [read(row.copy) for row in rows if row.copy is not None]
    plain = len(asking.sizes_of(cover))
    bound = asking.bind(
        [cover, *copies], title=title, prefix=prefix_of(request.number), first=first, plain=plain
    )
    return Made(bound, f"{request.number} release.pdf", PDF, "release"), plain


def _reasons(index: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each ground once, with how often it was used."""
    found: dict[str, dict[str, Any]] = {}
    for line in index:
        for ground in line["grounds"]:
            found.setdefault(ground["code"], {**ground, "files": 0})["files"] += 1
    return [found[code] for code in sorted(found)]


def _natives(rows: Sequence[RequestItem], actor: Actor, at: datetime) -> dict[str, Made]:
    """What is given out as it is, by the key of its row."""
    found = {}
    for row in rows:
        if row.decision == Decision.RELEASE and row.copy is None:
            record = row.item.record
            assert record is not None  # an item of a request is of a record
            name = f"{record.number} {row.item.name}"
            content = content_of(row, actor, at)
            found[str(row.id)] = Made(content, name, row.item.media_type, "native")
    return found
