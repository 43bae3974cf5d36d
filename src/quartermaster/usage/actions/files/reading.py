"""The file whose turn it is: read to its end, imported as one act, or refused with the reason."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import Actor, require
from quartermaster.usage import import_events as events
from quartermaster.usage.actions.files.importing import import_file
from quartermaster.usage.actions.files.reader import ReaderBusy, only_reader
from quartermaster.usage.import_permits import IMPORT_RUN
from quartermaster.usage.models import CarrierFile
from quartermaster.usage.rules.imports import FILE, MOST_ATTEMPTS, WAITING, FileState

_LOG = logging.getLogger(__name__)
_PAUSE = timedelta(minutes=5)


def read_next(*, actor: Actor, at: datetime) -> bool:
    """Read the file that waits the longest; whether there was one (G-9, G-12).

    One is read at a time in the whole installation, so that a correction never overtakes what it
    corrects. Whoever finds a file being read while nobody reads knows that a reader died.
    """
    require(actor, IMPORT_RUN)
    try:
        with only_reader():
            file = _claim(actor, at)
            if file is None:
                return False
            _read(file, actor, at)
            return True
    except ReaderBusy:
        return False


def _claim(actor: Actor, at: datetime) -> CarrierFile | None:
    with transaction.atomic():
        waiting = CarrierFile.objects.filter(state__in=sorted(WAITING), due_at__lte=at)
        # what a reader left behind is first: only one may be read
        ordered = waiting.select_for_update(skip_locked=True, of=("self",)).order_by(
            "-state", "received_at", "id"
        )
        file = ordered.filter(state=FileState.READING.value).first() or ordered.first()
        if file is None:
            return None
        with act(actor, at):
            file.state = FILE.target("read", FileState(file.state)).value
            file.attempts += 1
            file.save(update_fields=["state", "attempts"])
    return file


def _read(file: CarrierFile, actor: Actor, at: datetime) -> None:
    if file.attempts > MOST_ATTEMPTS:
        _end(file, "stop", "Reading it failed several times. See the log.", actor, at)
        return
    try:
        import_file(file=file, actor=actor, at=at)
    except HouseError as problem:
        _end(file, "refuse", problem.message, actor, at)
    except Exception as problem:  # noqa: BLE001 (kept, logged, and tried again)
        _LOG.exception("a carrier's file could not be read", extra={"file": str(file.pk)})
        if file.attempts >= MOST_ATTEMPTS:
            _end(file, "stop", _what(problem), actor, at)
        else:
            _put_off(file, actor, at)


def _what(problem: Exception) -> str:
    return f"Something unexpected happened ({type(problem).__name__}). See the log."


def _put_off(file: CarrierFile, actor: Actor, at: datetime) -> None:
    with act(actor, at):
        CarrierFile.objects.filter(pk=file.pk, state=FileState.READING.value).update(
            state=FILE.transitions["put off"].target.value, due_at=at + _PAUSE * file.attempts
        )


def _end(file: CarrierFile, verb: str, said: str, actor: Actor, at: datetime) -> None:
    with act(actor, at) as doing:
        CarrierFile.objects.filter(pk=file.pk, state=FileState.READING.value).update(
            state=FILE.transitions[verb].target.value,
            said=said[:500],
            due_at=None,
            finished_at=at,
            progress="",
        )
        doing.record("usage.file.refused", file, why=said[:500])
        doing.emit(events.FileRefused(file.id))
