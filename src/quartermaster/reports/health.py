"""The state of the installation: named checks, each one sentence. Read by doctor and /readyz."""

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from procrastinate.contrib.django.models import ProcrastinateWorker

from quartermaster.audit import verify
from quartermaster.audit.queries import newest
from quartermaster.files.models import StoredFile
from quartermaster.files.opening import probing
from quartermaster.files.opening.confined import Unfit
from quartermaster.files.queries import verify as verify_files
from quartermaster.jobs import calls
from quartermaster.jobs.models import Delivery
from quartermaster.kernel import vault
from quartermaster.kernel.permits import system
from quartermaster.mdm.abilities import Equipped
from quartermaster.mdm.credentials import active_credential, shelves_visible_to, waking_kinds
from quartermaster.mdm.driver import drivers
from quartermaster.mdm.models import Command, Enrolment
from quartermaster.mdm.queries import certificates_lapsed, certificates_running_out
from quartermaster.mdm.rules.credentials import warning_due, words_left
from quartermaster.mdm.states import CommandState, EnrolmentState
from quartermaster.notify.queries import count_failed, count_waiting
from quartermaster.org.models import Department
from quartermaster.records.actions.texts import tool as tesseract
from quartermaster.records.models import TextWork
from quartermaster.records.rules.text_work import TextState

SMALLEST_POSTGRES = 150000
LEAST_FREE = 2 * 1024**3
LATE = timedelta(minutes=5)
LATELY = timedelta(days=7)
MANY = 10
NAMED = 3
SOON = 7  # days
HOUSE = system("doctor")


class Verdict(StrEnum):
    """How a check came out."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """What one check saw, and what to do about it."""

    check: str
    verdict: Verdict
    sentence: str


Check = Callable[[datetime], Finding]
_CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Callable[[datetime], tuple[Verdict, str]]], Check]:
    """Register a check; a check that raises is itself a bad finding."""

    def register(function: Callable[[datetime], tuple[Verdict, str]]) -> Check:
        def run(at: datetime) -> Finding:
            try:
                verdict, sentence = function(at)
            except Exception as problem:  # noqa: BLE001 (a doctor reports, it does not fall ill)
                first_line = str(problem).partition("\n")[0]
                verdict, sentence = Verdict.BAD, f"{type(problem).__name__}: {first_line}"
            return Finding(name, verdict, sentence)

        _CHECKS[name] = run
        return run

    return register


def examine(at: datetime) -> Iterator[Finding]:
    """Run every check, in the order in which they were declared."""
    for run in _CHECKS.values():
        yield run(at)


def ready() -> bool:
    """Whether this process can serve: the database answers and has the schema of this code."""
    try:
        return not _unapplied()
    except DatabaseError:
        return False


def _unapplied() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@check("database")
def database(_at: datetime) -> tuple[Verdict, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, version()")
        number, version = cursor.fetchone()
    if number < SMALLEST_POSTGRES:
        return Verdict.BAD, f"PostgreSQL 15 or newer is needed; this is {version}."
    kind = "embedded" if settings.DATABASES["default"].get("EMBEDDED") else "external"
    return Verdict.GOOD, f"{version.split(' on ')[0]}, {kind}."


@check("schema")
def schema(_at: datetime) -> tuple[Verdict, str]:
    missing = _unapplied()
    if missing:
        names = ", ".join(missing[:5])
        return Verdict.BAD, f"{len(missing)} migrations are missing ({names}…); run “serve”."
    return Verdict.GOOD, "Every migration is applied."


@check("keys")
def keys(_at: datetime) -> tuple[Verdict, str]:
    folder = Path(settings.DATA) / "keys"
    if vault.unseal(vault.seal(b"x", place="doctor"), place="doctor") != b"x":
        return Verdict.BAD, "The vault does not open what it sealed."
    loose = [
        item.name
        for item in (folder.iterdir() if folder.exists() else ())
        if item.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if loose:
        return (
            Verdict.WARNING,
            f"Others on this machine can read: {', '.join(loose)}. Use chmod 600.",
        )
    return Verdict.GOOD, "Secrets are sealed with keys that only this user can read."


@check("audit")
def audit(_at: datetime) -> tuple[Verdict, str]:
    head = newest()
    if head is None:
        return Verdict.GOOD, "The ledger is empty."
    report = verify.verify_tail(key=settings.AUDIT_KEY, length=1000)
    if report.faults:
        return Verdict.BAD, f"{report.faults[0].sentence} Run “quartermaster audit verify”."
    return Verdict.GOOD, f"The last {report.entries} of {head.seq} entries are sound."


@check("files")
def files(_at: datetime) -> tuple[Verdict, str]:
    faults = [fault for fault in verify_files() if fault.kind != "unknown"]
    if faults:
        which = f"“{faults[0].name}” is {faults[0].kind}"
        count = f"{len(faults)} stored files are not as they were stored ({which})."
        return Verdict.BAD, f"{count} Restore the data folder from the backup."
    return Verdict.GOOD, f"{StoredFile.objects.count()} stored files, each as it was stored."


@check("outbox")
def outbox(at: datetime) -> tuple[Verdict, str]:
    late = Delivery.objects.filter(delivered_at=None, due_at__lt=at - LATE)
    failing = Delivery.objects.filter(delivered_at=None, attempts__gt=2)
    if failing.exists():
        worst = failing.order_by("-attempts")[0]
        return Verdict.BAD, (
            f"{failing.count()} events fail again and again; {worst.handler}: {worst.last_error}"
        )
    if late.exists():
        return Verdict.WARNING, f"{late.count()} events wait for more than five minutes."
    return Verdict.GOOD, "Every event was delivered."


@check("worker")
def worker(at: datetime) -> tuple[Verdict, str]:
    alive = ProcrastinateWorker.objects.filter(last_heartbeat__gt=at - timedelta(minutes=1)).count()
    if not alive:
        return Verdict.WARNING, "No worker is running; start “quartermaster worker”."
    return Verdict.GOOD, f"{alive} running."


@check("schedule")
def schedule(at: datetime) -> tuple[Verdict, str]:
    missed = calls.missed(at)
    if missed:
        which = ", ".join(missed[:NAMED]) + ("…" if len(missed) > NAMED else "")
        verb = "task was" if len(missed) == 1 else "tasks were"
        return (
            Verdict.BAD,
            f"{len(missed)} {verb} not called when due ({which}); see the worker's log.",
        )
    return Verdict.GOOD, "The clock calls everything that is due."


@check("mail")
def mail(_at: datetime) -> tuple[Verdict, str]:
    failed = count_failed()
    if failed:
        words = "1 message was" if failed == 1 else f"{failed} messages were"
        return Verdict.WARNING, f"{words} given up; see why under Mail, and try again."
    return Verdict.GOOD, f"Waiting to be sent: {count_waiting()}; none was given up."


@check("devices")
def devices(at: datetime) -> tuple[Verdict, str]:
    lately = Command.objects.filter(expires_at__gt=at - LATELY, expires_at__lte=at)
    expired = lately.filter(state=CommandState.EXPIRED).count()
    enrolled = Enrolment.objects.filter(state=EnrolmentState.ENROLLED).count()
    if expired >= MANY:
        return Verdict.WARNING, (
            f"{expired} commands expired within a week; see whether devices reach their door."
        )
    return Verdict.GOOD, f"{enrolled} under management; {expired} commands expired within a week."


@check("identities")
def identities(at: datetime) -> tuple[Verdict, str]:
    lapsed, ending = certificates_lapsed(at).count(), certificates_running_out(at).count()
    if lapsed:
        return Verdict.WARNING, (
            f"{lapsed} devices have no good certificate any more; they must be enrolled anew."
        )
    if ending:
        return Verdict.WARNING, (
            f"The certificates of {ending} devices run out within a month and are not renewed yet;"
            " see whether these devices still come."
        )
    return Verdict.GOOD, "No device's certificate runs out within a month."


@check("service credentials")
def service_credentials(at: datetime) -> tuple[Verdict, str]:
    shelves = [item for item in shelves_visible_to(HOUSE) if item.active is not None]
    said: list[tuple[Verdict, str]] = []
    for item in shelves:
        row = item.active
        if row is not None and row.expires_at is not None:
            due = warning_due(row.expires_at, at)
            sentence = f"{item.kind.title}: it {words_left(row.expires_at, at)}."
            if due is not None:
                said.append((Verdict.BAD if due <= SOON else Verdict.WARNING, sentence))
        if row is not None and row.trouble:
            said.append((Verdict.BAD, f"{item.kind.title}: {row.trouble}"))
    if said:
        worst = Verdict.BAD if any(v is Verdict.BAD for v, _ in said) else Verdict.WARNING
        return worst, " ".join(sentence for _, sentence in said)
    return Verdict.GOOD, f"{len(shelves)} in use; none runs out within 60 days."


@check("waking")
def waking(at: datetime) -> tuple[Verdict, str]:
    missing = [driver for driver, kind in waking_kinds() if active_credential(driver, kind) is None]
    enrolled = Enrolment.objects.filter(state=EnrolmentState.ENROLLED)
    waiting = enrolled.filter(wake__due_at__lt=at - LATE, wake__cannot_since=None)
    unreachable = enrolled.filter(wake__cannot_since__isnull=False).count()
    stranded = waiting.filter(driver__in=missing).count()
    if stranded:
        return Verdict.WARNING, (
            f"{stranded} devices wait to be woken, and there is no certificate for it;"
            " see Service credentials."
        )
    late = waiting.count()
    if late:
        return Verdict.WARNING, f"{late} devices wait for more than five minutes to be woken."
    return Verdict.GOOD, f"Nobody waits to be woken; {unreachable} cannot be."


@check("platforms")
def platforms(_at: datetime) -> tuple[Verdict, str]:
    able = [item for item in drivers() if isinstance(item, Equipped)]
    missing = [sentence for item in able for sentence in item.lacks()]
    if missing:
        return Verdict.WARNING, " ".join(missing)
    return Verdict.GOOD, "Nothing is missing for what is in use."


@check("text in pictures")
def text_in_pictures(_at: datetime) -> tuple[Verdict, str]:
    failed = TextWork.objects.filter(state=TextState.FAILED).count()
    lost = f" The text of {failed} files could not be read." if failed else ""
    if not tesseract():
        waiting = TextWork.objects.filter(state=TextState.UNREAD).count()
        sentence = f"Tesseract is not installed: {waiting} files are not found by their words."
        return Verdict.WARNING, sentence + lost
    return (Verdict.WARNING if failed else Verdict.GOOD), f"Tesseract is there.{lost}"


@check("opening of documents")
def opening(_at: datetime) -> tuple[Verdict, str]:
    """What opens files of strangers is fenced off, and the tool runs behind the fence."""
    tool = tesseract()
    try:
        held, runs = probing.holding(tool)
    except Unfit as problem:
        return Verdict.BAD, f"No document can be opened: {problem}"
    if tool and not runs:
        return Verdict.BAD, "Tesseract cannot be run where documents are opened."
    missing = probing.WHOLE - held
    if missing:
        names = " and ".join(sorted(missing))
        return Verdict.WARNING, f"This system does not fence {names} off where they are opened."
    return Verdict.GOOD, "It has no network, writes nothing and reads nothing of the house."


@check("disk")
def disk(_at: datetime) -> tuple[Verdict, str]:
    free = shutil.disk_usage(settings.DATA).free
    sentence = f"{free / 1024**3:.0f} GiB free in the data folder."
    return (Verdict.GOOD if free > LEAST_FREE else Verdict.BAD), sentence


@check("organisation")
def organisation(_at: datetime) -> tuple[Verdict, str]:
    count = Department.objects.count()
    if not count:
        return Verdict.WARNING, "No department yet; import some, or start with “serve --demo”."
    return Verdict.GOOD, f"{count} departments."
