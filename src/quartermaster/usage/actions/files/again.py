"""Reading a file again that was refused or stopped, as after a new profile or contract."""

from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.usage.actions.common import locked
from quartermaster.usage.import_permits import IMPORT_RUN
from quartermaster.usage.models import CarrierFile
from quartermaster.usage.queries.imports import files_visible_to
from quartermaster.usage.rules.imports import FILE, FileState
from quartermaster.usage.rules.reading import Given

READ = "quartermaster.usage.import_tasks.read"


def read_again(
    *, file_id: UUID, profile_key: str = "", given: Given | None = None, actor: Actor, at: datetime
) -> CarrierFile:
    """Have a file that was refused or stopped read once more, as the same file (G-12)."""
    require(actor, IMPORT_RUN)
    with act(actor, at) as doing:
        rows = CarrierFile.objects.filter(pk__in=files_visible_to(actor).values("pk"))
        file = locked(rows, file_id, "file")
        return queue_again(file, given or Given(), profile_key, "", doing)


def queue_again(
    file: CarrierFile, given: Given, profile_key: str, reason: str, doing: Act
) -> CarrierFile:
    """Put it in line once more; what was refused of it before is forgotten."""
    step = FILE.transitions["read again"]
    rows = CarrierFile.objects.filter(pk=file.pk, state__in=sorted(step.sources))
    changed = rows.update(
        state=step.target.value,
        due_at=doing.at,
        finished_at=None,
        attempts=0,
        said="",
        progress="",
        profile_key=profile_key or file.profile_key,
        account=given.account or file.account,
        cycle_from=given.from_on or file.cycle_from,
        cycle_until=given.until_on or file.cycle_until,
        reason=reason or file.reason,
    )
    if changed != 1:
        file.refresh_from_db()
        FILE.target("read again", FileState(file.state))
        raise Conflict("It changed at the same time; look at it again.")
    file.refused_rows.all().delete()
    file.refresh_from_db()
    doing.record("usage.file.queued-again", file, profile=file.profile_key)
    doing.wake_up(READ)
    return file
