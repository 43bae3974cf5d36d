"""Giving a package out: its digest into the archive, the answer on record, the door opened."""

import json
from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import F
from django.utils.timezone import localdate

from quartermaster.disclosure.actions.closing import close
from quartermaster.disclosure.actions.fees import require_paid
from quartermaster.disclosure.actions.letters import write_answer
from quartermaster.disclosure.actions.moving import working
from quartermaster.disclosure.actions.packaging import require_decided
from quartermaster.disclosure.actions.subjects import require_heard
from quartermaster.disclosure.actions.telling import tell_requester
from quartermaster.disclosure.errors import NotReady
from quartermaster.disclosure.filing import SOURCE
from quartermaster.disclosure.models import Package, PackageFile
from quartermaster.disclosure.parameters import calendar_days
from quartermaster.disclosure.permits import REQUEST_TAKE, REQUEST_WORK
from quartermaster.disclosure.queries.requests import request_for_update
from quartermaster.disclosure.rules.requests import LONGEST_REASON, outcome_of
from quartermaster.disclosure.rules.review import GIVEN_OUT, HELD_BACK
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said
from quartermaster.records.actions.capture import save_record
from quartermaster.records.actions.retention import keep_as
from quartermaster.records.capture import under_hold
from quartermaster.records.models import Record
from quartermaster.records.retention import RECORD
from quartermaster.records.rules.capture import Details, Residue, Source

LONGEST_TITLE = 200


def release_package(*, package_id: UUID, words: str, actor: Actor, at: datetime) -> Package:
    """Give a package out: this answers the request (G-5).

    What was given out becomes a record of its own, so that the log of the archive holds its
    digests; the requester fetches it by the status code until a day that they are told.
    """
    require(actor, REQUEST_WORK)
    plain = said(words, "Say what the answer is", LONGEST_REASON, "words")
    with act(actor, at) as doing:
        package = _waiting(package_id)
        request = package.request
        rows = list(request.items.select_related("copy"))
        require_decided(rows)
        _require_current(package, rows)
        require_paid(request)
        require_heard(request, at)
        package.record = _recorded(package, actor, at)
        keep_as(kind=RECORD, subject_id=package.record.id, source=SOURCE, doing=doing)
        package.released_at, package.expires_at = at, calendar_days("fetch", at)
        package.save(update_fields=["record", "released_at", "expires_at"])
        outcome = outcome_of(
            sum(row.decision in GIVEN_OUT for row in rows),
            sum(row.decision in HELD_BACK for row in rows),
        )
        close(request, outcome, plain, doing)
        write_answer(request, rows, plain, doing)
        doing.record(
            "disclosure.package.released",
            package,
            request=request.number,
            digest=package.digest,
            record=package.record.number,
        )
        tell_requester(request, "released", doing)
    return package


def _waiting(key: UUID) -> Package:
    """A package that was not given out, locked after its request."""
    found = Package.objects.filter(id=key).values_list("request_id", flat=True).first()
    if found is None:
        raise NotFound("There is no such package.")
    request = working(found)
    package = Package.objects.select_for_update(of=("self",)).get(id=key)
    package.request = request
    if package.released_at is not None:
        raise Conflict("This package was given out already.")
    return package


def _require_current(package: Package, rows: list) -> None:  # type: ignore[type-arg]
    """`NotReady` where something was decided anew since the package was made."""
    now = {(str(row.id), row.copy.digest if row.copy else "") for row in rows}
    then = {(line["item"], line["copy"]) for line in package.index}
    late = any(row.reviewed_at and row.reviewed_at > package.made_at for row in rows)
    if now != then or late:
        raise NotReady("Something was decided anew since. Put the package together again.")


def _recorded(package: Package, actor: Actor, at: datetime) -> Record:
    """What was given out, as a record of the custodian's: names, digests, numbers."""
    request = package.request
    files = package.files.select_related("file")
    listed = {
        "request": request.number,
        "package": package.number,
        "digest": package.digest,
        "pages": [package.first, package.last],
        "files": [
            {"name": one.file.name, "sha256": one.file.digest, "size": one.file.size}
            for one in files
        ],
        "copies": [line["copy"] for line in package.index if line["copy"]],
    }
    held = actor.person_id is not None and under_hold(actor.person_id)
    return save_record(
        details=Details(
            about=f"Release {package.number} for request {request.number}",
            with_whom="The requester",
            happened_on=localdate(at),
            source=Source.DOCUMENT,
            message=json.dumps(listed, indent=1),
            residue=Residue.HELD if held else Residue.GONE,
        ),
        items=[],
        key=uuid5(package.id, "release"),
        actor=actor,
        at=at,
    )


def count_download(*, file_id: UUID, request_id: UUID, actor: Actor, at: datetime) -> PackageFile:
    """Hand a file of a release to who has the status code; counted, until its day is over (G-5)."""
    require(actor, REQUEST_TAKE)
    with act(actor, at) as doing:
        rows = PackageFile.objects.select_related("package", "file__file")
        found = rows.filter(
            id=file_id, package__request_id=request_id, package__expires_at__gt=at
        ).first()
        if found is None:
            raise NotFound("This file is not there, or not any longer. Ask the records custodian.")
        Package.objects.filter(id=found.package_id).update(downloads=F("downloads") + 1)
        doing.record("disclosure.package.fetched", found.package, file=found.file.digest)
    return found


def publish(*, package_id: UUID, title: str, actor: Actor, at: datetime) -> Package:
    """Put a package that was given out into the reading room, for everybody (G-5)."""
    require(actor, REQUEST_WORK)
    named = said(title, "Say what it is about", LONGEST_TITLE, "title")
    return _set_published(package_id, named, actor, at)


def unpublish(*, package_id: UUID, actor: Actor, at: datetime) -> Package:
    """Take a package out of the reading room (G-5)."""
    require(actor, REQUEST_WORK)
    return _set_published(package_id, "", actor, at)


def _set_published(package_id: UUID, title: str, actor: Actor, at: datetime) -> Package:
    with act(actor, at) as doing:
        package = Package.objects.select_for_update(of=("self",)).filter(id=package_id).first()
        if package is None:
            raise NotFound("There is no such package.")
        request_for_update(package.request_id)
        if package.released_at is None:
            raise Conflict("Only what was given out can be in the reading room.")
        package.published_title = title
        package.published_at = at if title else None
        package.save(update_fields=["published_title", "published_at"])
        verb = "published" if title else "unpublished"
        doing.record(f"disclosure.package.{verb}", package, title=title)
    return package
